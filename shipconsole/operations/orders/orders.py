"""Orders: finding one, all that is known of it, who is told of it, and what is typed for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shipconsole.domain import code
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order
from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.shipment import Shipment
from shipconsole.domain.tracking import Track, TrackEvent, merged, tracks_of
from shipconsole.operations.context import Context
from shipconsole.operations.importing import identity, item_matching
from shipconsole.operations.importing.identity import Joined, MayBeSame
from shipconsole.operations.outbox.call_times import shown
from shipconsole.store import (
    browse,
    calls,
    connections,
    drafts,
    manual_changes,
    orders,
    package_changes,
    shipments,
    tracks,
)
from shipconsole.store.calls import Call
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """All that is known of one order.

    `places` are the connections that a shipment of it is told to; those of `taken` are not, as they have another order
    of its number, and `ships` are those that know the order and ship by themselves. `by_hand` is what people did to it,
    oldest first. `joined` is what each connection has of it where several know it; `may_be_same` are others of its
    number.
    """

    order: Order
    shipments: tuple[Shipment, ...]
    calls: tuple[Call, ...]
    links: tuple[Link, ...]
    places: tuple[Connection, ...]
    tracks: tuple[Track, ...]
    draft: ShipmentDraft | None
    by_hand: tuple[ManualChange, ...] = ()
    taken: tuple[Connection, ...] = ()
    ships: tuple[Connection, ...] = ()
    joined: tuple[Joined, ...] = ()
    may_be_same: tuple[MayBeSame, ...] = ()


async def find(ctx: Context, number: str) -> int:
    """The id of the order of a number, of ``NUMBER@CONNECTION``, or of ``#id`` or ``id:id``, scanned or typed.

    An order that became part of another is found as that other one. Shops have numbers like #1001 as well, so what is
    the number of one order and the id of another is neither. Raises `ValidationFailed` where there is none, and where
    there are several, which are named so that each is found.
    """
    text = number.strip()
    if not text:
        raise ValidationFailed(Problem(("number",), Message("order.no_number")))
    match await ctx.read(_named, text):
        case (order_id,), _:
            return order_id
        case (), _:
            message = Message("order.unknown", number=text)
        case found, True:
            ids = tuple(f"id:{id_}" for id_ in found)
            message = Message("order.number_and_id", number=text, ids=ids)
        case found, _:
            listed = tuple(await ctx.read(identity.names, found))
            message = Message("order.ambiguous", count=len(found), number=text, ids=listed)
    raise ValidationFailed(Problem(("number",), message))


def _named(db: Db, text: str) -> tuple[tuple[int, ...], bool]:
    """Return what the first reading of a text names that names anything."""
    return next((found for one in code.readings(text) if (found := identity.named(db, one))[0]), ((), False))


async def sheet(ctx: Context, order_id: int) -> OrderSheet:
    """All that is known of one order."""
    return await ctx.read(_shown_sheet, ctx, order_id)


def _shown_sheet(db: Db, ctx: Context, order_id: int) -> OrderSheet:
    found = read_sheet(db, order_id)
    return replace(found, calls=shown(db, ctx, found.calls))


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
            _tracks_elsewhere(db, order, known, links),
            _corrections(db, order_id),
        ),
        draft=drafts.get(db, order_id),
        by_hand=manual_changes.of_order(db, order_id),
        taken=taken,
        ships=_ship_themselves(known, links),
        joined=identity.joined(order, known, links),
        may_be_same=identity.may_be_same(db, order, known, links),
    )


def _ship_themselves(known: Sequence[Connection], links: Sequence[Link]) -> tuple[Connection, ...]:
    linked = {link.connection_id for link in links}
    return tuple(one for one in known if one.id in linked and not VENDORS[one.vendor].is_told)


def _corrections(db: Db, order_id: int) -> dict[int, list[TrackEvent]]:
    """What was corrected of each package, by its id."""
    found: dict[int, list[TrackEvent]] = {}
    for one in package_changes.of_order(db, order_id):
        was = one.old_number if one.old_number != one.number else f"{one.old_carrier} {one.old_service}".strip()
        message = Message("tracking.was", label=was)
        event = TrackEvent(at_ms=one.at_ms, message=message, place=f"{one.who}, {one.reason}")
        found.setdefault(one.package_id, []).append(event)
    return found


def _tracks_elsewhere(
    db: Db, order: Order, known: Sequence[Connection], links: Sequence[Link]
) -> list[tuple[str, RemoteTrack]]:
    """The packages that connections told of, and those in their own documents of an order; each once a connection.

    A number that a connection was told of and that was corrected is somebody else's. What is in a package stands under
    our SKU, or under the platform's id where that is no item of the order.
    """
    by_id = {one.id: one for one in known}
    corrected = package_changes.replaced(db, order.id)
    found = {
        (one.connection, one.track.tracking_number): one.track
        for one in tracks.of_order(db, order.id)
        if one.track.tracking_number not in corrected or not VENDORS[by_id[one.connection_id].vendor].is_told
    }
    for link in links:
        connection = by_id[link.connection_id]
        read_tracks = VENDORS[connection.vendor].read_tracks
        if read_tracks is not None:
            for one in read_tracks(link.document):
                number = one.tracking_number.strip()
                told = found.get((connection.name, number))
                found[connection.name, number] = merged(told, one) if told else one
    skus = {by_id[link.connection_id].name: _skus(db, order, link, by_id[link.connection_id]) for link in links}
    return [(name, _with_skus(one, skus.get(name, {}))) for (name, _), one in found.items()]


def _skus(db: Db, order: Order, link: Link, connection: Connection) -> dict[str, str]:
    """Our SKUs by a connection's ids of the items; one that ships by itself tells the shop's as well."""
    ours = {line.id: line.sku or line.description for line in order.lines}
    lines = {line.remote_id: line.line_id for line in link.lines}
    if not VENDORS[connection.vendor].is_told:
        lines = item_matching.lines_for(db, order.id, connection.id)
    return {remote_id: ours.get(line_id, "") for remote_id, line_id in lines.items()}


def _with_skus(track: RemoteTrack, skus: Mapping[str, str]) -> RemoteTrack:
    items = [one.model_copy(update={"remote_id": skus.get(one.remote_id) or one.remote_id}) for one in track.items]
    return track.model_copy(update={"items": tuple(items)})


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


def why_nobodys(db: Db, order_id: int, number: str) -> Message:
    """Why nobody may hear of an order: its platform has it for trying out; empty where it is a real one."""
    known = {one.id: one for one in connections.every(db)}
    for link in orders.links(db, order_id):
        connection = known[link.connection_id]
        vendor = VENDORS[connection.vendor]
        read = None if vendor.is_told else vendor.read_order(Answer(200, body=link.document.encode()))
        if isinstance(read, RemoteOrder) and read.is_test:
            return Message("order.is_test", number=number, connection=connection.name)
    return NO_MESSAGE


def is_anothers(db: Db, order_id: int, number: str, connection_id: int) -> bool:
    """Whether a connection has another order under a number, or is told of one: news of ours would be that one's."""
    known = orders.linked(db, connection_id, number)
    if known is not None and known[1] != order_id:
        return True
    return any(
        call.connection_id == connection_id and call.state not in ("cancelled", "superseded")
        for duplicate_id in orders.numbered_alike(db, number)
        if duplicate_id != order_id
        for call in calls.of_order(db, duplicate_id)
    )


async def listed(ctx: Context, *, find: str = "", state: str | None = None) -> list[OrderRow]:
    """Orders as rows: those that hold the words of a text, those of a state or view, or all, newest first."""
    return await ctx.read(_listed, find, state, ctx.clock.now_ms())


async def keep_draft(ctx: Context, order_id: int, draft: ShipmentDraft) -> None:
    """Keep what was typed for an order, so that a crash loses no work; for an order that is gone there is nothing."""
    await ctx.write(_keep_draft, order_id, draft, now_ms=ctx.clock.now_ms())


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
    if state == "needs_attention":
        return [row for row in rows if row.needs_attention]
    if state == "late":
        late = browse.package_troubles(db, now_ms)
        return [row for row in rows if row.id in late]
    return [row for row in rows if state in (None, row.state)]


def _keep_draft(db: Db, order_id: int, draft: ShipmentDraft, *, now_ms: int) -> None:
    # The order may have become part of another while somebody typed.
    if orders.exists(db, order_id):
        drafts.put(db, order_id, draft, now_ms=now_ms)
