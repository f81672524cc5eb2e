"""The worker: sends what is due, one update at a time per order and connection, and does all background work.

How one update is sent stands in `sending.send`, how one without a response is checked in `sending.verify`, and what a
person may do with it in `outbox.resolve`.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from shipconsole.domain.call import CALL_STATES, Attempt, Call, CallState
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.outbox.recovery import recover
from shipconsole.operations.sending import batches, followups, verify
from shipconsole.operations.sending.send import send_update
from shipconsole.operations.tracking import stale
from shipconsole.store import calls, changes, connections
from shipconsole.store.calls import Due
from shipconsole.store.database import Db

__all__ = [
    "Backlog",
    "Dispatcher",
    "attempts",
    "backlog",
    "counts",
    "flush",
    "latest",
    "state_from",
    "updates_of",
]

BATCHES = "batches"


class Job(NamedTuple):
    """Something that is done beside sending updates; `run` does what is due and tells how much that was.

    `of_connection` does the same for one connection by itself, so that the window and `serve` do it for several side by
    side. What is done `after_updates` waits in `flush` until what is due has been sent.
    """

    name: str
    run: Callable[[Context], Coroutine[Any, Any, int]]
    of_connection: Callable[[Context, int], Coroutine[Any, Any, int]] | None = None
    after_updates: bool = False


JOBS = (
    Job("connections that did not respond", circuit_breaker.probe_due),
    Job("checks", verify.run_due),
    Job("webhook events", process.run_due, of_connection=process.run_due_of),
    Job(BATCHES, batches.run_due),
    Job("packages to forward", forward.run_due),
    Job("follow-up tasks", followups.run_due, after_updates=True),
    Job("packages without news", stale.run_due, after_updates=True),
)
"""All background work: the window and `serve` do it for as long as they run, `flush` does it once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to go to a connection: how many calls, since when the oldest, and why, where that is known.

    `why` is empty where nothing is in its way. `next_at_ms` is when it is asked or goes on by itself, 0 where it
    does not.
    """

    connection: str
    count: int
    since_ms: int
    message: Message
    next_at_ms: int
    why: Literal["", "blocked", "silent", "paused"] = ""


class Dispatcher:
    """Sends what is due for as long as it runs, and does the background work beside it."""

    def __init__(self, ctx: Context) -> None:
        """Make ready; nothing is sent before `run`."""
        self._ctx = ctx
        self._woken = asyncio.Event()
        self._stopping = False
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._connections_in_hand: dict[int, int] = {}
        self._beside: dict[str, asyncio.Task[int]] = {}
        self._looked_after_at_s = -ctx.timings.look_after_every_s

    def wake(self) -> None:
        """Look for due calls now; to be called on the loop's own thread."""
        self._woken.set()

    @property
    def in_flight(self) -> int:
        """How many answers are waited for at the moment, that to a batch being one."""
        return len(self._in_hand) + sum(not task.done() for task in self._batches())

    async def run(self) -> None:
        """Deliver until `stop`. A store that cannot be used for a while is waited out."""
        while not self._stopping:
            try:
                await self._round()
            except EnvironmentFailure as error:
                _log.warning("Nothing can be sent at present: %s", error.message)
            await self._pause()

    async def stop(self, wait_s: float) -> None:
        """Begin nothing more and wait for what is in flight; what is not answered by then is looked into later."""
        self._stopping = True
        self.wake()
        batch = self._batches()
        for task in self._beside.values():
            if task not in batch:
                task.cancel()
        tasks: list[asyncio.Task[Any]] = [*self._in_hand.values(), *batch]
        late = (await asyncio.wait(tasks, timeout=wait_s))[1] if tasks else set[asyncio.Task[Any]]()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, *self._beside.values(), return_exceptions=True)

    def _batches(self) -> "list[asyncio.Task[int]]":
        under_way = self._beside.get(BATCHES)
        return [] if under_way is None else [under_way]

    async def _round(self) -> None:
        ctx = self._ctx
        now_s = ctx.clock.monotonic_s()
        if now_s - self._looked_after_at_s >= ctx.timings.look_after_every_s:
            self._looked_after_at_s = now_s
            await recover(ctx)
            await ctx.write(changes.forget_old)
        if await ctx.read(_held_is_due, ctx):
            await ctx.write(_release_held, ctx)
        for one, failing in await ctx.read(_due, ctx, ctx.timings.at_once + ctx.timings.at_once_each):
            each = 1 if failing else ctx.timings.at_once_each
            if len(self._in_hand) >= ctx.timings.at_once:
                break
            busy = self._connections_in_hand.get(one.connection_id, 0) >= each
            if not self._stopping and one.id not in self._in_hand and not busy:
                self._start(one)
        # Beside the updates: a platform may take its time to refresh a store, a package must not wait for it.
        for job in JOBS:
            if job.of_connection is None:
                self._keep_going(job.name, job.run(ctx))
                continue
            for connection_id in await process.connections_with_events(ctx):
                self._keep_going(f"{job.name} of {connection_id}", job.of_connection(ctx, connection_id))

    def _keep_going(self, name: str, run: Coroutine[Any, Any, int]) -> None:
        """Begin something that goes on beside the updates, unless it is under way."""
        under_way = self._beside.get(name)
        # A round may be in its middle when `stop` has taken stock of what is to be ended.
        if self._stopping or (under_way is not None and not under_way.done()):
            run.close()
            return
        task = self._beside[name] = asyncio.create_task(run, name=name)
        task.add_done_callback(_log_failure)

    def _start(self, due: Due) -> None:
        task = asyncio.create_task(send_update(self._ctx, due.id), name=f"call {due.id}")
        self._in_hand[due.id] = task
        self._connections_in_hand[due.connection_id] = self._connections_in_hand.get(due.connection_id, 0) + 1

        def ended(task: "asyncio.Task[None]") -> None:
            del self._in_hand[due.id]
            self._connections_in_hand[due.connection_id] -= 1
            self._woken.set()
            _log_failure(task)

        task.add_done_callback(ended)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._ctx.timings.round_s):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()


