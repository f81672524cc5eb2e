"""Shipping: a shipment is checked, stored with the calls that tell of it, or shown as it would be told."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import NewShipment, Package, Shipment, shipment_from
from shipconsole.operations.context import Context
from shipconsole.operations.orders import labels
from shipconsole.operations.orders.orders import places_for, why_nobodys
from shipconsole.store import calls, connections, drafts, orders, shipments, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.options import Notified


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """One call that a shipment leads to; `package` is set where the platform takes one package a call."""

    connection: Connection
    request: Request
    package: Package | None


@dataclass(frozen=True, slots=True)
class Shipped:
    """A stored shipment, the ids of the calls that will tell of it, and what will be lost of it by connection."""

    shipment_id: int
    call_ids: tuple[int, ...]
    warnings: tuple[tuple[str, Problem], ...] = ()


async def preview(
    ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str] = ()
) -> tuple[PlannedUpdate, ...]:
    """The exact requests that `ship` would lead to, as far as the stores' present copies tell; stores nothing.

    Raises `ValidationFailed` for what `ship` would refuse.
    """
    return await ctx.read(_preview, ctx, order_id, draft, to)


async def ship(
    ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str] = (), *, is_typed: bool = True
) -> Shipped:
    """Store a shipment and the calls that tell of it, all or nothing; the calls are due when the bench's hold is over.

    `to` names the connections to tell, all that know the order where it is empty. A draft that `is_typed` at this
    station is done with then; else one that somebody types stays, as long as something is left to ship. Raises
    `ValidationFailed` with every problem, nothing stored.
    """
    return await ctx.write(_ship, ctx, order_id, draft, to, is_typed=is_typed)


def ship_in(db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str] = ()) -> Shipped:
    """What `ship` does, inside a transaction of the caller's; what was typed for the order stays typed."""
    now_ms = ctx.clock.now_ms()
    new = _checked(db, ctx, order_id, draft)
    links = orders.links(db, order_id)
    places = _places(db, links, to, new.order)
    earlier = shipments.of_order(db, order_id)
    for line_id, pieces in new.taken.items():
        if not orders.claim_units(db, order_id, line_id, pieces):
            sku = next(line.sku for line in new.order.lines if line.id == line_id)
            message = Message("ship.left_changed", sku=sku, count=pieces)
            raise ValidationFailed(Problem(("lines", line_id), message, names_item=True))
    shipment_id = shipments.add(db, new, station=ctx.station, operator=ctx.operator, now_ms=now_ms)
    for package in new.packages:
        tracks.assign_order(db, package.tracking_number, order_id)
    shipment = shipments.of_order(db, order_id)[-1]
    told = _told(notifications(places, links, new, shipment, earlier))
    if not told:
        message = Message("ship.no_connection_has_items", connections=", ".join(place.name for place in places))
        raise ValidationFailed(Problem(("to",), message))
    call_ids = [
        calls.add(
            db,
            key=uuid.uuid4().hex,
            order_id=order_id,
            shipment_id=shipment_id,
            package_id=one.package.id if one.package else None,
            connection_id=one.connection.id,
            summary=one.request.summary,
            repeatable=one.request.repeatable,
            now_ms=now_ms,
            held_until_ms=_held_until_ms(ctx, one.connection, ctx.steady_ms(db)),
        )
        for one in told
    ]
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    warnings = tuple((one.connection.name, warning) for one in told for warning in one.request.warnings)
    return Shipped(shipment_id, tuple(call_ids), warnings)


async def draft_of(
    ctx: Context, order_id: int, items: Sequence[tuple[str, int]] | None, package: PackageDraft
) -> ShipmentDraft:
    """A draft of one package with units by SKU, or with all that is left where `items` is None.

    Each SKU fills its first line, then its next. Raises `ValidationFailed` for a SKU that is not on the order or
    units that are none.
    """
    order = await ctx.read(orders.get, order_id)
    quantities: dict[int, int] = {}
    problems: list[Problem] = []
    if items is None:
        quantities = {line.id: line.left for line in order.lines if line.left}
    for sku, pieces in items or ():
        lines = order.lines_of(sku)
        if not lines:
            problems.append(Problem(("lines",), Message("ship.unknown_item", sku=sku, number=order.number)))
        elif len({line.sku for line in lines}) > 1:
            listed = tuple(dict.fromkeys(line.sku for line in lines))
            problems.append(
                Problem(("lines",), Message("ship.ambiguous_item", sku=sku, listed=listed, number=order.number))
            )
        elif pieces < 1:
            message = Message("ship.invalid_quantity", sku=sku, count=pieces)
            problems.append(Problem(("lines", lines[0].id), message, names_item=True))
        else:
            _fill(quantities, lines, pieces)
    if problems:
        raise ValidationFailed(*problems)
    return ShipmentDraft(packages=(package.model_copy(update={"quantities": quantities}),))


