"""Orders: bringing them in from the connections, finding one, and all that is known of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.call import ENDED
from shipconsole.domain.connection import Connection
from shipconsole.domain.field import Field, Value, check, field_at, value_of
from shipconsole.domain.intent import kind_of
from shipconsole.domain.link import Link, RemoteLine, RemoteOrder
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater
from shipconsole.domain.problem import OutsideError, Problem, RefusedError
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.shipment import Shipment, ShipmentDraft
from shipconsole.domain.tracking import Track, TrackEvent, merged, tracks_of
from shipconsole.operations import echo
from shipconsole.operations.connections import note_outcome, send
from shipconsole.operations.desk import Desk
from shipconsole.station.logs import mask
from shipconsole.store import (
    browse,
    calls,
    connections,
    drafts,
    hand_changes,
    linking,
    orders,
    package_changes,
    shipments,
    tracks,
)
from shipconsole.store.browse import OrderRow
from shipconsole.store.calls import Call
from shipconsole.store.database import Db
from shipconsole.store.hand_changes import HandChange
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.sender import NotSent
from shipconsole.vendors.vendor import Filters, OrderPage

MAX_PAGES = 10_000
ID_DIGITS_MAX = 19
PLAIN_ID_MARK = "id:"
ID_MARKS = ("#", PLAIN_ID_MARK)


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
    """All that is known of one order.

    `places` are the connections that a shipment of it is told to; those of `taken` are not, as they have another order
    of its number. `by_hand` is what people did to it, oldest first.
    """

    order: Order
    shipments: tuple[Shipment, ...]
    calls: tuple[Call, ...]
    links: tuple[Link, ...]
    places: tuple[Connection, ...]
    tracks: tuple[Track, ...]
    draft: ShipmentDraft | None
    by_hand: tuple[HandChange, ...] = ()
    taken: tuple[Connection, ...] = ()


async def pull(
    desk: Desk,
    names: Sequence[Connection],
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    filters: Mapping[str, str] | None = None,
) -> tuple[Pulled, ...]:
    """Bring orders in from connections, one after the other; trouble with one does not stop the next.

    `filters` are typed texts by the dotted paths of the vendor's filters. Only orders that pass them come in; what is
    here already stays, and the connection does not count as read to the end. Raises `RefusedError` before anything is
    sent for a filter that one of the vendors has not, and for a value that it does not take.
    """
    wanted = [_filters_for(connection, filters or {}) for connection in names]
    return tuple(
        [await _pull_one(desk, connection, progress, values) for connection, values in zip(names, wanted, strict=True)]
    )


def filters_of(connection: Connection) -> tuple[Field, ...]:
    """By what the orders of a connection can be narrowed when they are brought in."""
    return VENDORS[connection.vendor].filters


async def find(desk: Desk, number: str) -> int:
    """The id of the order of a number, or of ``#id`` or ``id:id``; `RefusedError` where there is none or several.

    An order that became part of another is found as that other one. Shops have numbers like #1001 as well, so what
    is the number of one order and the id of another is neither.
    """
    text = number.strip()
    if not text:
        raise RefusedError(Problem(("number",), "There is no order without a number."))
    match await desk.read(_named, text):
        case (order_id,), _:
            return order_id
        case (), _:
            message = f"There is no order {text}. Pull the orders in again if it is new."
        case found, True:
            ids = " or ".join(f"id:{id_}" for id_ in found)
            message = f"{text} is the number of one order and the id of another. Name one as {ids}."
        case found, _:
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
    known = connections.every(db)
    places, taken = places_for(db, order_id, order.number, known, links)
    return OrderSheet(
        order=order,
        shipments=stored,
        calls=told,
        links=links,
        places=places,
        tracks=tracks_of(
            stored,
            {one.shipment_id: one.changed_at_ms for one in told if one.state == "confirmed" and one.shipment_id},
            _tracks_elsewhere(db, order_id, known, links, stored),
            _corrections(db, order_id),
        ),
        draft=drafts.get(db, order_id),
        by_hand=hand_changes.of_order(db, order_id),
        taken=taken,
    )


def _corrections(db: Db, order_id: int) -> dict[int, list[TrackEvent]]:
    """What was corrected of each parcel, by its id."""
    found: dict[int, list[TrackEvent]] = {}
    for one in package_changes.of_order(db, order_id):
        was = one.old_number if one.old_number != one.number else f"{one.old_carrier} {one.old_service}".strip()
        event = TrackEvent(at_ms=one.at_ms, words=f"Was {was}", place=f"{one.who}, {one.why}")
        found.setdefault(one.package_id, []).append(event)
    return found


def _tracks_elsewhere(
    db: Db, order_id: int, known: Sequence[Connection], links: Sequence[Link], stored: Sequence[Shipment]
) -> list[tuple[str, RemoteTrack]]:
    """The parcels that connections told of, and those in their own documents of an order; each once a connection.

    A number that a connection was told of and that is on no parcel any more was corrected: it is somebody else's.
    """
    by_id = {one.id: one for one in known}
    ours = {package.tracking_number for shipment in stored for package in shipment.packages}
    found = {
        (one.connection, one.track.tracking_number): one.track
        for one in tracks.of_order(db, order_id)
        if one.track.tracking_number in ours or not VENDORS[by_id[one.connection_id].vendor].is_told
    }
    for link in links:
        connection = by_id[link.connection_id]
        read_tracks = VENDORS[connection.vendor].read_tracks
        if read_tracks is not None:
            for one in read_tracks(link.document):
                number = one.tracking_number.strip()
                told = found.get((connection.name, number))
                found[connection.name, number] = merged(told, one) if told else one
    return [(name, one) for (name, _), one in found.items()]


def places_for(
    db: Db, order_id: int, number: str, known: Sequence[Connection], links: Sequence[Link]
) -> tuple[tuple[Connection, ...], tuple[Connection, ...]]:
    """The connections that are told: those that know the order, and those that take news of any order.

    The second part are those of the latter that have another order of this number: they are not told.
    """
    linked = {link.connection_id for link in links}
    told = [one for one in known if VENDORS[one.vendor].is_told]
    news = [one for one in told if one.id not in linked and VENDORS[one.vendor].tells_new_orders(one.options)]
    taken = tuple(one for one in news if is_anothers(db, order_id, number, one.id))
    return tuple(one for one in told if one.id in linked or (one in news and one not in taken)), taken


def is_anothers(db: Db, order_id: int, number: str, connection_id: int) -> bool:
    """Whether a connection has another order under a number, or is told of one: news of ours would be that one's."""
    known = orders.linked(db, connection_id, number)
    if known is not None and known[1] != order_id:
        return True
    return any(
        call.connection_id == connection_id and call.state not in ("cancelled", "superseded")
        for twin_id in orders.numbered(db, number)
        if twin_id != order_id
        for call in calls.of_order(db, twin_id)
    )


