"""Orders: finding one, everything about it, the connections to notify, and its draft."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.call import Call
from shipconsole.domain.change_feed import Changes
from shipconsole.domain.claim import Claim
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order
from shipconsole.domain.order_row import OrderRow, Whose
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.shipment import Shipment
from shipconsole.domain.tracking import Track, TrackEvent, merged, tracks_of
from shipconsole.operations.context import Context
from shipconsole.operations.importing import identity, item_matching
from shipconsole.operations.importing.identity import LinkedOrder, PossibleDuplicate
from shipconsole.operations.orders import claims as packing
from shipconsole.operations.orders import pictures
from shipconsole.store import (
    browse,
    calls,
    changes,
    claims,
    connections,
    drafts,
    manual_changes,
    order_changes,
    orders,
    package_changes,
    shipments,
    tracks,
)
from shipconsole.store.database import Db
from shipconsole.store.order_changes import UnseenChange
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response

_DOCUMENTS_KEPT = 16


@dataclass(frozen=True, slots=True)
class OrderSheet:
    """Everything that is known of one order.

    `targets` are the connections that are notified of its shipments; those in `number_conflicts` are not, as they have
    another order with its number, and `self_shipping` are those that have the order and ship it themselves. `pictures`
    are addresses of pictures by line id, where the settings allow them. `manual_changes` are oldest first.
    `linked_orders` holds each connection's version of it where several have it. The `claim` may be out of date
    (`claims.is_others` says whether another station packs it); `unseen_change` holds updates until a person has seen
    it.
    """

    order: Order
    shipments: tuple[Shipment, ...]
    calls: tuple[Call, ...]
    links: tuple[Link, ...]
    targets: tuple[Connection, ...]
    tracks: tuple[Track, ...]
    draft: ShipmentDraft | None
    manual_changes: tuple[ManualChange, ...] = ()
    number_conflicts: tuple[Connection, ...] = ()
    self_shipping: tuple[Connection, ...] = ()
    linked_orders: tuple[LinkedOrder, ...] = ()
    possible_duplicates: tuple[PossibleDuplicate, ...] = ()
    claim: Claim | None = None
    unseen_change: UnseenChange | None = None
    draft_mark: str = field(default="", compare=False)
    """Which saved state of the draft it is, for `save_draft`."""
    as_of: int = field(default=0, compare=False)
    """The newest change that is in it, as the change feed counts."""
    pictures: Mapping[int, str] = field(default_factory=dict[int, str])


class SavedDraft(NamedTuple):
    """What became of a draft: the `mark` of the stored one, and where another station's stays, which station that is.

    `is_packing` says that it packs the order at present.
    """

    mark: str = ""
    kept_of: str = ""
    is_packing: bool = False


async def find(ctx: Context, number: str) -> int:
    """Return the id of the order with a number, ``NUMBER@CONNECTION``, ``#id``, or ``id:id``, scanned or typed.

    An order that was linked into another is found as the other. Shops use numbers like #1001 too, so a text that is one
    order's number and another's id is neither. Raises `ValidationFailed` where there is none, and where there are
    several, each named so that it is found.
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
            listed = tuple(await ctx.read(identity.unique_names, found))
            message = Message("order.ambiguous", count=len(found), number=text, ids=listed)
    raise ValidationFailed(Problem(("number",), message))


def _named(db: Db, text: str) -> tuple[tuple[int, ...], bool]:
    """Return what the first reading of a text means that means anything."""
    return next((found for reading in code.readings(text) if (found := identity.resolve(db, reading))[0]), ((), False))


async def sheet(ctx: Context, order_id: int) -> OrderSheet:
    """Return everything that is known of one order."""
    return await ctx.read(_shown_sheet, ctx, order_id)


async def is_concerned(ctx: Context, order_id: int, found: Changes) -> bool:
    """Return whether changes of the store may be seen in an order's sheet."""
    return await ctx.read(changes.concerns, found, order_id)


def _shown_sheet(db: Db, ctx: Context, order_id: int) -> OrderSheet:
    found = read_sheet(db, order_id)
    shown = pictures.addresses(connections.by_id(db), found.links) if ctx.picture_folder is not None else {}
    return replace(
        found, calls=ctx.shown_calls(db, found.calls), pictures=shown, claim=packing.shown(db, ctx, found.claim)
    )


