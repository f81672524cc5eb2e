"""Linking: a person links two orders that are the same, or unlinks an order that is two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shipconsole.domain import code
from shipconsole.domain.call import ENDED
from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import KeptBack, ShipmentDraft
from shipconsole.domain.intent import kind_of
from shipconsole.domain.link import Link
from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.importing import identity
from shipconsole.operations.importing.upsert import CONFIRM, apply_remote
from shipconsole.store import (
    browse,
    calls,
    connections,
    drafts,
    follow_up_jobs,
    forwarding,
    linking,
    orders,
    shipments,
)
from shipconsole.store import manual_changes as stored_manual_changes
from shipconsole.store.database import Db

__all__ = [
    "Candidate",
    "candidates",
    "keep_separate",
    "link",
    "manual_changes",
    "match_items",
    "merged_into",
    "unlink",
    "unlinkable_connections",
]

CANDIDATES_MOST = 200
CANDIDATES_SHOWN = 50

Pairs = Sequence[tuple[int, int]]
"""Matching order line ids: of the order that stays, and of the one that is linked to it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that may be the same as another; `matches` counts its lines that the other has too."""

    order_id: int
    number: str
    connections: tuple[str, ...]
    recipient: str
    lines: tuple[OrderLine, ...]
    matches: int


async def candidates(ctx: Context, order_id: int, find: str = "") -> tuple[Candidate, ...]:
    """Return orders that may be the same as one, the likeliest first.

    They have no connection in common with it, and the same number, the same recipient, or an item in common; with a
    text, they contain its words.
    """
    return await ctx.read(_candidates, order_id, find)


async def link(ctx: Context, order_id: int, other_id: int, pairs: Pairs, reason: str) -> None:
    """Link another order to one: the connections that have the other have this one from then on.

    Lines and address stay those of the first order. A line of the other without a pair is not part of it, and its
    connection is not notified of it. The other's history stays on record at the first, and so does its draft, unless
    the first has one. Raises `ValidationFailed` where one connection has both or is being sent one of them, and where
    the other has shipments or unfinished calls.
    """
    await ctx.write(_link, ctx, order_id, other_id, pairs, reason)


async def keep_separate(ctx: Context, order_id: int, other_id: int, reason: str = "") -> None:
    """Keep two orders separate, whatever they have in common: no sync links them, and no one is asked again.

    Raises `ValidationFailed` where one of them is gone, and where they are one order.
    """
    await ctx.write(_keep_apart, ctx, order_id, other_id, reason)


async def unlink(ctx: Context, order_id: int, connection_id: int, reason: str) -> int:
    """Make what one connection has as this order a separate order; return its id.

    Raises `ValidationFailed` where it is the order's only connection, has unfinished calls, or was notified of
    shipments.
    """
    return await ctx.write(_unlink, ctx, order_id, connection_id, reason)


async def unlinkable_connections(ctx: Context, order_id: int) -> tuple[Connection, ...]:
    """Return the connections that have an order and can be unlinked from it."""
    return await ctx.read(_unlinkable, order_id)


async def merged_into(ctx: Context, order_id: int) -> Order | None:
    """Return the order that another one was linked into, by the other's former id."""
    return await ctx.read(_merged_into, order_id)


async def manual_changes(ctx: Context, order_id: int) -> tuple[ManualChange, ...]:
    """Return the manual changes of an order and of those linked into it, oldest first."""
    return await ctx.read(stored_manual_changes.of_order, order_id)


def match_items(order: Order, other: Order) -> tuple[tuple[int, int], ...]:
    """Match the lines of two orders by SKU, else by description; each line once."""
    unmatched = list(other.lines)
    found: list[tuple[int, int]] = []
    for is_match in (_same_sku, _same_description):
        paired = {line_id for line_id, _ in found}
        for line in (line for line in order.lines if line.id not in paired):
            match = next((other for other in unmatched if is_match(line, other)), None)
            if match is not None:
                unmatched.remove(match)
                found.append((line.id, match.id))
    positions = {line.id: position for position, line in enumerate(order.lines)}
    return tuple(sorted(found, key=lambda pair: positions[pair[0]]))


def _same_sku(line: OrderLine, other: OrderLine) -> bool:
    return code.key(line.sku) == code.key(other.sku) != ""


def _same_description(line: OrderLine, other: OrderLine) -> bool:
    return code.key(line.description) == code.key(other.description) != ""


