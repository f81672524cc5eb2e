"""The worker: sends what is due, one update at a time per order and connection, and runs all background jobs.

Sending one update is in `sending.send`, checking one without a response in `sending.verify`, and what a person can do
with it in `outbox.resolve`.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from shipconsole.domain.call import CALL_STATES, Attempt, Call, CallState
from shipconsole.domain.connection import Pause
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.connections import leases, own_keys, senders
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.inbound import process, stale
from shipconsole.operations.orders import first
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.operations.outbox.recovery import recover
from shipconsole.operations.sending import batches, followups, verify
from shipconsole.operations.sending.send import send_update
from shipconsole.store import calls, changes, connections, forwarding
from shipconsole.store.calls import Due
from shipconsole.store.database import Db

__all__ = [
    "Backlog",
    "Dispatcher",
    "Workload",
    "attempts",
    "backlog",
    "counts",
    "flush",
    "latest",
    "state_from",
    "updates_of",
    "workload",
]

BATCHES = "batches"


class Job(NamedTuple):
    """One background job beside sending updates; `run` does what is due and returns how much that was.

    `of_connection` does the same for one connection, so that the window and `serve` can run several connections at
    once. In `flush` a job that is `after_updates` runs once the due updates are sent.
    """

    name: str
    run: Callable[[Context], Coroutine[Any, Any, int]]
    of_connection: Callable[[Context, int], Coroutine[Any, Any, int]] | None = None
    after_updates: bool = False


JOBS = (
    Job("keys of this station", own_keys.run_due),
    Job("connections that did not respond", circuit_breaker.probe_due),
    Job("checks", verify.run_due),
    Job("webhook events", process.run_due, of_connection=process.run_due_of),
    Job(BATCHES, batches.run_due),
    Job("packages to forward", forward.run_due),
    Job("orders to pack first", first.run_due),
    Job("follow-up tasks", followups.run_due, after_updates=True),
    Job("packages without updates", stale.run_due, after_updates=True),
)
"""All background jobs: the window and `serve` repeat them for as long as they run, `flush` runs them once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for one connection: how many calls, since when the oldest, and for what reason, where known.

    `reason` is empty where nothing blocks it: `paused` means that a person paused sending, `limited` that the
    platform asked to wait. `next_at_ms` is when it is retried, 0 where it is not
    retried by itself.
    """

    connection: str
    count: int
    since_ms: int
    message: Message
    next_at_ms: int
    reason: Literal["", "blocked", "paused", "unresponsive", "limited"] = ""
    pause: Pause | None = None


class Dispatcher:
    """Sends what is due for as long as it runs, and runs the background jobs beside it."""

    def __init__(self, ctx: Context) -> None:
        """Prepare; nothing is sent before `run`."""
        self._ctx = ctx
        self._woken = asyncio.Event()
        self._stopping = False
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._connections_in_hand: dict[int, int] = {}
        self._beside: dict[str, asyncio.Task[int]] = {}
        self._looked_after_at_s = -ctx.timings.recover_every_s

    def wake(self) -> None:
        """Check for due calls now; call it on the loop's own thread."""
        self._woken.set()

    @property
    def in_flight(self) -> int:
        """Return how many responses are awaited, a batch counting as one."""
        return len(self._in_hand) + sum(not task.done() for task in self._batches())

    async def run(self) -> None:
        """Send until `stop`; while the store cannot be used, wait."""
        while not self._stopping:
            try:
                await self._round()
            except EnvironmentFailure as error:
                _log.warning("Nothing can be sent at present: %s", error.message)
            await self._pause()

    async def stop(self, wait_s: float) -> None:
        """Start nothing more and wait for what is in flight; what has no response by then is checked later."""
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
        # A station that cannot say that it ended is missed soon.
        with contextlib.suppress(EnvironmentFailure):
            await self._ctx.write(senders.end, self._ctx)

    def _batches(self) -> "list[asyncio.Task[int]]":
        running = self._beside.get(BATCHES)
        return [] if running is None else [running]

    async def _round(self) -> None:
        ctx = self._ctx
        now_s = ctx.clock.monotonic_s()
        if now_s - self._looked_after_at_s >= ctx.timings.recover_every_s:
            self._looked_after_at_s = now_s
            await recover(ctx, beside=_look_after)
        for connection_id in await ctx.read(senders.resting, ctx) if ctx.unreachable_until_s else ():
            await leases.release(ctx, leases.UPDATES, connection_id)
        if await ctx.read(_held_is_due, ctx):
            await ctx.write(_release_held, ctx)
        found = await ctx.read(_due, ctx, 2 * ctx.timings.most_per_connection)
        # Stations that all began the same update would fetch its order once each, and claim it once in all.
        held = await leases.take(ctx, leases.UPDATES, {due.connection_id for due, _ in found})
        for due, failing in found:
            if due.connection_id not in held:
                continue
            if not self._stopping and due.id not in self._in_hand and not self._is_busy(due.connection_id, failing):
                self._start(due)
        # Beside the updates: a platform may take long to refresh a store, and no package must wait for it.
        for job in JOBS:
            if job.of_connection is None:
                self._keep_going(job.name, job.run(ctx))
                continue
            for connection_id in await process.connections_with_events(ctx):
                self._keep_going(f"{job.name} of {connection_id}", job.of_connection(ctx, connection_id))

    def _is_busy(self, connection_id: int, failing: bool) -> bool:
        """Return whether enough of a connection's updates are under way.

        What only waits for its turn is claimed already, so that more of it would gain nothing, and would be unknown if
        the program ended now.
        """
        timings, in_hand = self._ctx.timings, self._connections_in_hand.get(connection_id, 0)
        if failing:
            return in_hand >= 1
        waiting = in_hand - self._ctx.sender.in_flight(connection_id)
        return in_hand >= timings.most_per_connection or waiting >= timings.most_waiting

    def _keep_going(self, name: str, run: Coroutine[Any, Any, int]) -> None:
        """Start a background job unless it is running already."""
        running = self._beside.get(name)
        # A round may still be running when `stop` has collected the tasks to end.
        if self._stopping or (running is not None and not running.done()):
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
    """Log why a task ended that nothing awaits."""
    if task.cancelled():
        return
    error = task.exception()
    if isinstance(error, EnvironmentFailure):
        _log.warning("%s was not finished: %s", task.get_name(), error.message)
    elif error is not None:
        _log.error("%s ended in an error of the program", task.get_name(), exc_info=error)


