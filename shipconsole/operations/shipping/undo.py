"""Taking back: a shipment of which nobody knows yet is undone, and what was typed for it is there again."""

from shipconsole.domain.call import GIVEN_UP, CallState
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Shipment, draft_of
from shipconsole.operations.context import Context
from shipconsole.store import calls, drafts, forwarding, manual_changes, orders, shipments
from shipconsole.store.calls import Call
from shipconsole.store.database import Db

UNSENT: tuple[CallState, ...] = ("held", "pending", "retry_wait", "blocked")


async def undo_shipment(ctx: Context, order_id: int, shipment_id: int, why: str = "") -> None:
    """Undo a shipment of which no platform can know yet: its calls are cancelled, its units are left to ship again.

    What was typed for it is the order's draft again, before what was typed since. Raises `ValidationFailed` where a
    platform was told, or may have been: then it can only be corrected.
    """
    await ctx.write(_undo_shipment, ctx, order_id, shipment_id, why)


def can_be_taken_back(shipment: Shipment, told: tuple[Call, ...]) -> bool:
    """Whether `undo_shipment` would most likely do: none of its calls was ever tried."""
    own = [call for call in told if call.shipment_id == shipment.id]
    waits = [call for call in own if call.state not in GIVEN_UP]
    return bool(waits) and all(call.state in ("held", "pending") for call in waits) and not any(c.attempts for c in own)


def told_of(shipment: Shipment, told: tuple[Call, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the connections that were notified of a shipment, those that may have been, and those that were not.

    A connection with several updates stands where most is known of it.
    """
    own = [call for call in told if call.shipment_id == shipment.id and call.state not in GIVEN_UP]
    notified = {call.connection for call in own if call.state == "confirmed"}
    not_sent = {call.connection for call in own if call.state in UNSENT or call.state == "rejected"}
    perhaps = {call.connection for call in own} - notified - not_sent
    names = tuple(dict.fromkeys(call.connection for call in own))
    return (
        tuple(one for one in names if one in notified),
        tuple(one for one in names if one in perhaps),
        tuple(one for one in names if one in not_sent - notified),
    )


def _undo_shipment(db: Db, ctx: Context, order_id: int, shipment_id: int, why: str) -> None:
    now_ms = ctx.clock.now_ms()
    shipment = next((one for one in shipments.of_order(db, order_id) if one.id == shipment_id), None)
    if shipment is None:
        raise ValidationFailed(Problem(("shipment",), Message("shipment.gone")))
    own = calls.of_shipment(db, shipment_id)
    known = {call.id: call.connection for call in calls.of_order(db, order_id)}
    # What was given up by hand may have arrived before that.
    told = [known[one.id] for one in own if one.may_be_known or one.state not in (*UNSENT, *GIVEN_UP)]
    if told:
        message = Message("undo.may_be_known", connections=tuple(dict.fromkeys(told)))
        raise ValidationFailed(Problem(("shipment",), message))
    who = ctx.operator or ctx.station
    for one in (one for one in own if one.state not in GIVEN_UP):
        message = Message("undo.by", packer=who)
        if not calls.move(db, one.id, from_state=one.state, state="cancelled", message=message, now_ms=now_ms):
            raise ValidationFailed(Problem(("shipment",), Message("undo.being_sent")))
    for package in shipment.packages:
        for packed in package.lines:
            if not orders.release_units(db, order_id, packed.line_id, packed.quantity):
                raise AssertionError(f"fewer units of line {packed.line_id} had shipped than were packed")
    shipments.undo_shipment(db, shipment_id, now_ms=now_ms)
    forwarding.undo_shipment(db, order_id, shipment_id, Message("undo.forwarding", packer=who))
    typed = drafts.get(db, order_id)
    packages = (*map(draft_of, shipment.packages), *(typed.packages if typed else ()))
    drafts.put(db, order_id, ShipmentDraft(packages=packages), now_ms=now_ms)
    numbers = tuple(package.tracking_number for package in shipment.packages)
    manual_changes.add(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        what=Message("audit.undone", numbers=numbers),
        reason=why,
        now_ms=now_ms,
    )
    orders.refresh_totals(db, order_id, now_ms=now_ms)
