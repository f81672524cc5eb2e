"""Linking: two orders that are the same become one, and one that is two becomes two, on a person's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shipconsole.domain import code
from shipconsole.domain.call import ENDED
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.intent import kind_of
from shipconsole.domain.link import Link
from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.importing import identity
from shipconsole.operations.importing.upsert import CONFIRM, take_over
from shipconsole.store import (
    browse,
    calls,
    connections,
    drafts,
    follow_up_jobs,
    forwarding,
    linking,
    manual_changes,
    orders,
    shipments,
)
from shipconsole.store.database import Db

__all__ = [
    "Candidate",
    "candidates",
    "done_by_hand",
    "keep_separate",
    "link",
    "now_part_of",
    "pairs",
    "unlink",
    "unlinkable",
]

CANDIDATES_LOOKED_AT = 200
CANDIDATES_SHOWN = 50

Pairs = Sequence[tuple[int, int]]
"""Order line ids that are one: of the order that stays, and of the one that becomes part of it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that could be the same as another; `matches` counts its lines that the other has as well."""

    order_id: int
    number: str
    connections: tuple[str, ...]
    recipient: str
    lines: tuple[OrderLine, ...]
    matches: int


async def candidates(ctx: Context, order_id: int, find: str = "") -> tuple[Candidate, ...]:
    """Orders that could be the same as one, the likeliest first.

    They have no connection in common with it, and the same number, the same recipient or an item in common; with a
    text, those that hold its words.
    """
    return await ctx.read(_candidates, order_id, find)


async def link(ctx: Context, order_id: int, other_id: int, pairs: Pairs, why: str) -> None:
    """Make another order part of one: the connections that know the other know this one from then on.

    Lines and address stay those of the first order. A line of the other without a pair is no part of it; its connection
    is not told of it. What was told of the other stays on record at the first, and what is packed of it is packed
    there, where nothing else is. Raises `ValidationFailed` where both are known to one connection or one of them is
    being made known to it, and where the other has shipments or calls that are not at their end.
    """
    await ctx.write(_link, ctx, order_id, other_id, pairs, why)


async def keep_separate(ctx: Context, order_id: int, other_id: int, why: str = "") -> None:
    """Keep that two orders are two, whatever they have in common: no sync joins them, and nobody is asked again.

    Raises `ValidationFailed` where one of them is gone, and where they are one order.
    """
    await ctx.write(_keep_apart, ctx, order_id, other_id, why)


async def unlink(ctx: Context, order_id: int, connection_id: int, why: str) -> int:
    """Make what one connection knows as this order an order of its own; tell its id.

    Raises `ValidationFailed` where it is all there is of the order, where calls of the connection are not at their end,
    and where it was told of shipments.
    """
    return await ctx.write(_unlink, ctx, order_id, connection_id, why)


async def unlinkable(ctx: Context, order_id: int) -> tuple[Connection, ...]:
    """The connections that know an order and could be taken off it."""
    return await ctx.read(_unlinkable, order_id)


async def now_part_of(ctx: Context, order_id: int) -> Order | None:
    """The order that another became part of, by the other's former id."""
    return await ctx.read(_now_part_of, order_id)


async def done_by_hand(ctx: Context, order_id: int) -> tuple[ManualChange, ...]:
    """What people did to an order and to those that became part of it: when, where, who, what, why; oldest first."""
    return await ctx.read(manual_changes.of_order, order_id)


def pairs(order: Order, other: Order) -> tuple[tuple[int, int], ...]:
    """Which lines of two orders are one, by SKU, else by description; each line once."""
    free = list(other.lines)
    found: list[tuple[int, int]] = []
    for same in (_same_sku, _same_description):
        paired = {line_id for line_id, _ in found}
        for line in (one for one in order.lines if one.id not in paired):
            match = next((one for one in free if same(line, one)), None)
            if match is not None:
                free.remove(match)
                found.append((line.id, match.id))
    places = {line.id: place for place, line in enumerate(order.lines)}
    return tuple(sorted(found, key=lambda pair: places[pair[0]]))


def _same_sku(line: OrderLine, other: OrderLine) -> bool:
    return code.key(line.sku) == code.key(other.sku) != ""


def _same_description(line: OrderLine, other: OrderLine) -> bool:
    return code.key(line.description) == code.key(other.description) != ""


