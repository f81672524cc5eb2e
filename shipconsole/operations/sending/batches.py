"""Batches: orders are created in a connection many at a time, and a platform's job reports what became of each.

Every call stores its own request, with which it can be sent alone. After a batch the calls wait in the state `checking`
for the platform's job. A call that the batch or its job leaves open is sent alone next.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from shipconsole.domain.call import Standing
from shipconsole.domain.connection import Connection
from shipconsole.domain.message import Message, sentences
from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.outcome import Accepted, Blocked, Outcome, Refused, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.connections import leases, senders
from shipconsole.operations.connections.connections import note_outcome, secrets_of, send
from shipconsole.operations.context import Context
from shipconsole.operations.outbox.request_codec import request_from
from shipconsole.operations.sending import outcomes
from shipconsole.operations.sending import send as sending
from shipconsole.operations.sending.send import Sending
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import batches, browse, calls, connections
from shipconsole.store.batches import DueJob
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import Batches, BatchJob, BatchJobState, BatchResult
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.request import Request, Response
from shipconsole.vendors.response_limits import off_loop

MISSING_MOST = 1_000
"""So many orders are listed at once to be created in a connection."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Share:
    """The outcome of a batch for one of its calls."""

    outcome: Outcome
    alone: bool = False


def batched_updates(db: Db, ctx: Context) -> dict[int, tuple[int, ...]]:
    """Return the calls to send together now, by connection: two or more for a platform that accepts batches."""
    steady_ms, now_s = ctx.steady_ms(db), ctx.clock.monotonic_s()
    left = senders.left_to_others(db, ctx) | senders.resting(db, ctx)
    found = {
        connection.id: batches.due_creates(db, steady_ms, connection.id)
        for connection in connections.every(db)
        if VENDORS[connection.vendor].batches
        and connection.id not in left
        and connection.failures < ctx.timings.failures_most
        and ctx.held_until_s.get(connection.id, 0.0) <= now_s
    }
    return {connection_id: call_ids for connection_id, call_ids in found.items() if len(call_ids) > 1}


async def orders_missing_in(
    ctx: Context, connection_id: int, find: str = "", only: Collection[int] = ()
) -> tuple[OrderRow, ...]:
    """Return the orders with units left that are not in a connection yet, by date, filtered by a text.

    With `only`, none but these. At most `MISSING_MOST`: the others follow once these have been created.
    """
    return await ctx.read_long(_unknown_to, connection_id, find, only)


async def states_of(ctx: Context, call_ids: Sequence[int]) -> tuple[Standing, ...]:
    """Return the states of some calls, in the order in which they were queued."""
    return await ctx.read(batches.standing, call_ids)


def batched_ids(db: Db, ctx: Context) -> frozenset[int]:
    """Return the due calls that are not sent one by one, as they are sent together."""
    return frozenset(call_id for call_ids in batched_updates(db, ctx).values() for call_id in call_ids)


async def run_due(ctx: Context) -> int:
    """Send all batches and check the jobs that are due; return how many calls and jobs."""
    return len(await send_due_batches(ctx)) + await check_jobs(ctx)


async def send_due_batches(ctx: Context) -> tuple[int, ...]:
    """Send all batches, one after the other; return the ids of the calls that were tried."""
    due = await ctx.read(batched_updates, ctx)
    held = await leases.take(ctx, leases.UPDATES, due)
    known = await ctx.read(connections.by_id)
    tried: list[int] = []
    for connection_id, call_ids in due.items():
        if connection_id not in held:
            continue
        connection = known[connection_id]
        batch = VENDORS[connection.vendor].batches
        most = batch.most if batch else len(call_ids)
        for first in range(0, len(call_ids), most):
            chosen = call_ids[first : first + most]
            await send_batch(ctx, connection, chosen)
            tried += chosen
    return tuple(tried)


