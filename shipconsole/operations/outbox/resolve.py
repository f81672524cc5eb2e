"""Resolving: a person ends or repeats a call, with a reason that is stored with it."""

import math
import uuid
from typing import Literal

from shipconsole.domain.call import Attempt, Call, CallState
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.outbox import hold
from shipconsole.store import calls, connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS

Decision = Literal["retry", "mark_confirmed", "discard"]


async def resolve_update(ctx: Context, call_id: int, decision: Decision, reason: str | Message) -> None:
    """End or repeat a call by a person's decision, and store the reason with it.

    `retry` replaces it with a new call, built from what is known now. `mark_confirmed` treats it as accepted. `discard`
    never sends it. Raises `ValidationFailed` where its state does not allow the decision.
    """
    await ctx.write(_resolve_update, ctx, call_id, decision, reason)


async def retry(ctx: Context, call_id: int, reason: str) -> None:
    """Replace a call that was rejected or discarded with a new one."""
    await resolve_update(ctx, call_id, "retry", reason)


_ALLOWED_STATES: dict[Decision, tuple[CallState, ...]] = {
    "retry": ("unknown", "needs_attention", "rejected", "blocked", "dead", "cancelled"),
    "mark_confirmed": ("unknown", "needs_attention", "rejected", "blocked", "dead"),
    "discard": ("held", "pending", "retry_wait", "unknown", "needs_attention", "rejected", "blocked", "dead"),
}
_NEW_STATE: dict[Decision, CallState] = {
    "retry": "superseded",
    "mark_confirmed": "confirmed",
    "discard": "cancelled",
}
_DONE_MESSAGE: dict[Decision, str] = {
    "retry": "resolve.retried",
    "mark_confirmed": "resolve.marked_confirmed",
    "discard": "resolve.discarded",
}
_REFUSED_MESSAGE: dict[Decision, str] = {
    "retry": "resolve.cannot_retry",
    "mark_confirmed": "resolve.cannot_mark_confirmed",
    "discard": "resolve.cannot_discard",
}


def _resolve_update(db: Db, ctx: Context, call_id: int, decision: Decision, reason: str | Message) -> None:
    call = calls.get(db, call_id)
    if call is None:
        raise ValidationFailed(Problem(("id",), Message("update.unknown", id=call_id)))
    given = reason.strip() if isinstance(reason, str) else reason
    if not given:
        raise ValidationFailed(Problem(("reason",), Message("reason.missing_update")))
    if call.state not in _ALLOWED_STATES[decision]:
        message = Message(_REFUSED_MESSAGE[decision], id=str(call_id), state=call.state)
        raise ValidationFailed(Problem(("id",), message))
    if decision == "retry":
        _refuse_what_may_still_arrive(db, ctx, call)
    if decision == "retry" and call.state == "cancelled":
        _refuse_what_is_past(db, call)
    now_ms = ctx.clock.now_ms()
    who = ctx.operator or ctx.station
    message = Message(_DONE_MESSAGE[decision], packer=who, reason=given)
    if decision == "retry":
        again_id = calls.add(
            db,
            key=uuid.uuid4().hex,
            order_id=call.order_id,
            shipment_id=call.shipment_id,
            intent=call.intent,
            package_id=call.package_id,
            connection_id=call.connection_id,
            summary=call.summary,
            repeatable=call.repeatable,
            now_ms=now_ms,
            supersedes=call_id,
        )
        hold.hold_unseen(db, call.order_id, (again_id,), now_ms=now_ms)
    # Whether a sync came after an update was discarded is judged at any station.
    moved_ms = now_ms if decision == "mark_confirmed" else ctx.shared_ms(db)
    calls.move(db, call_id, from_state=call.state, state=_NEW_STATE[decision], message=message, now_ms=moved_ms)
    attempt = Attempt(call.attempts, now_ms, "person", message=message, station=ctx.station, operator=ctx.operator)
    calls.add_attempt(db, call_id, attempt, owner=ctx.clock.boot_id())


def _refuse_what_may_still_arrive(db: Db, ctx: Context, call: Call) -> None:
    """Refuse while the platform may still act on it: until then it is not visible whether it did."""
    left_ms = calls.acts_until(db, call.id) - ctx.steady_ms(db)
    if not call.repeatable and left_ms > 0:
        message = Message("resolve.may_still_arrive", connection=call.connection, count=math.ceil(left_ms / 1_000))
        raise ValidationFailed(Problem(("id",), message, Message("resolve.may_still_arrive_advice")))


def _refuse_what_is_past(db: Db, call: Call) -> None:
    """Refuse an update about the whole order once a newer one was accepted.

    An update about a single package is outdated once there is a newer one about it, which contains everything.
    """
    connection = connections.by_id(db)[call.connection_id]
    if not VENDORS[connection.vendor].shipments.one_request_per_package and calls.newer_confirmed(db, call.id):
        message = Message("update.newer_accepted", connection=connection.name)
        raise ValidationFailed(Problem(("id",), message))
    if calls.newer_of_package(db, call.id):
        message = Message("resolve.newer_update", connection=connection.name)
        raise ValidationFailed(Problem(("id",), message))
