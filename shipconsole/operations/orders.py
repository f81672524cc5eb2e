"""Orders: bringing them in from the connections, finding one, and all that is known of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link, RemoteLine, RemoteOrder
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.domain.shipment import Shipment, ShipmentDraft
from shipconsole.domain.tracking import Track, tracks_of
from shipconsole.operations.connections import note_outcome, send
from shipconsole.operations.desk import Desk
from shipconsole.station.logs import mask
from shipconsole.store import browse, calls, connections, drafts, orders, shipments
from shipconsole.store.browse import OrderRow
from shipconsole.store.calls import Call
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.sender import NotSent
from shipconsole.vendors.vendor import OrderPage

MAX_PAGES = 10_000
ID_DIGITS_MAX = 19


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pull has come; `total` is None where the vendor does not tell."""

    connection: str
    done: int
    total: int | None


Trouble = Literal["", "refused", "not_yet", "no_key", "outside"]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull from one connection came to; `words` is empty when all went well.

    `trouble` tells its kind: the vendor would not have it, it did not come through, a key is missing here, or
    the surroundings failed.
    """

    connection: Connection
    seen: int = 0
    new: int = 0
    words: str = ""
    trouble: Trouble = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """All that is known of one order. `places` are the connections that a shipment of it is told to."""

    order: Order
    shipments: tuple[Shipment, ...]
    calls: tuple[Call, ...]
    links: tuple[Link, ...]
    places: tuple[Connection, ...]
    tracks: tuple[Track, ...]
    draft: ShipmentDraft | None


async def pull(
    desk: Desk, names: Sequence[Connection], progress: Callable[[Progress], None] = lambda _: None
) -> tuple[Pulled, ...]:
    """Bring orders in from connections, one after the other; trouble with one does not stop the next."""
    return tuple([await _pull_one(desk, connection, progress) for connection in names])


async def find(desk: Desk, number: str) -> int:
    """The id of the order of a number (or of ``#id``); `RefusedError` where there is none or more than one."""
    text = number.strip()
    by_id = text.startswith("#") and text[1:].isdecimal() and len(text) <= ID_DIGITS_MAX
    found = await (desk.read(_existing, int(text[1:])) if by_id else desk.read(orders.numbered, text))
    match found:
        case (order_id,):
            return order_id
        case ():
            message = f"There is no order {text}. Pull the orders in again if it is new."
        case _:
            ids = ", ".join(f"#{id_}" for id_ in found)
            message = f"{len(found)} orders have the number {text}. Name one as {ids}."
    raise RefusedError(Problem(("number",), message))


async def sheet(desk: Desk, order_id: int) -> OrderSheet:
    """All that is known of one order."""
    return await desk.read(read_sheet, order_id)


def read_sheet(db: Db, order_id: int) -> OrderSheet:
    """All that is known of one order, in one look."""
    order = orders.get(db, order_id)
    links = orders.links(db, order_id)
    stored = shipments.of_order(db, order_id)
    told = calls.of_order(db, order_id)
    return OrderSheet(
        order=order,
        shipments=stored,
        calls=told,
        links=links,
        places=places_for(connections.every(db), links),
        tracks=tracks_of(
            stored,
            {one.shipment_id: one.changed_at_ms for one in told if one.state == "confirmed" and one.shipment_id},
        ),
        draft=drafts.get(db, order_id),
    )


def places_for(known: Sequence[Connection], links: Sequence[Link]) -> tuple[Connection, ...]:
    """The connections that are told: those that know the order, and those that take news of any order."""
    linked = {link.connection_id for link in links}
    told = (one for one in known if VENDORS[one.vendor].is_told)
    return tuple(one for one in told if one.id in linked or VENDORS[one.vendor].tells_new_orders(one.options))


async def listed(desk: Desk, *, find: str = "", state: str | None = None) -> list[OrderRow]:
    """Orders as rows: those that hold the words of a text, those of a state or view, or all, newest first."""
    return await desk.read(_listed, find, state)


async def keep_draft(desk: Desk, order_id: int, draft: ShipmentDraft) -> None:
    """Keep what was typed for an order, so that a crash loses no work."""
    await desk.write(drafts.put, order_id, draft, now_ms=desk.clock.now_ms())


async def read_again(desk: Desk, connection: Connection, remote_id: str) -> Outcome:
    """Read one order from its vendor again and store what it says now."""
    vendor = VENDORS[connection.vendor]
    sent = await send(desk, connection, vendor.get_order(remote_id, connection.options))
    if not isinstance(sent, Answer):
        lasting = isinstance(sent, NotSent) and sent.lasting
        words = f"{vendor.title}: {sent.words}."
        return Blocked(words) if lasting else TryLater(words)
    found = vendor.read_order(sent)
    if not isinstance(found, RemoteOrder):
        await note_outcome(desk, connection, found)
        return found
    # A vendor may write the id of one order in two ways; it is known here by the one it was asked by.
    found = found.model_copy(update={"remote_id": remote_id})
    await desk.write(take_in, connection, (found,), now_ms=desk.clock.now_ms())
    return Accepted()


async def _pull_one(desk: Desk, connection: Connection, progress: Callable[[Progress], None]) -> Pulled:
    vendor = VENDORS[connection.vendor]
    cursor, seen, new, notes = "", 0, 0, list[str]()
    try:
        for _ in range(MAX_PAGES):
            request = vendor.list_orders(connection.options, cursor)
            sent = await send(desk, connection, request)
            if not isinstance(sent, Answer):
                return Pulled(connection, seen, new, mask(f"{vendor.title}: {sent.words}."), "not_yet", tuple(notes))
            page = vendor.read_orders(sent, request)
            if not isinstance(page, OrderPage):
                await note_outcome(desk, connection, page)
                trouble = "refused" if isinstance(page, Blocked | Refused) else "not_yet"
                return Pulled(connection, seen, new, _words_of(page), trouble, tuple(notes))
            whole = [await _with_lines(desk, connection, one) for one in page.orders]
            new += await desk.write(take_in, connection, whole, now_ms=desk.clock.now_ms())
            seen += len(whole)
            notes += [*page.notes, *(f"{one.number}: {note}" for one in whole for note in one.notes)]
            total = page.total if page.total is not None and page.total >= seen else None
            progress(Progress(connection.name, seen, total))
            if not page.next_cursor or page.next_cursor == cursor:
                break
            cursor = page.next_cursor
    except OutsideError as error:
        return Pulled(connection, seen, new, error.words, "outside", tuple(notes))
    except RefusedError as refused:
        return Pulled(connection, seen, new, str(refused), "no_key", tuple(notes))
    await note_outcome(desk, connection, Accepted())
    await desk.write(connections.pulled, connection.id, desk.clock.now_ms())
    return Pulled(connection, seen, new, notes=tuple(notes))


async def _with_lines(desk: Desk, connection: Connection, listed: RemoteOrder) -> RemoteOrder:
    """The order whole: some lists give only a summary of each."""
    if listed.lines or listed.cancelled:
        return listed
    vendor = VENDORS[connection.vendor]
    sent = await send(desk, connection, vendor.get_order(listed.remote_id, connection.options))
    found = vendor.read_order(sent) if isinstance(sent, Answer) else listed
    if not isinstance(found, RemoteOrder):
        return listed
    return found.model_copy(update={"remote_id": listed.remote_id})


def take_in(db: Db, connection: Connection, remotes: Sequence[RemoteOrder], *, now_ms: int) -> int:
    """Store what a connection says of some orders; tell how many are new here.

    An order that several connections know is one order here. It is found by the connection's own id for it;
    else by its number, if no other account of the same vendor has it under that number already and the two
    have an item in common. What is new and has shipped or was cancelled elsewhere is left out.
    """
    new = 0
    for remote in remotes:
        known = orders.linked(db, connection.id, remote.remote_id)
        if known is not None:
            link_id, order_id, document = known
            if document == remote.document:
                orders.seen(db, link_id, now_ms=now_ms)
                continue
        else:
            order_id = _same_order(db, connection, remote) or 0
            if not order_id:
                if remote.cancelled or remote.shipped_elsewhere or not remote.lines:
                    continue
                order_id = orders.add(db, number=remote.number, home_connection_id=connection.id, now_ms=now_ms)
                new += 1
        if orders.home_connection_id(db, order_id) == connection.id:
            orders.describe(db, order_id, remote)
            _take_lines(db, connection.id, order_id, remote.lines)
        elif note := remote.note or remote.ship_to.instructions:
            orders.add_note(db, order_id, note)
        link_id = orders.put_link(db, order_id, connection.id, remote, now_ms=now_ms)
        matched = _matched(db, connection.id, order_id, remote.lines)
        orders.forget_line_links(db, link_id)
        for line_id, line in matched:
            orders.put_line_link(db, link_id, line_id=line_id, remote_id=line.remote_id, quantity=line.quantity or 0)
        orders.count_up(db, order_id, now_ms=now_ms)
    return new


def _same_order(db: Db, connection: Connection, remote: RemoteOrder) -> int | None:
    candidates: list[int] = []
    for order_id in orders.numbered(db, remote.number):
        if connection.vendor in orders.linked_vendors(db, order_id).values():
            continue
        ours = {_key(line.sku, line.description) for line in orders.lines(db, order_id)}
        theirs = {_key(line.sku, line.description) for line in remote.lines}
        if not theirs or ours & theirs:
            candidates.append(order_id)
    return candidates[0] if len(candidates) == 1 else None


def _take_lines(db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]) -> None:
    """Make our lines those of the order's home: what is gone there is cancelled here as far as it has not shipped."""
    if not remote_lines:
        return
    matched = {id(line): line_id for line_id, line in _matched(db, connection_id, order_id, remote_lines)}
    ours = {line.id: line for line in orders.lines(db, order_id)}
    for line in remote_lines:
        line_id = matched.get(id(line))
        known = ours.get(line_id or 0)
        # A quantity that makes no sense is no news: what was known before still holds.
        ordered = line.quantity if line.quantity is not None else known.ordered if known else 0
        cancelled = min(line.cancelled, ordered)
        if line_id is None:
            orders.add_line(
                db,
                order_id,
                sku=line.sku,
                description=line.description,
                ordered=ordered,
                cancelled=cancelled,
                weight_g=line.weight_g,
            )
        else:
            orders.change_line(
                db,
                line_id,
                description=line.description,
                ordered=ordered,
                cancelled=cancelled,
                weight_g=line.weight_g,
            )
    for gone in ours.values():
        if gone.id not in matched.values():
            orders.change_line(
                db,
                gone.id,
                description=gone.description,
                ordered=gone.ordered,
                cancelled=max(0, gone.ordered - gone.shipped),
                weight_g=None,
            )


