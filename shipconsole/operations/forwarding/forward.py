"""Forwarding: a package that a platform shipped itself becomes a shipment here, and other connections are notified.

Rules that people set say which connections are notified; without a rule nothing is forwarded. A package is forwarded
once, however often it is reported. Under `review`, and under `auto` while the platform has not confirmed the package
when queried, a person decides first: a webhook alone forwards nothing.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.forwarding import ForwardReview, Mode, Rule
from shipconsole.domain.label import NUMBER_IN_USE, STORED_KINDS, number_key
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Outcome, TryLater
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.domain.webhook_event import OrderEvent
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, item_matching, upsert
from shipconsole.operations.orders.orders import target_connections
from shipconsole.operations.shipping.ship import ship_in
from shipconsole.operations.tracking import record
from shipconsole.store import connections as stored_connections
from shipconsole.store import follow_up_jobs, forwarding, shipments, webhook_events
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS

CONFIRM = upsert.CONFIRM
MODES: tuple[Mode, ...] = ("off", "review", "auto")
NOT_CONFIRMED = Message("forward.not_confirmed")
TEST_ORDER = Message("forward.test_order")

_log = logging.getLogger(__name__)


def is_forwarded(db: Db, connection: Connection) -> bool:
    """Return whether the packages of a connection are forwarded, or reviewed for that."""
    return any(rule.from_id == connection.id and rule.mode != "off" for rule in forwarding.rules(db))


async def rules(ctx: Context) -> tuple[Rule, ...]:
    """Return every rule."""
    return await ctx.read(forwarding.rules)


async def set_rule(ctx: Context, from_name: str, to_names: Sequence[str], mode: str) -> Rule:
    """Set what happens with a connection's packages; raise `ValidationFailed` for an invalid rule."""
    chosen = _mode_named(mode)
    (source,) = await connections.named(ctx, [from_name])
    if VENDORS[source.vendor].is_notified:
        message = Message("forward.ships_nothing", connection=source.name)
        raise ValidationFailed(Problem(("from",), message))
    targets = await connections.named(ctx, to_names) if to_names else ()
    unable = [connection.name for connection in targets if not VENDORS[connection.vendor].is_notified]
    if unable:
        raise ValidationFailed(*(Problem(("to",), Message("forward.not_notified", connection=name)) for name in unable))
    if chosen != "off" and not targets:
        raise ValidationFailed(Problem(("to",), Message("forward.no_target")))
    rule = Rule(source.id, tuple(target.id for target in targets), chosen)
    await ctx.write(forwarding.put_rule, rule)
    return rule


def _mode_named(text: str) -> Mode:
    for mode in MODES:
        if mode == text:
            return mode
    raise ValidationFailed(Problem(("mode",), Message("forward.unknown_mode", known=tuple(MODES), mode=text)))


async def reviews(ctx: Context, *, most: int = 200) -> tuple[ForwardReview, ...]:
    """Return the packages to forward: waiting ones first, then newest first, each with what became of it."""
    return await ctx.read(forwarding.every, most=most)


async def count_waiting(ctx: Context) -> int:
    """Return how many packages wait for a person, with those that could not be forwarded."""
    return await ctx.read(forwarding.waiting)


async def accept(ctx: Context, proposal_id: int, *, reuse_reason: str = "") -> ForwardReview:
    """Forward a package by a person's decision; on `ValidationFailed` it stays under review with the reason.

    `reuse_reason` is the reason to accept a number that another package has: several orders may be in one box.
    """
    proposal = await _open(ctx, proposal_id)
    problems = await forward_package(ctx, proposal, reuse_reason)
    if problems:
        raise ValidationFailed(*problems)
    return await _known(ctx, proposal_id)


async def decline(ctx: Context, proposal_id: int) -> ForwardReview:
    """Never forward a package, by a person's decision."""
    proposal = await _open(ctx, proposal_id)
    message = Message("forward.declined", packer=ctx.operator or ctx.station)
    await ctx.write(forwarding.end, proposal, "declined", message)
    return await _known(ctx, proposal_id)


async def run_due(ctx: Context) -> int:
    """Forward what needs no person; return how many packages were tried."""
    due = await ctx.read(forwarding.due)
    for proposal_id in due:
        await forward_package(ctx, await _known(ctx, proposal_id))
    return len(due)


