"""One pace at a platform for all programs on one store."""

import asyncio
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from shipconsole.operations.rate_limit import FURTHEST_MS, SharedRateLimit
from shipconsole.station.clock import SystemClock
from shipconsole.store.database import Store
from shipconsole.vendors.http import RateLimiter
from tests.architecture.tree import ROOT
from tests.support.clock import ManualClock
from tests.support.engines import address_of, beside, store_in

PROGRAM = """
import asyncio, sys
from pathlib import Path
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.station.clock import SystemClock
from shipconsole.vendors.http import RateLimiter
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
"""


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    store = store_in(tmp_path)
    store.open()
    yield store
    store.close()


def run_two_programs(address: str, folder: Path, how: str) -> None:
    programs: list[subprocess.Popen[str]] = []
    for number in ("1", "2"):
        (folder / number).mkdir()
        command = [sys.executable, "-c", PROGRAM, address, how, str(folder / number)]
        programs.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate(timeout=60)
    assert [program.returncode for program in programs] == [0, 0]


def next_turn_ms(store: Store) -> int:
    with beside(store) as db:
        return sum(at_ms for (at_ms,) in db.execute("SELECT next_at_ms FROM rate_limit"))


@pytest.mark.parametrize(("how", "keeps"), [("shared", True), ("alone", False)])
def test_two_programs_together_keep_the_pace_of_one(store: Store, tmp_path: Path, how: str, *, keeps: bool) -> None:
    """20 a second after 5 at once: the 41st turn is 36 intervals after the first five."""
    began_ms = SystemClock().now_ms()
    run_two_programs(address_of(store), tmp_path, how)
    assert (next_turn_ms(store) >= began_ms + (40 - 4) * 50) is keeps


async def pauses(turns: SharedRateLimit, count: int, connection_id: int = 1) -> list[float]:
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
    assert max(await pauses(turns, 4)) <= FURTHEST_MS / 1_000
    store.close()


async def test_a_database_failure_stops_no_one(store: Store) -> None:
    turns = SharedRateLimit(store, ManualClock())
    store.close()
    async with asyncio.timeout(30):
        await RateLimiter(1_000, 5, 1, turns).wait()
