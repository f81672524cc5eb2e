"""One pace at a platform for all programs on one store."""

import asyncio
import random
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from shipconsole.operations.rate_limit import FURTHEST_MS, SharedRateLimit
from shipconsole.simulator.limits import LeakyBucket, Limit, RollingWindow
from shipconsole.station.clock import SystemClock
from shipconsole.store.database import Store
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.rate_limiter import RateLimiter
from tests.bench.processes import run_at_once
from tests.support.clock import ManualClock
from tests.support.engines import address_of, beside, store_in
from tests.support.virtual_loop import VirtualClock, VirtualLoop

PROGRAM = """
import asyncio, sys
from pathlib import Path
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.station.clock import SystemClock
from shipconsole.vendors.rate_limiter import RateLimiter
from tests.support.engines import store_at

store = store_at(sys.argv[1], Path(sys.argv[3]))
store.open()
pace = RateLimiter(20, 5, 1, SharedRateLimit(store, SystemClock()) if sys.argv[2] == "shared" else None)

async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(20):
        await pace.wait()

asyncio.run(main())
store.close()
print("done")
"""


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    store = store_in(tmp_path)
    store.open()
    yield store
    store.close()


def run_two_programs(address: str, folder: Path, how: str) -> None:
    folders = [folder / number for number in ("1", "2")]
    for each in folders:
        each.mkdir()
    ended = run_at_once([["-c", PROGRAM, address, how, str(each)] for each in folders])
    assert ended == ["done\n", "done\n"]


def next_turn_ms(store: Store) -> int:
    with beside(store) as db:
        return sum(at_ms for (at_ms,) in db.execute("SELECT next_at_ms FROM rate_limit"))


@pytest.mark.parametrize(("how", "keeps"), [("shared", True), ("alone", False)])
def test_two_programs_together_keep_the_pace_of_one(store: Store, tmp_path: Path, how: str, *, keeps: bool) -> None:
    """20 a second after 5 at once: the 41st turn is 36 intervals after the first five."""
    began_ms = SystemClock().now_ms()
    run_two_programs(address_of(store), tmp_path, how)
    assert (next_turn_ms(store) >= began_ms + (40 - 4) * 50) is keeps


async def pauses(turns: SharedRateLimit, count: int, connection_id: int = 1) -> list[float | None]:
    return [await turns.pause_s(connection_id, 0.5, 3) for _ in range(count)]


async def test_unused_capacity_is_saved_up_to_the_burst(store: Store) -> None:
    clock = ManualClock()
    turns = SharedRateLimit(store, clock)
    assert await pauses(turns, 5) == [0, 0, 0, 0.5, 1.0]
    assert await pauses(turns, 1, connection_id=2) == [0]
    clock.pass_s(3_600)
    assert await pauses(turns, 4) == [0, 0, 0, 0.5]
    store.close()


async def test_a_clock_that_was_set_back_stops_no_one(store: Store) -> None:
    clock = ManualClock()
    turns = SharedRateLimit(store, clock)
    await pauses(turns, 4)
    clock.set_wall_ms(clock.now_ms() - 3_600_000)
    assert max(pause_s or 0 for pause_s in await pauses(turns, 4)) <= FURTHEST_MS / 1_000
    store.close()


async def test_a_database_failure_stops_no_one(store: Store) -> None:
    turns = SharedRateLimit(store, ManualClock())
    store.close()
    async with asyncio.timeout(30):
        await RateLimiter(1_000, 5, 1, turns).wait()


class Committed(SharedRateLimit):
    """Reserve times in a store whose commits take a while."""

    def __init__(self, store: Store, loop: VirtualLoop) -> None:
        super().__init__(store, VirtualClock(loop))
        self._loop = loop

    async def pause_s(self, connection_id: int, interval_s: float, burst: int, ahead_s: float = 0.0) -> float | None:
        self._loop.threads += 1
        pause_s = await super().pause_s(connection_id, interval_s, burst, ahead_s)
        self._loop.threads -= 1
        assert pause_s is not None
        began_s = self._loop.time()
        await asyncio.sleep(chance.uniform(0.001, 0.03))
        return pause_s - (self._loop.time() - began_s)


