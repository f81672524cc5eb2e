"""Run a test on both database engines: the marker `both_engines` and the fixture `new_store`.

`pytest --engine postgresql` runs the tests that take their context from `tests.support.bench` on a server, too.
"""

import itertools
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, cast

import pytest

from shipconsole.store.database import Engine, Store
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.sqlite import SqliteStore
from tests.support.postgresql import PostgresqlServer

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
    server, the database has its tables.
    """
    opened: list[Store] = []
    url = cast("str", request.getfixturevalue("postgresql_database")) if database_engine == "postgresql" else ""
    if url:
        create_or_upgrade(url)

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


_numbers = itertools.count()


def fresh_database(server: PostgresqlServer, template: str = "") -> str:
    """Create a database, empty or as a copy of another one that nobody uses, and return its name."""
    name = f"copy_{time.monotonic_ns()}_{next(_numbers)}"
    server.admin(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "") + " STRATEGY file_copy")
    return name