def _log_failure(task: "asyncio.Task[Any]") -> None:
    """Write down why a task ended that nobody waits for."""
    if task.cancelled():
        return
    error = task.exception()
    if isinstance(error, EnvironmentFailure):
        _log.warning("%s was not finished: %s", task.get_name(), error.message)
    elif error is not None:
        _log.error("%s ended in an error of the program", task.get_name(), exc_info=error)


async def flush(ctx: Context, *, until_empty: bool = False, order_id: int | None = None) -> tuple[int, ...]:
    """Deliver each due call once, or until none is due; tell the ids of the calls that were tried.

    Before and after them all background work is done once that is due. With an order's id only that order's updates,
    checks and follow-up tasks.
    """
    await recover(ctx)
    await ctx.write(_release_held, ctx)
    places = asyncio.Semaphore(ctx.timings.at_once)
    tried: list[int] = []
    troubles: list[EnvironmentFailure] = []

    async def one(call_id: int) -> None:
        async with places:
            if troubles:
                return
            try:
                await send_update(ctx, call_id)
            except EnvironmentFailure as error:
                # Those that are being sent come to their ends first: their answers would be lost.
                troubles.append(error)

    if order_id is not None:
        await circuit_breaker.probe_due(ctx)
        await verify.run_due(ctx, order_id=order_id)
    else:
        for job in JOBS:
            if job.name == BATCHES:
                tried += await batches.send_due_batches(ctx)
                await batches.check_jobs(ctx)
            elif not job.after_updates:
                await job.run(ctx)
    while True:
        due = [due.id for due, _ in await ctx.read(_due, ctx, 100 if order_id is None else 10_000, order_id is None)]
        if order_id is not None:
            mine = {call.id for call in await ctx.read(calls.of_order, order_id)}
            due = [call_id for call_id in due if call_id in mine]
        fresh = [call_id for call_id in due if until_empty or call_id not in tried]
        if not fresh:
            break
        tried += fresh
        await asyncio.gather(*(one(call_id) for call_id in fresh))
        if troubles:
            raise troubles[0]
    if order_id is not None:
        await followups.run_due(ctx, order_id=order_id)
    else:
        for job in JOBS:
            if job.after_updates:
                await job.run(ctx)
    return tuple(dict.fromkeys(tried))