async def flush(ctx: Context, *, until_empty: bool = False, order_id: int | None = None) -> tuple[int, ...]:
    """Send each due call once, or until none is due; return the ids of the calls that were tried.

    All background jobs that are due run before and after. With an order's id, only that order's updates, checks, and
    follow-up tasks run.
    """
    await recover(ctx)
    await ctx.write(_release_held, ctx)
    slots = defaultdict[int, asyncio.Semaphore](lambda: asyncio.Semaphore(ctx.timings.most_per_connection))
    tried: list[int] = []
    failures: list[EnvironmentFailure] = []

    async def send_one(call_id: int, connection_id: int) -> None:
        async with slots[connection_id]:
            if failures:
                return
            try:
                await send_update(ctx, call_id)
            except EnvironmentFailure as error:
                # Calls that are being sent end first: their responses would be lost.
                failures.append(error)

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
        due = [due for due, _ in await ctx.read(_due, ctx, 100 if order_id is None else 10_000, order_id is None)]
        if order_id is not None:
            mine = {call.id for call in await ctx.read(calls.of_order, order_id)}
            due = [call for call in due if call.id in mine]
        fresh = [call for call in due if until_empty or call.id not in tried]
        if not fresh:
            break
        tried += [call.id for call in fresh]
        await asyncio.gather(*(send_one(call.id, call.connection_id) for call in fresh))
        if failures:
            raise failures[0]
    if order_id is not None:
        await followups.run_due(ctx, order_id=order_id)
    else:
        for job in JOBS:
            if job.after_updates:
                await job.run(ctx)
    return tuple(dict.fromkeys(tried))


async def latest(ctx: Context, *, state: CallState | None = None, most: int | None = 200) -> tuple[Call, ...]:
    """Return the updates that changed last, newest first; all of them if `most` is None."""
    return await ctx.read(_latest, ctx, state, most)


async def counts(ctx: Context) -> Mapping[CallState, int]:
    """Return how many calls are in each state that is not final."""
    return await ctx.read(calls.count_by_state)


