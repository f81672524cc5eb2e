"""Asked to wait, out of reach, a wrong key, a clock that jumps: what is due goes at its time, once and in order."""

import datetime
import email.utils
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.sending import send
from shipconsole.operations.shipping import ship
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.messages import Response
from shipconsole.simulator.sample_orders import sample_orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.simulator.shipengine import ShipEngine
from shipconsole.station.keys import MemoryKeys
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore
from tests.faults.station import TLS
from tests.support.bench import SECRETS, UnpacedSender, connect_all, draft_of
from tests.support.clock import ManualClock

WAITING = 12


@asynccontextmanager
async def simulator_here(clock: ManualClock, *, orders: int = WAITING) -> AsyncGenerator[SimulatorServer]:
    """Simulated platforms without rate limits in this very loop, so that a test can look at what they log."""
    server = SimulatorServer(orders=orders, now=lambda: clock.now_ms() / 1_000)
    for vendor in server._vendors.values():
        vendor.limit = None
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def notifications(server: SimulatorServer, call: str = "notify_shipped") -> list[Mapping[str, Any]]:
    """The requests of a kind that came to the platforms, answered or not."""
    return [request for request in server._requests if request["call"] == call]


@asynccontextmanager
async def context_with_calls(
    folder: Path, server: SimulatorServer, clock: ManualClock, *to: str, store: Store | None = None
) -> AsyncGenerator[Context]:
    """Return a context without rate limits whose orders have all shipped, with updates for these connections."""
    store = store or SqliteStore(folder / "shipconsole.db")
    store.open()
    # No order source is ever read to its end, since the clock stands still: the follow-up tasks do not wait for it.
    timings = replace(USUAL, refresh_pauses_s=(0.0,))
    ctx = Context(store, UnpacedSender(TLS), MemoryKeys(), clock, "Bench 1", timings=timings)
    ctx.begin()
    try:
        await import_orders.sync(ctx, await connect_all(ctx, server.url))
        for number in range(10001, 10001 + server._order_count):
            order_id, draft = await draft_of(ctx, str(number), None, f"T{number}")
            await ship.ship(ctx, order_id, draft, to)
        server._requests.clear()
        yield ctx
    finally:
        await ctx.sender.close()
        store.close()


def in_seconds(clock: ManualClock, seconds: float) -> str:
    """A date as HTTP writes it."""
    return email.utils.formatdate(clock.now_ms() / 1_000 + seconds, usegmt=True)


class BusyShipEngine(ShipEngine):
    """A ShipEngine that asks to wait, in these words, until it is told otherwise."""

    retry_after: str | None = None
    busy = True

    def answer(self, request: Any) -> Response:
        """Ask a notification to wait."""
        if not self.busy or not request.path.endswith("/notify_shipped"):
            return super().answer(request)
        answer = self.too_many(1)
        kept = {name: value for name, value in answer.headers.items() if name != "Retry-After"}
        message = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return Response(answer.status, answer.body, answer.content_type, {**kept, **message})


def make_busy(server: SimulatorServer) -> BusyShipEngine:
    """Put a busy ShipEngine, with the same orders, in the place of the other."""
    today = datetime.datetime.fromtimestamp(server._now(), datetime.UTC).date()
    busy = BusyShipEngine(sample_orders(server._order_count, today), server._now)
    busy.limit = None
    server._vendors["shipengine"] = busy
    return busy


@pytest.mark.parametrize(
    ("said", "least_s"),
    [("5", 5), ("0", 0), ("-1", 0), ("+20 s as a date", 19), ("-20 s as a date", 0), ("year 9999", 0), ("soon", 0),
     (None, 0), ("86400", 3_600)],
)  # fmt: skip
async def test_no_call_is_sent_before_the_time_that_the_platform_named(
    tmp_path: Path, said: str | None, least_s: float
) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    async with simulator_here(clock, orders=6) as server:
        busy = make_busy(server)
        dates = {"+20 s as a date": in_seconds(clock, 20), "-20 s as a date": in_seconds(clock, -20)}
        dates["year 9999"] = "Fri, 31 Dec 9999 23:59:59 GMT"
        busy.retry_after = dates.get(said or "", said)
        async with context_with_calls(tmp_path, server, clock, "ShipEngine") as ctx:
            await worker.flush(ctx)
            asked = len(notifications(server))
            assert 1 <= asked <= USUAL.most_per_connection, "those that were on their way already, and no others"
            busy.busy = False
            if least_s:
                clock.pass_s(least_s - 1)
                await worker.flush(ctx, until_empty=True)
                assert len(notifications(server)) == asked
            clock.pass_s(USUAL.wait_cap_s)
            await worker.flush(ctx, until_empty=True)
            assert dict(await worker.counts(ctx)) == {}
            assert len(server._effects) == 6


MANY = [WAITING, pytest.param(500, marks=pytest.mark.heavy)]


@pytest.mark.heavy
async def test_five_hundred_wait_for_the_time_that_the_platform_named(tmp_path: Path) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    async with simulator_here(clock, orders=500) as server:
        busy = make_busy(server)
        busy.retry_after = "5"
        async with context_with_calls(tmp_path, server, clock, "ShipEngine") as ctx:
            await worker.flush(ctx)
            asked = len(notifications(server))
            assert 1 <= asked <= USUAL.most_per_connection
            busy.busy = False
            clock.pass_s(4)
            await worker.flush(ctx, until_empty=True)
            assert len(notifications(server)) == asked
            clock.pass_s(USUAL.wait_cap_s)
            await worker.flush(ctx, until_empty=True)
            assert dict(await worker.counts(ctx)) == {}
            assert len(server._effects) == 500


