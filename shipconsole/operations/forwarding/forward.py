"""Passing on: a package that a platform shipped by itself becomes a shipment of its order here, and is told to others.

Which connection's packages go on to which others is a rule that people set; without one nothing goes on. A package goes
on once, however often it is told. Under the rule `review` a person says yes first, and so it is under `auto` while
the platform has not confirmed the package when it was asked: a webhook alone tells nobody anything.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.label import NUMBER_IN_USE, STORED_KINDS, number_key
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Outcome, TryLater
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.domain.webhook_event import OrderNews
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders, item_matching, upsert
from shipconsole.operations.orders.orders import places_for
from shipconsole.operations.shipping.ship import ship_in
from shipconsole.operations.tracking import record
from shipconsole.store import connections as stored_connections
from shipconsole.store import follow_up_jobs, forwarding, shipments, webhook_events
from shipconsole.store import orders as stored_orders
from shipconsole.store.database import Db
from shipconsole.store.forwarding import ForwardReview, Mode, Rule
from shipconsole.vendors.catalog import VENDORS

CONFIRM = upsert.CONFIRM
MODES: tuple[Mode, ...] = ("off", "review", "auto")
NOT_CONFIRMED = Message("forward.not_confirmed")
TEST_ORDER = Message("forward.test_order")

_log = logging.getLogger(__name__)


def is_on(db: Db, connection: Connection) -> bool:
    """Return whether the packages of a connection are forwarded, or proposed for that."""
    return any(rule.from_id == connection.id and rule.mode != "off" for rule in forwarding.rules(db))


async def rules(ctx: Context) -> tuple[Rule, ...]:
    """Every rule there is."""
    return await ctx.read(forwarding.rules)


async def set_rule(ctx: Context, from_name: str, to_names: Sequence[str], mode: str) -> Rule:
    """Say what becomes of a connection's packages; `ValidationFailed` for what cannot be."""
    chosen = _mode_named(mode)
    (source,) = await connections.named(ctx, [from_name])
    if VENDORS[source.vendor].is_told:
        message = Message("forward.ships_nothing", connection=source.name)
        raise ValidationFailed(Problem(("from",), message))
    told = await connections.named(ctx, to_names) if to_names else ()
    deaf = [one.name for one in told if not VENDORS[one.vendor].is_told]
    if deaf:
        raise ValidationFailed(*(Problem(("to",), Message("forward.not_notified", connection=name)) for name in deaf))
    if chosen != "off" and not told:
        raise ValidationFailed(Problem(("to",), Message("forward.no_target")))
    rule = Rule(source.id, tuple(one.id for one in told), chosen)
    await ctx.write(forwarding.put_rule, rule)
    return rule


def _mode_named(text: str) -> Mode:
    for mode in MODES:
        if mode == text:
            return mode
    raise ValidationFailed(Problem(("mode",), Message("forward.unknown_mode", known=", ".join(MODES), mode=text)))


async def proposals(ctx: Context, *, most: int = 200) -> tuple[ForwardReview, ...]:
    """The packages that were to be passed on, those that wait first, then newest first, with what became of each."""
    return await ctx.read(forwarding.every, most=most)


async def waiting(ctx: Context) -> int:
    """How many packages wait for a person's word, those among them that could not be passed on."""
    return await ctx.read(forwarding.waiting)


async def accept(ctx: Context, proposal_id: int, *, reuse_reason: str = "") -> ForwardReview:
    """Pass a package on because a person says so; `ValidationFailed` where it cannot be, and it is kept with the
    reason.

    `reuse_reason` is why a number that another package has is right all the same: several orders may be in one box.
    """
    proposal = await _open(ctx, proposal_id)
    problems = await _carry_out(ctx, proposal, reuse_reason)
    if problems:
        raise ValidationFailed(*problems)
    return await _known(ctx, proposal_id)


async def decline(ctx: Context, proposal_id: int) -> ForwardReview:
    """Have a package never passed on, because a person says so."""
    proposal = await _open(ctx, proposal_id)
    message = Message("forward.declined", packer=ctx.operator or ctx.station)
    await ctx.write(forwarding.end, proposal, "declined", message)
    return await _known(ctx, proposal_id)


async def run_due(ctx: Context) -> int:
    """Pass on what needs no person; tell how many packages were tried."""
    due = await ctx.read(forwarding.due)
    for proposal_id in due:
        await _carry_out(ctx, await _known(ctx, proposal_id))
    return len(due)


def propose(
    db: Db, connection: Connection, order_id: int, order: RemoteOrder, *, confirmed: bool, now_ms: int
) -> list[str]:
    """Propose the packages of an order, where a rule wants it so; tell their numbers.

    What is not confirmed is asked for again later. An order that is a test has no package that anybody may hear of.
    """
    rule = next((one for one in forwarding.rules(db) if one.from_id == connection.id), None)
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


def forget_test(db: Db, connection: Connection, found: Sequence[RemoteOrder]) -> None:
    """Have no package of test orders ever passed on, also those that were proposed before anybody knew."""
    for order in found:
        numbers = {one.tracking_number.strip() for one in order.tracks} if order.is_test else set[str]()
        linked = stored_orders.linked(db, connection.id, order.remote_id) if order.is_test else None
        for one in forwarding.open_of(db, connection.id):
            if one.tracking_number in numbers or (linked is not None and one.order_id == linked[1]):
                forwarding.end(db, one, "declined", TEST_ORDER)