chance = random.Random(14)
LIMITS: dict[str, tuple[float, Callable[[], Limit]]] = {
    "shipengine": (200 / 60, lambda: RollingWindow(200, 60)),
    "starshipit": (2.0, lambda: RollingWindow(2, 1)),
    "shipup": (2.0, lambda: LeakyBucket(60, 2)),
}
"""The strictest reading of each platform's limit: calls a second in the long run, and what decides on each call."""
LASTS_S = 150.0


def arrivals(store: Store, vendor: str, stations: int, rtt_s: float, late_s: Callable[[], float]) -> list[float]:
    """Return when requests arrive at a platform from stations that each have four to send at any time."""
    known = VENDORS[vendor]
    late_most_s = min(known.late_s, 0.1)
    arrived: list[float] = []

    async def send_on(pace: RateLimiter, loop: VirtualLoop) -> None:
        while loop.time() < LASTS_S:
            await pace.wait()
            arrived.append(loop.time() + chance.uniform(0, late_most_s))
            await asyncio.sleep(rtt_s)

    async def send_all(loop: VirtualLoop) -> None:
        for_each = known.rate_per_s, known.burst, 1, Committed(store, loop), known.late_s
        paces = [RateLimiter(*for_each) for _ in range(stations)]
        await asyncio.gather(*(send_on(pace, loop) for pace in paces for _ in range(4)))

    chance.seed(14)
    loop = VirtualLoop(late_s)
    try:
        loop.run_until_complete(send_all(loop))
    finally:
        loop.close()
    return sorted(arrived)


@pytest.mark.parametrize("vendor", LIMITS)
@pytest.mark.parametrize(("stations", "rtt_s"), [(1, 0.02), (1, 0.8), (3, 0.2)])
def test_stations_use_what_a_platform_permits_and_never_more(
    store: Store, vendor: str, stations: int, rtt_s: float
) -> None:
    permitted_per_s, limit_of = LIMITS[vendor]
    arrived = arrivals(store, vendor, stations, rtt_s, lambda: chance.uniform(0, 0.004))
    store.close()
    limit = limit_of()
    assert [at_s for at_s in arrived if limit.take(at_s)] == []
    steady = [at_s for at_s in arrived if at_s > LASTS_S / 3]
    assert (len(steady) - 1) / (steady[-1] - steady[0]) >= 0.98 * permitted_per_s


def test_a_station_that_wakes_too_late_takes_another_turn(store: Store) -> None:
    """Each fifth time it is later than the limit leaves room for."""
    arrived = arrivals(store, "starshipit", 2, 0.2, lambda: chance.choice((0, 0.001, 0.002, 0.004, 0.3)))
    store.close()
    limit = RollingWindow(2, 1)
    assert [at_s for at_s in arrived if limit.take(at_s)] == []
    assert len(arrived) > LASTS_S


class Recorded(SharedRateLimit):
    """Reserve times, and note the intervals."""

    intervals_s: list[float]

    async def pause_s(self, connection_id: int, interval_s: float, burst: int, ahead_s: float = 0.0) -> float | None:
        self.intervals_s.append(interval_s)
        return await super().pause_s(connection_id, interval_s, burst, ahead_s)


async def test_after_a_refusal_requests_are_sent_at_longer_intervals(store: Store) -> None:
    shared = Recorded(store, ManualClock())
    shared.intervals_s = []
    pace = RateLimiter(0.5, 1, 1, shared)
    await pace.reserve()
    for _ in range(20):
        pace.refused()
        await pace.reserve()
    store.close()
    assert shared.intervals_s[:3] == pytest.approx([2, 2.04, 2.08])
    assert shared.intervals_s[-1] == pytest.approx(2.4)
