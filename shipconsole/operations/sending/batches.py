"""Batches: orders made known to a connection many at a time, and the jobs that tell what became of each.

Every call keeps a request of its own, with which it can go by itself. Sent together, the calls wait in the state
`checking` for the platform's job. Whatever a batch or its job leaves open about a call lets it go by itself next.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.connections.connections import note_outcome, secrets_of, send
from shipconsole.operations.context import Context
from shipconsole.operations.outbox.request_codec import request_from
from shipconsole.operations.sending import send as sending
from shipconsole.operations.sending.send import Sending
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import batches, browse, calls, connections
from shipconsole.store.batches import DueJob, Standing
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Batches, BatchJob, BatchJobState, BatchResult
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Request, Response
from shipconsole.vendors.response_limits import off_loop

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Share:
    """What an outcome of a whole batch means for one of its calls."""

    outcome: Outcome
    alone: bool = False


def together(db: Db, ctx: Context) -> dict[int, tuple[int, ...]]:
    """The calls that may go now and go together, by their connection: two or more for a platform that takes many."""
    steady_ms, now_s = ctx.steady_ms(db), ctx.clock.monotonic_s()
    found = {
        one.id: batches.due_creates(db, steady_ms, one.id)
        for one in connections.every(db)
        if VENDORS[one.vendor].batches
        and one.failures < ctx.timings.failures_most
        and ctx.held_until_s.get(one.id, 0.0) <= now_s
    }
    return {connection_id: call_ids for connection_id, call_ids in found.items() if len(call_ids) > 1}


async def unknown_to(ctx: Context, connection_id: int, find: str = "") -> tuple[OrderRow, ...]:
    """The orders with units left of which a connection was not told yet, by their date; those that hold some words."""
    return await ctx.read(_unknown_to, connection_id, find)


async def standing(ctx: Context, call_ids: Sequence[int]) -> tuple[Standing, ...]:
    """How far some calls are, in the order in which they were entered."""
    return await ctx.read(batches.standing, call_ids)


def left_to_batches(db: Db, ctx: Context) -> frozenset[int]:
    """The due calls that are not to be sent one by one, as they go together."""
    return frozenset(call_id for call_ids in together(db, ctx).values() for call_id in call_ids)


async def run_due(ctx: Context) -> int:
    """Send all that goes together and look at the jobs whose time has come; tell how many calls and jobs."""
    return len(await deliver_due(ctx)) + await look_at_jobs(ctx)


async def deliver_due(ctx: Context) -> tuple[int, ...]:
    """Send all that goes together, one batch after the other; tell the ids of the calls that were tried."""
    due = await ctx.read(together, ctx)
    known = {one.id: one for one in await ctx.read(connections.every)}
    tried: list[int] = []
    for connection_id, call_ids in due.items():
        connection = known[connection_id]
        batch = VENDORS[connection.vendor].batches
        most = batch.most if batch else len(call_ids)
        for first in range(0, len(call_ids), most):
            chosen = call_ids[first : first + most]
            await deliver_batch(ctx, connection, chosen)
            tried += chosen
    return tuple(tried)


async def deliver_batch(ctx: Context, connection: Connection, call_ids: Sequence[int]) -> None:
    """Send some due calls in one request and settle each; those that somebody else has or that may not go are left.

    Taken in by the platform, they wait for its job. Where the batch was refused over some orders, those are refused
    and the others go again; where it was refused as such, each goes by itself.
    """
    vendor = VENDORS[connection.vendor]
    if vendor.batches is None:
        return
    try:
        headers = vendor.headers(await secrets_of(ctx, connection), connection.options)
    except ValidationFailed as refused:
        await ctx.write(_put_off, ctx, connection, call_ids, Blocked(refused.message))
        return
    except KeyringUnavailable as unavailable:
        pause = TryLater(unavailable.message, ctx.timings.keyring_pause_s, nobody_there=True)
        await ctx.write(_put_off, ctx, connection, call_ids, pause)
        return
    before_claim_s = ctx.clock.monotonic_s()
    in_hand = await ctx.write(_claim, ctx, call_ids[: vendor.batches.most])
    if not in_hand:
        return
    call_ids = [one.call.id for one in in_hand]
    ctx.in_hand.update(call_ids)
    try:
        await _send(ctx, connection, vendor.batches, in_hand, headers, before_claim_s)
    finally:
        ctx.in_hand.difference_update(call_ids)


async def _send(
    ctx: Context,
    connection: Connection,
    batch: Batches,
    in_hand: Sequence[Sending],
    headers: Mapping[str, str],
    before_claim_s: float,
) -> None:
    vendor = VENDORS[connection.vendor]
    request = batch.request([one.request for one in in_hand])
    # A computer that slept between the claim and the first byte may wake when the claim is long given up.
    sent: SendResult = NotSent(Message("network.too_slow"))
    if ctx.clock.monotonic_s() - before_claim_s < ctx.timings.claim_fresh_s:
        try:
            sent = await ctx.sender.send(connection, vendor, request, headers)
        except asyncio.CancelledError:
            lost = NoResponse(Message("network.closed"))
            await ctx.write(_settle, ctx, connection, in_hand, request, lost)
            raise
    await ctx.write(_settle, ctx, connection, in_hand, request, sent)


async def look_at_jobs(ctx: Context) -> int:
    """Ask after the jobs whose time has come, and settle the calls that they tell of; tell how many were looked at."""
    due = await ctx.read(_due_jobs, ctx)
    for one in due:
        await _look(ctx, one)
    return len(due)


async def _look(ctx: Context, due: DueJob) -> None:
    begun = await ctx.write(_begin_look, ctx, due)
    if begun is None:
        return
    connection, requests, is_late = begun
    vendor = VENDORS[connection.vendor]
    assert vendor.batches is not None
    try:
        sent = await send(ctx, connection, vendor.batches.get_job(due.job))
    except (ValidationFailed, KeyringUnavailable) as error:
        sent = NotSent(error.message)
    left_open = Unsure(Message("batch.not_finished", platform=vendor.title, job=due.job)) if is_late else None
    told: dict[int, BatchResult] = {}
    state = (
        await off_loop(vendor.batches.read_job, sent, list(requests.values())) if isinstance(sent, Response) else None
    )
    match state:
        case BatchJobState(_, entries):
            told = {call_id: entry for call_id, entry in zip(requests, entries, strict=True) if entry is not None}
        case Refused(problems):
            said = sentences(*(problem.message for problem in problems))
            left_open = Unsure(Message("batch.no_status", platform=vendor.title, job=due.job, said=said))
        case None:
            _log.info("Job %s at %s is looked at later", due.job, connection.name)
        case outcome:
            await _hold_back(ctx, connection, outcome)
    if left_open is not None:
        told = {call_id: told.get(call_id, BatchResult(left_open)) for call_id in requests}
    if told:
        await ctx.write(_settle_job, ctx, connection, due, requests, told, sent)


async def _hold_back(ctx: Context, connection: Connection, outcome: Outcome) -> None:
    """What an answer to a look means for the whole connection."""
    await note_outcome(ctx, connection, outcome)
    if isinstance(outcome, TryLater) and outcome.whole_account:
        pause_s = min(outcome.after_s or ctx.timings.backoff_base_s, ctx.timings.wait_cap_s)
        ctx.held_until_s[connection.id] = ctx.clock.monotonic_s() + pause_s
        await ctx.write(_hold, ctx, connection.id, pause_s)


def _hold(db: Db, ctx: Context, connection_id: int, pause_s: float) -> None:
    connections.hold(db, connection_id, until_ms=ctx.steady_ms(db) + round(pause_s * 1_000))


def _put_off(db: Db, ctx: Context, connection: Connection, call_ids: Sequence[int], outcome: Outcome) -> None:
    for call_id in call_ids:
        call = calls.get(db, call_id)
        if call is not None:
            sending.put_off(db, ctx, call, connection, outcome)


def _claim(db: Db, ctx: Context, call_ids: Sequence[int]) -> list[Sending]:
    """Claim each call with its own request; an error of the program is that call's alone."""
    in_hand: list[Sending] = []
    for call_id in call_ids:
        try:
            one = sending.claim(db, ctx, call_id)
        except EnvironmentFailure:
            raise
        except Exception:  # noqa: BLE001 - whatever it was, it must not keep the others back
            _log.exception("Call %s cannot go with others because of an error of the program", call_id)
            batches.go_alone(db, call_id)
            continue
        if one is not None:
            in_hand.append(one)
    return in_hand


