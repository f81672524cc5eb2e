"""The two databases that a bench can use, and the filled stores that are kept for the next run."""

import os
import shutil
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, NamedTuple, Protocol, cast

import apsw
import platformdirs
import psycopg

from shipconsole.store import engine, migrations
from shipconsole.store.database import Store
from shipconsole.store.opening import server_store
from shipconsole.store.postgresql import engine as postgresql_engine
from shipconsole.store.postgresql.statements import for_driver
from shipconsole.store.queries import bind, query
from shipconsole.store.sqlite import SqliteStore
from tests.bench.warehouse.filling import fill_postgresql, fill_sqlite
from tests.bench.warehouse.rows import DAY_MS, Warehouse
from tests.support import sql
from tests.support.postgresql import PostgresqlServer

CACHE = platformdirs.user_cache_path("shipconsole") / "bench"
"""Where filled stores are kept, unless the command line says otherwise."""
COPIED_MOST = 1_500_000_000
"""A larger file is used in place: what a bench adds to it is small beside what it has."""
SEED = 1
_GENERATOR = Path(__file__).parent / "warehouse"
_SERVER = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
"""Durable, as a warehouse has it."""


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
    def open(self, place: Place, work: Path) -> Store:
        """Return the open store of a place; `work` may hold the profile."""

    @contextmanager
    def on_loan(self, place: Place, work: Path) -> Iterator[Place]:
        """Yield a store that may be changed."""
        yield place

    @abstractmethod
    def bare(self, place: Place) -> "Bare":
        """Return the driver's own connection to a place, to compare with."""

    @abstractmethod
    def bound(self, name: str, **values: Any) -> tuple[str, Any]:
        """Return a named query and its values as the bare driver takes them."""

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
        schema = _version(self.name)
        folder = cache / f"sqlite-{orders}-{SEED}-{schema}"
        file, part = folder / "shipconsole.db", folder.with_suffix(f".{os.getpid()}.part")
        if not file.exists():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            fill_sqlite(part / file.name, Warehouse(orders, seed=SEED, until_ms=today_ms()), said)
            if folder.exists():  # another bench was faster
                shutil.rmtree(part)
            else:
                part.rename(folder)
        return Place(self.name, orders, str(file))

    def open(self, place: Place, work: Path) -> Store:
        """Return the open store of a file."""
        store = SqliteStore(Path(place.at))
        store.open()
        return store

    def bare(self, place: Place) -> Bare:
        """Return a connection with the program's own settings, except that nothing is checked."""
        connection = sql.connect(Path(place.at))
        engine.driver_connection(cast("engine.Connection", connection)).config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        return connection

    def bound(self, name: str, **values: Any) -> tuple[str, Any]:
        """Return a named query with places for its list of ids."""
        return bind(query(name), values)

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


class Postgresql(Engine):
    """Databases of a durable server of its own, whose cluster is in the cache folder."""

    name = "postgresql"

    def __init__(self) -> None:
        """Start nothing yet."""
        self._server: PostgresqlServer | None = None

    def filled(self, cache: Path, orders: int, said: Callable[[str], object]) -> Place:
        """Return the kept database with so many orders, filled now if there is none."""
        if self._server is None:
            folder = cache / "postgresql"
            folder.mkdir(exist_ok=True)
            self._server = PostgresqlServer(folder, settings=_SERVER)
            self._server.start()
        schema = _version(self.name)
        name = f"bench_{orders}_{SEED}_{schema}".replace("-", "_")
        if not self._server.admin("SELECT 1 FROM pg_database WHERE datname = %s", name):
            part = f"{name}_part"
            self._server.admin(f'DROP DATABASE IF EXISTS "{part}"')
            self._server.admin(f'CREATE DATABASE "{part}"')
            fill_postgresql(self._server.url(part), Warehouse(orders, seed=SEED, until_ms=today_ms()), said)
            self._server.admin(f'ALTER DATABASE "{part}" RENAME TO "{name}"')
        return Place(self.name, orders, self._server.url(name))

    def open(self, place: Place, work: Path) -> Store:
        """Return the open store of a database."""
        profile = work / "profile"
        profile.mkdir(exist_ok=True)
        store = server_store(place.at, profile)
        store.open()
        return store

    def bare(self, place: Place) -> Bare:
        """Return the driver's connection, which reads values in the program's form and prepares what it runs again."""
        context = postgresql_engine._ADAPTERS
        return cast("Bare", psycopg.connect(place.at, autocommit=True, prepare_threshold=0, context=context))

    def bound(self, name: str, **values: Any) -> tuple[str, Any]:
        """Return a named query with its values by name."""
        return for_driver(query(name).text), values

    @contextmanager
    def on_loan(self, place: Place, work: Path) -> Iterator[Place]:
        """Yield a copy of the database, or the database itself if it is very large."""
        address, _, name = place.at.rpartition("/")
        with psycopg.connect(f"{address}/postgres", autocommit=True) as admin:

            def run(statement: str) -> list[tuple[Any, ...]]:
                cursor = admin.execute(cast("LiteralString", statement))
                return cursor.fetchall() if cursor.description else []

            ((size,),) = run(f"SELECT pg_database_size('{name}')")
            if size > COPIED_MOST:
                yield place
                return
            lent = f"loan_{time.monotonic_ns()}"
            run(f'CREATE DATABASE "{lent}" TEMPLATE "{name}" STRATEGY file_copy')
            try:
                yield place._replace(at=f"{address}/{lent}")
            finally:
                run(f'DROP DATABASE "{lent}" WITH (FORCE)')

    def close(self) -> None:
        """Stop the server; its cluster stays."""
        if self._server is not None:
            self._server.stop()


def _version(engine_name: str) -> str:
    """Return what a kept store depends on beside its size: the schema, and how its rows are made."""
    made = zlib.crc32(b"".join(file.read_bytes() for file in sorted(_GENERATOR.glob("*.py"))))
    return "-".join([*(step.fingerprint for step in migrations.known(engine_name)), f"{made:08x}"])


def today_ms() -> int:
    """Return the beginning of this day, at which the generated year ends."""
    return time.time_ns() // 1_000_000 // DAY_MS * DAY_MS


ENGINES: dict[str, Callable[[], Engine]] = {"sqlite": Sqlite, "postgresql": Postgresql}