def propose(
    db: Db, connection: Connection, order_id: int, order: RemoteOrder, *, confirmed: bool, now_ms: int
) -> list[str]:
    """Propose the packages of an order where a rule asks for it; return their numbers.

    A package that is not confirmed is queried again later. Packages of a test order are never proposed.
    """
    rule = next((rule for rule in forwarding.rules(db) if rule.from_id == connection.id), None)
    if rule is None or rule.mode == "off" or order.is_test:
        return []
    numbers: list[str] = []
    for track in order.tracks:
        number = track.tracking_number.strip()
        if number:
            numbers.append(number)
            forwarding.put_review(
                db,
                connection_id=connection.id,
                tracking_number=number,
                order_id=order_id,
                carrier=track.carrier,
                items=track.items,
                confirmed=confirmed,
                message=NO_MESSAGE if confirmed else NOT_CONFIRMED,
                remote_changed_at_ms=order.changed_at_ms or 0,
                now_ms=now_ms,
            )
    if numbers and not confirmed:
        follow_up_jobs.put(db, connection_id=connection.id, order_id=order_id, kind=CONFIRM)
    return numbers


def decline_test_orders(db: Db, connection: Connection, found: Sequence[RemoteOrder]) -> None:
    """Decline all packages of test orders, also those proposed before they were known to be tests."""
    for order in found:
        numbers = {track.tracking_number.strip() for track in order.tracks} if order.is_test else set[str]()
        linked = stored_orders.linked(db, connection.id, order.remote_id) if order.is_test else None
        for review in forwarding.open_of(db, connection.id):
            if review.tracking_number in numbers or (linked is not None and review.order_id == linked[1]):
                forwarding.end(db, review, "declined", TEST_ORDER)


async def confirm(ctx: Context, connection: Connection, order_id: int, link: Link) -> Outcome:
    """Fetch an order whose packages only a webhook announced, and forward what its platform confirms."""
    found = await import_orders.fetch_order(ctx, connection, link.remote_id)
    if not isinstance(found, RemoteOrder):
        return found
    waiting = await ctx.write(_confirmed, ctx, connection, order_id, found)
    await run_due(ctx)
    # A webhook may be faster than the platform's own order, which may show the change later.
    return (
        TryLater(Message("forward.not_visible_yet", connection=connection.name, count=waiting))
        if waiting
        else Accepted()
    )


def missing_packages(connection: Connection, numbers: Sequence[str]) -> Message:
    """Return the message that announced packages are not in the platform's order."""
    return Message("forward.not_in_order", connection=connection.name, numbers=tuple(numbers))


def _confirmed(db: Db, ctx: Context, connection: Connection, order_id: int, found: RemoteOrder) -> int:
    """Store what the platform confirms; return how many webhook events are not confirmed by it."""
    now_ms = ctx.clock.now_ms()
    decline_test_orders(db, connection, (found,))
    if found.is_test:
        return 0
    upsert.upsert_orders(db, connection, (found,), now_ms=now_ms)
    for track in found.tracks:
        record.record_track(db, connection, track, order_id=order_id, now_ms=now_ms)
    propose(db, connection, order_id, found, confirmed=True, now_ms=now_ms)
    return _still_unconfirmed(db, connection, found)


def _still_unconfirmed(db: Db, connection: Connection, found: RemoteOrder) -> int:
    """Requeue the webhook events that the order confirms by now; return how many it does not."""
    reader, count = VENDORS[connection.vendor].webhooks, 0
    for event in webhook_events.unconfirmed(db, connection.id, found.remote_id):
        content = reader.read(event.body).content if reader else None
        if isinstance(content, OrderEvent) and (content.not_in(found) or not content.is_confirmed_by(found)):
            count += 1
        else:
            webhook_events.requeue(db, event.id)
    return count


async def _known(ctx: Context, proposal_id: int) -> ForwardReview:
    found = await ctx.read(forwarding.get, proposal_id)
    if found is None:
        raise ValidationFailed(Problem(("id",), Message("forward.unknown", id=proposal_id)))
    return found


async def _open(ctx: Context, proposal_id: int) -> ForwardReview:
    found = await _known(ctx, proposal_id)
    if found.state not in ("proposed", "refused"):
        message = Message("forward.already_decided", id=proposal_id, state=found.state)
        raise ValidationFailed(Problem(("id",), message))
    return found


