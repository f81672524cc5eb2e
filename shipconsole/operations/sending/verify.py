"""Reading back: a call of unknown outcome is looked into at its platform, and decided where the evidence decides.

A look comes no earlier than the platform could still act on what it did not answer. It may be done again without
harm; nothing is told by it. Where the evidence does not decide, a person is asked with what was seen.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from shipconsole.domain import recipient
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.domain.shipment import Shipment
from shipconsole.operations.connections.connections import send, unanswered
from shipconsole.operations.context import Context
from shipconsole.operations.importing.import_orders import read_again
from shipconsole.operations.importing.upsert import take_over
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.outbox.request_codec import request_from
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.operations.sending import followups
from shipconsole.operations.sending import send as sending
from shipconsole.operations.shipping import correct
from shipconsole.station.logs import masked
from shipconsole.store import calls, connections, orders, shipments
from shipconsole.store.calls import Attempt, Call, Ending
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer
from shipconsole.vendors.read_back import Evidence, Part, Verdict
from shipconsole.vendors.reading import off_loop

MOST = 20


@dataclass(frozen=True, slots=True)
class _Look:
    """A call in hand to be looked into: how many looks this makes, and what is known of the order here."""

    call: Call
    checks: int
    connection: Connection
    link: Link | None


async def run_due(ctx: Context, *, order_id: int | None = None) -> int:
    """Look into the calls whose time has come, one after the other; tell how many."""
    due = await ctx.read(_due, ctx, order_id)
    for call_id in due:
        await look_into(ctx, call_id)
    return len(due)


async def look_into(ctx: Context, call_id: int, *, refreshed: bool = False) -> None:
    """Look at the platform for a call of unknown outcome; does nothing where its time has not come.

    `refreshed` says that the platform has just read the shop, so that it need not be asked to.
    """
    look = await ctx.write(_begin, ctx, call_id)
    if look is None:
        return
    ctx.in_hand.add(call_id)
    try:
        await _carry_out(ctx, look, refreshed=refreshed)
    finally:
        ctx.in_hand.discard(call_id)


async def _carry_out(ctx: Context, look: _Look, *, refreshed: bool) -> None:
    try:
        outcome = await _look(ctx, look, refreshed=refreshed)
    except ValidationFailed as refused:
        outcome = Blocked(refused.message)
    except EnvironmentFailure as error:
        outcome = TryLater(error.message)
    except asyncio.CancelledError:
        # The program is closed: the look was none, and the next run looks again.
        await ctx.write(_end, ctx, look, TryLater(look.call.message))
        raise
    await ctx.write(_end, ctx, look, outcome)


async def _look(ctx: Context, look: _Look, *, refreshed: bool) -> Outcome:
    """Bring the order here in line with what its platform knows now."""
    if look.link is None:
        return await _find(ctx, look)
    vendor = VENDORS[look.connection.vendor]
    if vendor.refresh is not None and look.link.source_id and not refreshed:
        outcome = await followups.refresh(ctx, look.connection, vendor.refresh, look.link.source_id)
        if not isinstance(outcome, Accepted):
            return outcome
    return await read_again(ctx, look.connection, look.link.remote_id)


async def _find(ctx: Context, look: _Look) -> Outcome:
    """Look for an order that the platform did not know before; found, it is known by the platform's id from now on."""
    vendor = VENDORS[look.connection.vendor]
    if vendor.create is None or vendor.create.find is None:
        return Accepted()
    sent = await send(ctx, look.connection, vendor.create.find(look.call.order_number))
    if not isinstance(sent, Answer):
        return TryLater(unanswered(vendor.title, sent.message))
    found = await off_loop(vendor.read_order, sent)
    if not isinstance(found, RemoteOrder):
        return found
    if found.number.casefold() == look.call.order_number.casefold():
        await ctx.write(_know, ctx, look, found)
    return Accepted()


def _know(db: Db, ctx: Context, look: _Look, found: RemoteOrder) -> None:
    """Store that a platform's order is ours, unless it is another's: a number alone does not say whose it is."""
    ship_to = orders.get(db, look.call.order_id).ship_to
    if recipient.agreement(ship_to, found.ship_to) == "different":
        return
    if orders.linked(db, look.connection.id, found.remote_id) is None:
        take_over(db, look.connection, look.call.order_id, found, now_ms=ctx.clock.now_ms())


def _due(db: Db, ctx: Context, order_id: int | None) -> tuple[int, ...]:
    due = calls.due_checks(
        db,
        steady_ms=ctx.steady_ms(db),
        most=MOST if order_id is None else 10_000,
        failures_most=ctx.timings.failures_most,
    )
    if order_id is None:
        return due
    mine = {call.id for call in calls.of_order(db, order_id)}
    return tuple(call_id for call_id in due if call_id in mine)


def _begin(db: Db, ctx: Context, call_id: int) -> _Look | None:
    steady_ms = ctx.steady_ms(db)
    checks = calls.begin_check(
        db,
        call_id,
        owner=ctx.clock.boot_id(),
        now_ms=ctx.clock.now_ms(),
        steady_ms=steady_ms,
        lease_until_ms=steady_ms + ctx.timings.lease_ms,
    )
    call = calls.get(db, call_id)
    if checks is None or call is None:
        return None
    connection = next(one for one in connections.every(db) if one.id == call.connection_id)
    links = {link.connection_id: link for link in orders.links(db, call.order_id)}
    return _Look(call, checks, connection, links.get(connection.id))


