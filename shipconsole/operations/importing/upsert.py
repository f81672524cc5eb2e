"""Taking in: what a connection says of its orders becomes what is known of ours."""

from collections.abc import Sequence

from shipconsole.domain import code, recipient
from shipconsole.domain.call import ENDED
from shipconsole.domain.connection import Connection
from shipconsole.domain.intent import kind_of
from shipconsole.domain.link import RemoteLine, RemoteOrder
from shipconsole.domain.message import verbatim
from shipconsole.domain.order import Order
from shipconsole.operations.importing import identity, item_matching, platform_drift
from shipconsole.store import (
    calls,
    connections,
    drafts,
    follow_up_jobs,
    forwarding,
    linking,
    orders,
    shipments,
    webhook_events,
)
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS

CONFIRM = "confirm"
"""The errand of asking a platform that ships by itself for an order and its packages."""


def take_in(
    db: Db,
    connection: Connection,
    remotes: Sequence[RemoteOrder],
    *,
    now_ms: int,
    as_of: int | None = None,
    with_shipped: bool = False,
    compares: bool = True,
) -> int:
    """Store what a connection says of some orders; tell how many are new here.

    An order that several connections know is one order here. It is found by the connection's own id for it; else by its
    number, if no other account of the same platform has it under that number already, the two have an item in common (a
    SKU, or for a platform that ships by itself the shop's id of an item) and one recipient. Orders of which that is not
    known stay two, and a person links them or keeps them apart. What is new and has shipped or was cancelled elsewhere
    is left out, what has shipped not where it is to come in `with_shipped`. `as_of` is the newest attempt of the moment
    at which the platform was asked, by default that of now. What it was asked for before a reading that is stored
    already is left out; what it was told before is compared with what it made of it, unless it is not to be compared.
    """
    new = 0
    for remote in remotes:
        known = orders.linked(db, connection.id, remote.remote_id)
        if known is not None:
            link_id, order_id, document, known_as_of = known
            if as_of is not None and as_of < known_as_of:
                continue
            if compares:
                told = calls.newest_attempt(db) if as_of is None else as_of
                platform_drift.note(
                    db, connection, order_id, before=document, after=remote.document, as_of=told, now_ms=now_ms
                )
            if document == remote.document:
                orders.seen(db, link_id, now_ms=now_ms, as_of=as_of or 0)
                continue
        else:
            order_id = same_order(db, connection, remote) or 0
            is_open = not (remote.cancelled or remote.shipped_elsewhere) and bool(remote.lines)
            if order_id and is_open and _is_printers_alone(db, connection, order_id):
                _replace(db, connection, order_id, remote, now_ms=now_ms, as_of=as_of or 0)
                continue
            if not order_id:
                comes_shipped = with_shipped and remote.shipped_elsewhere and bool(remote.lines)
                if not is_open and not (comes_shipped and not remote.cancelled):
                    continue
                order_id = orders.add(db, number=remote.number, primary_connection_id=connection.id, now_ms=now_ms)
                new += 1
        take_over(db, connection, order_id, remote, now_ms=now_ms, as_of=as_of or 0)
    return new


def take_over(
    db: Db, connection: Connection, order_id: int, remote: RemoteOrder, *, now_ms: int, as_of: int = 0
) -> None:
    """Store what a connection says of one of our orders: its ids, and lines and address where its word counts."""
    if orders.primary_connection_id(db, order_id) == connection.id:
        orders.describe(db, order_id, remote)
        _take_lines(db, connection.id, order_id, remote.lines)
    elif note := remote.note or verbatim(remote.ship_to.instructions):
        orders.add_note(db, order_id, note)
    link_id = orders.put_link(db, order_id, connection.id, remote, now_ms=now_ms, as_of=as_of)
    matched = _matched(db, connection.id, order_id, remote.lines)
    if not VENDORS[connection.vendor].is_told:
        matched += item_matching.paired(db, order_id, remote.lines, matched)
    orders.drop_line_links(db, link_id)
    for line_id, line, by_hand in matched:
        if line.barcode:
            orders.put_barcode(db, line_id, line.barcode)
        orders.put_line_link(db, link_id, line_id, line, is_manual=by_hand)
    webhook_events.requeue_waiting(db, remote.number)
    if remote.shipped_elsewhere and _is_settled_there(db, connection, order_id):
        for line in orders.lines(db, order_id):
            orders.claim_units(db, order_id, line.id, line.left)
    orders.refresh_totals(db, order_id, now_ms=now_ms)


