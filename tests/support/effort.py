"""How much work something is for a processor, beside a unit of work that is always the same.

Both are counted on the thread that does them, so that neither a slow nor a busy computer changes the ratio much.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager

ROUNDS = 3


class Effort:
    """Measures units of work. The unit is about 25 ms of a processor of 2026."""

    def __init__(self) -> None:
        """Begin with nothing measured."""
        self._most_s = 0.0
        self._least_s = float("inf")

    @contextmanager
    def of(self) -> Generator[None]:
        """Measure what the block does."""
        began_s = time.thread_time()
        yield
        took_s = time.thread_time() - began_s
        self._most_s, self._least_s = max(self._most_s, took_s), min(self._least_s, took_s)

    @property
    def most(self) -> float:
        """Return the effort of the block that was the most work, in units."""
        return self._most_s / _unit_s()

    @property
    def least(self) -> float:
        """Return the effort of the block that was the least work, in units."""
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