async def listed(desk: Desk, *, find: str = "", state: str | None = None) -> list[OrderRow]:
    """Orders as rows: those that hold the words of a text, those of a state or view, or all, newest first."""
    return await desk.read(_listed, find, state, desk.clock.now_ms())


async def keep_draft(desk: Desk, order_id: int, draft: ShipmentDraft) -> None:
    """Keep what was typed for an order, so that a crash loses no work; for an order that is gone there is nothing."""
    await desk.write(_keep_draft, order_id, draft, now_ms=desk.clock.now_ms())


async def read_again(desk: Desk, connection: Connection, remote_id: str) -> Outcome:
    """Read one order from its vendor again and store what it says now."""
    asked_at_ms, as_of = desk.clock.now_ms(), await desk.read(calls.newest_attempt)
    found = await read_order(desk, connection, remote_id)
    if not isinstance(found, RemoteOrder):
        return found
    await desk.write(take_in, connection, (found,), now_ms=desk.clock.now_ms(), asked_at_ms=asked_at_ms, as_of=as_of)
    return Accepted()


async def read_order(desk: Desk, connection: Connection, remote_id: str) -> RemoteOrder | Outcome:
    """One order as its vendor has it now; nothing of it is stored. Raises what `connections.secrets_of` raises."""
    vendor = VENDORS[connection.vendor]
    sent = await send(desk, connection, vendor.get_order(remote_id, connection.options))
    if not isinstance(sent, Answer):
        lasting = isinstance(sent, NotSent) and sent.lasting
        words = f"{vendor.title}: {sent.words}."
        return Blocked(words) if lasting else TryLater(words, nobody_there=True)
    found = vendor.read_order(sent)
    if not isinstance(found, RemoteOrder):
        await note_outcome(desk, connection, found)
        return found
    # A vendor may write the id of one order in two ways; it is known here by the one it was asked by.
    return found.model_copy(update={"remote_id": remote_id})