async def confirm(ctx: Context, connection: Connection, order_id: int, link: Link) -> Outcome:
    """Ask the platform for an order whose packages were told by a webhook alone, and pass on what it confirms."""
    found = await import_orders.read_order(ctx, connection, link.remote_id)
    if not isinstance(found, RemoteOrder):
        return found
    waiting = await ctx.write(_confirmed, ctx, connection, order_id, found)
    await run_due(ctx)
    # A webhook may be quicker than the vendor's own order: what it told of may be shown later.
    return (
        TryLater(Message("forward.not_visible_yet", connection=connection.name, count=waiting))
        if waiting
        else Accepted()
    )


def not_shown(connection: Connection, numbers: Sequence[str]) -> Message:
    """Packages that were told of and that the platform's order has not, in words."""
    return Message("forward.not_in_order", connection=connection.name, numbers=", ".join(numbers))


def _confirmed(db: Db, ctx: Context, connection: Connection, order_id: int, found: RemoteOrder) -> int:
    """Take in what the platform confirms; tell how many webhooks say what it does not show."""
    now_ms = ctx.clock.now_ms()
    forget_test(db, connection, (found,))
    if found.is_test:
        return 0
    upsert.take_in(db, connection, (found,), now_ms=now_ms)
    for track in found.tracks:
        record.take_in(db, connection, track, order_id=order_id, now_ms=now_ms)
    propose(db, connection, order_id, found, confirmed=True, now_ms=now_ms)
    return _still_unconfirmed(db, connection, found)


def _still_unconfirmed(db: Db, connection: Connection, found: RemoteOrder) -> int:
    """Have those webhooks worked off again that the platform's order bears out by now; tell how many it does not."""
    reader, count = VENDORS[connection.vendor].deliveries, 0
    for one in webhook_events.unconfirmed(db, connection.id, found.remote_id):
        news = reader.read(one.body).news if reader else None
        if isinstance(news, OrderNews) and (news.not_in(found) or not news.is_borne_out_by(found)):
            count += 1
        else:
            webhook_events.requeue(db, one.id)
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


async def _carry_out(ctx: Context, proposal: ForwardReview, reuse_reason: str = "") -> tuple[Problem, ...]:
    """Make a proposal a shipment, both or neither; what speaks against it is kept with it and given back."""
    try:
        await ctx.write(_ship, ctx, proposal, reuse_reason)
    except ValidationFailed as refused:
        message = sentences(*(problem.message for problem in refused.problems))
        await ctx.write(forwarding.end, proposal, "refused", message)
        _log.info("%s of order %s is not passed on: %s", proposal.tracking_number, proposal.order_number, message)
        return refused.problems
    return ()


def _ship(db: Db, ctx: Context, proposal: ForwardReview, reuse_reason: str) -> None:
    now = forwarding.get(db, proposal.id)
    if now is None or now.state not in ("proposed", "refused"):
        return
    for shipment in shipments.of_order(db, now.order_id):
        if any(number_key(one.tracking_number) == number_key(now.tracking_number) for one in shipment.packages):
            forwarding.end(db, now, "shipped", Message("forward.recorded_here"), shipment_id=shipment.id)
            return
    links = stored_orders.links(db, now.order_id)
    if all(link.connection_id != now.connection_id for link in links):
        message = Message("forward.order_not_known", connection=now.connection, number=now.order_number)
        raise ValidationFailed(Problem(("order",), message))
    told, deaf = _to_be_told(db, now, links)
    # The platform that shipped it says what its number is and where it goes; only a number that a package here has is a
    # person's matter.
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
    # It left there and not at this bench, and the record says so.
    elsewhere = replace(ctx, station=now.connection)
    shipped = ship_in(db, elsewhere, now.order_id, ShipmentDraft(packages=(package,)), told)
    message = Message("forward.notified", connections=tuple(told))
    if deaf:
        message = Message("forward.notified_some", connections=tuple(told), others=tuple(deaf))
    forwarding.end(db, now, "shipped", message, shipment_id=shipped.shipment_id)


def _to_be_told(db: Db, proposal: ForwardReview, links: Sequence[Link]) -> tuple[list[str], list[str]]:
    """Whom the rule has told of a package, by name: those that know its order, and those that do not.

    Where none of them knows it, all are to be told, so that shipping says what is against it.
    """
    known = stored_connections.every(db)
    rule = next((one for one in forwarding.rules(db) if one.from_id == proposal.connection_id), None)
    wanted = [one for one in known if rule and one.id in rule.to_ids]
    if not wanted:
        raise ValidationFailed(Problem(("to",), Message("forward.no_rule", connection=proposal.connection)))
    places, _ = places_for(db, proposal.order_id, proposal.order_number, known, links)
    knowing = [one.name for one in wanted if one in places]
    if not knowing:
        return [one.name for one in wanted], []
    return knowing, [one.name for one in wanted if one not in places]


def _quantities(db: Db, proposal: ForwardReview) -> dict[int, int]:
    """Units by our lines; `ValidationFailed` where it is not told for all of them which item and how many."""
    ours = item_matching.lines_for(db, proposal.order_id, proposal.connection_id)
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