def _candidates(db: Db, order_id: int, find: str) -> tuple[Candidate, ...]:
    order = _get(db, order_id)
    names = {connection.id: connection.name for connection in connections.every(db)}
    own = set(orders.linked_vendors(db, order_id))
    if find.strip():
        ids = tuple(browse.found(db, find, CANDIDATES_MOST))
    else:
        ids = linking.alike(db, order_id, most=CANDIDATES_MOST)
    found: list[Candidate] = []
    for other_id in ids:
        theirs = orders.linked_vendors(db, other_id)
        if other_id == order_id or own & set(theirs):
            continue
        other = orders.get(db, other_id)
        found.append(
            Candidate(
                order_id=other_id,
                number=other.number,
                connections=tuple(names[id_] for id_ in sorted(theirs)),
                recipient=other.ship_to.recipient,
                lines=other.lines,
                matches=len(match_items(order, other)),
            )
        )
    found.sort(
        key=lambda candidate: (
            not _alike(candidate, order),
            -candidate.matches,
            candidate.recipient != order.ship_to.recipient,
        )
    )
    return tuple(found[:CANDIDATES_SHOWN])


def _alike(candidate: Candidate, order: Order) -> bool:
    return code.key(candidate.number) == code.key(order.number)


def _link(db: Db, ctx: Context, order_id: int, other_id: int, pairs: Pairs, reason: str) -> None:
    _require_reason(reason)
    order, other = _get(db, order_id), _get(db, other_id)
    problems = [*_linking_problems(db, order, other), *_pair_problems(order, other, pairs)]
    if problems:
        raise ValidationFailed(*problems)
    now_ms = ctx.clock.now_ms()
    names = {connection.id: connection.name for connection in connections.every(db)}
    theirs = tuple(names[id_] for id_ in sorted(orders.linked_vendors(db, other_id))) or (Message("order.manual"),)
    left_out = [line.sku for line in other.lines if line.id not in {there for _, there in pairs}]
    change_message = Message("audit.linked", number=other.number, connections=theirs)
    if left_out:
        change_message = Message("audit.linked_without", number=other.number, connections=theirs, items=tuple(left_out))
    line_of = {there: here for here, there in pairs}
    other_draft = drafts.get(db, other_id)
    if other_draft is not None and drafts.get(db, order_id) is None:
        drafts.put(db, order_id, _for_lines(other_draft, line_of), now_ms=now_ms)
    linking.join(db, order_id, other_id, line_of)
    ctx.record_change(db, order_id, change_message, reason.strip(), now_ms=now_ms, joined_order_id=other_id)
    orders.refresh_totals(db, order_id, now_ms=now_ms)


def _keep_apart(db: Db, ctx: Context, order_id: int, other_id: int, reason: str) -> None:
    order, other = _get(db, order_id), _get(db, other_id)
    if order.id == other.id:
        raise ValidationFailed(Problem(("other",), Message("link.kept_separate_itself")))
    linking.keep_separate(db, order_id, other_id)
    for kept, apart in ((order, other), (other, order)):
        ctx.record_change(
            db,
            kept.id,
            Message("audit.kept_separate", number=apart.number, id=str(apart.id)),
            reason.strip(),
            now_ms=ctx.clock.now_ms(),
        )
        db.note("order", kept.id)


def _for_lines(packed: ShipmentDraft, line_of: Mapping[int, int]) -> ShipmentDraft:
    """Return one order's draft for the lines of the order that it is linked into."""
    return ShipmentDraft(
        packages=tuple(
            package.model_copy(
                update={
                    name: {line_of[id_]: units for id_, units in counted.items() if id_ in line_of}
                    for name, counted in (("quantities", package.quantities), ("typed", package.typed))
                }
            )
            for package in packed.packages
        ),
        line_id=line_of.get(packed.line_id, 0),
        kept_back=KeptBack.CHANGED,
    )


def _merged_into(db: Db, order_id: int) -> Order | None:
    merged = linking.became_part_of(db, order_id)
    return None if merged is None else orders.get(db, merged)


def _linking_problems(db: Db, order: Order, other: Order) -> list[Problem]:
    if order.id == other.id:
        return [Problem(("other",), Message("link.itself"))]
    problems: list[Problem] = []
    names = {connection.id: connection.name for connection in connections.every(db)}
    ours, theirs = (orders.linked_vendors(db, linked.id).keys() for linked in (order, other))
    problems += [
        Problem(("other",), Message("link.two_there", connection=names[id_], number=order.number, other=other.number))
        for id_ in sorted(ours & theirs)
    ]
    # A platform that is sent an order which it has already ends up with two.
    being_sent = {sent.id: _being_created_in(db, sent.id) for sent in (order, other)}
    twice = (being_sent[order.id] & (theirs | being_sent[other.id])) | (being_sent[other.id] & ours)
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