def _matched(
    db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]
) -> list[tuple[int, RemoteLine]]:
    """Our line for each of a connection's lines: by its own id where we know it, else by SKU.

    A vendor may give its lines in another order than before, so a SKU that stands twice is told apart by id.
    """
    free = {line.id: line for line in orders.lines(db, order_id)}
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    ours_by_id = {line.remote_id: line.line_id for link in links for line in link.lines}
    pairs: dict[int, int] = {}
    for place, line in enumerate(remote_lines):
        line_id = ours_by_id.get(line.remote_id)
        if line_id in free and _key(free[line_id].sku, free[line_id].description) == _key(line.sku, line.description):
            pairs[place] = free.pop(line_id).id
    for place, line in enumerate(remote_lines):
        if place not in pairs:
            key = _key(line.sku, line.description)
            ours = next((one for one in free.values() if _key(one.sku, one.description) == key), None)
            if ours is not None:
                pairs[place] = free.pop(ours.id).id
    return [(line_id, remote_lines[place]) for place, line_id in sorted(pairs.items())]


def _key(sku: str, description: str) -> str:
    return (sku or description).strip().casefold()


def _listed(db: Db, find: str, state: str | None) -> list[OrderRow]:
    if find.strip():
        ids = browse.found(db, find, browse.NO_LIMIT)
    elif state in browse.VIEWS:
        ids = browse.ids(db, state, browse.VIEWS[state][0])
    else:
        ids = browse.ids(db, "all", "changed")
    rows = browse.rows(db, ids)
    if state == "to_ship":
        return [row for row in rows if row.left]
    if state == "needs_you":
        return [row for row in rows if row.needs_you]
    return [row for row in rows if state in (None, row.state)]


def _existing(db: Db, order_id: int) -> tuple[int, ...]:
    try:
        return (orders.get(db, order_id).id,)
    except LookupError:
        return ()


def _words_of(outcome: Outcome) -> str:
    """An outcome in words; a vendor may repeat what it was sent, so keys in them are masked."""
    if isinstance(outcome, Refused):
        return mask("; ".join(problem.message for problem in outcome.problems))
    return mask(outcome.words)