def is_ambiguous(db: Db, connection: Connection, remote: RemoteOrder) -> bool:
    """Whether an order that is new here has the number of another one and does not say whose it is."""
    is_new = orders.linked(db, connection.id, remote.remote_id) is None
    return is_new and not recipient.is_told(remote.ship_to) and bool(orders.numbered_alike(db, remote.number))


def _items_in_common(order: Order, lines: Sequence[RemoteLine]) -> bool:
    """Whether an order has an item that a connection's lines have too."""
    ours = {_key(line.sku, line.description) for line in order.lines}
    return bool((ours & {_key(line.sku, line.description) for line in lines}) - {""})


def same_order(db: Db, connection: Connection, remote: RemoteOrder) -> int | None:
    """Return the order here that a connection's order, not linked yet, is; None where there is none or no one."""
    if remote.is_test:
        # It is nobody's, whatever number it has.
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
        candidates = [one for one in candidates if one.number == remote.number]
    if len(candidates) > 1:
        # What a vendor was told of under its number is what it has now.
        candidates = [one for one in candidates if _was_told(db, one.id, connection.id)]
    return candidates[0].id if len(candidates) == 1 else None


def _is_same(db: Db, connection: Connection, order: Order, remote: RemoteOrder) -> bool:
    """Whether a connection's order of the same number is one of ours.

    A platform that was told of an order by its number has what it was told, and often nothing of the recipient.
    """
    agreement = recipient.agreement(order.ship_to, remote.ship_to)
    vendors = orders.linked_vendors(db, order.id).values()
    was_told = _was_told(db, order.id, connection.id)
    if agreement == "different" or (agreement == "unknown" and not was_told):
        return False
    if not remote.lines:
        return was_told
    ships_itself = any(not VENDORS[one].is_told for one in (connection.vendor, *vendors))
    return _items_in_common(order, remote.lines) or (ships_itself and item_matching.has_items_of(db, order.id, remote))


def _was_told(db: Db, order_id: int, connection_id: int) -> bool:
    return any(
        call.connection_id == connection_id and call.state == "confirmed" for call in calls.of_order(db, order_id)
    )


def _is_settled_there(db: Db, connection: Connection, order_id: int) -> bool:
    """Whether only a platform that ships by itself has an order, and its packages go on to nobody.

    Once it has shipped, nothing of it is left to be packed or told here.
    """
    if VENDORS[connection.vendor].is_told or orders.linked_vendors(db, order_id).keys() != {connection.id}:
        return False
    return all(rule.from_id != connection.id or rule.mode == "off" for rule in forwarding.rules(db))


def _is_printers_alone(db: Db, connection: Connection, order_id: int) -> bool:
    """Whether a shop's order is one that so far only platforms that ship by themselves have, untouched here."""
    vendors = orders.linked_vendors(db, order_id).values()
    if not VENDORS[connection.vendor].is_told or not vendors or any(VENDORS[one].is_told for one in vendors):
        return False
    is_touched = shipments.of_order(db, order_id) or calls.of_order(db, order_id) or drafts.get(db, order_id)
    return orders.primary_connection_id(db, order_id) is not None and not is_touched


def _replace(db: Db, connection: Connection, before_id: int, remote: RemoteOrder, *, now_ms: int, as_of: int) -> None:
    """Make the shop's order the one that counts, and what printers have of it part of that.

    A printer has only its part of the items, under SKUs of its own.
    """
    printers = {one.id: one for one in connections.every(db)}
    links = orders.links(db, before_id)
    order_id = orders.add(db, number=remote.number, primary_connection_id=connection.id, now_ms=now_ms)
    take_over(db, connection, order_id, remote, now_ms=now_ms, as_of=as_of)
    linking.join(db, order_id, before_id, {})
    for link in links:
        printer = printers[link.connection_id]
        known = identity.as_read(printer, link)
        if known is not None:
            take_over(db, printer, order_id, known, now_ms=now_ms, as_of=link.as_of)
        follow_up_jobs.put(db, connection_id=printer.id, order_id=order_id, kind=CONFIRM)