async def send_batch(ctx: Context, connection: Connection, call_ids: Sequence[int]) -> None:
    """Send some due calls in one request and settle each; calls that are claimed or not allowed are left out.

    Accepted by the platform, they wait for its job. Where the batch is rejected over some orders, those are rejected
    and the others are sent again; where it is rejected as such, each is sent alone.
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
        if await ctx.write(senders.wait_for_keyring, ctx, connection, unavailable.message):
            return
        pause = TryLater(unavailable.message, ctx.timings.keyring_pause_s, nobody_there=True)
        await ctx.write(_put_off, ctx, connection, call_ids, pause)
        return
    in_hand = await ctx.write(claim_batch, ctx, call_ids[: vendor.batches.most])
    if not in_hand:
        return
    call_ids = [claimed.call.id for claimed in in_hand]
    ctx.in_hand.update(call_ids)
    try:
        await _send(ctx, connection, vendor.batches, in_hand, headers)
    finally:
        ctx.in_hand.difference_update(call_ids)


async def _send(
    ctx: Context,
    connection: Connection,
    batch: Batches,
    in_hand: Sequence[Sending],
    headers: Mapping[str, str],
) -> None:
    vendor = VENDORS[connection.vendor]
    request = batch.request([claimed.request for claimed in in_hand])
    sent: SendResult = NotSent(sending.TOO_SLOW, is_attempt=False)
    has_begun = False
    try:
        if await sending.is_still_claimed(ctx, [claimed.claim for claimed in in_hand]):
            has_begun = True
            sent = await ctx.sender.send(connection, vendor, request, headers)
    except asyncio.CancelledError:
        lost = NoResponse(Message("network.closed"))
        await ctx.write(_settle, ctx, connection, in_hand, request, lost if has_begun else sent)
        raise
    await ctx.write(_settle, ctx, connection, in_hand, request, sent)


async def check_jobs(ctx: Context) -> int:
    """Check the jobs that are due and settle the calls that they report; return how many were checked."""
    due = await ctx.read(_due_jobs, ctx)
    for job in due:
        await _look(ctx, job)
    return len(due)


async def _look(ctx: Context, due: DueJob) -> None:
    started = await ctx.write(_begin_look, ctx, due)
    if started is None:
        return
    connection, requests, is_late = started
    vendor = VENDORS[connection.vendor]
    assert vendor.batches is not None
    try:
        sent = await send(ctx, connection, vendor.batches.get_job(due.job))
    except (ValidationFailed, KeyringUnavailable) as error:
        sent = NotSent(error.message)
    left_open = Unsure(Message("batch.not_finished", platform=vendor.title, job=due.job)) if is_late else None
    entries_by_call: dict[int, BatchResult] = {}
    state = (
        await off_loop(vendor.batches.read_job, sent, list(requests.values())) if isinstance(sent, Response) else None
    )
    match state:
        case BatchJobState(_, entries):
            entries_by_call = {
                call_id: entry for call_id, entry in zip(requests, entries, strict=True) if entry is not None
            }
        case Refused(problems):
            reason = sentences(*(problem.message for problem in problems))
            left_open = Unsure(Message("batch.no_status", platform=vendor.title, job=due.job, text=reason))
        case None:
            _log.info("Job %s at %s is checked later", due.job, connection.name)
        case outcome:
            await _hold_back(ctx, connection, outcome)
    if left_open is not None:
        entries_by_call = {call_id: entries_by_call.get(call_id, BatchResult(left_open)) for call_id in requests}
    if entries_by_call:
        await ctx.write(_settle_job, ctx, connection, due, requests, entries_by_call, sent)


async def _hold_back(ctx: Context, connection: Connection, outcome: Outcome) -> None:
    """Apply the outcome of a check to the whole connection."""
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


def claim_batch(db: Db, ctx: Context, call_ids: Sequence[int]) -> list[Sending]:
    """Claim each call with its own request; an error of the program affects only that call."""
    in_hand: list[Sending] = []
    for call_id in call_ids:
        try:
            sending_call = sending.claim(db, ctx, call_id)
        except EnvironmentFailure:
            raise
        except Exception:  # noqa: BLE001 - one call must not stop the others
            _log.exception("Call %s cannot be batched because of an error of the program", call_id)
            batches.go_alone(db, call_id)
            continue
        if sending_call is not None:
            in_hand.append(sending_call)
    return in_hand


def _settle(
    db: Db, ctx: Context, connection: Connection, in_hand: Sequence[Sending], request: Request, sent: SendResult
) -> None:
    """Store the outcome of a batch for each of its calls, in one transaction."""
    vendor = VENDORS[connection.vendor]
    assert vendor.batches is not None
    answered = isinstance(sent, Response)
    found = vendor.batches.read(request, sent) if answered else outcomes.outcome_of(vendor, request, sent)
    outcome = Accepted() if isinstance(found, BatchJob) else found
    sending.note_answer(db, ctx, connection, outcome, sent)
    if isinstance(found, BatchJob):
        message = Message("batch.accepted", platform=vendor.title, job=found.id)
        sending.await_job(db, ctx, in_hand, found, message, sent)
        return
    for sending_call, share in zip(in_hand, shares_of(found, len(in_hand), vendor.title), strict=True):
        sending.settle_as(db, ctx, sending_call, connection, share.outcome, sent)
        if share.alone:
            batches.go_alone(db, sending_call.call.id)
    _go_at_once(db, [sending_call.call.id for sending_call in in_hand])


def shares_of(outcome: Outcome, count: int, title: str) -> list[Share]:
    """Return the outcome of a batch of so many calls for each call.

    A rejection that names orders concerns those. One that names none is about the batch and not about any order.
    """
    if not isinstance(outcome, Refused):
        return [Share(outcome)] * count
    named = [
        Refused(
            tuple(
                problem._replace(path=problem.path[2:])
                for problem in outcome.problems
                if problem.path[:2] == ("orders", position)
            )
        )
        for position in range(count)
    ]
    if any(refused.problems for refused in named):
        again = TryLater(Message("batch.others_rejected", platform=title), after_s=0)
        return [Share(refused if refused.problems else again) for refused in named]
    reason = sentences(*(problem.message for problem in outcome.problems))
    alone = TryLater(Message("batch.alone", platform=title, text=reason), after_s=0)
    return [Share(alone, alone=True)] * count


def _go_at_once(db: Db, call_ids: Sequence[int]) -> None:
    """Make calls that are sent again due at the same time, so that they are batched again."""
    waiting = [call for call_id in call_ids if (call := calls.get(db, call_id)) and call.state == "retry_wait"]
    for call in waiting:
        batches.go_at(db, call.id, min(call.due_at_ms for call in waiting))


def _unknown_to(db: Db, connection_id: int, find: str, only: Collection[int]) -> tuple[OrderRow, ...]:
    ids = batches.unknown_to(db, connection_id, browse.NO_LIMIT if find.strip() or only else MISSING_MOST)
    if only:
        ids = [order_id for order_id in ids if order_id in only]
    if find.strip():
        found = frozenset(browse.found(db, find, browse.NO_LIMIT))
        ids = [order_id for order_id in ids if order_id in found]
    return tuple(browse.rows(db, ids[:MISSING_MOST]))


def _due_jobs(db: Db, ctx: Context) -> tuple[DueJob, ...]:
    left = senders.left_to_others(db, ctx)
    due = batches.due_jobs(db, steady_ms=ctx.steady_ms(db))
    return tuple(job for job in due if job.connection_id not in left)


def _begin_look(db: Db, ctx: Context, due: DueJob) -> tuple[Connection, dict[int, Request], bool] | None:
    """Return the job's connection, its calls' requests, and whether it is overdue; None where it is checked already."""
    steady_ms = ctx.steady_ms(db)
    found = [calls.get(db, in_job.call_id) for in_job in batches.in_job(db, due)]
    waiting = [call for call in found if call is not None]
    if not waiting:
        return None
    since_s = max(0, steady_ms - min(call.first_try_ms for call in waiting)) / 1_000
    check_at_ms = steady_ms + round(outcomes.job_pause_s(ctx.timings, since_s) * 1_000)
    if not batches.begin_job_check(db, due, check_at_ms=check_at_ms):
        return None
    connection = connections.by_id(db)[due.connection_id]
    requests = {call.id: request_from(call.request) for call in waiting if call.request is not None}
    return connection, requests, since_s >= ctx.timings.job_lasts_s


def _settle_job(
    db: Db,
    ctx: Context,
    connection: Connection,
    due: DueJob,
    requests: Mapping[int, Request],
    entries: Mapping[int, BatchResult],
    sent: SendResult,
) -> None:
    """Settle the calls that a job reports; a call that it leaves open is sent alone."""
    steady_ms = ctx.steady_ms(db)
    for in_job in batches.in_job(db, due):
        entry = entries.get(in_job.call_id)
        if entry is None:
            continue
        claim = batches.claim_from_job(db, in_job, owner=ctx.clock.boot_id(), lease_until_ms=steady_ms)
        call = calls.get(db, in_job.call_id)
        if claim is None or call is None:
            continue
        claimed = Sending(claim, call, requests[in_job.call_id])
        sending.settle_as(db, ctx, claimed, connection, entry.outcome, entry.response or sent)
        if not isinstance(entry.outcome, Accepted | Refused):
            batches.go_alone(db, in_job.call_id)