def _candidates(db: Db, order_id: int, find: str) -> tuple[Candidate, ...]:
    order = _get(db, order_id)
    names = {one.id: one.name for one in connections.every(db)}
    mine = set(orders.linked_vendors(db, order_id))
    if find.strip():
        ids = tuple(browse.found(db, find, CANDIDATES_LOOKED_AT))
    else:
        ids = linking.alike(db, order_id, most=CANDIDATES_LOOKED_AT)
    found: list[Candidate] = []
    for other_id in ids:
        theirs = orders.linked_vendors(db, other_id)
        if other_id == order_id or mine & set(theirs):
            continue
        other = orders.get(db, other_id)
        found.append(
            Candidate(
                order_id=other_id,
                number=other.number,
                connections=tuple(names[id_] for id_ in sorted(theirs)),
                recipient=other.ship_to.recipient,
                lines=other.lines,
                matches=len(pairs(order, other)),
            )
        )
    found.sort(key=lambda one: (not _alike(one, order), -one.matches, one.recipient != order.ship_to.recipient))
    return tuple(found[:CANDIDATES_SHOWN])


def _alike(one: Candidate, order: Order) -> bool:
    return code.key(one.number) == code.key(order.number)


def _link(db: Db, ctx: Context, order_id: int, other_id: int, pairs: Pairs, why: str) -> None:
    _say_why(why)
    order, other = _get(db, order_id), _get(db, other_id)
    problems = [*_against_linking(db, order, other), *_against_pairs(order, other, pairs)]
    if problems:
        raise ValidationFailed(*problems)
    now_ms = ctx.clock.now_ms()
    names = {one.id: one.name for one in connections.every(db)}
    theirs = tuple(names[id_] for id_ in sorted(orders.linked_vendors(db, other_id))) or (Message("order.manual"),)
    left_out = [line.sku for line in other.lines if line.id not in {there for _, there in pairs}]
    what = Message("audit.linked", number=other.number, connections=theirs)
    if left_out:
        what = Message("audit.linked_without", number=other.number, connections=theirs, items=tuple(left_out))
    line_of = {there: here for here, there in pairs}
    packed = drafts.get(db, other_id)
    if packed is not None and drafts.get(db, order_id) is None:
        drafts.put(db, order_id, _for_lines(packed, line_of), now_ms=now_ms)
    linking.join(db, order_id, other_id, line_of)
    manual_changes.add(
        db,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        what=what,
        reason=why.strip(),
        now_ms=now_ms,
        joined_order_id=other_id,
    )
    orders.refresh_totals(db, order_id, now_ms=now_ms)


def _keep_apart(db: Db, ctx: Context, order_id: int, other_id: int, why: str) -> None:
    order, other = _get(db, order_id), _get(db, other_id)
    if order.id == other.id:
        raise ValidationFailed(Problem(("other",), Message("link.kept_separate_itself")))
    linking.keep_separate(db, order_id, other_id)
    for one, apart in ((order, other), (other, order)):
        manual_changes.add(
            db,
            one.id,
            station=ctx.station,
            operator=ctx.operator,
            what=Message("audit.kept_separate", number=apart.number, id=str(apart.id)),
            reason=why.strip(),
            now_ms=ctx.clock.now_ms(),
        )
        db.note("order", one.id)


def _for_lines(packed: ShipmentDraft, line_of: Mapping[int, int]) -> ShipmentDraft:
    """What is packed of one order as packages of another, which has one line for some of its lines."""
    return ShipmentDraft(
        packages=tuple(
            package.model_copy(
                update={
                    "quantities": {line_of[id_]: units for id_, units in package.quantities.items() if id_ in line_of}
                }
            )
            for package in packed.packages
        )
    )


def _now_part_of(db: Db, order_id: int) -> Order | None:
    whole = linking.became_part_of(db, order_id)
    return None if whole is None else orders.get(db, whole)


def _against_linking(db: Db, order: Order, other: Order) -> list[Problem]:
    if order.id == other.id:
        return [Problem(("other",), Message("link.itself"))]
    problems: list[Problem] = []
    names = {one.id: one.name for one in connections.every(db)}
    ours, theirs = (orders.linked_vendors(db, one.id).keys() for one in (order, other))
    problems += [
        Problem(("other",), Message("link.two_there", connection=names[id_], number=order.number, other=other.number))
        for id_ in sorted(ours & theirs)
    ]
    # A vendor that gets an order by itself while it has the same one already ends up with two.
    told = {one.id: _being_made_known(db, one.id) for one in (order, other)}
    twice = (told[order.id] & (theirs | told[other.id])) | (told[other.id] & ours)
    problems += [
        Problem(("other",), Message("link.being_sent", connection=names[id_]), Message("link.sync_first"))
        for id_ in sorted(twice - (ours & theirs))
    ]
    if shipments.of_order(db, other.id):
        message = Message("link.has_shipments", number=other.number, other=order.number)
        problems.append(Problem(("other",), message))
    if any(call.state not in ENDED for call in calls.of_order(db, other.id)):
        message = Message("link.unsent", number=other.number)
        problems.append(Problem(("other",), message))
    return problems