def _being_created_in(db: Db, order_id: int) -> set[int]:
    """Return the connections that an order is sent to and whose id for it is not known yet."""
    known = orders.linked_vendors(db, order_id)
    return {
        call.connection_id
        for call in calls.of_order(db, order_id)
        if kind_of(call.intent) == "create"
        and call.state not in ("cancelled", "superseded")
        and call.connection_id not in known
        and not linking.are_kept_separate(db, order_id, call.connection_id)
    }


def _pair_problems(order: Order, other: Order, pairs: Pairs) -> list[Problem]:
    here, there = [line_id for line_id, _ in pairs], [line_id for _, line_id in pairs]
    if not pairs:
        return [Problem(("pairs",), Message("link.no_pair"))]
    if len(set(here)) < len(here) or len(set(there)) < len(there):
        return [Problem(("pairs",), Message("link.two_pairs"))]
    if any(order.line(line_id) is None for line_id in here) or any(other.line(line_id) is None for line_id in there):
        return [Problem(("pairs",), Message("link.changed"))]
    return []


def _unlink(db: Db, ctx: Context, order_id: int, connection_id: int, reason: str) -> int:
    _require_reason(reason)
    order = _get(db, order_id)
    known = orders.links(db, order_id)
    linked = next((link for link in known if link.connection_id == connection_id), None)
    connection = connections.by_id(db).get(connection_id)
    if linked is None or connection is None:
        raise ValidationFailed(Problem(("connection",), Message("link.not_there", number=order.number)))
    remote = identity.remote_order(connection, linked)
    message = _why_not_unlinkable(db, order, connection, known)
    if message or remote is None:
        message = message or Message("link.unreadable", number=order.number, connection=connection.name)
        raise ValidationFailed(Problem(("connection",), message))
    now_ms = ctx.clock.now_ms()
    linking.split(db, order_id, connection_id)
    if orders.primary_connection_id(db, order_id) == connection_id:
        remaining = (link.connection_id for link in known if link.connection_id != connection_id)
        linking.set_primary_connection(db, order_id, min(remaining, default=None))
    new_id = orders.add(db, number=remote.number, primary_connection_id=connection_id, now_ms=now_ms)
    linking.keep_separate(db, order_id, new_id)
    apply_remote(db, connection, new_id, remote, now_ms=now_ms)
    linking.move_packages(db, order_id, connection_id, new_id)
    if any(
        proposal.order_id == new_id and not proposal.confirmed for proposal in forwarding.open_of(db, connection_id)
    ):
        follow_up_jobs.put(db, connection_id=connection_id, order_id=new_id, kind=CONFIRM)
    orders.refresh_totals(db, order_id, now_ms=now_ms)
    changes = (
        (order_id, Message("audit.unlinked", connection=connection.name, number=remote.number, id=str(new_id))),
        (new_id, Message("audit.unlinked_from", number=order.number, id=str(order_id))),
    )
    for id_, change_message in changes:
        ctx.record_change(db, id_, change_message, reason.strip(), now_ms=now_ms)
    return new_id


def _unlinkable(db: Db, order_id: int) -> tuple[Connection, ...]:
    order = _get(db, order_id)
    known = orders.links(db, order_id)
    linked = {link.connection_id for link in known}
    return tuple(
        connection
        for connection in connections.every(db)
        if connection.id in linked and not _why_not_unlinkable(db, order, connection, known)
    )


def _why_not_unlinkable(db: Db, order: Order, connection: Connection, known: Sequence[Link]) -> Message:
    """Return why a connection cannot be unlinked from an order; empty where it can."""
    updates = [call for call in calls.of_order(db, order.id) if call.connection_id == connection.id]
    if len(known) == 1 and orders.primary_connection_id(db, order.id) == connection.id:
        return Message("unlink.only_one", number=order.number, connection=connection.name)
    if any(call.state not in ENDED for call in updates):
        return Message("unlink.unsent", connection=connection.name)
    # A discarded update may have arrived before that.
    known_there = {
        call.id
        for shipment in shipments.of_order(db, order.id)
        for call in calls.of_shipment(db, shipment.id)
        if call.may_be_known
    }
    if any(call.shipment_id is not None and (call.state == "confirmed" or call.id in known_there) for call in updates):
        return Message("unlink.notified", connection=connection.name, number=order.number)
    return NO_MESSAGE


def _get(db: Db, order_id: int) -> Order:
    try:
        return orders.get(db, order_id)
    except LookupError:
        raise ValidationFailed(Problem((), Message("order.gone_or_linked"))) from None


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationFailed(Problem(("reason",), Message("reason.missing_order")))