def _take_lines(db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]) -> None:
    """Make our lines those of the order's home: what is gone there is cancelled here as far as it has not shipped.

    A home that was told of cancelled units may ask for less since; that is no other order. While it is not told
    yet, its word on the quantities is older than ours.
    """
    if not remote_lines:
        return
    older = _cancelling_waits(db, order_id, connection_id)
    cancellations = orders.cancellations(db, order_id)
    matched = {id(line): line_id for line_id, line, _ in _matched(db, connection_id, order_id, remote_lines)}
    ours = {line.id: line for line in orders.lines(db, order_id)}
    for line in remote_lines:
        line_id = matched.get(id(line))
        known = ours.get(line_id or 0)
        quantity_text, ordered = line.quantity_text, line.quantity
        if known is not None and ordered is None:
            # No quantity at all is no news: what was known before still holds.
            ordered = known.ordered
            quantity_text = known.quantity_text if quantity_text == "null" else quantity_text
        ordered = ordered or 0
        cancelled = min(line.cancelled, ordered)
        if known is not None:
            told, here = cancellations[known.id]
            if older:
                ordered, cancelled, quantity_text = known.ordered, told, known.quantity_text
            elif here and ordered < known.ordered:
                ordered, cancelled = known.ordered, max(cancelled, known.ordered - ordered)
        if line_id is None:
            orders.add_line(
                db,
                order_id,
                sku=line.sku,
                description=line.description,
                ordered=ordered,
                cancelled=cancelled,
                weight_g=line.weight_g,
                quantity_text=quantity_text,
            )
        else:
            orders.change_line(
                db,
                line_id,
                description=line.description,
                ordered=ordered,
                cancelled=cancelled,
                weight_g=line.weight_g,
                quantity_text=quantity_text,
            )
    for gone in ours.values():
        if gone.id not in matched.values() and not older:
            orders.change_line(
                db,
                gone.id,
                description=gone.description,
                ordered=gone.ordered,
                cancelled=max(0, gone.ordered - gone.shipped),
                weight_g=None,
                quantity_text=gone.quantity_text,
            )


def _matched(
    db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]
) -> list[tuple[int, RemoteLine, bool]]:
    """Our line for each of a connection's lines: by its own id where we know it, else by SKU; and if a person said so.

    A platform may give its lines in another order than before, so a SKU that stands twice is told apart by id. What a
    person paired stays a pair, whatever the SKUs.
    """
    free = {line.id: line for line in orders.lines(db, order_id)}
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    known = [line for link in links for line in link.lines]
    ours_by_id = {line.remote_id: line.line_id for line in known}
    paired = {(line.remote_id, line.line_id) for line in known if line.is_manual}
    pairs: dict[int, int] = {}
    for place, line in enumerate(remote_lines):
        line_id = ours_by_id.get(line.remote_id)
        if line_id in free and (
            (line.remote_id, line_id) in paired
            or _key(free[line_id].sku, free[line_id].description) == _key(line.sku, line.description)
        ):
            pairs[place] = free.pop(line_id).id
    for place, line in enumerate(remote_lines):
        if place not in pairs:
            key = _key(line.sku, line.description)
            ours = next((one for one in free.values() if _key(one.sku, one.description) == key), None)
            if ours is not None:
                pairs[place] = free.pop(ours.id).id
    return [
        (line_id, remote_lines[place], (remote_lines[place].remote_id, line_id) in paired)
        for place, line_id in sorted(pairs.items())
    ]


def _cancelling_waits(db: Db, order_id: int, connection_id: int) -> bool:
    """Whether a connection has not heard yet what was cancelled or restored here."""
    return any(
        call.connection_id == connection_id and call.state not in ENDED and kind_of(call.intent) == "cancel"
        for call in calls.of_order(db, order_id)
    )


def _key(sku: str, description: str) -> str:
    return code.key(sku) or code.key(description)
