"""Leases: work on a connection that stations share is done by one of them, so that together they call no more often.

None of it does harm when it is done twice, as by a station that was stopped and wakes. A lone station needs no lease.
"""

import asyncio
from collections.abc import Iterable
from typing import Literal

from shipconsole.operations.connections import senders
from shipconsole.operations.context import Context
from shipconsole.store import leases
from shipconsole.store.database import Db
from shipconsole.store.leases import Lease

Task = Literal["updates", "sync", "webhook_events", "follow_ups", "tracking"]
UPDATES: Task = "updates"
WAIT_S = 0.5


async def take(ctx: Context, task: Task, connection_ids: Iterable[int]) -> frozenset[int]:
    """Return the connections whose work is this station's for now, among some; the others do the rest.

    A lease is stored when it is new or half of it is over, so that most rounds only read.
    """
    wanted = frozenset(connection_ids)
    if not wanted:
        return wanted
    held, free = await ctx.read(_held, ctx, task, wanted)
    return held | await ctx.write(_take, ctx, task, free) if free else held


async def release(ctx: Context, task: Task, connection_id: int) -> None:
    """End the work on a connection, so that another station need not wait for the lease to run out."""
    if _is_own(ctx, await ctx.read(leases.get, task, connection_id)):
        await ctx.write(leases.release, task, connection_id, station_id=ctx.station_id)


async def take_or_wait(ctx: Context, task: Task, connection_id: int) -> bool:
    """Take a lease; True if another station had it, which was waited for."""
    has_waited = False
    while not await take(ctx, task, (connection_id,)):
        has_waited = True
        await asyncio.sleep(WAIT_S)
    return has_waited


def _held(db: Db, ctx: Context, task: str, wanted: frozenset[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the connections whose lease is this station's for long enough, and those whose lease it may take."""
    if not senders.has_company(db, ctx):
        return wanted, frozenset()
    steady_ms = ctx.steady_ms(db)
    half_ms, latest_ms = _lasts_ms(ctx, task) // 2, _latest_ms(ctx, task, steady_ms)
    held, free = set[int](), set[int]()
    for id_ in wanted:
        lease = leases.get(db, task, id_)
        is_own = _is_own(ctx, lease)
        left_ms = 0 if lease is None or lease.until_ms > latest_ms else lease.until_ms - steady_ms
        if is_own and left_ms > half_ms:
            held.add(id_)
        elif is_own or left_ms <= 0:
            free.add(id_)
    return frozenset(held), frozenset(free)


def _lasts_ms(ctx: Context, task: str) -> int:
    # A customer waits for an update: it must not wait long for a station that was stopped.
    return ctx.timings.sending_lease_ms if task == UPDATES else ctx.timings.task_lease_ms


def _latest_ms(ctx: Context, task: str, steady_ms: int) -> int:
    # With room for a clock that is set back by a moment, as a time server may do.
    return steady_ms + _lasts_ms(ctx, task) + ctx.timings.clock_steps_ms


def _is_own(ctx: Context, lease: Lease | None) -> bool:
    return lease is not None and lease.station_id == ctx.station_id


def _take(db: Db, ctx: Context, task: str, free: frozenset[int]) -> frozenset[int]:
    steady_ms = ctx.steady_ms(db)
    times = {"steady_ms": steady_ms, "until_ms": steady_ms + _lasts_ms(ctx, task)}
    times["latest_ms"] = _latest_ms(ctx, task, steady_ms)
    return frozenset(id_ for id_ in sorted(free) if leases.take(db, task, id_, station_id=ctx.station_id, **times))
