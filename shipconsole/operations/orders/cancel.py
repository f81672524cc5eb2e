"""Cancelling: units that will not come are taken off an order here, and the connections that can be told are told."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.intent import cancel_from, cancel_text, kind_of
from shipconsole.domain.link import Link
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import Shipment
from shipconsole.operations.context import Context
from shipconsole.store import calls, connections, manual_changes, orders, package_changes, shipments
from shipconsole.store.calls import Call
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Cancelling
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Request

Pieces = Mapping[int, int]
"""Units by order line id."""


class _ShipmentNotification(NamedTuple):
    """Who is told of which lines, and what as far as is known now; None where it seems to be so there already."""

    connection: Connection
    line_ids: tuple[int, ...]
    request: Request | None


async def cancel(ctx: Context, order_id: int, pieces: Pieces, why: str) -> tuple[int, ...]:
    """Cancel so many more units of some lines; tell the ids of the calls that will tell of it.

    Raises `ValidationFailed` at ``lines.<line id>`` where not so many are left, at ``why`` where no reason is given,
    and then nothing is changed. Who cannot be told stands in `can_be_told`.
    """
    return await ctx.write(_change, ctx, order_id, pieces, why, restored=False)


async def restore(ctx: Context, order_id: int, pieces: Pieces, why: str) -> tuple[int, ...]:
    """Take back that so many units were cancelled at a bench; raises what `cancel` raises."""
    return await ctx.write(_change, ctx, order_id, pieces, why, restored=True)


async def can_be_told(ctx: Context, order_id: int) -> tuple[tuple[Connection, Message], ...]:
    """Each connection that knows the order, and in words whether it can be told of cancelled units."""
    return await ctx.read(_can_be_told, order_id)


async def restorable(ctx: Context, order_id: int) -> Mapping[int, int]:
    """How many units of each line were cancelled at a bench, so that they can be restored."""
    cancellations = await ctx.read(orders.cancellations, order_id)
    return {line_id: here for line_id, (_, here) in cancellations.items()}


async def preview_cancel(ctx: Context, order_id: int, pieces: Pieces) -> tuple[tuple[Connection, Request], ...]:
    """The requests that `cancel` would lead to as far as is known now; stores nothing, raises what `cancel` raises."""
    return await ctx.read(_preview, order_id, pieces, restored=False)


async def preview_restore(ctx: Context, order_id: int, pieces: Pieces) -> tuple[tuple[Connection, Request], ...]:
    """The requests that `restore` would lead to."""
    return await ctx.read(_preview, order_id, pieces, restored=True)


def request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """The request of a stored call, made of what is cancelled now; None where the connection knows it already."""
    build = VENDORS[connection.vendor].cancel
    if build is None or link is None:
        return None
    wanted = cancel_from(call.intent or "")
    order = orders.get(db, call.order_id)
    told = _told(db, call.order_id, connection.id)
    replaced = package_changes.replaced(db, call.order_id)
    return build(Cancelling(order, link, wanted.line_ids, wanted.restored, told, connection.options, replaced))


def _change(db: Db, ctx: Context, order_id: int, pieces: Pieces, why: str, *, restored: bool) -> tuple[int, ...]:
    if not why.strip():
        raise ValidationFailed(Problem(("why",), Message("reason.missing_order")))
    before = _checked(db, order_id, pieces, restored=restored)
    step = orders.restore_units if restored else orders.cancel_units
    for line_id, count in pieces.items():
        # Checked above; the statement itself is what keeps two benches from taking the same piece.
        if count and not step(db, order_id, line_id, count):
            raise ValidationFailed(_too_many(before, line_id, count, 0, restored=restored))
    now_ms = ctx.clock.now_ms()
    line_ids = [line_id for line_id, count in pieces.items() if count]
    content = tuple(f"{pieces[line.id]} × {line.sku}" for line in before.lines if line.id in line_ids)
    what = Message("audit.restored" if restored else "audit.cancelled", items=content)
    manual_changes.add(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        what=what,
        reason=why.strip(),
        now_ms=now_ms,
    )
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    order = orders.get(db, order_id)
    return tuple(
        calls.add(
            db,
            key=uuid.uuid4().hex,
            order_id=order_id,
            shipment_id=None,
            intent=cancel_text(one.line_ids, restored=restored),
            package_id=None,
            connection_id=one.connection.id,
            summary=one.request.summary if one.request else what,
            repeatable=one.request is not None and one.request.repeatable,
            now_ms=now_ms,
        )
        for one in _notifications(db, order, line_ids, restored=restored)
    )


def _preview(db: Db, order_id: int, pieces: Pieces, *, restored: bool) -> tuple[tuple[Connection, Request], ...]:
    before = _checked(db, order_id, pieces, restored=restored)
    sign = -1 if restored else 1
    lines = tuple(
        line.model_copy(update={"cancelled": max(0, line.cancelled + sign * pieces.get(line.id, 0))})
        for line in before.lines
    )
    after = before.model_copy(update={"lines": lines})
    line_ids = [line_id for line_id, count in pieces.items() if count]
    return tuple(
        (one.connection, one.request)
        for one in _notifications(db, after, line_ids, restored=restored)
        if one.request is not None
    )


def _checked(db: Db, order_id: int, pieces: Pieces, *, restored: bool) -> Order:
    """The order as it stands; raises `ValidationFailed` with every line of which not so many units can be changed."""
    try:
        order = orders.get(db, order_id)
    except LookupError:
        raise ValidationFailed(Problem((), Message("order.gone"))) from None
    cancellations = orders.cancellations(db, order_id)
    problems: list[Problem] = []
    if order.cancelled:
        problems.append(Problem((), Message("cancel.whole_order", number=order.number)))
    elif not any(pieces.values()):
        problems.append(Problem(("lines",), Message("cancel.nothing_chosen")))
    for line_id, count in pieces.items():
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
    """Who is told of changed lines: a connection that knows some of them and can be told."""
    known = {one.id: one for one in connections.every(db)}
    stored = calls.of_order(db, order.id)
    found: list[_ShipmentNotification] = []
    for link in orders.links(db, order.id):
        connection = known[link.connection_id]
        told_before = _told_lines(stored, connection.id)
        theirs = tuple(id_ for id_ in line_ids if link.line(id_) is not None or (restored and id_ in told_before))
        if not theirs or _unreachable(db, order, connection, link):
            continue
        request = _request(db, order, connection, link, theirs, restored=restored)
        # Where the vendor was told before, its document here may be older than what it has.
        if request is not None or told_before & {*theirs}:
            found.append(_ShipmentNotification(connection, theirs, request))
    return found


def _request(
    db: Db, order: Order, connection: Connection, link: Link, line_ids: tuple[int, ...], *, restored: bool
) -> Request | None:
    build = VENDORS[connection.vendor].cancel
    told = _told(db, order.id, connection.id)
    replaced = package_changes.replaced(db, order.id)
    return build(Cancelling(order, link, line_ids, restored, told, connection.options, replaced)) if build else None


def _told(db: Db, order_id: int, connection_id: int) -> tuple[Shipment, ...]:
    """The shipments that a connection was told of."""
    told = {
        call.shipment_id
        for call in calls.of_order(db, order_id)
        if call.connection_id == connection_id and call.state == "confirmed"
    }
    return tuple(one for one in shipments.of_order(db, order_id) if one.id in told)


def _told_lines(told: Iterable[Call], connection_id: int) -> set[int]:
    """Lines of which a connection was told that units are cancelled: it may have taken them out of the order."""
    return {
        line_id
        for call in told
        if call.connection_id == connection_id and call.intent is not None and kind_of(call.intent) == "cancel"
        for line_id in cancel_from(call.intent).line_ids
    }


def _can_be_told(db: Db, order_id: int) -> tuple[tuple[Connection, Message], ...]:
    known = {one.id: one for one in connections.every(db)}
    order = orders.get(db, order_id)
    found: list[tuple[Connection, Message]] = []
    for link in orders.links(db, order_id):
        connection = known[link.connection_id]
        message = _unreachable(db, order, connection, link) or Message("cancel.sends_update")
        found.append((connection, message))
    return tuple(found)


def _unreachable(db: Db, order: Order, connection: Connection, link: Link) -> Message:
    """Why a connection cannot be told; empty where it can."""
    vendor = VENDORS[connection.vendor]
    if vendor.cancel is None:
        return Message("cancel.no_update", platform=vendor.title)
    if link.cancelled:
        return Message("cancel.whole_there", platform=vendor.title)
    try:
        _request(db, order, connection, link, tuple(line.line_id for line in link.lines), restored=False)
    except ValidationFailed as refused:
        return refused.message
    return NO_MESSAGE
