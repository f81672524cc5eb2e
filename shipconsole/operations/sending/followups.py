"""Follow-up tasks: after a platform accepted an update, it is queried so that the order here stays current.

ShipEngine shows a notified shipment only after its store was refreshed; Starshipit assigns ids to new packages.
Repeating these tasks does no harm, so they are no calls of the outbox.
"""

import asyncio
import logging

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Accepted, Outcome, TryLater, Unsure
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.connections import leases, senders
from shipconsole.operations.connections.ask_once import outcome_message
from shipconsole.operations.connections.connections import send
from shipconsole.operations.connections.store_refresh import record_state
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing.import_orders import refresh_order
from shipconsole.operations.tracking import query
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import connections, follow_up_jobs, orders
from shipconsole.store.database import Db
from shipconsole.store.follow_up_jobs import FollowUpJob
from shipconsole.vendors.adapter import StoreRefresh, StoreState
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request, Response
from shipconsole.vendors.response_limits import off_loop

REFRESH = "refresh"
MAX_FAILURES = 8

_log = logging.getLogger(__name__)
_Refreshed = dict[tuple[int, str], Outcome]
"""What the import of each store led to that these tasks requested: one import serves all orders that wait for it."""


async def run_due(ctx: Context, *, order_id: int | None = None) -> int:
    """Run the follow-up tasks that are due, one after the other; return how many."""
    due = await ctx.read(_due, ctx, 20 if order_id is None else 10_000)
    if order_id is not None:
        # A person waits for this order.
        mine = [job for job in due if job.order_id == order_id]
    else:
        held = await leases.take(ctx, "follow_ups", {job.connection_id for job in due})
        mine = [job for job in due if job.connection_id in held]
    refreshed: _Refreshed = {}
    for job in mine:
        await _run(ctx, job, refreshed)
    return len(mine)


async def _run(ctx: Context, job: FollowUpJob, refreshed: _Refreshed) -> None:
    connection, link = await ctx.read(_known, job)
    if connection is None or link is None or job.failures >= MAX_FAILURES:
        await ctx.write(follow_up_jobs.done, job)
        return
    try:
        outcome = await _do(ctx, connection, link, job, refreshed)
    except ValidationFailed as refused:
        outcome = TryLater(refused.message)
    except EnvironmentFailure as error:
        outcome = TryLater(error.message)
    if isinstance(outcome, Accepted):
        await ctx.write(follow_up_jobs.done, job)
        return
    message = outcome_message(outcome)
    _log.info("Follow-up %s at %s is put off: %s", job.kind, connection.name, message)
    pause_s = 30 * 2**job.failures
    await ctx.write(_put_off, ctx, job, pause_s, message)


async def _do(ctx: Context, connection: Connection, link: Link, job: FollowUpJob, refreshed: _Refreshed) -> Outcome:
    if job.kind == forward.CONFIRM:
        return await forward.confirm(ctx, connection, job.order_id, link)
    if job.kind == query.SUBSCRIBE:
        return await query.subscribe_order(ctx, connection, job.order_id)
    requests = VENDORS[connection.vendor].stores
    if job.kind == REFRESH and requests is not None and link.source_id:
        store = connection.id, link.source_id
        if store not in refreshed:
            refreshed[store] = await refresh(ctx, connection, requests, link.source_id)
        outcome = refreshed[store]
        if not isinstance(outcome, Accepted):
            return outcome
    return await refresh_order(ctx, connection, link.remote_id)


async def after_refresh(ctx: Context, connection: Connection, source_id: str) -> None:
    """Finish the follow-up tasks that waited for a platform's import of a store.

    A task that has not requested the import yet stays: the import may have run before the platform had the update.
    """
    requests = VENDORS[connection.vendor].stores
    if requests is None:
        return
    try:
        await _ask(ctx, connection, requests, source_id, requests.get(source_id))
        for job in await ctx.read(follow_up_jobs.begun, connection.id, source_id, REFRESH):
            _, link = await ctx.read(_known, job)
            if link is not None and isinstance(await refresh_order(ctx, connection, link.remote_id), Accepted):
                await ctx.write(follow_up_jobs.done, job)
    except (ValidationFailed, KeyringUnavailable) as failure:
        _log.info("%s could not be queried after its store import: %s", connection.name, failure)


async def refresh(ctx: Context, connection: Connection, requests: StoreRefresh, source_id: str) -> Outcome:
    """Request an import of a store and wait a little for its end; return `Unsure` where it takes longer."""
    begun = await _ask(ctx, connection, requests, source_id, requests.start(source_id))
    if not isinstance(begun, StoreState):
        return begun
    for pause_s in ctx.timings.refresh_pauses_s:
        await asyncio.sleep(pause_s)
        state = await _ask(ctx, connection, requests, source_id, requests.get(source_id))
        if not isinstance(state, StoreState):
            return state
        if state.idle and state.refreshed_at != begun.refreshed_at:
            return Accepted()
    return Unsure(Message("stores.refresh_running"))


async def _ask(
    ctx: Context, connection: Connection, requests: StoreRefresh, source_id: str, request: Request
) -> StoreState | Outcome:
    sent = await send(ctx, connection, request)
    if not isinstance(sent, Response):
        return TryLater(sent.message)
    state = await off_loop(requests.read, sent)
    if isinstance(state, StoreState):
        await ctx.write(record_state, connection.id, source_id, state, at_ms=ctx.clock.now_ms())
    return state


def _due(db: Db, ctx: Context, most: int) -> tuple[FollowUpJob, ...]:
    left = senders.left_to_others(db, ctx)
    return follow_up_jobs.due(db, steady_ms=ctx.steady_ms(db), most=most, not_of=left)


def _put_off(db: Db, ctx: Context, job: FollowUpJob, pause_s: int, message: Message) -> None:
    follow_up_jobs.put_off(db, job, due_at_ms=ctx.steady_ms(db) + pause_s * 1_000, message=message)


def _known(db: Db, job: FollowUpJob) -> tuple[Connection | None, Link | None]:
    connection = connections.by_id(db).get(job.connection_id)
    links = {link.connection_id: link for link in orders.links(db, job.order_id)}
    return connection, links.get(job.connection_id)
