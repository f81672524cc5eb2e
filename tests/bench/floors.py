"""Floors: the least that the disk, the driver or the interpreter needs, measured beside what is compared with it."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from shipconsole.domain.order_row import OrderRow
from shipconsole.store import browse
from shipconsole.store.database import Db

RECORD = b"x" * 1_024


def in_turn(rounds: int, *ways: Callable[[], object]) -> list[list[float]]:
    """Return the seconds of each way, taken one after the other again and again."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, taken in zip(ways, times, strict=True):
            began = perf_counter()
            way()
            taken.append(perf_counter() - began)
    return times


def medians(rounds: int, *ways: Callable[[], object]) -> list[float]:
    """Return the median seconds of each way, taken in turn."""
    return list(map(median, in_turn(rounds, *ways)))


class SyncedFile:
    """A file to which records are appended, each synced: what a durable commit costs at least."""

    def __init__(self, folder: Path) -> None:
        """Create the file."""
        self._path = folder / "synced"
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self) -> None:
        """Append a record and wait until it is on the disk."""
        os.write(self._file, RECORD)
        os.fdatasync(self._file)

    def rate(self, seconds: float) -> float:
        """Return how many records a second were synced."""
        count, began_s = 0, perf_counter()
        while perf_counter() - began_s < seconds:
            self.append()
            count += 1
        return count / (perf_counter() - began_s)

    def close(self) -> None:
        """Remove the file."""
        os.close(self._file)
        self._path.unlink()


def page_beside_driver(
    db: Db, raw: Any, bound: tuple[str, Any], ids: list[int], rounds: int = 300
) -> list[list[float]]:
    """Return the seconds of a page, taken in turn: bare rows, our rows, models of bare rows, our models.

    `bound` is its query for the bare driver.
    """

    def bare() -> list[Any]:
        return raw.execute(*bound).fetchall()

    def bare_models() -> list[OrderRow]:
        return [OrderRow.model_validate(dict(zip(OrderRow.model_fields, row, strict=True))) for row in bare()]

    return in_turn(rounds, bare, lambda: db.rows("browse.rows", ids=ids), bare_models, lambda: browse.rows(db, ids))


def cpu_of(do: Callable[[], object], rounds: int) -> list[float]:
    """Return the CPU seconds that the calling thread needed for each call."""
    taken: list[float] = []
    for _ in range(rounds):
        began_s = time.thread_time()
        do()
        taken.append(time.thread_time() - began_s)
    return taken