@pytest.mark.parametrize("count", MANY)
async def test_a_platform_out_of_reach_is_asked_something_harmless_before_calls_go_on(
    tmp_path: Path, count: int
) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    async with (
        simulator_here(clock, orders=count) as server,
        context_with_calls(tmp_path, server, clock, "ShipEngine") as ctx,
    ):
        port = int(server.url.rpartition(":")[2])
        await server.stop()
        for _ in range(10):
            await worker.flush(ctx, until_empty=True)
            clock.pass_s(60)
        tried = [
            attempt for call in await worker.latest(ctx, most=None) for attempt in await worker.attempts(ctx, call.id)
        ]
        not_sent = sum(call.what == "not_sent" for call in tried)
        assert 0 < not_sent <= USUAL.failures_most + USUAL.most_per_connection
        assert (await worker.counts(ctx)).keys() == {"pending", "retry_wait"}
        await server.start(port)
        clock.pass_s(USUAL.ask_cap_s)
        await worker.flush(ctx, until_empty=True)
        clock.pass_s(USUAL.backoff_cap_s)
        await worker.flush(ctx, until_empty=True)
        assert server._requests[0]["method"] == "GET"
        assert dict(await worker.counts(ctx)) == {}
        assert len(server._effects) == count
        oldest_first = [f"T{number}" for number in range(10001, 10001 + count)]
        came = [str(request["body"]["tracking_number"]) for request in server._effects]
        assert sorted(came, key=oldest_first.index) == sorted(came)
        assert all(
            abs(oldest_first.index(number) - position) < 2 * USUAL.most_per_connection
            for position, number in enumerate(came)
        )


async def test_a_wrong_key_costs_a_call_or_two_and_the_others_go_on(tmp_path: Path) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    async with simulator_here(clock) as server, context_with_calls(tmp_path, server, clock) as ctx:
        ctx.keys.put("ShipEngine", "api_key", "TEST_wrong").result()
        await worker.flush(ctx, until_empty=True)
        assert len(notifications(server)) <= USUAL.most_per_connection
        assert {str(effect["vendor"]) for effect in server._effects} == {"starshipit", "shipup"}
        assert len(server._effects) == 2 * WAITING
        await connections.connect(ctx, "shipengine", "ShipEngine", secrets=SECRETS["shipengine"])
        await worker.flush(ctx, until_empty=True)
        assert len(server._effects) == 3 * WAITING
        assert dict(await worker.counts(ctx)) == {}


class SleepyStore(SqliteStore):
    """A store on a computer that falls asleep between a claim and the first byte."""

    clock: ManualClock
    sleep_s = 0.0
    after: Any = send.claim
    """The store function after which it sleeps."""

    def write(self, do: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run a function in one write transaction."""
        written = super().write(do, *args, **kwargs)
        self._sleep_after(do, written)
        return written

    def read(self, do: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run a function in one read transaction."""
        found = super().read(do, *args, **kwargs)
        self._sleep_after(do, found)
        return found

    def _sleep_after(self, do: Any, done: Any) -> None:
        if do is self.after and self.sleep_s:
            done.result()
            self.clock.pass_s(self.sleep_s)
            self.sleep_s = 0.0


@pytest.mark.parametrize("after", [send.claim, send.lease_left_ms])
async def test_a_computer_that_slept_after_the_claim_does_not_send_on_it(tmp_path: Path, after: Any) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    store = SleepyStore(tmp_path / "shipconsole.db")
    store.clock = clock
    async with (
        simulator_here(clock, orders=1) as server,
        context_with_calls(tmp_path, server, clock, "ShipEngine", store=store) as ctx,
    ):
        store.sleep_s, store.after = 2 * 3_600.0, after
        await worker.flush(ctx)
        assert notifications(server) == []
        (call,) = await worker.latest(ctx)
        assert call.state == "retry_wait", "nothing of it had left, which is certain"
        clock.pass_s(USUAL.backoff_cap_s)
        await worker.flush(ctx, until_empty=True)
        assert len(server._effects) == 1


@pytest.mark.parametrize("jump_s", [-3_600, 86_400, -30 * 86_400])
async def test_a_clock_that_is_set_neither_hurries_nor_strands_nor_doubles_a_call(tmp_path: Path, jump_s: int) -> None:
    clock = ManualClock(time.time_ns() // 1_000_000)
    async with (
        simulator_here(clock, orders=6) as server,
        context_with_calls(tmp_path, server, clock, "ShipEngine") as ctx,
    ):
        busy = make_busy(server)
        busy.retry_after = "600"
        await worker.flush(ctx)
        asked = len(notifications(server))
        busy.busy = False
        clock.set_wall_ms(clock.now_ms() + jump_s * 1_000)
        clock.pass_s(500)
        await worker.flush(ctx, until_empty=True)
        assert len(notifications(server)) == asked, "before the time that the platform said"
        clock.pass_s(USUAL.wait_cap_s + USUAL.settle_delay_ms / 1_000)
        await worker.flush(ctx, until_empty=True)
        clock.pass_s(USUAL.backoff_cap_s)
        await worker.flush(ctx, until_empty=True)
        assert dict(await worker.counts(ctx)) == {}
        assert len(server._effects) == 6