def _filters_for(connection: Connection, texts: Mapping[str, str]) -> Filters:
    """The values of typed filters; `RefusedError` tells of all that are wrong."""
    vendor = VENDORS[connection.vendor]
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        field = field_at(vendor.filters, tuple(name.split(".")))
        if field is None:
            known = ", ".join(".".join(one.path) for one in vendor.filters)
            problems.append(Problem(("filters", name), f"{connection.name} has no filter “{name}”. It has: {known}."))
        elif not text.strip():
            message = f"{field.title} is empty: a filter needs a value, or is left out."
            problems.append(Problem(("filters", name), message))
        elif wrong := check(field, text):
            problems.append(Problem(("filters", name), wrong.message))
        else:
            value = value_of(field, text)
            values[name] = value.strip() if isinstance(value, str) else value
    if problems:
        raise RefusedError(*problems)
    if values:
        # What filters may not be together is the vendor's to say.
        vendor.list_orders(connection.options, "", values)
    return values


async def _pull_one(
    desk: Desk, connection: Connection, progress: Callable[[Progress], None], filters: Filters
) -> Pulled:
    vendor = VENDORS[connection.vendor]
    cursor, seen, new, notes = "", 0, 0, list[str]()
    try:
        for _ in range(MAX_PAGES):
            request = vendor.list_orders(connection.options, cursor, filters)
            asked_at_ms, as_of = desk.clock.now_ms(), await desk.read(calls.newest_attempt)
            sent = await send(desk, connection, request)
            if not isinstance(sent, Answer):
                return Pulled(connection, seen, new, mask(f"{vendor.title}: {sent.words}."), "not_yet", tuple(notes))
            page = vendor.read_orders(sent, request)
            if not isinstance(page, OrderPage):
                await note_outcome(desk, connection, page)
                trouble = "refused" if isinstance(page, Blocked | Refused) else "not_yet"
                return Pulled(connection, seen, new, _words_of(page), trouble, tuple(notes))
            whole = [await _with_lines(desk, connection, one) for one in page.orders]
            now_ms = desk.clock.now_ms()
            new += await desk.write(take_in, connection, whole, now_ms=now_ms, asked_at_ms=asked_at_ms, as_of=as_of)
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
    if not filters:
        # What filters kept away was not read: the connection is no fresher for it.
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


def take_in(
    db: Db,
    connection: Connection,
    remotes: Sequence[RemoteOrder],
    *,
    now_ms: int,
    asked_at_ms: int | None = None,
    as_of: int | None = None,
) -> int:
    """Store what a connection says of some orders; tell how many are new here.

    An order that several connections know is one order here. It is found by the connection's own id for it;
    else by its number, if no other account of the same vendor has it under that number already and the two
    have an item in common. What is new and has shipped or was cancelled elsewhere is left out. What was told before
    `asked_at_ms`, when the vendor was asked, is compared with what it made of it. What it was asked for before a
    reading that is stored already is left out: `as_of` is the newest attempt of that moment.
    """
    new = 0
    for remote in remotes:
        known = orders.linked(db, connection.id, remote.remote_id)
        if known is not None:
            link_id, order_id, document, known_as_of = known
            if as_of is not None and as_of < known_as_of:
                continue
            asked_ms = now_ms if asked_at_ms is None else asked_at_ms
            echo.note(
                db, connection, order_id, before=document, after=remote.document, asked_at_ms=asked_ms, now_ms=now_ms
            )
            if document == remote.document:
                orders.seen(db, link_id, now_ms=now_ms, as_of=as_of or 0)
                continue
        else:
            order_id = _same_order(db, connection, remote) or 0
            if not order_id:
                if remote.cancelled or remote.shipped_elsewhere or not remote.lines:
                    continue
                order_id = orders.add(db, number=remote.number, home_connection_id=connection.id, now_ms=now_ms)
                new += 1
        take_over(db, connection, order_id, remote, now_ms=now_ms, as_of=as_of or 0)
    return new


def take_over(
    db: Db, connection: Connection, order_id: int, remote: RemoteOrder, *, now_ms: int, as_of: int = 0
) -> None:
    """Store what a connection says of one of our orders: its ids, and lines and address where its word counts."""
    if orders.home_connection_id(db, order_id) == connection.id:
        orders.describe(db, order_id, remote)
        _take_lines(db, connection.id, order_id, remote.lines)
    elif note := remote.note or remote.ship_to.instructions:
        orders.add_note(db, order_id, note)
    link_id = orders.put_link(db, order_id, connection.id, remote, now_ms=now_ms, as_of=as_of)
    matched = _matched(db, connection.id, order_id, remote.lines)
    orders.forget_line_links(db, link_id)
    for line_id, line, by_hand in matched:
        orders.put_line_link(
            db, link_id, line_id=line_id, remote_id=line.remote_id, quantity=line.quantity or 0, by_hand=by_hand
        )
    orders.count_up(db, order_id, now_ms=now_ms)


