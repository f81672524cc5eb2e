"""Shipping: a shipment is checked and stored with its updates, or previewed; and what is not shipped yet."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shipconsole.domain.call import CallState
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.outcome import Accepted
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.shipment import NewShipment
from shipconsole.operations.context import Context
from shipconsole.operations.importing.import_orders import refresh_order
from shipconsole.operations.orders import claims, labels
from shipconsole.operations.orders.orders import target_connections, test_order_message
from shipconsole.operations.outbox import hold
from shipconsole.operations.shipping.plan import PlannedUpdate, planned_updates, require_updates, valid_shipment
from shipconsole.store import calls, connections, drafts, orders, shipments, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import NOT_NOTIFIED
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import Notified

FRESH_MS = 60_000
"""A document is current for this long."""
LONGEST_S = 5.0
WAITING: tuple[CallState, ...] = ("held", "pending", "retry_wait")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A stored shipment, the ids of its updates, and what each connection's update leaves out."""

    shipment_id: int
    call_ids: tuple[int, ...]
    warnings: tuple[tuple[str, Problem], ...] = ()


async def preview(
    ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str] = ()
) -> tuple[PlannedUpdate, ...]:
    """Return the exact requests of `ship`, as far as the stored documents show; store nothing.

    Raises `ValidationFailed` for what `ship` would reject.
    """
    return await ctx.read(preview_in, ctx, order_id, draft, to)


async def ship(
    ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str] = (), *, is_typed: bool = True
) -> Shipped:
    """Store a shipment and its updates, all or nothing; the updates are due after the undo window.

    `to` names the connections to notify, by default all that have the order. A draft that `is_typed` at this station is
    removed, unless another station packs the order; any other stays as long as units are left to ship. Raises
    `ValidationFailed` with every problem, and stores nothing.
    """
    return await ctx.write(store_shipment, ctx, order_id, draft, to, is_typed=is_typed)


def ship_in(
    db: Db,
    ctx: Context,
    order_id: int,
    draft: ShipmentDraft,
    to: Sequence[str] = (),
    *,
    box: str = "",
    countdown_s: float = 0,
    was_packed_here: bool = True,
) -> Shipped:
    """Do what `ship` does within the caller's transaction; the order's draft stays.

    Packages with the same `box` are one box with one tracking number. With a countdown the updates wait for its end,
    which the caller reports, instead of the undo window's. What was packed here waits until a person has seen how the
    order changed.
    """
    now_ms = ctx.clock.now_ms()
    new = _checked(db, ctx, orders.get(db, order_id), draft, box)
    links = orders.links(db, order_id)
    targets = _targets(db, links, to, new.order)
    planned = planned_updates(new, links, shipments.of_order(db, order_id), targets)
    require_updates(planned, targets)
    if not orders.claim_units(db, order_id, new.taken):
        raise ValidationFailed(_left_changed(new, orders.get(db, order_id)))
    # All units were claimed, so the order is now as the shipment says; reading a large one takes long.
    after = new.order_after
    shipment_id, package_ids = shipments.add(db, new, station=ctx.station, operator=ctx.operator, now_ms=now_ms)
    for package in new.packages:
        tracks.assign_order(db, package.tracking_number, order_id)
    call_ids = [
        calls.add(
            db,
            key=uuid.uuid4().hex,
            order_id=order_id,
            shipment_id=shipment_id,
            package_id=_stored_id(update, package_ids),
            connection_id=update.connection.id,
            summary=update.request.summary,
            repeatable=update.request.repeatable,
            now_ms=now_ms,
            held_until_ms=_held_until_ms(db, ctx, countdown_s or undo_window_s(ctx, update.connection)),
            counts_down=countdown_s > 0,
        )
        for update in planned
    ]
    if was_packed_here:
        hold.hold_unseen(db, order_id, call_ids, now_ms=now_ms)
    orders.note_shipped(db, after, [package.tracking_number for package in new.packages], now_ms=now_ms)
    claims.shipped(db, ctx, after)
    warnings = tuple((update.connection.name, warning) for update in planned for warning in update.request.warnings)
    return Shipped(shipment_id, tuple(call_ids), warnings)


async def draft_with_items(
    ctx: Context, order_id: int, items: Sequence[tuple[str, int]] | None, package: PackageDraft
) -> ShipmentDraft:
    """Return a draft of one package with units by SKU, or with all that is left where `items` is None.

    Each SKU fills its first line, then the next. Raises `ValidationFailed` for a SKU that is not on the order and for
    an invalid number of units.
    """
    order = await ctx.read(orders.get, order_id)
    return draft_of_items(order, items, package)


