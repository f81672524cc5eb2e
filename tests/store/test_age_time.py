"""The time that ages are counted by follows a clock that was set only once the computer has run for a while since."""

from collections.abc import Generator
from pathlib import Path
from typing import TypedDict

import pytest

from shipconsole.store import age_time
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore

WALL_MS = 1_790_000_000_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365 * DAY_MS


class Clocks(TypedDict):
    run: str
    monotonic_ms: int
    wall_ms: int


class Computer:
    """A computer with a clock, which runs or is off, and looks at its clock once in each hour that it runs."""

    def __init__(self, store: Store) -> None:
        """Start for the first time."""
        self._store = store
        self.wall_ms = WALL_MS
        self.monotonic_ms, self._run = 0, 0
        self.look()

    def _clocks(self) -> Clocks:
        return {"run": str(self._run), "monotonic_ms": self.monotonic_ms, "wall_ms": self.wall_ms}

    def look(self) -> int:
        """Let the time follow the clock; return by how much it is behind."""
        return self.wall_ms - self._store.write(age_time.follow, **self._clocks()).result()

    def behind_ms(self) -> int:
        """Return by how much the time is behind the clock, without following it."""
        return self.wall_ms - self._store.read(age_time.now_ms, **self._clocks()).result()

    def trust(self) -> None:
        """Say that the clock is right."""
        self._store.write(age_time.follow_at_once, **self._clocks()).result()

    def run_h(self, hours: int) -> int:
        """Run for some hours; return by how much the time is behind then."""
        for _ in range(hours):
            self.monotonic_ms += HOUR_MS
            # No clock is exact.
            self.wall_ms += HOUR_MS + 7
            self.look()
        return self.behind_ms()

    def off_ms(self, off_ms: int, *, set_by_ms: int = 0) -> int:
        """Be off for a while, with the clock set meanwhile; return by how much the time is behind after the start."""
        self._run, self.monotonic_ms = self._run + 1, 0
        self.wall_ms += off_ms + set_by_ms
        return self.look()


@pytest.fixture
def computer(tmp_path: Path) -> Generator[Computer]:
    opened = SqliteStore(tmp_path / "shipconsole.db")
    opened.open()
    yield Computer(opened)
    opened.close()


def test_it_follows_a_clock_that_nobody_sets(computer: Computer) -> None:
    assert computer.run_h(72) < 60_000


def test_nothing_is_old_before_the_first_start(tmp_path: Path) -> None:
    opened = SqliteStore(tmp_path / "shipconsole.db")
    opened.open()
    assert opened.read(age_time.now_ms, run="a", monotonic_ms=1, wall_ms=WALL_MS).result() == 0
    opened.close()


def test_nights_and_a_closed_month_count_soon(computer: Computer) -> None:
    for _ in range(5):
        assert computer.off_ms(16 * HOUR_MS) > 15 * HOUR_MS
        assert computer.run_h(8) < 60_000
    assert computer.off_ms(30 * DAY_MS) > 29 * DAY_MS
    for _ in range(3):
        assert computer.run_h(8) > 29 * DAY_MS
        computer.off_ms(16 * HOUR_MS)
    # The month counts, and so do the three nights, which only began to be looked at after it.
    computer.run_h(8)
    computer.off_ms(16 * HOUR_MS)
    assert computer.run_h(8) < 60_000


def test_a_clock_a_year_ahead_does_not_count_for_two_weeks(computer: Computer) -> None:
    computer.run_h(30)
    assert computer.off_ms(16 * HOUR_MS, set_by_ms=YEAR_MS) > YEAR_MS
    assert computer.run_h(14 * 24) > YEAR_MS
    assert computer.run_h(3 * 24) < 60_000


def test_a_clock_set_ahead_while_the_computer_runs_does_not_count(computer: Computer) -> None:
    computer.run_h(30)
    computer.wall_ms += YEAR_MS
    assert computer.behind_ms() > YEAR_MS - 60_000
    assert computer.look() > YEAR_MS - 60_000
    assert computer.run_h(100) > YEAR_MS - 60_000
    # Put right, it counts at once.
    computer.wall_ms -= YEAR_MS
    assert computer.look() < 60_000
    assert computer.run_h(2) < 60_000


def test_that_it_was_ahead_a_little_for_long_proves_nothing(computer: Computer) -> None:
    """The program was closed for weeks while the computer ran, and then the clock is a year ahead."""
    computer.off_ms(HOUR_MS)
    computer.monotonic_ms += 60 * DAY_MS
    computer.wall_ms += 60 * DAY_MS + YEAR_MS
    assert computer.look() > YEAR_MS - DAY_MS
    assert computer.run_h(300) > YEAR_MS - DAY_MS


def test_steps_one_after_the_other_are_each_waited_for(computer: Computer) -> None:
    computer.wall_ms += 10 * DAY_MS
    computer.look()
    computer.run_h(9)
    computer.wall_ms += 10 * DAY_MS
    assert computer.run_h(2) > 9 * DAY_MS
    assert computer.run_h(11) < 60_000


def test_a_clock_set_back_makes_nothing_older_and_is_followed_only_slowly(computer: Computer) -> None:
    computer.run_h(10)
    computer.wall_ms -= 10 * YEAR_MS
    assert computer.look() == 0
    assert computer.run_h(8) == 0
    # Put right again, as after an empty battery: nothing has to be waited for.
    computer.wall_ms += 10 * YEAR_MS
    assert computer.look() < 60_000
    # A first start with a clock ahead, put right: followed in the end, so that the next year ahead is noticed.
    computer.wall_ms -= 10 * DAY_MS
    computer.run_h(12)
    computer.wall_ms += 10 * DAY_MS
    assert computer.look() > 9 * DAY_MS


def test_a_person_may_say_that_it_is_right(computer: Computer) -> None:
    assert computer.off_ms(YEAR_MS) > 364 * DAY_MS
    computer.trust()
    assert computer.behind_ms() == 0
    assert computer.run_h(5) < 60_000
