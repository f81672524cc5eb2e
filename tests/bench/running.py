"""How a group of bars is measured: in a process of its own, with an open store on loan, figures one by one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from shipconsole.store.database import Store
from tests.bench.engines import Engine, Place
from tests.bench.figures import Figure


@dataclass
class Run:
    """One group's run on one store. `seconds` scales what takes as long as one lets it."""

    engine: Engine
    place: Place
    work: Path
    seconds: float
    options: dict[str, Any]
    wanted: frozenset[str] = frozenset()
    found: list[Figure] = field(default_factory=list[Figure])
    told: Callable[[Figure], object] = str

    def wants(self, *bars: str) -> bool:
        """Return whether any of some bars is to be measured."""
        return not self.wanted or bool(self.wanted.intersection(bars))

    def add(self, bar: str, name: str, value: float | None, unit: str = "ms", **more: Any) -> None:
        """Add a figure of this store."""
        figure = Figure(bar, name, self.place.engine, self.place.orders, value, unit, **more)
        self.found.append(figure)
        self.told(figure)

    def say(self, figure: Figure) -> None:
        """Add a figure that was made elsewhere."""
        placed = replace(figure, engine=self.place.engine, orders=self.place.orders)
        self.found.append(placed)
        self.told(placed)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Yield the open store of this run."""
        store = self.engine.open(self.place, self.work)
        try:
            yield store
        finally:
            store.close(60)


class Group(NamedTuple):
    """A module that measures some bars. One that is not `per_store` runs once, whatever the sizes and databases."""

    module: str
    bars: tuple[str, ...]
    per_store: bool = True
    window: bool = False
    limit_s: float = 900


def now_ms() -> int:
    """Return the wall clock's time."""
    return time.time_ns() // 1_000_000