def read_sheet(db: Db, order_id: int) -> OrderSheet:
    """Return everything that is known of one order, in one transaction."""
    order = orders.get(db, order_id)
    links = orders.links(db, order_id)
    _count(order, links)
    stored = shipments.of_order(db, order_id)
    updates = calls.of_order(db, order_id)
    known = connections.every(db)
    targets, conflicts = target_connections(db, order_id, order.number, known, links)
    return OrderSheet(
        order=order,
        shipments=stored,
        calls=updates,
        links=links,
        targets=targets,
        tracks=tracks_of(
            stored,
            {
                call.shipment_id: call.changed_at_ms
                for call in updates
                if call.state == "confirmed" and call.shipment_id
            },
            _tracks_elsewhere(db, order, known, links),
            _corrections(db, order_id),
        ),
        draft=drafts.get(db, order_id),
        draft_mark=drafts.mark(db, order_id),
        manual_changes=manual_changes.of_order(db, order_id),
        number_conflicts=conflicts,
        self_shipping=_ship_themselves(known, links),
        linked_orders=identity.linked_orders(order, known, links),
        possible_duplicates=identity.possible_duplicates(db, order, known, links),
        claim=claims.of_order(db, order_id),
        unseen_change=order_changes.of_order(db, order_id),
        as_of=changes.newest(db),
    )


def _count(order: Order, links: Sequence[Link]) -> None:
    """Compute what the window shows of an order, so that its thread need not: these are kept with the order."""
    for link in links:
        _ = link.ordered_by_line
    _ = (order.count, order.unresolved, order.cancelled_units, order.ordered_by_line, order.position_of(0))


def _ship_themselves(known: Sequence[Connection], links: Sequence[Link]) -> tuple[Connection, ...]:
    linked = {link.connection_id for link in links}
    return tuple(
        connection for connection in known if connection.id in linked and not VENDORS[connection.vendor].is_notified
    )


def _corrections(db: Db, order_id: int) -> dict[int, list[TrackEvent]]:
    """Return the tracking edits of each package by its id."""
    found: dict[int, list[TrackEvent]] = {}
    for change in package_changes.of_order(db, order_id):
        was = (
            change.old_number
            if change.old_number != change.number
            else f"{change.old_carrier} {change.old_service}".strip()
        )
        event = TrackEvent(
            at_ms=change.at_ms, message=Message("tracking.was", label=was), location=f"{change.who}, {change.reason}"
        )
        found.setdefault(change.package_id, []).append(event)
    return found


def _tracks_elsewhere(
    db: Db, order: Order, known: Sequence[Connection], links: Sequence[Link]
) -> list[tuple[str, RemoteTrack]]:
    """Return the packages that connections reported or have in their documents, each once per connection.

    A former number of a package whose tracking was edited is left out. Items have our SKU, or the platform's id where
    the item is unknown.
    """
    by_id = {connection.id: connection for connection in known}
    corrected = package_changes.replaced(db, order.id)
    found = {
        (stored.connection, stored.track.tracking_number): stored.track
        for stored in tracks.of_order(db, order.id)
        if stored.track.tracking_number not in corrected or not VENDORS[by_id[stored.connection_id].vendor].is_notified
    }
    for link in links:
        connection = by_id[link.connection_id]
        for track in _tracks_in(connection.vendor, link.document):
            number = track.tracking_number.strip()
            reported = found.get((connection.name, number))
            found[connection.name, number] = merged(reported, track) if reported else track
    # Only of connections that report a package: there are none before the order ships.
    reporting = {name for name, _ in found}
    skus = {
        connection.name: _skus(db, order, link, connection)
        for link in links
        if (connection := by_id[link.connection_id]).name in reporting
    }
    return [(name, _with_skus(track, skus.get(name, {}))) for (name, _), track in found.items()]


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _tracks_in(vendor: str, document: str) -> tuple[RemoteTrack, ...]:
    """Return the packages in a stored document, read once as long as it is in use."""
    read_tracks = VENDORS[vendor].orders.read_tracks
    return () if read_tracks is None else read_tracks(document)


def _skus(db: Db, order: Order, link: Link, connection: Connection) -> dict[str, str]:
    """Return our SKUs by a connection's item ids; one that ships itself uses the store's ids as well."""
    ours = {line.id: line.sku or line.description for line in order.lines}
    lines = {line.remote_id: line.line_id for line in link.lines}
    if not VENDORS[connection.vendor].is_notified:
        lines = item_matching.lines_by_remote_id(db, order.id, connection.id)
    return {remote_id: ours.get(line_id, "") for remote_id, line_id in lines.items()}


def _with_skus(track: RemoteTrack, skus: Mapping[str, str]) -> RemoteTrack:
    items = [item.model_copy(update={"remote_id": skus.get(item.remote_id) or item.remote_id}) for item in track.items]
    return track.model_copy(update={"items": tuple(items)})


def target_connections(
    db: Db, order_id: int, number: str, known: Sequence[Connection], links: Sequence[Link]
) -> tuple[tuple[Connection, ...], tuple[Connection, ...]]:
    """Return the connections to notify: those that have the order, and those that accept updates on any order.

    The second part are those of the latter that have another order with this number: they are not notified.
    """
    linked = {link.connection_id for link in links}
    notified = [connection for connection in known if VENDORS[connection.vendor].is_notified]
    accepting = [
        connection
        for connection in notified
        if connection.id not in linked and VENDORS[connection.vendor].shipments.creates_missing(connection.options)
    ]
    taken = tuple(connection for connection in accepting if has_other_order(db, order_id, number, connection.id))
    return tuple(
        connection
        for connection in notified
        if connection.id in linked or (connection in accepting and connection not in taken)
    ), taken