def _same_order(db: Db, connection: Connection, remote: RemoteOrder) -> int | None:
    candidates: list[int] = []
    for order_id in orders.numbered(db, remote.number):
        if connection.vendor in orders.linked_vendors(db, order_id).values():
            continue
        if linking.are_kept_apart(db, order_id, connection.id):
            continue
        ours = {_key(line.sku, line.description) for line in orders.lines(db, order_id)}
        theirs = {_key(line.sku, line.description) for line in remote.lines}
        if not theirs or ours & theirs:
            candidates.append(order_id)
    if len(candidates) > 1:
        # What a vendor was told of under its number is what it has now.
        candidates = [one for one in candidates if _was_told(db, one, connection.id)]
    return candidates[0] if len(candidates) == 1 else None


def _was_told(db: Db, order_id: int, connection_id: int) -> bool:
    return any(
        call.connection_id == connection_id and call.state == "confirmed" for call in calls.of_order(db, order_id)
    )


def _take_lines(db: Db, connection_id: int, order_id: int, remote_lines: Sequence[RemoteLine]) -> None:
    """Make our lines those of the order's home: what is gone there is cancelled here as far as it has not shipped.

    A home that was told of cancelled pieces may ask for less since; that is no other order. While it is not told
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
        # A quantity that makes no sense is no news: what was known before still holds.
        ordered = line.quantity if line.quantity is not None else known.ordered if known else 0
        cancelled = min(line.cancelled, ordered)
        if known is not None:
            told, here = cancellations[known.id]
            if older:
                ordered, cancelled = known.ordered, told
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
        if gone.id not in matched.values() and not older:
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
) -> list[tuple[int, RemoteLine, bool]]:
    """Our line for each of a connection's lines: by its own id where we know it, else by SKU; and if a person said so.

    A vendor may give its lines in another order than before, so a SKU that stands twice is told apart by id. What a
    person paired stays a pair, whatever the SKUs.
    """
    free = {line.id: line for line in orders.lines(db, order_id)}
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    known = [line for link in links for line in link.lines]
    ours_by_id = {line.remote_id: line.line_id for line in known}
    paired = {(line.remote_id, line.line_id) for line in known if line.by_hand}
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
    return (sku or description).strip().casefold()


def _listed(db: Db, find: str, state: str | None, now_ms: int) -> list[OrderRow]:
    if find.strip():
        ids = browse.found(db, find, browse.NO_LIMIT)
    elif state == "late":
        ids = browse.ids(db, state, "worst", now_ms=now_ms)
    elif state in browse.VIEWS:
        ids = browse.ids(db, state, browse.VIEWS[state][0])
    else:
        ids = browse.ids(db, "all", "changed")
    rows = browse.rows(db, ids)
    if state == "to_ship":
        return [row for row in rows if row.left]
    if state == "needs_you":
        return [row for row in rows if row.needs_you]
    if state == "late":
        late = browse.parcel_troubles(db, now_ms)
        return [row for row in rows if row.id in late]
    return [row for row in rows if state in (None, row.state)]


def _named(db: Db, text: str) -> tuple[tuple[int, ...], bool]:
    """The orders that a text may mean, and whether it means one by number and another by id."""
    numbered = orders.numbered(db, text)
    mark = next((mark for mark in ID_MARKS if text.startswith(mark)), "")
    digits = text.removeprefix(mark)
    is_id = bool(mark) and digits.isascii() and digits.isdecimal() and len(digits) < ID_DIGITS_MAX
    known = _existing(db, int(digits)) if is_id else ()
    if mark == PLAIN_ID_MARK and known:
        return known, False
    found = tuple(dict.fromkeys((*numbered, *known)))
    return found or linking.formerly_numbered(db, text), bool(numbered and known)


def _existing(db: Db, order_id: int) -> tuple[int, ...]:
    try:
        return (orders.get(db, order_id).id,)
    except LookupError:
        whole = linking.became_part_of(db, order_id)
        return () if whole is None else (whole,)


def _keep_draft(db: Db, order_id: int, draft: ShipmentDraft, *, now_ms: int) -> None:
    # The order may have become part of another while somebody typed.
    if orders.exists(db, order_id):
        drafts.put(db, order_id, draft, now_ms=now_ms)


def _words_of(outcome: Outcome) -> str:
    """An outcome in words; a vendor may repeat what it was sent, so keys in them are masked."""
    if isinstance(outcome, Refused):
        return mask("; ".join(problem.message for problem in outcome.problems))
    return mask(outcome.words)
