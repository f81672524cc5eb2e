"""Checking: a call of unknown outcome is checked at its platform, and settled where the evidence suffices.

A check comes no earlier than the platform's last chance to act on the request. It can be repeated without harm, as it
changes nothing. Where the evidence does not suffice, a person decides with what was seen.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from shipconsole.domain import recipient
from shipconsole.domain.call import Attempt, Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.domain.shipment import Shipment
from shipconsole.operations.connections import senders
from shipconsole.operations.connections.connections import no_response, send
from shipconsole.operations.context import Context
from shipconsole.operations.importing.import_orders import refresh_order
from shipconsole.operations.importing.upsert import apply_remote
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.outbox.request_codec import request_from
from shipconsole.operations.outbox.settle_delay import settle_delay_ms
from shipconsole.operations.sending import followups
from shipconsole.operations.sending import send as sending
from shipconsole.operations.shipping import correct
from shipconsole.station.logs import masked
from shipconsole.store import calls, connections, orders, shipments
from shipconsole.store.calls import Ending
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.outcome_check import CheckResult, OrderShare, UnconfirmedRequest
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

MOST = 20


@dataclass(frozen=True, slots=True)
class _Check:
    """A claimed call to check: the number of this check, and what is known of the order here."""

    call: Call
    checks: int
    connection: Connection
    link: Link | None


async def run_due(ctx: Context, *, order_id: int | None = None) -> int:
    """Check the calls that are due, one after the other; return how many."""
    due = await ctx.read(_due, ctx, order_id)
    for call_id in due:
        await check_update(ctx, call_id)
    return len(due)


async def check_now(ctx: Context, call_id: int) -> None:
    """Check a call of unknown outcome that was checked before; raise `ValidationFailed` for any other.

    One that was never checked keeps its time, because it may still take effect.
    """
    if not await ctx.write(calls.check_one_now, call_id):
        raise ValidationFailed(Problem(("id",), Message("notified.checked_later")))
    await check_update(ctx, call_id)


async def check_update(ctx: Context, call_id: int, *, refreshed: bool = False) -> None:
    """Check a call of unknown outcome at its platform; does nothing where it is not due.

    `refreshed` means that the platform has just imported the store, so that no refresh is needed.
    """
    check = await ctx.write(begin_check, ctx, call_id)
    if check is None:
        return
    ctx.in_hand.add(call_id)
    try:
        await _carry_out(ctx, check, refreshed=refreshed)
    finally:
        ctx.in_hand.discard(call_id)


async def _carry_out(ctx: Context, check: _Check, *, refreshed: bool) -> None:
    try:
        outcome = await _query(ctx, check, refreshed=refreshed)
    except ValidationFailed as refused:
        outcome = Blocked(refused.message)
    except EnvironmentFailure as error:
        outcome = TryLater(error.message)
    except asyncio.CancelledError:
        # The program is closing: this was no check, and the next run checks again.
        await ctx.write(_end, ctx, check, TryLater(check.call.message))
        raise
    await ctx.write(_end, ctx, check, outcome)


async def _query(ctx: Context, check: _Check, *, refreshed: bool) -> Outcome:
    """Update the order here with what its platform has now."""
    if check.link is None:
        return await _find(ctx, check)
    vendor = VENDORS[check.connection.vendor]
    if vendor.stores is not None and check.link.source_id and not refreshed:
        outcome = await followups.refresh(ctx, check.connection, vendor.stores, check.link.source_id)
        if not isinstance(outcome, Accepted):
            return outcome
    return await refresh_order(ctx, check.connection, check.link.remote_id)


async def _find(ctx: Context, check: _Check) -> Outcome:
    """Find an order that the platform did not have before; if it has it now, link it by the platform's id."""
    vendor = VENDORS[check.connection.vendor]
    if vendor.edits.create is None or vendor.edits.create.find is None:
        return Accepted()
    sent = await send(ctx, check.connection, vendor.edits.create.find(check.call.order_number))
    if not isinstance(sent, Response):
        return TryLater(no_response(vendor.title, sent.message))
    found = await off_loop(vendor.orders.read, sent)
    if not isinstance(found, RemoteOrder):
        return found
    if found.number.casefold() == check.call.order_number.casefold():
        await ctx.write(_link_found, ctx, check, found)
    return Accepted()


def _link_found(db: Db, ctx: Context, check: _Check, found: RemoteOrder) -> None:
    """Link a platform's order to ours, unless the recipient differs: a number alone does not identify it."""
    ship_to = orders.get(db, check.call.order_id).ship_to
    if recipient.agreement(ship_to, found.ship_to) == "different":
        return
    if orders.linked(db, check.connection.id, found.remote_id) is None:
        is_own = check.call.intent is not None
        now_ms = ctx.clock.now_ms()
        apply_remote(db, check.connection, check.call.order_id, found, now_ms=now_ms, by_platform=not is_own)


def _due(db: Db, ctx: Context, order_id: int | None) -> tuple[int, ...]:
    due = calls.due_checks(
        db,
        steady_ms=ctx.steady_ms(db),
        most=MOST if order_id is None else 10_000,
        failures_most=ctx.timings.failures_most,
        not_of=senders.left_to_others(db, ctx),
    )
    if order_id is None:
        return due
    mine = {call.id for call in calls.of_order(db, order_id)}
    return tuple(call_id for call_id in due if call_id in mine)


def begin_check(db: Db, ctx: Context, call_id: int) -> _Check | None:
    """Claim a call for a check; return None where it is not due."""
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
    connection = connections.by_id(db)[call.connection_id]
    links = {link.connection_id: link for link in orders.links(db, call.order_id)}
    return _Check(call, checks, connection, links.get(connection.id))


