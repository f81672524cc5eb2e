"""Upserting orders: a connection's orders are added to ours or update them."""

from collections.abc import Sequence
from functools import partial

from shipconsole.domain import code, recipient
from shipconsole.domain.blanking import blanked_document, blanked_order
from shipconsole.domain.call import ENDED
from shipconsole.domain.connection import Connection
from shipconsole.domain.intent import kind_of
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import verbatim
from shipconsole.domain.order import Order
from shipconsole.operations.importing import identity, item_matching, platform_drift
from shipconsole.operations.outbox import hold
from shipconsole.store import (
    blanking,
    calls,
    connections,
    drafts,
    follow_up_jobs,
    forwarding,
    linking,
    order_lines,
    orders,
    removal,
    shipments,
    steady_time,
    webhook_events,
)
from shipconsole.store.database import Db
from shipconsole.store.order_lines import LineValues, NewLine
from shipconsole.vendors.catalog import VENDORS

CONFIRM = "confirm"
"""The follow-up task that fetches an order and its packages from a platform that ships itself."""


READ_BACK = "read_back"
"""The follow-up task that reads an order again from a platform."""


def upsert_orders(
    db: Db,
    connection: Connection,
    remotes: Sequence[RemoteOrder],
    *,
    now_ms: int,
    as_of: int | None = None,
    with_shipped: bool = False,
    compares: bool = True,
) -> int:
    """Store a connection's orders; return how many are new here.

    An order that several connections have is one order here. It is found by the connection's id for it; else by its
    number, if no other account of the same platform has it under that number already, the two share an item (a SKU, or
    for a platform that ships itself the store's id of an item), and the recipient is the same. Where that is unknown,
    they stay two orders until a person links them. A new order that was shipped or cancelled elsewhere is left out,
    shipped ones are stored with `with_shipped`; one with an endless id is left out. `as_of` is the newest attempt when
    the platform was queried, by default the newest now. A document older than the stored one is left out; with
    `compares`, earlier updates are compared with the document.
    """
    new, seen_ms = 0, steady_time.shared_ms(db, wall_ms=now_ms)
    for remote in remotes:
        if remote.has_long_id:
            continue
        known = orders.linked(db, connection.id, remote.remote_id)
        if known is not None:
            link_id, order_id, document, known_as_of = known
            if as_of is not None and as_of < known_as_of:
                continue
            stays_blanked = _stays_blanked(db, order_id)
            if compares and not stays_blanked:
                compared_to = calls.newest_attempt(db) if as_of is None else as_of
                platform_drift.record_drift(
                    db, connection, order_id, before=document, after=remote.document, as_of=compared_to, now_ms=now_ms
                )
            if document == (blanked_document(remote.document) if stays_blanked else remote.document):
                orders.seen(db, link_id, now_ms=seen_ms, as_of=as_of or 0)
                continue
        else:
            order_id = matching_order(db, connection, remote) or 0
            is_open = not (remote.cancelled or remote.shipped_elsewhere) and bool(remote.lines)
            if order_id and is_open and _is_only_at_printers(db, connection, order_id):
                _replace(db, connection, order_id, remote, now_ms=now_ms, seen_ms=seen_ms, as_of=as_of or 0)
                continue
            if not order_id:
                comes_shipped = with_shipped and remote.shipped_elsewhere and bool(remote.lines)
                if not is_open and not (comes_shipped and not remote.cancelled):
                    continue
                if removal.was_removed(db, connection.id, remote.remote_id):
                    continue
                order_id = orders.add(db, number=remote.number, primary_connection_id=connection.id, now_ms=now_ms)
                new += 1
        apply_remote(db, connection, order_id, remote, now_ms=now_ms, seen_ms=seen_ms, as_of=as_of or 0)
    return new


def apply_remote(
    db: Db,
    connection: Connection,
    order_id: int,
    remote: RemoteOrder,
    *,
    now_ms: int,
    seen_ms: int | None = None,
    as_of: int = 0,
    by_platform: bool = True,
) -> None:
    """Store a connection's version of one of our orders: its ids, and items and address where it is the primary one.

    `seen_ms` is the shared time, where the caller knows it.

    What it changed `by_platform`, and not because a person here wanted it, holds the updates that wait. A finished
    order whose names and addresses were removed does not get them back; one that is open again does, to be shipped.
    """
    if seen_ms is None:
        seen_ms = steady_time.shared_ms(db, wall_ms=now_ms)
    apply = partial(_apply, db, connection, order_id, now_ms=now_ms, seen_ms=seen_ms, as_of=as_of)
    if blanking.is_blanked(db, order_id):
        by_platform = False
        if _stays_blanked(db, order_id):
            apply(blanked_order(remote), by_platform=False)
            if _stays_blanked(db, order_id):
                return
        blanking.unblank(db, order_id)
    apply(remote, by_platform=by_platform)


def fill_again(db: Db, order_id: int) -> None:
    """Have an order that is open again read from its platforms, if its names and addresses were removed."""
    if blanking.is_blanked(db, order_id) and not _stays_blanked(db, order_id):
        for link in orders.links(db, order_id):
            follow_up_jobs.put(db, connection_id=link.connection_id, order_id=order_id, kind=READ_BACK)