async def forward_package(ctx: Context, proposal: ForwardReview, reuse_reason: str = "") -> tuple[Problem, ...]:
    """Turn a proposal into a shipment, or store and return the problems."""
    try:
        await ctx.write(ship_proposal, ctx, proposal, reuse_reason)
    except ValidationFailed as refused:
        message = sentences(*(problem.message for problem in refused.problems))
        await ctx.write(forwarding.end, proposal, "refused", message)
        _log.info("%s of order %s is not forwarded: %s", proposal.tracking_number, proposal.order_number, message)
        return refused.problems
    return ()


def ship_proposal(db: Db, ctx: Context, proposal: ForwardReview, reuse_reason: str) -> None:
    """Store the shipment of a proposal with its updates, unless it was decided meanwhile."""
    now = forwarding.get(db, proposal.id)
    if now is None or now.state not in ("proposed", "refused"):
        return
    for shipment in shipments.of_order(db, now.order_id):
        if any(number_key(package.tracking_number) == number_key(now.tracking_number) for package in shipment.packages):
            forwarding.end(db, now, "shipped", Message("forward.recorded_here"), shipment_id=shipment.id)
            return
    links = stored_orders.links(db, now.order_id)
    if all(link.connection_id != now.connection_id for link in links):
        message = Message("forward.order_not_known", connection=now.connection, number=now.order_number)
        raise ValidationFailed(Problem(("order",), message))
    targets, others = _rule_targets(db, now, links)
    # The platform that shipped it states its number and recipient; only a number that a package here has needs a
    # person.
    uses = shipments.uses_of_number(db, now.tracking_number, order_id=now.order_id)
    is_free = not any(use.package_id or use.is_lost for use in uses)
    in_use = NUMBER_IN_USE if is_free or reuse_reason.strip() else ()
    package = PackageDraft(
        tracking_number=now.tracking_number,
        carrier=now.carrier,
        quantities=_quantities(db, now),
        accepted=(*(kind for kind in STORED_KINDS if kind not in NUMBER_IN_USE), *in_use),
        kept_reason=reuse_reason.strip() or now.connection,
    )
    # It was shipped there and not at this station, and the audit log says so.
    elsewhere = replace(ctx, station=now.connection)
    shipped = ship_in(db, elsewhere, now.order_id, ShipmentDraft(packages=(package,)), targets, was_packed_here=False)
    message = Message("forward.notified", connections=tuple(targets))
    if others:
        message = Message("forward.notified_some", connections=tuple(targets), others=tuple(others))
    forwarding.end(db, now, "shipped", message, shipment_id=shipped.shipment_id)


def _rule_targets(db: Db, proposal: ForwardReview, links: Sequence[Link]) -> tuple[list[str], list[str]]:
    """Return the names of connections that the rule notifies: those that have the order, and those that do not.

    Where none has it, all are returned as the first, so that shipping names the problem.
    """
    known = stored_connections.every(db)
    rule = next((rule for rule in forwarding.rules(db) if rule.from_id == proposal.connection_id), None)
    chosen = [connection for connection in known if rule and connection.id in rule.to_ids]
    if not chosen:
        raise ValidationFailed(Problem(("to",), Message("forward.no_rule", connection=proposal.connection)))
    known_there, _ = target_connections(db, proposal.order_id, proposal.order_number, known, links)
    names = [connection.name for connection in chosen if connection in known_there]
    if not names:
        return [connection.name for connection in chosen], []
    return names, [connection.name for connection in chosen if connection not in known_there]


def _quantities(db: Db, proposal: ForwardReview) -> dict[int, int]:
    """Return units by our line ids; raise `ValidationFailed` where an item or a quantity is unknown."""
    ours = item_matching.lines_by_remote_id(db, proposal.order_id, proposal.connection_id)
    problems = [_problem_with(item, ours) for item in proposal.items]
    if not proposal.items:
        message = Message(
            "forward.no_contents", connection=proposal.connection, tracking_number=proposal.tracking_number
        )
        problems = [Problem(("lines",), message)]
    if any(problems):
        raise ValidationFailed(*(problem for problem in problems if problem))
    quantities: dict[int, int] = {}
    for item in proposal.items:
        line_id = ours[item.remote_id]
        quantities[line_id] = quantities.get(line_id, 0) + (item.quantity or 0)
    return quantities


def _problem_with(item: RemotePacked, ours: dict[str, int]) -> Problem | None:
    if item.remote_id not in ours:
        return Problem(("lines",), Message("forward.unknown_item", item=item.remote_id))
    if item.quantity is None:
        return Problem(("lines", ours[item.remote_id]), Message("forward.unknown_quantity", item=item.remote_id))
    return None
