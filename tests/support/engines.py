"""Run a test on both database engines: the marker `both_engines` and the fixture `new_store`.

`pytest --engine postgresql` runs the tests that take their context from `tests.support.bench` on a server, too, as a
role with the rights of a station.
"""

import itertools
import shutil
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, cast

import pytest

from shipconsole.store.database import Engine, Store
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.sqlite import SqliteStore
from tests.support.postgresql import ADMIN, STATION, PostgresqlServer

ENGINES: tuple[Engine, ...] = ("sqlite", "postgresql")
NewStore = Callable[..., Store]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests of operations run on a server."""
    parser.addoption("--engine", choices=ENGINES, default="sqlite", help="the database of the tests' contexts")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "both_engines: runs once on SQLite and once on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a marked test once on each engine."""
    if metafunc.definition.get_closest_marker("both_engines") is not None:
        metafunc.parametrize("database_engine", ENGINES, indirect=True)


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
    """Create a database, empty or as a copy of another one that nobody uses, and return its name."""
    name = f"copy_{time.monotonic_ns()}_{next(_numbers)}"
    server.admin(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "") + " STRATEGY file_copy")
    return name


class _Server:
    """The server of `--engine postgresql`: the databases of folders, and one with the tables and nothing else."""

    def __init__(self) -> None:
        self.server: PostgresqlServer | None = None
        self.names: dict[Path, str] = {}
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


@pytest.fixture(scope="session", autouse=True)
def _chosen_engine(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--engine") == "postgresql":
        _chosen.server = request.getfixturevalue("postgresql_server")


@pytest.fixture(autouse=True)
def _databases_of_test() -> Generator[None]:
    """Drop the databases that a test created, after its contexts are closed."""
    kept = set(_chosen.names)
    yield
    if _chosen.server is not None:
        for folder in set(_chosen.names) - kept:
            _chosen.server.admin(f'DROP DATABASE "{_chosen.names.pop(folder)}" WITH (FORCE)')


def store_in(folder: Path) -> Store:
    """Return the store of a folder on the chosen engine, not opened yet.

    On a server it has the clock of the context, and no more rights than a station.
    """
    if _chosen.server is None:
        return SqliteStore(folder / "shipconsole.db")
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
    if _chosen.server is None:
        shutil.copy(source / "shipconsole.db", folder / "shipconsole.db")
    else:
        _chosen.names[folder] = fresh_database(_chosen.server, _chosen.names[source])