async def backlog(ctx: Context) -> tuple[Backlog, ...]:
    """Return what waits to be sent, by connection."""
    return await ctx.read(_backlog, ctx)


class Workload(NamedTuple):
    """What the window shows of all updates: how many are in each state, what waits, and how many packages to review."""

    counts: Mapping[CallState, int]
    backlog: tuple[Backlog, ...]
    reviews: int


async def workload(ctx: Context) -> Workload:
    """Return what the window shows after each change, in one read that costs the same however many have ended."""
    return await ctx.read(_workload, ctx)


async def attempts(ctx: Context, call_id: int) -> tuple[Attempt, ...]:
    """Return every attempt and check of a call, oldest first."""
    return await ctx.read(calls.attempts, call_id)


async def updates_of(ctx: Context, call_ids: tuple[int, ...]) -> tuple[Call, ...]:
    """Return some calls in their present state."""
    return await ctx.read(_of_ids, ctx, call_ids)


def state_from(text: str) -> CallState:
    """Return the call state of a name; raise `ValidationFailed` for an unknown name."""
    for state in CALL_STATES:
        if state == text:
            return state
    raise ValidationFailed(Problem(("state",), Message("update.unknown_state", state=text, known=CALL_STATES)))


def _latest(db: Db, ctx: Context, state: CallState | None, most: int | None) -> tuple[Call, ...]:
    return ctx.shown_calls(db, calls.latest(db, state=state, most=most))


def _of_ids(db: Db, ctx: Context, call_ids: Iterable[int]) -> tuple[Call, ...]:
    found = (calls.get(db, call_id) for call_id in call_ids)
    return ctx.shown_calls(db, (call for call in found if call is not None))


def _look_after(db: Db, ctx: Context) -> None:
    """Do what each station does now and then, beside the recovery and in its transaction."""
    senders.beat(db, ctx)
    changes.forget_old(db)


def _due(db: Db, ctx: Context, most: int, in_batches: bool = True) -> list[tuple[Due, bool]]:
    """Return due calls, oldest first, at most so many per connection, and whether their connection failed lately."""
    steady_ms = ctx.steady_ms(db)
    left = senders.left_to_others(db, ctx) | senders.resting(db, ctx)
    available = {
        connection.id: connection.failures > 0
        for connection in connections.every(db)
        if not connection.is_blocked
        and connection.id not in left
        and connection.pause is None
        and connection.held_until_ms <= steady_ms
        and connection.failures < ctx.timings.failures_most
        and ctx.held_until_s.get(connection.id, 0.0) <= ctx.clock.monotonic_s()
    }
    found = calls.due(db, connection_ids=available, steady_ms=steady_ms, most=most)
    together = batches.batched_ids(db, ctx) if found and in_batches else frozenset[int]()
    return [(call, available[call.connection_id]) for call in found if call.id not in together]


def _held_is_due(db: Db, ctx: Context) -> bool:
    return calls.held_is_due(db, steady_ms=ctx.steady_ms(db))


def _release_held(db: Db, ctx: Context) -> int:
    return calls.release_held(db, now_ms=ctx.clock.now_ms(), steady_ms=ctx.steady_ms(db))


def _workload(db: Db, ctx: Context) -> Workload:
    return Workload(calls.count_by_state(db), _backlog(db, ctx), forwarding.waiting(db))


def _backlog(db: Db, ctx: Context) -> tuple[Backlog, ...]:
    known = connections.by_id(db)
    steady_ms = ctx.steady_ms(db)
    found: list[Backlog] = []
    for connection_id, count, since_ms in calls.backlog(db):
        connection = known[connection_id]
        is_unresponsive = circuit_breaker.is_open(ctx, connection)
        next_at_ms = ctx.shown_ms(db, connection.held_until_ms) if connection.held_until_ms > steady_ms else 0
        message = connection.blocked_message or (connection.failing_message if is_unresponsive else NO_MESSAGE)
        reason = "limited" if next_at_ms else ""
        if connection.is_blocked or is_unresponsive:
            reason = "blocked" if connection.is_blocked else "unresponsive"
        elif connection.pause:
            reason, next_at_ms = "paused", 0
        found.append(Backlog(connection.name, count, since_ms, message, next_at_ms, reason, connection.pause))
    return tuple(found)
