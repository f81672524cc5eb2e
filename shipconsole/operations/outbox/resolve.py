"""By hand: a call is ended or repeated on a person's word, which is kept with it."""

import math
import uuid
from typing import Literal

from shipconsole.domain.call import Attempt, CallState
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.store import calls, connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS

Decision = Literal["retry", "mark_confirmed", "discard"]


async def resolve_update(ctx: Context, call_id: int, decision: Decision, why: str | Message) -> None:
    """End or repeat a call on a person's word; the word is kept with it.

    `retry` puts a new call in its place, built from what is known now. `mark_confirmed` takes it for told.
    `drop` gives it up. Raises `ValidationFailed` where the call is not one that a person may settle so.
    """
    await ctx.write(_resolve_update, ctx, call_id, decision, why)


async def retry(ctx: Context, call_id: int, why: str) -> None:
    """Put a new call in the place of one that was refused or given up."""
    await resolve_update(ctx, call_id, "retry", why)


_MAY_SETTLE: dict[Decision, tuple[CallState, ...]] = {
    "retry": ("unknown", "needs_attention", "rejected", "blocked", "dead", "cancelled"),
    "mark_confirmed": ("unknown", "needs_attention", "rejected", "blocked", "dead"),
    "discard": ("held", "pending", "retry_wait", "unknown", "needs_attention", "rejected", "blocked", "dead"),
}
_BECOMES: dict[Decision, CallState] = {
    "retry": "superseded",
    "mark_confirmed": "confirmed",
    "discard": "cancelled",
}
_DONE: dict[Decision, str] = {
    "retry": "resolve.retried",
    "mark_confirmed": "resolve.marked_confirmed",
    "discard": "resolve.discarded",
}
_CANNOT: dict[Decision, str] = {
    "retry": "resolve.cannot_retry",
    "mark_confirmed": "resolve.cannot_mark_confirmed",
    "discard": "resolve.cannot_discard",
}


def _resolve_update(db: Db, ctx: Context, call_id: int, decision: Decision, why: str | Message) -> None:
    reason = why.strip() if isinstance(why, str) else why
    call = calls.get(db, call_id)
    if call is None:
        raise ValidationFailed(Problem(("id",), Message("update.unknown", id=call_id)))
    if not reason:
        raise ValidationFailed(Problem(("why",), Message("reason.missing_update")))
    if call.state not in _MAY_SETTLE[decision]:
        message = Message(_CANNOT[decision], id=str(call_id), state=call.state)
        raise ValidationFailed(Problem(("id",), message))
    if decision == "retry":
        _refuse_what_may_still_arrive(db, ctx, call)
    if decision == "retry" and call.state == "cancelled":
        _refuse_what_is_past(db, call)
    now_ms = ctx.clock.now_ms()
    who = ctx.operator or ctx.station
    message = Message(_DONE[decision], packer=who, reason=reason)
    if decision == "retry":
        calls.add(
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
    calls.move(db, call_id, from_state=call.state, state=_BECOMES[decision], message=message, now_ms=now_ms)
    attempt = Attempt(call.attempts, now_ms, "person", message=message, station=ctx.station, operator=ctx.operator)
    calls.add_attempt(db, call_id, attempt, owner=ctx.clock.boot_id())


def _refuse_what_may_still_arrive(db: Db, ctx: Context, call: Call) -> None:
    """What the platform may still act on shows nowhere yet, so nobody can know that it did not."""
    left_ms = calls.acts_until(db, call.id) - ctx.steady_ms(db)
    if not call.repeatable and left_ms > 0:
        message = Message("resolve.may_still_arrive", connection=call.connection, count=math.ceil(left_ms / 1_000))
        raise ValidationFailed(Problem(("id",), message, Message("resolve.may_still_arrive_advice")))


def _refuse_what_is_past(db: Db, call: Call) -> None:
    """A message that tells how the whole order stands is past once a newer one was taken.

    One about a single package is past once there is a newer one about it, which says all that this one would.
    """
    connection = next(one for one in connections.every(db) if one.id == call.connection_id)
    if not VENDORS[connection.vendor].one_call_per_package and calls.newer_confirmed(db, call.id):
        message = Message("update.newer_accepted", connection=connection.name)
        raise ValidationFailed(Problem(("id",), message))
    if calls.newer_of_package(db, call.id):
        message = Message("resolve.newer_update", connection=connection.name)
        raise ValidationFailed(Problem(("id",), message))