def _end(db: Db, ctx: Context, check: _Check, outcome: Outcome) -> None:
    """Store the result of the check, and apply what follows from it."""
    now_ms, steady_ms = ctx.clock.now_ms(), ctx.steady_ms(db)
    evidence: dict[str, Any] = json.loads(check.call.evidence)
    checks = check.checks
    match outcome:
        case Accepted():
            verdict = _verdict(db, check)
            ending = _ending(verdict, evidence, steady_ms, settle_delay_ms(db, ctx, check.connection))
        case Unsure(message):
            ending = _undecided(ctx, check, message, steady_ms)
        case Refused(problems):
            # The platform does not have the order, or does not show it: another check would show no more.
            message = sentences(*(problem.message for problem in problems))
            ending = Ending(
                "needs_attention", Message("verify.unreadable", connection=check.connection.name, reason=message)
            )
        case TryLater(message) | Blocked(message):
            # The platform was not reached, so this was no check.
            checks -= 1
            ending = Ending("unknown", message, check_at_ms=steady_ms + ctx.timings.recheck_ms)
    ending = ending._replace(message=masked(ending.message))
    ended = calls.end_check(
        db,
        check.call.id,
        ending,
        owner=ctx.clock.boot_id(),
        checks_begun=check.checks,
        checks=checks,
        evidence=json.dumps(evidence),
        now_ms=now_ms,
    )
    if not ended:
        return
    attempt = Attempt(check.call.attempts, now_ms, "read_back", message=ending.message, station=ctx.station)
    calls.add_attempt(db, check.call.id, attempt, owner=ctx.clock.boot_id())
    if isinstance(outcome, Blocked | TryLater):
        circuit_breaker.record_result(
            db, ctx, check.connection, nobody_there=isinstance(outcome, TryLater), message=ending.message
        )
        sending.apply_consequences(db, ctx, check.call, check.connection, outcome)
    elif ending.state == "confirmed":
        sending.apply_consequences(db, ctx, check.call, check.connection, Accepted())


def _verdict(db: Db, check: _Check) -> CheckResult:
    vendor = VENDORS[check.connection.vendor]
    link = next(
        (link for link in orders.links(db, check.call.order_id) if link.connection_id == check.connection.id), None
    )
    if check.link is None and link is not None:
        return CheckResult("confirmed", Message("verify.has_order", connection=check.connection.name))
    if vendor.shipments.check_outcome is None or link is None or check.call.request is None:
        return CheckResult("person", Message("verify.not_visible", connection=check.connection.name))
    known: dict[str, Any] = json.loads(check.call.evidence)
    unconfirmed = UnconfirmedRequest(
        request=request_from(check.call.request),
        before=str(known.get("before", "")),
        after=link,
        part=part_of(db, check.call),
        others_sent=calls.others_were_sent(db, check.call.id),
        options=check.connection.options,
    )
    return vendor.shipments.check_outcome(unconfirmed)


def _ending(verdict: CheckResult, evidence: dict[str, Any], steady_ms: int, apart_ms: int) -> Ending:
    match verdict.is_:
        case "confirmed":
            return Ending("confirmed", verdict.message)
        case "person":
            return Ending("needs_attention", verdict.message)
        case "absent":
            first_ms = evidence.setdefault("absent_at_ms", steady_ms)
            if verdict.conclusive_at_once or steady_ms - first_ms >= apart_ms:
                evidence.pop("absent_at_ms")
                return Ending("pending", Message("verify.resend", finding=verdict.message))
            return Ending("unknown", verdict.message, check_at_ms=first_ms + apart_ms)


def _undecided(ctx: Context, check: _Check, message: Message, steady_ms: int) -> Ending:
    """Check again later with a growing pause; after the last check, leave it to a person."""
    check_pauses_ms = ctx.timings.check_pauses_ms
    if check.checks >= len(check_pauses_ms):
        return Ending("needs_attention", Message("verify.undecided", finding=message, count=check.checks))
    return Ending("unknown", message, check_at_ms=steady_ms + check_pauses_ms[check.checks])


def part_of(db: Db, call: Call) -> OrderShare:
    """Return how much of its order a call is about, as its platform's response would show it."""
    # An edit of a known package changes nothing at the platform that could be seen.
    if call.shipment_id is None or correct.was_notified(db, call):
        return "other"
    stored = [shipment for shipment in shipments.of_order(db, call.order_id) if shipment.id <= call.shipment_id]
    if len(stored) == 1 and len(stored[0].packages) == 1 and _finishes(orders.get(db, call.order_id), stored, call):
        return "whole"
    return "rest" if _finishes(orders.get(db, call.order_id), stored, call) else "part"


def _finishes(order: Order, stored: list[Shipment], call: Call) -> bool:
    """Return whether nothing was left once a call's package had shipped."""
    notified: dict[int, int] = {}
    for shipment in stored:
        for package in shipment.packages:
            last = shipment.id == call.shipment_id and call.package_id is not None
            if last and package.id is not None and call.package_id is not None and package.id > call.package_id:
                continue
            for packed in package.lines:
                notified[packed.line_id] = notified.get(packed.line_id, 0) + packed.quantity
    # Items that are not counted in units ship only with an update about the whole order.
    is_alone = len(stored) == 1 and len(stored[0].packages) == 1
    return all(
        notified.get(line.id, 0) >= line.ordered - line.cancelled
        if line.is_counted
        else is_alone and line.resolved_as == "shipped"
        for line in order.lines
    )