def draft_of_items(order: Order, items: Sequence[tuple[str, int]] | None, package: PackageDraft) -> ShipmentDraft:
    """Do what `draft_with_items` does with an order that is known."""
    quantities: dict[int, int] = {}
    problems: list[Problem] = []
    if items is None:
        quantities = {line.id: line.left for line in order.lines if line.left}
    for sku, units in items or ():
        lines = order.lines_of(sku)
        if not lines:
            problems.append(Problem(("lines",), Message("ship.unknown_item", sku=sku, number=order.number)))
        elif len({line.sku for line in lines}) > 1:
            listed = tuple(dict.fromkeys(line.sku for line in lines))
            problems.append(
                Problem(("lines",), Message("ship.ambiguous_item", sku=sku, listed=listed, number=order.number))
            )
        elif units < 1:
            message = Message("ship.invalid_quantity", sku=sku, count=units)
            problems.append(Problem(("lines", lines[0].id), message, names_item=True))
        else:
            _fill(quantities, lines, units)
    if problems:
        raise ValidationFailed(*problems)
    return ShipmentDraft(packages=(package.model_copy(update={"quantities": quantities}),))


def _fill(quantities: dict[int, int], lines: Sequence[OrderLine], units: int) -> None:
    for line in lines:
        here = min(units, line.left - quantities.get(line.id, 0))
        if here > 0:
            quantities[line.id] = quantities.get(line.id, 0) + here
            units -= here
    if units:
        # More than all lines of the SKU have left: the check of the whole draft reports it at the last line.
        quantities[lines[-1].id] = quantities.get(lines[-1].id, 0) + units


def _checked(db: Db, ctx: Context, order: Order, draft: ShipmentDraft, box: str = "") -> NewShipment:
    with_labels, refused = labels.checked(db, ctx, order, draft, box)
    try:
        new = valid_shipment(order, with_labels)
    except ValidationFailed as wrong:
        raise ValidationFailed(*wrong.problems, *(refused.problems if refused else ())) from wrong
    if refused:
        raise refused
    if box:
        return new.model_copy(update={"packages": tuple(p.model_copy(update={"box": box}) for p in new.packages)})
    return new


def _stored_id(update: PlannedUpdate, package_ids: Sequence[int]) -> int | None:
    """Return the id of the package that an update is of, None where it is of several."""
    planned_id = update.package.id if update.package else None
    return None if planned_id is None else package_ids[-planned_id - 1]


def _left_changed(new: NewShipment, now: Order) -> Problem:
    """Return which item had fewer units left than were to be claimed, when all that could be claimed are."""
    line = next(
        line
        for line_id, units in new.taken.items()
        if (line := new.order.line(line_id)) is not None
        and ((claimed := now.line(line_id)) is None or claimed.shipped != line.shipped + units)
    )
    message = Message("ship.left_changed", sku=line.sku, count=new.taken[line.id])
    return Problem(("lines", line.id), message, names_item=True)


def _targets(db: Db, links: Sequence[Link], to: Sequence[str], order: Order) -> tuple[Connection, ...]:
    number = order.number
    if message := test_order_message(db, number, links):
        raise ValidationFailed(Problem(("to",), message))
    targets, taken = target_connections(db, order.id, number, connections.every(db), links)
    wanted_names = {name.strip().casefold() for name in to}
    problems = [
        Problem(("to",), Message("order.other_there", connection=connection.name, number=number))
        for connection in taken
        if connection.name.casefold() in wanted_names or not (to or targets)
    ]
    if problems:
        raise ValidationFailed(*problems)
    if not to:
        if not targets:
            message = Message("ship.no_connection", number=number)
            advice = Message("ship.create_first")
            raise ValidationFailed(Problem(("to",), message, advice))
        return targets
    by_name = {connection.name.casefold(): connection for connection in targets}
    unknown = [name for name in to if name.strip().casefold() not in by_name]
    if unknown:
        listed = tuple(connection.name for connection in targets) or (Message("list.none"),)
        raise ValidationFailed(
            *(
                Problem(("to",), Message("ship.not_in_connection", connection=name, number=number, listed=listed))
                for name in unknown
            )
        )
    return tuple(connection for connection in targets if connection.name.casefold() in wanted_names)


def preview_in(
    db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str] = ()
) -> tuple[PlannedUpdate, ...]:
    """Do what `preview` does within the caller's transaction."""
    return _preview_of(db, ctx, orders.get(db, order_id), draft, to)[1]


