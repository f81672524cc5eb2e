"""One pace at a vendor for all programs on one store."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from shipconsole.operations.turns import FURTHEST_MS, SharedTurns
from shipconsole.store.database import Store
from shipconsole.vendors.sender import Pace
from tests.kit.clock import ManualClock

PROGRAM = """
import asyncio, sys, time
from pathlib import Path
from shipconsole.operations.turns import SharedTurns
from shipconsole.station.clock import SystemClock
from shipconsole.store.database import Store
from shipconsole.vendors.sender import Pace

store = Store(Path(sys.argv[1]))
store.open()
pace = Pace(20, 5, 1, SharedTurns(store, SystemClock()) if sys.argv[2] == "shared" else None)

async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(20):
        await pace.wait()
        print(time.time(), flush=True)

asyncio.run(main())
store.close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "shipconsole.db")
    store.open()
    return store


def most_in_a_second(calls_s: Sequence[float]) -> int:
    return max(sum(began <= one < began + 1 for one in calls_s) for began in calls_s)


def calls_of_two_programs(file: Path, how: str) -> list[float]:
    command = [sys.executable, "-c", PROGRAM, str(file), how]
    programs = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    said = [program.communicate(timeout=60)[0] for program in programs]
    assert [program.returncode for program in programs] == [0, 0]
    return sorted(float(line) for one in said for line in one.splitlines())


@pytest.mark.parametrize(("how", "keeps"), [("shared", True), ("alone", False)])
def test_two_programs_together_keep_the_pace_of_one(store: Store, tmp_path: Path, how: str, *, keeps: bool) -> None:
    """20 a second after 5 at once; a program that the machine let wait may be a moment late with a call or two."""
    calls_s = calls_of_two_programs(tmp_path / "shipconsole.db", how)
    store.close()
    assert len(calls_s) == 40
    assert (most_in_a_second(calls_s) <= 28) is keeps


async def pauses(turns: SharedTurns, count: int, connection_id: int = 1) -> list[float]:
    return [await turns.pause_s(connection_id, 0.5, 3) for _ in range(count)]


async def test_what_nobody_took_is_saved_up_to_the_burst(store: Store) -> None:
    clock = ManualClock()
    turns = SharedTurns(store, clock)
    assert await pauses(turns, 5) == [0, 0, 0, 0.5, 1.0]
    assert await pauses(turns, 1, connection_id=2) == [0]
    clock.pass_s(3_600)
    assert await pauses(turns, 4) == [0, 0, 0, 0.5]
    store.close()


async def test_a_clock_that_was_set_back_stops_nobody(store: Store) -> None:
    clock = ManualClock()
    turns = SharedTurns(store, clock)
    await pauses(turns, 4)
    clock.set_wall_ms(clock.now_ms() - 3_600_000)
    assert max(await pauses(turns, 4)) <= FURTHEST_MS / 1_000
    store.close()


async def test_a_store_that_cannot_say_stops_nobody(store: Store) -> None:
    turns = SharedTurns(store, ManualClock())
    store.close()
    async with asyncio.timeout(30):
        await Pace(1_000, 5, 1, turns).wait()
