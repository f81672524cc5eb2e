"""Undo: a shipment that no platform has is withdrawn, and its draft is restored."""

from shipconsole.domain.call import WITHDRAWN, Call, CallState
from shipconsole.domain.draft import KeptBack, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Shipment, draft_of
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims
from shipconsole.store import calls, drafts, forwarding, hand_overs, orders, shipments
from shipconsole.store.database import Db

UNSENT: tuple[CallState, ...] = ("held", "pending", "retry_wait", "blocked")
_UNTRIED: tuple[CallState, ...] = ("held", "pending", "rejected", "needs_attention")
"""States of updates that were never tried, if they have no attempts: see `_is_untried`."""


async def undo_shipment(
    ctx: Context, order_id: int, shipment_id: int, reason: str = "", *, kept_back: KeptBack = KeptBack.UNDONE
) -> None:
    """Undo a shipment that no platform can have yet: discard its updates and restore its units.

    Its draft is restored, before what was typed since, and ships by a person's command only. Raises `ValidationFailed`
    where a platform was notified or may have been, or a carrier has a package: then it can only be edited or voided.
    The other orders' shipments in the same box are undone with it.
    """
    await ctx.write(_undo_whole_box, ctx, order_id, shipment_id, reason, kept_back)


def can_be_undone(shipment: Shipment, updates: tuple[Call, ...]) -> bool:
    """Return whether `undo_shipment` would most likely succeed: none of its updates was ever tried.

    One that was rejected without a try was so because its order was cancelled.
    """
    own = [call for call in updates if call.shipment_id == shipment.id]
    waits = [call for call in own if call.state not in WITHDRAWN]
    was_tried = any(call.attempts for call in own)
    return bool(waits) and all(call.state in _UNTRIED for call in waits) and not was_tried


def notification_status(
    shipment: Shipment, updates: tuple[Call, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the connections that were notified of a shipment, those that may have been, and those that were not.

    A connection with several updates counts where most is known of it.
    """
    own = [call for call in updates if call.shipment_id == shipment.id and call.state not in WITHDRAWN]
    notified = {call.connection for call in own if call.state == "confirmed"}
    not_sent = {call.connection for call in own if call.state in (*UNSENT, "rejected") or _is_untried(call)}
    perhaps = {call.connection for call in own} - notified - not_sent
    names = tuple(dict.fromkeys(call.connection for call in own))
    return (
        tuple(name for name in names if name in notified),
        tuple(name for name in names if name in perhaps),
        tuple(name for name in names if name in not_sent - notified),
    )


def _is_untried(call: Call) -> bool:
    """Return whether no platform knows of an update, since its countdown did not end or its order was cancelled."""
    return call.state in ("needs_attention", "rejected") and not call.attempts


def _undo_whole_box(
    db: Db, ctx: Context, order_id: int, shipment_id: int, reason: str, kept_back: KeptBack = KeptBack.UNDONE
) -> None:
    shipment = shipments.get(db, shipment_id)
    boxes = {package.box for package in shipment.packages} if shipment is not None else set[str]()
    members = {(member.order_id, member.shipment_id) for box in boxes for member in shipments.in_box(db, box)}
    for member_id, of_member in sorted({(order_id, shipment_id), *members}):
        _undo_shipment(db, ctx, member_id, of_member, reason, kept_back)


def _undo_shipment(db: Db, ctx: Context, order_id: int, shipment_id: int, reason: str, kept_back: KeptBack) -> None:
    now_ms = ctx.clock.now_ms()
    shipment = next((shipment for shipment in shipments.of_order(db, order_id) if shipment.id == shipment_id), None)
    if shipment is None:
        raise ValidationFailed(Problem(("shipment",), Message("shipment.gone")))
    if handed_over := hand_overs.of_shipment(db, shipment_id):
        raise ValidationFailed(Problem(("shipment",), Message("undo.handed_over", numbers=tuple(handed_over))))
    own = calls.of_shipment(db, shipment_id)
    known = {call.id: call for call in calls.of_order(db, order_id)}
    # A discarded update may have arrived before that.
    notified = [
        known[call.id].connection
        for call in own
        if call.may_be_known or not (call.state in (*UNSENT, *WITHDRAWN) or _is_untried(known[call.id]))
    ]
    if notified:
        message = Message("undo.may_be_known", connections=tuple(dict.fromkeys(notified)))
        raise ValidationFailed(Problem(("shipment",), message))
    who = ctx.operator or ctx.station
    for call in (call for call in own if call.state not in WITHDRAWN):
        message = Message("undo.by", packer=who)
        if not calls.move(db, call.id, from_state=call.state, state="cancelled", message=message, now_ms=now_ms):
            raise ValidationFailed(Problem(("shipment",), Message("undo.being_sent")))
    if not orders.release_units(db, order_id, shipment.units_by_line):
        raise AssertionError(f"fewer units of order {order_id} had shipped than were packed")
    shipments.undo_shipment(db, shipment_id, now_ms=now_ms)
    forwarding.undo_shipment(db, order_id, shipment_id, Message("undo.forwarding", packer=who))
    typed = drafts.get(db, order_id)
    packages = (*map(draft_of, shipment.packages), *(typed.packages if typed else ()))
    draft = ShipmentDraft(packages=packages, kept_back=kept_back)
    drafts.put(db, order_id, draft, now_ms=now_ms, station=ctx.station)
    numbers = tuple(package.tracking_number for package in shipment.packages)
    ctx.record_change(db, order_id, Message("audit.undone", numbers=numbers), reason, now_ms=now_ms)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    claims.resumed(db, ctx, order_id)