async def latest(ctx: Context, *, state: CallState | None = None, most: int = 200) -> tuple[Call, ...]:
    """The calls that changed last, newest first."""
    return await ctx.read(_latest, ctx, state, most)


async def counts(ctx: Context) -> Mapping[CallState, int]:
    """How many calls are in each state that is not an end."""
    return await ctx.read(calls.count_by_state)


async def backlog(ctx: Context) -> tuple[Backlog, ...]:
    """What waits to go, connection by connection."""
    return await ctx.read(_backlog, ctx)


async def attempts(ctx: Context, call_id: int) -> tuple[Attempt, ...]:
    """Everything that was tried and seen of a call, oldest first."""
    return await ctx.read(calls.attempts, call_id)


async def updates_of(ctx: Context, call_ids: tuple[int, ...]) -> tuple[Call, ...]:
    """Some calls as they stand now."""
    return await ctx.read(_of_ids, ctx, call_ids)


def state_from(text: str) -> CallState:
    """The call state of a name; `ValidationFailed` for a name that is none."""
    for state in CALL_STATES:
        if state == text:
            return state
    raise ValidationFailed(
        Problem(("state",), Message("update.unknown_state", state=text, known=", ".join(CALL_STATES)))
    )


def _latest(db: Db, ctx: Context, state: CallState | None, most: int) -> tuple[Call, ...]:
    return ctx.shown_calls(db, calls.latest(db, state=state, most=most))


def _of_ids(db: Db, ctx: Context, call_ids: Iterable[int]) -> tuple[Call, ...]:
    found = (calls.get(db, call_id) for call_id in call_ids)
    return ctx.shown_calls(db, (call for call in found if call is not None))


def _due(db: Db, ctx: Context, most: int, in_batches: bool = True) -> list[tuple[Due, bool]]:
    """Due calls, oldest first, at most so many of each connection; and whether that did not answer lately."""
    steady_ms = ctx.steady_ms(db)
    open_ones = {
        one.id: one.failures > 0
        for one in connections.every(db)
        if not one.is_blocked
        and one.held_until_ms <= steady_ms
        and one.failures < ctx.timings.failures_most
        and ctx.held_until_s.get(one.id, 0.0) <= ctx.clock.monotonic_s()
    }
    found = calls.due(db, connection_ids=open_ones, steady_ms=steady_ms, most=most)
    together = batches.batched_ids(db, ctx) if found and in_batches else frozenset[int]()
    return [(one, open_ones[one.connection_id]) for one in found if one.id not in together]


def _held_is_due(db: Db, ctx: Context) -> bool:
    return calls.held_is_due(db, steady_ms=ctx.steady_ms(db))


def _release_held(db: Db, ctx: Context) -> int:
    return calls.release_held(db, now_ms=ctx.clock.now_ms(), steady_ms=ctx.steady_ms(db))


def _backlog(db: Db, ctx: Context) -> tuple[Backlog, ...]:
    known = {one.id: one for one in connections.every(db)}
    steady_ms = ctx.steady_ms(db)
    found: list[Backlog] = []
    for connection_id, count, since_ms in calls.backlog(db):
        one = known[connection_id]
        silent = circuit_breaker.is_open(ctx, one)
        next_at_ms = ctx.shown_ms(db, one.held_until_ms) if one.held_until_ms > steady_ms else 0
        message = one.blocked_message or (one.failing_message if silent else NO_MESSAGE)
        why = "blocked" if one.is_blocked else "silent" if silent else "paused" if next_at_ms else ""
        found.append(Backlog(one.name, count, since_ms, message, next_at_ms, why))
    return tuple(found)
