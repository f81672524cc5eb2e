"""The two databases that a bench can use, and the filled stores that are kept for the next run."""

import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

import apsw

from shipconsole.store import engine, migrations
from shipconsole.store.database import Store
from tests.bench.warehouse.filling import fill_sqlite
from tests.bench.warehouse.rows import DAY_MS, Warehouse
from tests.support import sql

COPIED_MOST = 1_500_000_000
"""A larger file is used in place: what a bench adds to it is small beside what it has."""
SEED = 1


class Place(NamedTuple):
    """A filled store: its engine, how many orders it has, and the file or address at which it is."""

    engine: str
    orders: int
    at: str


class Engine(ABC):
    """One database: fills stores and opens them."""

    name: str

    @abstractmethod
    def filled(self, cache: Path, orders: int, said: Callable[[str], object]) -> Place:
        """Return the kept store with so many orders, filled now if there is none."""

    @abstractmethod
    def open(self, place: Place) -> Store:
        """Return the open store of a place."""

    @contextmanager
    def on_loan(self, place: Place, work: Path) -> Iterator[Place]:
        """Yield a store that may be changed."""
        yield place

    @abstractmethod
    def bare(self, place: Place) -> "Bare":
        """Return the driver's own connection to a place, to compare with."""

    def close(self) -> None:  # noqa: B027 - most have nothing to end
        """End what runs for this database."""


class Bare(Protocol):
    """What a bench needs of a bare connection."""

    def execute(self, statement: Any, bindings: Any = ..., /) -> Any:
        """Run a statement."""

    def close(self) -> None:
        """Close it."""


class Sqlite(Engine):
    """Files in the cache folder."""

    name = "sqlite"

    def filled(self, cache: Path, orders: int, said: Callable[[str], object]) -> Place:
        """Return the kept file with so many orders, filled now if there is none."""
        schema = "-".join(step.fingerprint for step in migrations.known())
        folder = cache / f"sqlite-{orders}-{SEED}-{schema}"
        file, part = folder / "shipconsole.db", folder.with_suffix(".part")
        if not file.exists():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            fill_sqlite(part / file.name, Warehouse(orders, seed=SEED, until_ms=today_ms()), said)
            part.rename(folder)
        return Place(self.name, orders, str(file))

    def open(self, place: Place) -> Store:
        """Return the open store of a file."""
        store = Store(Path(place.at))
        store.open()
        return store

    def bare(self, place: Place) -> Bare:
        """Return a connection with the program's own settings, except that nothing is checked."""
        connection = sql.connect(Path(place.at))
        engine.driver_connection(cast("engine.Connection", connection)).config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        return connection

    @contextmanager
    def on_loan(self, place: Place, work: Path) -> Iterator[Place]:
        """Yield a copy of the file, or the file itself if it is very large."""
        file = Path(place.at)
        if file.stat().st_size > COPIED_MOST:
            yield place
            return
        copied = work / "on-loan"
        copied.mkdir()
        for found in file.parent.glob(f"{file.name}*"):
            shutil.copy(found, copied)
        yield place._replace(at=str(copied / file.name))
        shutil.rmtree(copied)


def today_ms() -> int:
    """Return the beginning of this day, at which the generated year ends."""
    return time.time_ns() // 1_000_000 // DAY_MS * DAY_MS


ENGINES: dict[str, Callable[[], Engine]] = {"sqlite": Sqlite}