def _settle(
    db: Db, ctx: Context, connection: Connection, in_hand: Sequence[Sending], request: Request, sent: SendResult
) -> None:
    """Store what came of a batch for each of its calls, in one transaction."""
    vendor = VENDORS[connection.vendor]
    assert vendor.batches is not None
    answered = isinstance(sent, Response)
    found = vendor.batches.read(request, sent) if answered else sending.outcome_of(vendor, request, sent)
    outcome = Accepted() if isinstance(found, BatchJob) else found
    sending.note_answer(db, ctx, connection, outcome, sent)
    if isinstance(found, BatchJob):
        message = Message("batch.accepted", platform=vendor.title, job=found.id)
        sending.await_job(db, ctx, in_hand, found, message, sent)
        return
    for one, share in zip(in_hand, _shares(found, len(in_hand), vendor.title), strict=True):
        sending.settle_as(db, ctx, one, connection, share.outcome, sent)
        if share.alone:
            batches.go_alone(db, one.call.id)
    _go_at_once(db, [one.call.id for one in in_hand])


def _shares(outcome: Outcome, count: int, title: str) -> list[_Share]:
    """What the outcome of a batch of so many calls means for each.

    A refusal that names orders concerns those. One that names none is about the batch and not about any order.
    """
    if not isinstance(outcome, Refused):
        return [_Share(outcome)] * count
    named = [
        Refused(tuple(one._replace(path=one.path[2:]) for one in outcome.problems if one.path[:2] == ("orders", place)))
        for place in range(count)
    ]
    if any(one.problems for one in named):
        again = TryLater(Message("batch.others_rejected", platform=title), after_s=0)
        return [_Share(one if one.problems else again) for one in named]
    said = sentences(*(problem.message for problem in outcome.problems))
    alone = TryLater(Message("batch.alone", platform=title, said=said), after_s=0)
    return [_Share(alone, alone=True)] * count


