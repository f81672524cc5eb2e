"""Measure CPU work relative to a fixed unit of work.

Both are measured as CPU time of the thread, so that a slow or busy computer changes the ratio little.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager

ROUNDS = 3


class Effort:
    """Measures work in units; a unit is about 25 ms on a CPU of 2026."""

    def __init__(self) -> None:
        """Start without measurements."""
        self._most_s = 0.0
        self._least_s = float("inf")

    @contextmanager
    def of(self) -> Generator[None]:
        """Measure the work of the block."""
        began_s = time.thread_time()
        yield
        took_s = time.thread_time() - began_s
        self._most_s, self._least_s = max(self._most_s, took_s), min(self._least_s, took_s)

    @property
    def most(self) -> float:
        """Return the work of the most expensive block, in units."""
        return self._most_s / _unit_s()

    @property
    def least(self) -> float:
        """Return the work of the cheapest block, in units."""
        return self._least_s / _unit_s()


def _unit_s() -> float:
    found: list[float] = []
    for _ in range(ROUNDS):
        began_s = time.thread_time()
        total = 0
        for number in range(500_000):
            total += number & 7
        found.append(time.thread_time() - began_s)
    return min(found)