def check_in(db: Db, ctx: Context, order: Order, draft: ShipmentDraft, to: Sequence[str] = ()) -> NewShipment:
    """Return the shipment that `ship_in` would store of an order, which may be given as it will be; store nothing.

    Raises what `ship_in` raises.
    """
    new, planned, targets = _preview_of(db, ctx, order, draft, to)
    require_updates(planned, targets)
    return new


def _preview_of(
    db: Db, ctx: Context, order: Order, draft: ShipmentDraft, to: Sequence[str] = ()
) -> tuple[NewShipment, tuple[PlannedUpdate, ...], tuple[Connection, ...]]:
    """Return the shipment that `ship_in` would store of an order, its requests, and the connections to notify."""
    new = _checked(db, ctx, order, draft)
    links = orders.links(db, order.id)
    targets = _targets(db, links, to, new.order)
    return new, planned_updates(new, links, shipments.of_order(db, order.id), targets), targets


def store_shipment(
    db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, to: Sequence[str], *, is_typed: bool
) -> Shipped:
    """Store a shipment, and remove its draft where it is done."""
    is_others = claims.protects_draft(db, ctx, order_id)
    shipped = ship_in(db, ctx, order_id, draft, to)
    if (is_typed and not is_others) or not orders.get(db, order_id).left:
        drafts.drop(db, order_id)
    return shipped


def undo_window_s(ctx: Context, connection: Connection) -> int:
    """Return how long an update can be undone: as the connection says, else as the station does; 0 is not at all."""
    if ctx.undo_window_s is None:
        return 0
    options = VENDORS[connection.vendor].options.read(connection.options)
    own = options.undo_window_s if isinstance(options, Notified) else None
    return min(ctx.undo_window_s if own is None else own, ctx.timings.hold_cap_s)


def _held_until_ms(db: Db, ctx: Context, window_s: float) -> int:
    return ctx.steady_ms(db) + round(window_s * 1_000) if window_s else 0


async def refresh_before_shipping(ctx: Context, order_id: int, names: Sequence[str] = ()) -> bool:
    """Fetch an order again from the platforms that will be notified; return whether any was fetched.

    Only connections with these names are queried, by default all that have the order, each with one request, and none
    that was read within `FRESH_MS`, takes no requests at present, or did not respond lately. One that does not respond
    within `LONGEST_S` is skipped: its last document counts then, and the update itself reports what is wrong.
    """
    wanted_names = {name.strip().casefold() for name in names}
    stale = await ctx.read(_to_be_read, ctx, order_id)
    reading = (
        _read_again(ctx, connection, link)
        for connection, link in stale
        if not wanted_names or connection.name.casefold() in wanted_names
    )
    return any(await asyncio.gather(*reading))


async def _read_again(ctx: Context, connection: Connection, link: Link) -> bool:
    try:
        async with asyncio.timeout(LONGEST_S):
            return isinstance(await refresh_order(ctx, connection, link.remote_id), Accepted)
    except (ValidationFailed, EnvironmentFailure, TimeoutError):
        return False


def _to_be_read(db: Db, ctx: Context, order_id: int) -> list[tuple[Connection, Link]]:
    """Return the connections to query before an order ships, and the order's link to each."""
    oldest_ms, steady_ms, now_s = ctx.shared_ms(db) - FRESH_MS, ctx.steady_ms(db), ctx.clock.monotonic_s()
    known = connections.by_id(db)
    return [
        (connection, link)
        for link in orders.links(db, order_id)
        if link.seen_at_ms <= oldest_ms
        and VENDORS[(connection := known[link.connection_id]).vendor].shipments is not NOT_NOTIFIED
        and not connection.is_blocked
        and connection.held_until_ms <= steady_ms
        and ctx.held_until_s.get(connection.id, 0.0) <= now_s
        and connection.failures < ctx.timings.failures_most
    ]


class PackedOrder(NamedTuple):
    """An order with packed units that are not shipped."""

    number: str
    units: int


class Unfinished(NamedTuple):
    """Orders that are packed and not shipped, and how many updates are not sent."""

    packed: tuple[PackedOrder, ...] = ()
    updates: int = 0


async def unfinished(ctx: Context) -> Unfinished:
    """Return what is packed and not shipped, newest first, and what is not sent."""
    return await ctx.read(_unfinished)


def _unfinished(db: Db) -> Unfinished:
    counted = [
        PackedOrder(number, sum(sum(package.quantities.values()) for package in draft.packages))
        for number, draft in drafts.every(db)
    ]
    states = calls.count_by_state(db)
    return Unfinished(
        tuple(packed for packed in counted if packed.units), sum(states.get(state, 0) for state in WAITING)
    )