def notifications(
    known: Sequence[Connection],
    links: Sequence[Link],
    new: NewShipment,
    shipment: Shipment,
    earlier: Sequence[Shipment],
) -> list[tuple[Connection, ShipmentNotification]]:
    """Everything that has to be said about a shipment: who is told what, one telling a call."""
    by_connection = {link.connection_id: link for link in links}
    found: list[tuple[Connection, ShipmentNotification]] = []
    for connection in known:
        one_by_one = VENDORS[connection.vendor].one_call_per_package
        groups = [(package,) for package in shipment.packages] if one_by_one else [shipment.packages]
        for packages in groups:
            notification = ShipmentNotification(
                order=new.order_after,
                link=by_connection.get(connection.id),
                shipment=shipment,
                packages=packages,
                shipments=(*earlier, shipment),
                options=connection.options,
            )
            found.append((connection, notification))
    return found


def _fill(quantities: dict[int, int], lines: Sequence[OrderLine], pieces: int) -> None:
    for line in lines:
        here = min(pieces, line.left - quantities.get(line.id, 0))
        if here > 0:
            quantities[line.id] = quantities.get(line.id, 0) + here
            pieces -= here
    if pieces:
        # More than all lines of the SKU have left: the check of the whole draft says so, at the last line.
        quantities[lines[-1].id] = quantities.get(lines[-1].id, 0) + pieces


def _checked(db: Db, ctx: Context, order_id: int, draft: ShipmentDraft) -> NewShipment:
    order = orders.get(db, order_id)
    with_labels, refused = labels.checked(db, ctx, order, draft)
    try:
        new = shipment_from(order, with_labels)
    except ValidationFailed as wrong:
        raise ValidationFailed(*wrong.problems, *(refused.problems if refused else ())) from wrong
    if refused:
        raise refused
    return new


def _places(db: Db, links: Sequence[Link], to: Sequence[str], order: Order) -> tuple[Connection, ...]:
    number = order.number
    if message := why_nobodys(db, order.id, number):
        raise ValidationFailed(Problem(("to",), message))
    places, taken = places_for(db, order.id, number, connections.every(db), links)
    wanted = {name.strip().casefold() for name in to}
    problems = [
        Problem(("to",), Message("order.other_there", connection=one.name, number=number))
        for one in taken
        if one.name.casefold() in wanted or not (to or places)
    ]
    if problems:
        raise ValidationFailed(*problems)
    if not to:
        if not places:
            message = Message("ship.no_connection", number=number)
            advice = Message("ship.create_first")
            raise ValidationFailed(Problem(("to",), message, advice))
        return places
    by_name = {one.name.casefold(): one for one in places}
    unknown = [name for name in to if name.strip().casefold() not in by_name]
    if unknown:
        listed = ", ".join(one.name for one in places) or Message("list.none")
        raise ValidationFailed(
            *(
                Problem(("to",), Message("ship.not_in_connection", connection=name, number=number, listed=listed))
                for name in unknown
            )
        )
    return tuple(one for one in places if one.name.casefold() in wanted)


def _preview(db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str]) -> tuple[PlannedUpdate, ...]:
    new = _checked(db, ctx, order_id, draft)
    links = orders.links(db, order_id)
    earlier = shipments.of_order(db, order_id)
    # The packages get ids as stored ones have, so that builders can tell them apart.
    packages = tuple(
        package.model_copy(update={"id": -position}) for position, package in enumerate(new.packages, start=1)
    )
    shipment = Shipment(id=earlier[-1].id + 1 if earlier else 1, packages=packages, created_at_ms=0)
    return _told(notifications(_places(db, links, to, new.order), links, new, shipment, earlier))


def _told(said: Sequence[tuple[Connection, ShipmentNotification]]) -> tuple[PlannedUpdate, ...]:
    told: list[PlannedUpdate] = []
    for connection, notification in said:
        vendor = VENDORS[connection.vendor]
        request = vendor.tell(notification)
        if request is not None:
            package = notification.packages[0] if vendor.one_call_per_package else None
            told.append(PlannedUpdate(connection, request, package))
    return tuple(told)


def _ship(db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str], *, is_typed: bool) -> Shipped:
    shipped = ship_in(db, ctx, order_id, draft, to)
    if is_typed or not orders.get(db, order_id).left:
        drafts.drop(db, order_id)
    return shipped


def _held_until_ms(ctx: Context, connection: Connection, steady_ms: int) -> int:
    """Until when a call can be taken back: as the connection says, else as the bench does; 0 is not at all."""
    if ctx.undo_window_s is None:
        return 0
    options = VENDORS[connection.vendor].options.read(connection.options)
    own = options.undo_window_s if isinstance(options, Notified) else None
    undo_window_s = ctx.undo_window_s if own is None else own
    return steady_ms + min(undo_window_s, ctx.timings.hold_cap_s) * 1_000 if undo_window_s else 0
