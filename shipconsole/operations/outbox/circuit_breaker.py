"""The circuit breaker: a platform that does not respond gets a harmless probe before calls continue."""

import asyncio
import random

from shipconsole.domain.connection import Connection, ConnectionState
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Blocked
from shipconsole.domain.problem import EnvironmentFailure, ValidationFailed
from shipconsole.operations.connections import senders
from shipconsole.operations.connections.connections import note_outcome, send
from shipconsole.operations.context import Context
from shipconsole.store import connections
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.field_errors import intermediary
from shipconsole.vendors.request import Response
from shipconsole.vendors.response_limits import off_loop

SERVER_ERRORS = range(500, 600)


def record_result(db: Db, ctx: Context, connection: Connection, *, nobody_there: bool, message: Message) -> None:
    """Count a call that reached nothing, or record that the platform responded."""
    timings = ctx.timings
    if not nobody_there:
        connections.mark_reachable(db, connection.id, failures_most=timings.failures_most)
        return
    steady_ms = ctx.steady_ms(db)
    failures = connections.count_failure(
        db,
        connection.id,
        message,
        steady_ms=steady_ms,
        within_ms=timings.failures_within_ms,
        failures_most=timings.failures_most,
    )
    if failures >= timings.failures_most:
        longest_s = min(timings.ask_cap_s, timings.ask_base_s * 2 ** min(failures - timings.failures_most, 10))
        until_ms = steady_ms + round(longest_s * (0.5 + random.random() / 2) * 1_000)
        connections.postpone_probe(db, connection.id, until_ms=until_ms, failures_most=timings.failures_most)


def is_failure(answer: Response) -> bool:
    """Return whether a response is not the working platform's: it failed, or something in between responded."""
    return answer.status in SERVER_ERRORS or intermediary(answer) is not None


def is_open(ctx: Context, connection: Connection) -> bool:
    """Return whether a connection failed so often in a row that its calls wait until it responds again."""
    return connection.failures >= ctx.timings.failures_most


async def state(ctx: Context, connection_id: int) -> ConnectionState:
    """Return what was last learned of a connection."""
    known = await ctx.read(connections.every)
    return next(
        connection.state(is_unresponsive=is_open(ctx, connection))
        for connection in known
        if connection.id == connection_id
    )


async def probe_due(ctx: Context) -> int:
    """Probe the connections that failed; return how many respond again. A call is never the probe."""
    due = await ctx.read(due_probes, ctx)
    if due:
        # Another program may have read the same: one of them probes.
        due = await ctx.write(_begin_probes, ctx, due)
    answered = await asyncio.gather(*(_ask(ctx, connection) for connection in due))
    return sum(answered)


async def _ask(ctx: Context, connection: Connection) -> bool:
    vendor = VENDORS[connection.vendor]
    message = connection.failing_message
    try:
        sent = await send(ctx, connection, vendor.probe(connection.options))
    except (ValidationFailed, EnvironmentFailure):
        sent = None
    answered = isinstance(sent, Response) and not is_failure(sent)
    await ctx.write(record_result, ctx, connection, nobody_there=not answered, message=message)
    if isinstance(sent, Response):
        outcome = await off_loop(vendor.read_probe, sent)
        if isinstance(outcome, Blocked):
            await note_outcome(ctx, connection, outcome)
    return answered


def due_probes(db: Db, ctx: Context) -> list[Connection]:
    """Return the connections that failed and may be probed now."""
    due = connections.due_probes(db, steady_ms=ctx.steady_ms(db), failures_most=ctx.timings.failures_most)
    left = senders.left_to_others(db, ctx) if due else frozenset[int]()
    return [connection for connection in connections.every(db) if connection.id in due and connection.id not in left]


def _begin_probes(db: Db, ctx: Context, due: list[Connection]) -> list[Connection]:
    """Return the connections whose probe no other program has begun."""
    steady_ms = ctx.steady_ms(db)
    times = {"steady_ms": steady_ms, "until_ms": steady_ms + round(ctx.timings.ask_base_s * 1_000)}
    most = ctx.timings.failures_most
    return [connection for connection in due if connections.begin_probe(db, connection.id, failures_most=most, **times)]