def _end(db: Db, ctx: Context, look: _Look, outcome: Outcome) -> None:
    """Store what the look came to, and what follows from it."""
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    evidence: dict[str, Any] = json.loads(look.call.evidence)
    checks = look.checks
    match outcome:
        case Accepted():
            verdict = _verdict(db, look)
            ending = _ending(verdict, evidence, steady_ms, settle_delay_ms(db, ctx, look.connection))
        case Unsure(message):
            ending = _undecided(ctx, look, message, steady_ms)
        case Refused(problems):
            # The vendor does not know the order, or will not show it: looking again shows no more.
            message = sentences(*(problem.message for problem in problems))
            ending = Ending(
                "needs_attention", Message("verify.unreadable", connection=look.connection.name, reason=message)
            )
        case TryLater(message) | Blocked(message):
            # The vendor was not reached, so that was no look.
            checks -= 1
            ending = Ending("unknown", message, check_at_ms=steady_ms + ctx.timings.look_again_ms)
    ending = ending._replace(message=masked(ending.message))
    ended = calls.end_check(
        db,
        look.call.id,
        ending,
        owner=ctx.clock.boot_id(),
        checks_begun=look.checks,
        checks=checks,
        evidence=json.dumps(evidence),
        now_ms=now_ms,
    )
    if not ended:
        return
    attempt = Attempt(look.call.attempts, now_ms, "read_back", message=ending.message, station=ctx.station)
    calls.add_attempt(db, look.call.id, attempt, owner=ctx.clock.boot_id())
    if isinstance(outcome, Blocked | TryLater):
        circuit_breaker.note(
            db, ctx, look.connection, nobody_there=isinstance(outcome, TryLater), message=ending.message
        )
        sending.consequences(db, ctx, look.call, look.connection, outcome)
    elif ending.state == "confirmed":
        sending.consequences(db, ctx, look.call, look.connection, Accepted())


def _verdict(db: Db, look: _Look) -> Verdict:
    vendor = VENDORS[look.connection.vendor]
    link = next((one for one in orders.links(db, look.call.order_id) if one.connection_id == look.connection.id), None)
    if look.link is None and link is not None:
        return Verdict("confirmed", Message("verify.has_order", connection=look.connection.name))
    if vendor.read_back is None or link is None or look.call.request is None:
        return Verdict("person", Message("verify.not_visible", connection=look.connection.name))
    known: dict[str, Any] = json.loads(look.call.evidence)
    seen = Evidence(
        request=request_from(look.call.request),
        before=str(known.get("before", "")),
        after=link,
        part=_part(db, look.call),
        others_sent=calls.others_were_sent(db, look.call.id),
        options=look.connection.options,
    )
    return vendor.read_back(seen)


def _ending(verdict: Verdict, evidence: dict[str, Any], steady_ms: int, apart_ms: int) -> Ending:
    match verdict.is_:
        case "confirmed":
            return Ending("confirmed", verdict.message)
        case "person":
            return Ending("needs_attention", verdict.message)
        case "absent":
            first_ms = evidence.setdefault("absent_at_ms", steady_ms)
            if verdict.at_first_sight or steady_ms - first_ms >= apart_ms:
                evidence.pop("absent_at_ms")
                return Ending("pending", Message("verify.resend", finding=verdict.message))
            return Ending("unknown", verdict.message, check_at_ms=first_ms + apart_ms)


def _undecided(ctx: Context, look: _Look, message: Message, steady_ms: int) -> Ending:
    """Another look later, further apart each time; a person when that is used up."""
    looks_ms = ctx.timings.looks_ms
    if look.checks >= len(looks_ms):
        return Ending("needs_attention", Message("verify.undecided", finding=message, count=look.checks))
    return Ending("unknown", message, check_at_ms=steady_ms + looks_ms[look.checks])


def _part(db: Db, call: Call) -> Part:
    """How much of its order a call is about, as its platform's answer would show it."""
    # What was told before and is only corrected moves nothing at the vendor that could be seen.
    if call.shipment_id is None or correct.was_told(db, call):
        return "other"
    stored = [one for one in shipments.of_order(db, call.order_id) if one.id <= call.shipment_id]
    if len(stored) == 1 and len(stored[0].packages) == 1 and _finishes(orders.get(db, call.order_id), stored, call):
        return "whole"
    return "rest" if _finishes(orders.get(db, call.order_id), stored, call) else "part"


def _finishes(order: Order, stored: list[Shipment], call: Call) -> bool:
    """Whether nothing was left when a call's package had shipped."""
    told: dict[int, int] = {}
    for shipment in stored:
        for package in shipment.packages:
            last = shipment.id == call.shipment_id and call.package_id is not None
            if last and package.id is not None and call.package_id is not None and package.id > call.package_id:
                continue
            for packed in package.lines:
                told[packed.line_id] = told.get(packed.line_id, 0) + packed.quantity
    # What is not counted in units is told of by a call about the whole order alone.
    is_alone = len(stored) == 1 and len(stored[0].packages) == 1
    return all(
        told.get(line.id, 0) >= line.ordered - line.cancelled
        if line.is_counted
        else is_alone and line.resolved_as == "shipped"
        for line in order.lines
    )
