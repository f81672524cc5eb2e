"""Holding: updates that wait are not sent while a platform's change of their order was not seen by a person.

The hold is set in the transaction that stores the change, so that no update is claimed in between; a claim takes no
update on hold. What may have reached a platform is not held: it is checked like any other.
"""

from collections.abc import Iterable

from shipconsole.domain.call import CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.verdict import OrderChange, changes_of
from shipconsole.operations.context import Context
from shipconsole.store import calls, drafts, manual_changes, order_changes, orders
from shipconsole.store.database import Db
from shipconsole.store.order_changes import UnseenChange

SHOWN_MOST = 5
NOT_REACHED: tuple[CallState, ...] = ("held", "pending", "retry_wait", "blocked")
"""States after an attempt that no platform can know of."""


def hold_changed(db: Db, connection: Connection, before: Order, *, now_ms: int) -> None:
    """Hold the waiting updates of an order that a connection changed, and store the difference for a person.

    A shipment of an order that was cancelled is refused instead: its updates are rejected with the reason. An order
    with neither a draft nor updates that wait or are being sent is nobody's work, and nothing is held.
    """
    now = orders.get(db, before.id)
    is_cancelled = now.cancelled and not before.cancelled
    changes = changes_of(before, now)
    if not (is_cancelled or changes):
        return
    waiting = calls.not_sent(db, before.id)
    if not waiting and not drafts.exists(db, before.id) and not _is_being_sent(db, before.id):
        return
    order_changes.put(db, before.id, UnseenChange(now_ms, connection.name, is_cancelled, changes))
    held = _held(connection.name)
    refused = Message("update.order_cancelled", number=now.number, connection=connection.name)
    for call_id, state in waiting:
        if is_cancelled:
            calls.move(db, call_id, from_state=state, state="rejected", message=refused, now_ms=now_ms)
        else:
            calls.put_on_hold(db, call_id, held, now_ms=now_ms)
    what = _what(connection, is_cancelled, changes)
    manual_changes.add(db, before.id, station="", operator="", what=what, reason="", now_ms=now_ms)
    orders.refresh_attention_count(db, before.id)


def hold_unseen(db: Db, order_id: int, call_ids: Iterable[int], *, now_ms: int) -> None:
    """Hold updates that came to wait after their order changed, if no person has seen that change."""
    unseen = order_changes.of_order(db, order_id)
    if unseen is None or unseen.is_cancelled:
        return
    for call_id in {call_id for call_id, _ in calls.not_sent(db, order_id)}.intersection(call_ids):
        calls.put_on_hold(db, call_id, _held(unseen.connection), now_ms=now_ms)
    orders.refresh_attention_count(db, order_id)


async def acknowledge(ctx: Context, order_id: int, seen_at_ms: int | None = None) -> bool:
    """Release the updates of an order whose change a person has seen; False if there was no such change.

    `seen_at_ms` is the time of the change that was shown: one that came after it is still unseen. Without it, whatever
    changed counts as seen. The audit log shows who has seen it. A second person's acknowledgment changes nothing.
    """
    return await ctx.write(_acknowledge, ctx, order_id, seen_at_ms)


def _acknowledge(db: Db, ctx: Context, order_id: int, seen_at_ms: int | None) -> bool:
    unseen = order_changes.of_order(db, order_id)
    if unseen is None or (seen_at_ms is not None and unseen.at_ms != seen_at_ms):
        return False
    order_changes.drop(db, order_id)
    now_ms = ctx.clock.now_ms()
    released = calls.release_from_hold(db, order_id, now_ms=now_ms)
    what = Message("audit.change_seen", count=len(released)) if released else Message("audit.change_seen_only")
    ctx.record_change(db, order_id, what, "", now_ms=now_ms)
    orders.refresh_attention_count(db, order_id)
    return True


def _is_being_sent(db: Db, order_id: int) -> bool:
    """Return whether an update is being sent, which may have to be sent again."""
    return any(call.state == "sending" for call in calls.of_order(db, order_id))


def _held(connection: str) -> Message:
    return Message("update.order_changed", connection=connection)


def _what(connection: Connection, is_cancelled: bool, changes: tuple[OrderChange, ...]) -> Message:
    """Return the line of the audit log."""
    if is_cancelled:
        return Message("audit.cancelled_by_platform", connection=connection.name)
    items = tuple(
        Message("audit.changed_item", sku=change.sku, before=change.before, after=change.after)
        for change in changes[:SHOWN_MOST]
        if change.sku
    )
    address = (Message("audit.changed_address"),) if any(not change.sku for change in changes) else ()
    return Message("audit.changed_by_platform", connection=connection.name, changes=(*items, *address))