def test_order_message(db: Db, number: str, links: Sequence[Link]) -> Message:
    """Return why no platform may be notified of an order: it is a test order; empty where it is real."""
    known = connections.by_id(db)
    for link in links:
        connection = known[link.connection_id]
        vendor = VENDORS[connection.vendor]
        read = None if vendor.is_notified else vendor.orders.read(Response(200, body=link.document.encode()))
        if isinstance(read, RemoteOrder) and read.is_test:
            return Message("order.is_test", number=number, connection=connection.name)
    return NO_MESSAGE


def has_other_order(db: Db, order_id: int, number: str, connection_id: int) -> bool:
    """Return whether a connection has, or is sent, another order with a number, which an update would change."""
    known = orders.linked(db, connection_id, number)
    if known is not None and known[1] != order_id:
        return True
    return any(
        call.connection_id == connection_id and call.state not in ("cancelled", "superseded")
        for duplicate_id in orders.numbered_alike(db, number)
        if duplicate_id != order_id
        for call in calls.of_order(db, duplicate_id)
    )


async def list_rows(ctx: Context, *, find: str = "", state: str | None = None) -> list[OrderRow]:
    """Return orders as rows, newest first: those that contain a text, those of a state or view, or all."""
    return await ctx.read(_listed, ctx, find, state, ctx.clock.now_ms())


def whose(ctx: Context) -> Whose:
    """Return the station and the packer whose orders are one's own."""
    return Whose(ctx.station, ctx.operator, ctx.steady_about_ms() - ctx.claim_stale_s * 1_000)


async def save_draft(ctx: Context, order_id: int, draft: ShipmentDraft, based_on: str | None = None) -> SavedDraft:
    """Store an order's draft, so that a crash loses no work; does nothing for an order that is gone.

    The draft of another station that packs the order stays, and so does one that another station saved since the
    draft with the mark `based_on` was read, or saved here; with None only the former.
    """
    return await ctx.write(_keep_draft, ctx, order_id, draft, based_on, now_ms=ctx.clock.now_ms())


def _listed(db: Db, ctx: Context, find: str, state: str | None, now_ms: int) -> list[OrderRow]:
    return rows_in_state(db, ctx, ids_in_state(db, ctx, find, state, now_ms), state, now_ms)


def ids_in_state(db: Db, ctx: Context, find: str, state: str | None, now_ms: int) -> "array[int]":
    """Return the ids of orders that contain a text, or of a view; `rows_in_state` leaves out those of other states."""
    if find.strip():
        return browse.found(db, find, browse.NO_LIMIT)
    if state == "late":
        return browse.ids(db, state, "worst", now_ms=now_ms)
    if state == "mine":
        return browse.ids(db, state, "due", whose=whose(ctx))
    if state in browse.VIEWS:
        return browse.ids(db, state, browse.VIEWS[state][0])
    return browse.ids(db, "all", "changed")


def rows_in_state(db: Db, ctx: Context, ids: Sequence[int], state: str | None, now_ms: int) -> list[OrderRow]:
    """Return the rows of some orders that are in a state or view."""
    rows = browse.rows(db, ids)
    if state == "to_ship":
        return [row for row in rows if row.left]
    if state == "needs_attention":
        return [row for row in rows if row.needs_attention]
    if state == "waiting":
        return [row for row in rows if row.waiting]
    if state == "mine":
        own = set(browse.ids(db, state, "due", whose=whose(ctx)))
        return [row for row in rows if row.id in own]
    if state == "late":
        late = browse.package_issues(db, now_ms)
        return [row for row in rows if row.id in late]
    return [row for row in rows if state in (None, row.state)]


def _keep_draft(
    db: Db, ctx: Context, order_id: int, draft: ShipmentDraft, based_on: str | None, *, now_ms: int
) -> SavedDraft:
    # The order may have been linked into another while a packer typed, or taken over.
    if not orders.exists(db, order_id):
        return SavedDraft()
    station, mark = drafts.station_of(db, order_id), drafts.mark(db, order_id)
    if packing.protects_draft(db, ctx, order_id):
        return SavedDraft(mark, station, is_packing=True)
    if based_on is not None and based_on != mark and station not in ("", ctx.station):
        return SavedDraft(mark, station)
    drafts.put(db, order_id, draft, now_ms=now_ms, station=ctx.station)
    packing.worked_on(db, ctx, order_id)
    return SavedDraft(drafts.mark(db, order_id))