def _being_made_known(db: Db, order_id: int) -> set[int]:
    """The connections that are told of an order and of which no id for it is known yet."""
    known = orders.linked_vendors(db, order_id)
    return {
        call.connection_id
        for call in calls.of_order(db, order_id)
        if kind_of(call.intent) == "create"
        and call.state not in ("cancelled", "superseded")
        and call.connection_id not in known
        and not linking.are_kept_separate(db, order_id, call.connection_id)
    }


def _against_pairs(order: Order, other: Order, pairs: Pairs) -> list[Problem]:
    here, there = [one for one, _ in pairs], [one for _, one in pairs]
    if not pairs:
        return [Problem(("pairs",), Message("link.no_pair"))]
    if len(set(here)) < len(here) or len(set(there)) < len(there):
        return [Problem(("pairs",), Message("link.two_pairs"))]
    if any(order.line(one) is None for one in here) or any(other.line(one) is None for one in there):
        return [Problem(("pairs",), Message("link.changed"))]
    return []


def _unlink(db: Db, ctx: Context, order_id: int, connection_id: int, why: str) -> int:
    _say_why(why)
    order = _get(db, order_id)
    known = orders.links(db, order_id)
    own = next((one for one in known if one.connection_id == connection_id), None)
    connection = next((one for one in connections.every(db) if one.id == connection_id), None)
    if own is None or connection is None:
        raise ValidationFailed(Problem(("connection",), Message("link.not_there", number=order.number)))
    remote = identity.as_read(connection, own)
    message = _against_unlinking(db, order, connection, known)
    if message or remote is None:
        message = message or Message("link.unreadable", number=order.number, connection=connection.name)
        raise ValidationFailed(Problem(("connection",), message))
    now_ms = ctx.clock.now_ms()
    linking.split(db, order_id, connection_id)
    if orders.primary_connection_id(db, order_id) == connection_id:
        remaining = (one.connection_id for one in known if one.connection_id != connection_id)
        linking.set_primary_connection(db, order_id, min(remaining, default=None))
    new_id = orders.add(db, number=remote.number, primary_connection_id=connection_id, now_ms=now_ms)
    linking.keep_separate(db, order_id, new_id)
    take_over(db, connection, new_id, remote, now_ms=now_ms)
    linking.move_packages(db, order_id, connection_id, new_id)
    if any(one.order_id == new_id and not one.confirmed for one in forwarding.open_of(db, connection_id)):
        follow_up_jobs.put(db, connection_id=connection_id, order_id=new_id, kind=CONFIRM)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    changes = (
        (order_id, Message("audit.unlinked", connection=connection.name, number=remote.number, id=str(new_id))),
        (new_id, Message("audit.unlinked_from", number=order.number, id=str(order_id))),
    )
    for id_, what in changes:
        manual_changes.add(
            db, id_, station=ctx.station, operator=ctx.operator, what=what, reason=why.strip(), now_ms=now_ms
        )
    return new_id


def _unlinkable(db: Db, order_id: int) -> tuple[Connection, ...]:
    order = _get(db, order_id)
    known = orders.links(db, order_id)
    linked = {one.connection_id for one in known}
    return tuple(
        one for one in connections.every(db) if one.id in linked and not _against_unlinking(db, order, one, known)
    )


def _against_unlinking(db: Db, order: Order, connection: Connection, known: Sequence[Link]) -> Message:
    """Why a connection cannot be taken off an order; empty where it can."""
    told = [call for call in calls.of_order(db, order.id) if call.connection_id == connection.id]
    if len(known) == 1 and orders.primary_connection_id(db, order.id) == connection.id:
        return Message("unlink.only_one", number=order.number, connection=connection.name)
    if any(call.state not in ENDED for call in told):
        return Message("unlink.unsent", connection=connection.name)
    # What was given up by hand may have arrived before that.
    known_there = {
        one.id
        for shipment in shipments.of_order(db, order.id)
        for one in calls.of_shipment(db, shipment.id)
        if one.may_be_known
    }
    if any(call.shipment_id is not None and (call.state == "confirmed" or call.id in known_there) for call in told):
        return Message("unlink.notified", connection=connection.name, number=order.number)
    return NO_MESSAGE


def _get(db: Db, order_id: int) -> Order:
    try:
        return orders.get(db, order_id)
    except LookupError:
        raise ValidationFailed(Problem((), Message("order.gone_or_linked"))) from None


def _say_why(why: str) -> None:
    if not why.strip():
        raise ValidationFailed(Problem(("why",), Message("reason.missing_order")))
