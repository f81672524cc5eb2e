"""Steady time follows the monotonic clock, and after a restart continues from where it was stored."""

import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from shipconsole.store import queries, steady_time
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore

WALL_MS = 1_790_000_000_000
DAY_MS = 86_400_000


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = SqliteStore(tmp_path / "shipconsole.db")
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def at(store: Store) -> Callable[[str, int, int], int]:
    """Return the steady time in a run of the computer, so long after its start, with a wall clock."""
    return lambda run, monotonic_ms, wall_ms: store.read(
        steady_time.now_ms, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms
    ).result()


def keep(store: Store, run: str, monotonic_ms: int, wall_ms: int) -> None:
    store.write(steady_time.save, run=run, monotonic_ms=monotonic_ms, wall_ms=wall_ms).result()


def test_it_begins_as_the_wall_time(at: Callable[[str, int, int], int]) -> None:
    assert at("first", 7, WALL_MS) == WALL_MS


@pytest.mark.parametrize("set_by_ms", [-DAY_MS, -3_600_000, 0, 3_600_000, DAY_MS])
def test_a_wall_clock_that_is_set_does_not_move_it(
    store: Store, at: Callable[[str, int, int], int], set_by_ms: int
) -> None:
    keep(store, "first", 1_000, WALL_MS)
    assert at("first", 3_000, WALL_MS + set_by_ms) == WALL_MS + 2_000
    keep(store, "first", 3_000, WALL_MS + set_by_ms)
    assert at("first", 3_500, WALL_MS) == WALL_MS + 2_500


@pytest.mark.parametrize("set_by_ms", [-DAY_MS, 0, DAY_MS])
@pytest.mark.parametrize("monotonic_ms", [10, 500_000])
def test_it_stands_still_while_the_computer_is_off(
    store: Store, at: Callable[[str, int, int], int], set_by_ms: int, monotonic_ms: int
) -> None:
    """Only the wall clock shows how long the computer was off, and it may have been set meanwhile."""
    keep(store, "first", 1_000, WALL_MS)
    assert not store.read(steady_time.is_current_run, "second").result()
    assert at("second", monotonic_ms, WALL_MS + set_by_ms) == WALL_MS
    keep(store, "second", monotonic_ms, WALL_MS + set_by_ms)
    assert store.read(steady_time.is_current_run, "second").result()
    assert at("second", monotonic_ms + 2_000, WALL_MS + set_by_ms) == WALL_MS + 2_000


def test_it_never_goes_back(store: Store, at: Callable[[str, int, int], int]) -> None:
    """A restart without a new boot id is recognized by a monotonic clock that shows less than before."""
    keep(store, "same", 100_000, WALL_MS)
    assert at("same", 10, WALL_MS) == WALL_MS


def test_every_column_that_is_compared_with_the_steady_time_is_listed() -> None:
    """A database that moves to a server converts the columns of this list, and no others."""
    folder = Path(queries.__file__).parent / "sql"
    texts = "".join(file.read_text("utf-8") for file in folder.glob("*.sql"))
    compared = set(re.findall(r"(\w+) [<>]=? :steady_ms", texts))
    listed = {column for columns in steady_time.COLUMNS.values() for column in columns}
    assert len(compared) > 5
    assert compared <= listed