def _go_at_once(db: Db, call_ids: Sequence[int]) -> None:
    """Let those that are sent again go at the same time, so that they go together again."""
    waiting = [call for call_id in call_ids if (call := calls.get(db, call_id)) and call.state == "retry_wait"]
    for call in waiting:
        batches.go_at(db, call.id, min(one.due_at_ms for one in waiting))


def _unknown_to(db: Db, connection_id: int, find: str) -> tuple[OrderRow, ...]:
    ids = batches.unknown_to(db, connection_id)
    if find.strip():
        found = frozenset(browse.found(db, find, browse.NO_LIMIT))
        ids = [order_id for order_id in ids if order_id in found]
    return tuple(browse.rows(db, ids))


def _due_jobs(db: Db, ctx: Context) -> tuple[DueJob, ...]:
    return batches.due_jobs(db, steady_ms=ctx.steady_ms(db))


def _begin_look(db: Db, ctx: Context, due: DueJob) -> tuple[Connection, dict[int, Request], bool] | None:
    """The job's connection, the requests of its calls, and whether it is past its time; None where another looks."""
    steady_ms = ctx.steady_ms(db)
    found = [calls.get(db, one.call_id) for one in batches.in_job(db, due)]
    waiting = [call for call in found if call is not None]
    if not waiting:
        return None
    since_s = max(0, steady_ms - min(call.first_try_ms for call in waiting)) / 1_000
    check_at_ms = steady_ms + round(sending.job_pause_s(ctx.timings, since_s) * 1_000)
    if not batches.begin_look(db, due, check_at_ms=check_at_ms):
        return None
    connection = next(one for one in connections.every(db) if one.id == due.connection_id)
    requests = {call.id: request_from(call.request) for call in waiting if call.request is not None}
    return connection, requests, since_s >= ctx.timings.job_lasts_s


def _settle_job(
    db: Db,
    ctx: Context,
    connection: Connection,
    due: DueJob,
    requests: Mapping[int, Request],
    told: Mapping[int, BatchResult],
    sent: SendResult,
) -> None:
    """Settle the calls of a job that something is told of; what leaves a call open lets it go by itself."""
    steady_ms = ctx.steady_ms(db)
    for one in batches.in_job(db, due):
        entry = told.get(one.call_id)
        if entry is None:
            continue
        claim = batches.take_up(db, one, owner=ctx.clock.boot_id(), lease_until_ms=steady_ms)
        call = calls.get(db, one.call_id)
        if claim is None or call is None:
            continue
        taken_up = Sending(claim, call, requests[one.call_id])
        sending.settle_as(db, ctx, taken_up, connection, entry.outcome, entry.response or sent)
        if not isinstance(entry.outcome, Accepted | Refused):
            batches.go_alone(db, one.call_id)
