"""Run a test on both database engines: the marker `both_engines`, which holds for `new_store`, `ctx`, and `bench`.

`pytest --engine postgresql` runs every test that takes its context from `tests.support.bench` on a server, as a role
with the rights of a station. It leaves out what is about a database file: tests marked `of_a_file`, and the variants
for a file of tests that run on both.
"""

import itertools
import shutil
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import pytest

from shipconsole.store.database import Engine, Store
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql.engine import VALUE_ERRORS, Connection, connect
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql
from tests.support.postgresql import ADMIN, STATION, PostgresqlServer

ENGINES: tuple[Engine, ...] = ("sqlite", "postgresql")
NewStore = Callable[..., Store]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests of operations run on a server."""
    parser.addoption("--engine", choices=ENGINES, default="sqlite", help="the database of the tests' contexts")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "both_engines: runs once on SQLite and once on PostgreSQL")
    config.addinivalue_line("markers", "of_a_file(reason): is about a database file, so that no server runs it")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test once on each engine."""
    if metafunc.definition.get_closest_marker("both_engines") is None or _reason(metafunc.definition):
        return
    chosen = cast("Engine", metafunc.config.getoption("--engine"))
    metafunc.parametrize("database_engine", ENGINES if chosen == "sqlite" else (chosen,), indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about a file where everything runs on a server."""
    of_a_file = {item for item in items if _reason(item)}
    if config.getoption("--engine") == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if item in of_a_file])
        items[:] = [item for item in items if item not in of_a_file]


def _reason(item: pytest.Item) -> str:
    marker = item.get_closest_marker("of_a_file")
    if marker is None:
        return ""
    (reason,) = marker.args
    return str(reason)


@pytest.fixture
def database_engine(request: pytest.FixtureRequest) -> Engine:
    """Return the engine of the test: by its marker, else by the option `--engine`."""
    return cast("Engine", getattr(request, "param", None) or request.config.getoption("--engine"))


@pytest.fixture
def new_store(database_engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Generator[NewStore]:
    """Return a function that opens another store on the test's one database, closed after the test.

    `folder` names the profile, each with its own mark; `is_open=False` returns the store before it is opened. On a
    server, the database has its tables, and the store no more rights than a station.
    """
    opened: list[Store] = []
    url = cast("str", request.getfixturevalue("postgresql_database")) if database_engine == "postgresql" else ""
    if url:
        server = cast("PostgresqlServer", request.getfixturevalue("postgresql_server"))
        server.create_roles()
        create_or_upgrade(url)
        url = url.replace(f"{ADMIN}@", f"{STATION}@")

    def new(folder: str = "profile", *, is_open: bool = True, **options: Any) -> Store:
        if url:
            from shipconsole.store.postgresql.store import PostgresqlStore

            store: Store = PostgresqlStore(url, tmp_path / folder, **options)
        else:
            store = SqliteStore(tmp_path / "shipconsole.db", **options)
        opened.append(store)
        if is_open:
            store.open()
        return store

    yield new
    for store in opened:
        store.close()


def wait_until(is_so: Callable[[], object], within_s: float = 60.0) -> None:
    """Wait for another thread or process."""
    until_s = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < until_s, "waited in vain"
        time.sleep(0.01)


_numbers = itertools.count()


def fresh_database(server: PostgresqlServer, template: str = "") -> str:
    """Create a database, empty or as a copy of another one that no one uses, and return its name."""
    name = f"copy_{time.monotonic_ns()}_{next(_numbers)}"
    server.admin(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "") + " STRATEGY file_copy")
    return name


class _Server:
    """The server of the tests: the databases of folders, and one with the tables and nothing else."""

    def __init__(self) -> None:
        self.server: PostgresqlServer | None = None
        self.is_chosen = False
        """Whether the test that runs is one on the server."""
        self.names: dict[Path, str] = {}
        self.for_all: set[Path] = set()
        """Folders whose databases are kept for the tests that follow."""
        self.empty = ""

    def name_of(self, folder: Path) -> str:
        assert self.server is not None
        if not self.empty:
            self.server.create_roles()
            self.empty = fresh_database(self.server)
            create_or_upgrade(self.server.url(self.empty))
        if folder not in self.names:
            self.names[folder] = fresh_database(self.server, self.empty)
        return self.names[folder]


_chosen = _Server()


@pytest.fixture(autouse=True)
def _databases_of_test(database_engine: Engine, request: pytest.FixtureRequest) -> Generator[None]:
    """Choose the engine of a test, and drop the databases that it created after its contexts are closed."""
    _chosen.is_chosen = database_engine == "postgresql"
    if _chosen.is_chosen:
        _chosen.server = cast("PostgresqlServer", request.getfixturevalue("postgresql_server"))
    kept = set(_chosen.names)
    yield
    _chosen.is_chosen = False
    for folder in set(_chosen.names) - kept - _chosen.for_all:
        assert _chosen.server is not None
        _chosen.server.admin(f'DROP DATABASE "{_chosen.names.pop(folder)}" WITH (FORCE)')


def keep_for_all(folder: Path) -> None:
    """Keep the database of a folder for the tests that follow."""
    _chosen.for_all.add(folder)


def store_in(folder: Path) -> Store:
    """Return the store of a folder on the chosen engine, not opened yet.

    On a server it has the clock of the context, and no more rights than a station.
    """
    if not _chosen.is_chosen:
        return SqliteStore(folder / "shipconsole.db")
    assert _chosen.server is not None
    from shipconsole.store.postgresql.db import PostgresqlDb
    from shipconsole.store.postgresql.store import PostgresqlStore

    class SteadyDb(PostgresqlDb):
        def server_ms(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - tests set the time
            return None

    class SteadyStore(PostgresqlStore):
        db_of = SteadyDb

    return SteadyStore(_chosen.server.url(_chosen.name_of(folder), STATION), folder)


def copy_store(source: Path, folder: Path) -> None:
    """Copy the closed store of one folder into another."""
    if not _chosen.is_chosen:
        shutil.copy(source / "shipconsole.db", folder / "shipconsole.db")
    else:
        assert _chosen.server is not None
        _chosen.names[folder] = fresh_database(_chosen.server, _chosen.names[source])


def address_of(store: Store) -> str:
    """Return where a store is, for another process: its file, or its database's address."""
    return str(store.file) if store.file is not None else str(store.__dict__["url"])


def store_at(address: str, folder: Path) -> Store:
    """Return the store at an address, not opened yet; `folder` is the profile's."""
    if not address.startswith("postgresql:"):
        return SqliteStore(Path(address))
    from shipconsole.store.postgresql.store import PostgresqlStore

    return PostgresqlStore(address, folder)


class Rows(Protocol):
    """The rows of a statement."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """Return the next row, None at the end."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...


class OtherConnection(Protocol):
    """A connection that is not the program's, in which each statement is a transaction, unless one is begun."""

    def execute(self, statements: str, bindings: Sequence[Any] | None = None, /) -> Rows:
        """Run a statement; `?` stands for a value."""
        ...

    def executemany(self, statements: str, bindings: Iterable[Sequence[Any]], /) -> object:
        """Run a statement once for each row of values."""
        ...


class _OnServer:
    def __init__(self, connection: Connection) -> None:
        self.execute = connection.execute
        self.close = connection.close

    def executemany(self, statements: str, bindings: Iterable[Sequence[Any]]) -> None:
        for row in bindings:
            self.execute(statements, row)


CONSTRAINT_ERRORS = (sql.ConstraintError, *VALUE_ERRORS)


@contextmanager
def beside(store: Store) -> Generator[OtherConnection]:
    """Yield a connection to a store's database with all rights, as another program's."""
    if store.file is not None:
        connection: Any = sql.connect(store.file)
    else:
        connection = _OnServer(connect(address_of(store).replace(f"{STATION}@", f"{ADMIN}@")))
    try:
        yield connection
    finally:
        connection.close()
