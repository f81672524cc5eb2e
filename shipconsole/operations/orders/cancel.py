"""Cancelling and restoring units of an order, and resolving items that are not counted in whole units."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain.call import Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.intent import cancel_from, cancel_text, kind_of
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order, Resolution
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Shipment
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.store import calls, connections, orders, package_changes, shipments
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Cancellation
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request

Units = Mapping[int, int]
"""Units by order line id."""


class _ShipmentNotification(NamedTuple):
    """A connection to notify of changed lines, with the request as known now; None where it seems done already."""

    connection: Connection
    line_ids: tuple[int, ...]
    request: Request | None


async def cancel(ctx: Context, order_id: int, units: Units, reason: str) -> tuple[int, ...]:
    """Cancel units of some lines; return the ids of the calls that notify of it.

    Raises `ValidationFailed` at ``lines.<line id>`` where fewer are left, and at ``reason`` without a reason; then
    nothing is changed. `notifiable_connections` says which connections cannot be notified.
    """
    return await ctx.write(_change, ctx, order_id, units, reason, restored=False)


async def restore(ctx: Context, order_id: int, units: Units, reason: str) -> tuple[int, ...]:
    """Restore units that were cancelled here; raise what `cancel` raises."""
    return await ctx.write(_change, ctx, order_id, units, reason, restored=True)


async def notifiable_connections(ctx: Context, order_id: int) -> tuple[tuple[Connection, Message], ...]:
    """Return each connection that has the order, and a message on whether it is notified of cancelled units."""
    return await ctx.read(_notifiable, order_id)


async def restorable(ctx: Context, order_id: int) -> Mapping[int, int]:
    """Return how many units of each line were cancelled here, so that they can be restored."""
    cancellations = await ctx.read(orders.cancellations, order_id)
    return {line_id: here for line_id, (_, here) in cancellations.items()}


async def preview_cancel(ctx: Context, order_id: int, units: Units) -> tuple[tuple[Connection, Request], ...]:
    """Return the requests of `cancel` as known now; store nothing, and raise what `cancel` raises."""
    return await ctx.read(_preview, order_id, units, restored=False)


async def preview_restore(ctx: Context, order_id: int, units: Units) -> tuple[tuple[Connection, Request], ...]:
    """Return the requests of `restore`."""
    return await ctx.read(_preview, order_id, units, restored=True)


def request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """Return the request of a stored call, built from what is cancelled now; None where it is done already."""
    build = VENDORS[connection.vendor].edits.cancel
    if build is None or link is None:
        return None
    intent = cancel_from(call.intent or "")
    order = orders.get(db, call.order_id)
    notified = _notified_shipments(db, call.order_id, connection.id)
    replaced = package_changes.replaced(db, call.order_id)
    return build(Cancellation(order, link, intent.line_ids, intent.restored, notified, connection.options, replaced))


def _change(db: Db, ctx: Context, order_id: int, units: Units, reason: str, *, restored: bool) -> tuple[int, ...]:
    if not reason.strip():
        raise ValidationFailed(Problem(("reason",), Message("reason.missing_order")))
    before = _checked(db, order_id, units, restored=restored)
    step = orders.restore_units if restored else orders.cancel_units
    for line_id, count in units.items():
        # Checked above; the statement itself keeps two stations from cancelling the same unit.
        if count and not step(db, order_id, line_id, count):
            raise ValidationFailed(_too_many(before, line_id, count, 0, restored=restored))
    now_ms = ctx.clock.now_ms()
    line_ids = [line_id for line_id, count in units.items() if count]
    cancelled_items = tuple(f"{units[line.id]} × {line.sku}" for line in before.lines if line.id in line_ids)
    change_message = Message("audit.restored" if restored else "audit.cancelled", items=cancelled_items)
    ctx.record_change(db, order_id, change_message, reason.strip(), now_ms=now_ms)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    upsert.fill_again(db, order_id)
    order = orders.get(db, order_id)
    return tuple(
        calls.add(
            db,
            key=uuid.uuid4().hex,
            order_id=order_id,
            shipment_id=None,
            intent=cancel_text(planned.line_ids, restored=restored),
            package_id=None,
            connection_id=planned.connection.id,
            summary=planned.request.summary if planned.request else change_message,
            repeatable=planned.request is not None and planned.request.repeatable,
            now_ms=now_ms,
        )
        for planned in _notifications(db, order, line_ids, restored=restored)
    )


def _preview(db: Db, order_id: int, units: Units, *, restored: bool) -> tuple[tuple[Connection, Request], ...]:
    before = _checked(db, order_id, units, restored=restored)
    sign = -1 if restored else 1
    lines = tuple(
        line.model_copy(update={"cancelled": max(0, line.cancelled + sign * units.get(line.id, 0))})
        for line in before.lines
    )
    after = before.model_copy(update={"lines": lines})
    line_ids = [line_id for line_id, count in units.items() if count]
    return tuple(
        (planned.connection, planned.request)
        for planned in _notifications(db, after, line_ids, restored=restored)
        if planned.request is not None
    )


def _checked(db: Db, order_id: int, units: Units, *, restored: bool) -> Order:
    """Return the order; raise `ValidationFailed` with every line where fewer units can be changed."""
    try:
        order = orders.get(db, order_id)
    except LookupError:
        raise ValidationFailed(Problem((), Message("order.gone"))) from None
    cancellations = orders.cancellations(db, order_id)
    problems: list[Problem] = []
    if order.cancelled:
        problems.append(Problem((), Message("cancel.whole_order", number=order.number)))
    elif not any(units.values()):
        problems.append(Problem(("lines",), Message("cancel.nothing_chosen")))
    for line_id, count in units.items():
        line = order.line(line_id)
        if line is None:
            problems.append(Problem(("lines", line_id), Message("cancel.unknown_item", number=order.number)))
            continue
        most = cancellations[line_id][1] if restored else line.left
        if not 0 <= count <= most:
            problems.append(_too_many(order, line_id, count, most, restored=restored))
    if problems:
        raise ValidationFailed(*problems)
    return order


def _too_many(order: Order, line_id: int, count: int, most: int, *, restored: bool) -> Problem:
    line = order.line(line_id)
    sku = (line.sku or line.description) if line else ""
    message_id = "cancel.restore_too_many" if restored else "cancel.too_many"
    message = Message(message_id, sku=sku, count=count, most=most)
    return Problem(("lines", line_id), message, names_item=True)


def _notifications(db: Db, order: Order, line_ids: Sequence[int], *, restored: bool) -> list[_ShipmentNotification]:
    """Return the notifications of changed lines: for connections that have some of them and can be notified."""
    known = connections.by_id(db)
    stored = calls.of_order(db, order.id)
    found: list[_ShipmentNotification] = []
    for link in orders.links(db, order.id):
        connection = known[link.connection_id]
        notified_lines = _notified_lines(stored, connection.id)
        theirs = tuple(id_ for id_ in line_ids if link.line(id_) is not None or (restored and id_ in notified_lines))
        if not theirs or _unreachable(db, order, connection, link):
            continue
        request = _request(db, order, connection, link, theirs, restored=restored)
        # Where the platform was notified before, its document here may be older than what it has.
        if request is not None or notified_lines & {*theirs}:
            found.append(_ShipmentNotification(connection, theirs, request))
    return found


def _request(
    db: Db, order: Order, connection: Connection, link: Link, line_ids: tuple[int, ...], *, restored: bool
) -> Request | None:
    build = VENDORS[connection.vendor].edits.cancel
    notified = _notified_shipments(db, order.id, connection.id)
    replaced = package_changes.replaced(db, order.id)
    return (
        build(Cancellation(order, link, line_ids, restored, notified, connection.options, replaced)) if build else None
    )


def _notified_shipments(db: Db, order_id: int, connection_id: int) -> tuple[Shipment, ...]:
    """Return the shipments that a connection was notified of."""
    notified = {
        call.shipment_id
        for call in calls.of_order(db, order_id)
        if call.connection_id == connection_id and call.state == "confirmed"
    }
    return tuple(shipment for shipment in shipments.of_order(db, order_id) if shipment.id in notified)


def _notified_lines(updates: Iterable[Call], connection_id: int) -> set[int]:
    """Return lines whose cancelled units a connection was notified of: it may have removed them from the order."""
    return {
        line_id
        for call in updates
        if call.connection_id == connection_id and call.intent is not None and kind_of(call.intent) == "cancel"
        for line_id in cancel_from(call.intent).line_ids
    }


def _notifiable(db: Db, order_id: int) -> tuple[tuple[Connection, Message], ...]:
    known = connections.by_id(db)
    order = orders.get(db, order_id)
    found: list[tuple[Connection, Message]] = []
    for link in orders.links(db, order_id):
        connection = known[link.connection_id]
        message = _unreachable(db, order, connection, link) or Message("cancel.sends_update")
        found.append((connection, message))
    return tuple(found)


def _unreachable(db: Db, order: Order, connection: Connection, link: Link) -> Message:
    """Return why a connection cannot be notified; empty where it can."""
    vendor = VENDORS[connection.vendor]
    if vendor.edits.cancel is None:
        return Message("cancel.no_update", platform=vendor.title)
    if link.cancelled:
        return Message("cancel.whole_there", platform=vendor.title)
    try:
        _request(db, order, connection, link, tuple(line.line_id for line in link.lines), restored=False)
    except ValidationFailed as refused:
        return refused.message
    return NO_MESSAGE


_DONE: dict[Resolution, str] = {
    "shipped": "audit.item_shipped",
    "cancelled": "audit.item_cancelled",
    "": "audit.item_reopened",
}
_ALREADY: dict[Resolution, str] = {
    "shipped": "item.already_shipped",
    "cancelled": "item.already_cancelled",
    "": "item.already_open",
}


async def resolve_item(ctx: Context, order_id: int, line_id: int, resolution: Resolution, reason: str) -> None:
    """Record that a line shipped or will not ship; "" withdraws the record. No platform is notified.

    It holds until the quantity changes. Raises `ValidationFailed` without a reason, for a line that is counted in units
    or gone, and where it is recorded already.
    """
    await ctx.write(_resolve_item, ctx, order_id, line_id, resolution, reason.strip())


def _resolve_item(db: Db, ctx: Context, order_id: int, line_id: int, resolution: Resolution, reason: str) -> None:
    if not reason:
        raise ValidationFailed(Problem(("reason",), Message("reason.missing_item")))
    line = next((line for line in orders.lines(db, order_id) if line.id == line_id), None)
    if line is None:
        raise ValidationFailed(Problem(("lines", line_id), Message("item.gone")))
    if line.is_counted:
        message = Message("item.is_counted", sku=line.sku, quantity=str(line.quantity))
        raise ValidationFailed(Problem(("lines", line_id), message))
    if (line.resolution == "") if resolution == "" else (line.resolved_as == resolution):
        message = Message(_ALREADY[resolution], sku=line.sku, quantity=str(line.quantity))
        raise ValidationFailed(Problem(("lines", line_id), message))
    orders.resolve_line(db, order_id, line, resolution)
    now_ms = ctx.clock.now_ms()
    ctx.record_change(
        db,
        order_id,
        Message(_DONE[resolution], sku=line.sku or line.description, quantity=str(line.quantity)),
        reason,
        now_ms=now_ms,
    )
    orders.refresh_totals(db, order_id, now_ms=now_ms)