def _stays_blanked(db: Db, order_id: int) -> bool:
    """Return whether an order was blanked and is still finished."""
    return blanking.is_blanked(db, order_id) and orders.get(db, order_id).state in ("shipped", "cancelled")


def _apply(
    db: Db,
    connection: Connection,
    order_id: int,
    remote: RemoteOrder,
    *,
    now_ms: int,
    seen_ms: int,
    as_of: int,
    by_platform: bool,
) -> None:
    is_primary = orders.primary_connection_id(db, order_id) == connection.id
    before = orders.get(db, order_id) if is_primary and by_platform else None
    if is_primary:
        orders.describe(db, order_id, remote)
        _take_lines(db, connection.id, order_id, remote.lines)
    elif note := remote.note or verbatim(remote.ship_to.instructions):
        orders.add_note(db, order_id, note)
    link_id = orders.put_link(db, order_id, connection.id, remote, now_ms=seen_ms, as_of=as_of)
    matched = _matched(db, connection.id, order_id, remote.lines)
    if not VENDORS[connection.vendor].is_notified:
        matched += item_matching.match_by_store_item_id(db, order_id, remote.lines, matched)
    orders.drop_line_links(db, link_id)
    order_lines.link(db, link_id, matched)
    webhook_events.requeue_waiting(db, remote.number)
    if remote.shipped_elsewhere and _is_shipped_elsewhere(db, connection, order_id):
        orders.claim_units(db, order_id, {line.id: line.left for line in orders.lines(db, order_id)})
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    if before is not None and before.lines:
        hold.hold_changed(db, connection, before, now_ms=now_ms)


def is_ambiguous(db: Db, connection: Connection, remote: RemoteOrder) -> bool:
    """Return whether an order that is new here has another one's number and does not name its recipient."""
    is_new = orders.linked(db, connection.id, remote.remote_id) is None
    return is_new and not recipient.is_known(remote.ship_to) and bool(orders.numbered_alike(db, remote.number))


def _items_in_common(order: Order, lines: Sequence[RemoteLine]) -> bool:
    """Return whether an order shares an item with a connection's lines."""
    ours = {_key(line.sku, line.description) for line in order.lines}
    return bool((ours & {_key(line.sku, line.description) for line in lines}) - {""})


def matching_order(db: Db, connection: Connection, remote: RemoteOrder) -> int | None:
    """Return the id of the order here that a connection's unlinked order is; None without exactly one."""
    if remote.is_test:
        # A test order is no real order's, whatever number it has.
        return None
    candidates: list[Order] = []
    for order_id in orders.numbered_alike(db, remote.number):
        if connection.vendor in orders.linked_vendors(db, order_id).values():
            continue
        if linking.are_kept_separate(db, order_id, connection.id):
            continue
        order = orders.get(db, order_id)
        if _is_same(db, connection, order, remote):
            candidates.append(order)
    if len(candidates) > 1:
        candidates = [order for order in candidates if order.number == remote.number]
    if len(candidates) > 1:
        # A platform that was sent an order by its number has that order.
        candidates = [order for order in candidates if _has_confirmed_update(db, order.id, connection.id)]
    return candidates[0].id if len(candidates) == 1 else None


def _is_same(db: Db, connection: Connection, order: Order, remote: RemoteOrder) -> bool:
    """Return whether a connection's order with the same number is one of ours.

    A platform that was sent an order by its number has what it was sent, and often nothing of the recipient.
    """
    agreement = recipient.agreement(order.ship_to, remote.ship_to)
    vendors = orders.linked_vendors(db, order.id).values()
    has_confirmed_update = _has_confirmed_update(db, order.id, connection.id)
    if agreement == "different" or (agreement == "unknown" and not has_confirmed_update):
        return False
    if not remote.lines:
        return has_confirmed_update
    ships_itself = any(not VENDORS[vendor].is_notified for vendor in (connection.vendor, *vendors))
    return _items_in_common(order, remote.lines) or (ships_itself and item_matching.shares_items(db, order.id, remote))


def _has_confirmed_update(db: Db, order_id: int, connection_id: int) -> bool:
    return any(
        call.connection_id == connection_id and call.state == "confirmed" for call in calls.of_order(db, order_id)
    )


def _is_shipped_elsewhere(db: Db, connection: Connection, order_id: int) -> bool:
    """Return whether only a platform that ships itself has an order, and its packages are not forwarded.

    Once it has shipped, nothing of it is left to pack or to notify here.
    """
    if VENDORS[connection.vendor].is_notified or orders.linked_vendors(db, order_id).keys() != {connection.id}:
        return False
    return all(rule.from_id != connection.id or rule.mode == "off" for rule in forwarding.rules(db))


def _is_only_at_printers(db: Db, connection: Connection, order_id: int) -> bool:
    """Return whether only self-shipping platforms have the order so far and no one worked on it."""
    vendors = orders.linked_vendors(db, order_id).values()
    if (
        not VENDORS[connection.vendor].is_notified
        or not vendors
        or any(VENDORS[vendor].is_notified for vendor in vendors)
    ):
        return False
    is_touched = shipments.of_order(db, order_id) or calls.of_order(db, order_id) or drafts.get(db, order_id)
    return orders.primary_connection_id(db, order_id) is not None and not is_touched


def _replace(
    db: Db, connection: Connection, before_id: int, remote: RemoteOrder, *, now_ms: int, seen_ms: int, as_of: int
) -> None:
    """Make the store's order the primary one, and link what printers have of it.

    A printer has only its part of the items, under its own SKUs.
    """
    printers = connections.by_id(db)
    links = orders.links(db, before_id)
    order_id = orders.add(db, number=remote.number, primary_connection_id=connection.id, now_ms=now_ms)
    apply_remote(db, connection, order_id, remote, now_ms=now_ms, seen_ms=seen_ms, as_of=as_of)
    linking.join(db, order_id, before_id, {})
    for link in links:
        printer = printers[link.connection_id]
        known = identity.remote_order(printer, link)
        if known is not None:
            apply_remote(db, printer, order_id, known, now_ms=now_ms, seen_ms=seen_ms, as_of=link.as_of)
        follow_up_jobs.put(db, connection_id=printer.id, order_id=order_id, kind=CONFIRM)


def _take_lines(db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]) -> None:
    """Replace our lines by the primary connection's; lines that are gone there are cancelled unless shipped.

    A primary connection that was notified of cancelled units may list fewer since then; that is no other order. Until
    it is notified, its quantities are older than ours.
    """
    if not remote_lines:
        return
    older = _has_unsent_cancellation(db, order_id, connection_id)
    cancellations = orders.cancellations(db, order_id)
    matched = {id(line): line_id for line_id, line, _ in _matched(db, connection_id, order_id, remote_lines)}
    ours = {line.id: line for line in orders.lines(db, order_id)}
    new: list[NewLine] = []
    changed: dict[int, LineValues] = {}
    for line in remote_lines:
        line_id = matched.get(id(line))
        known = ours.get(line_id or 0)
        quantity_text, ordered = line.quantity_text, line.quantity
        if known is not None and ordered is None:
            # A missing quantity changes nothing: the stored one still holds.
            ordered = known.ordered
            quantity_text = known.quantity_text if quantity_text == "null" else quantity_text
        ordered = ordered or 0
        cancelled = min(line.cancelled, ordered)
        if known is not None:
            by_platform, here = cancellations[known.id]
            if older:
                ordered, cancelled, quantity_text = known.ordered, by_platform, known.quantity_text
            elif here and ordered < known.ordered:
                ordered, cancelled = known.ordered, max(cancelled, known.ordered - ordered)
        values = LineValues(line.description, ordered, cancelled, line.weight_g, quantity_text)
        if line_id is None:
            new.append(NewLine(line.sku, *values))
        else:
            changed[line_id] = values
    for gone in ours.values():
        if gone.id not in matched.values() and not older:
            left = max(0, gone.ordered - gone.shipped)
            changed[gone.id] = LineValues(gone.description, gone.ordered, left, None, gone.quantity_text)
    order_lines.add(db, order_id, new)
    order_lines.change(db, changed)


def _matched(
    db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]
) -> list[tuple[int, RemoteLine, bool]]:
    """Match each of a connection's lines with ours by its id, else by SKU; with whether a person matched it.

    A platform may list its lines in another order than before, so equal SKUs are told apart by id. What a person
    matched stays matched, whatever the SKUs.
    """
    free = {line.id: line for line in orders.lines(db, order_id)}
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    known = [line for link in links for line in link.lines]
    ours_by_id = {line.remote_id: line.line_id for line in known}
    paired = {(line.remote_id, line.line_id) for line in known if line.is_manual}
    pairs: dict[int, int] = {}
    for position, line in enumerate(remote_lines):
        line_id = ours_by_id.get(line.remote_id)
        if line_id in free and (
            (line.remote_id, line_id) in paired
            or _key(free[line_id].sku, free[line_id].description) == _key(line.sku, line.description)
        ):
            pairs[position] = free.pop(line_id).id
    for position, line in enumerate(remote_lines):
        if position not in pairs:
            key = _key(line.sku, line.description)
            match = next((ours for ours in free.values() if _key(ours.sku, ours.description) == key), None)
            if match is not None:
                pairs[position] = free.pop(match.id).id
    return [
        (line_id, remote_lines[position], (remote_lines[position].remote_id, line_id) in paired)
        for position, line_id in sorted(pairs.items())
    ]


def _has_unsent_cancellation(db: Db, order_id: int, connection_id: int) -> bool:
    """Return whether a connection was not yet notified of units cancelled or restored here."""
    return any(
        call.connection_id == connection_id and call.state not in ENDED and kind_of(call.intent) == "cancel"
        for call in calls.of_order(db, order_id)
    )


def _key(sku: str, description: str) -> str:
    return code.key(sku) or code.key(description)
