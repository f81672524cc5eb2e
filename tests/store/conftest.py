"""A database on a server with its tables, and stores on it."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from shipconsole.store.database import Db
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql.store import PostgresqlStore

Open = Callable[..., PostgresqlStore]


def note(db: Db, ref_id: int = 1) -> int:
    """Note that an order changed, and return its id."""
    db.note("order", ref_id)
    return ref_id


@pytest.fixture
def url(postgresql_database: str) -> str:
    """Return the URL of a database with its tables."""
    create_or_upgrade(postgresql_database)
    return postgresql_database


@pytest.fixture
def opened(tmp_path: Path) -> Generator[Open]:
    """Return a function that opens a store at a URL, closed after the test."""
    stores: list[PostgresqlStore] = []

    def open_(url: str, folder: str = "here", report: Any = None, **options: Any) -> PostgresqlStore:
        store = PostgresqlStore(url, tmp_path / folder, **options)
        stores.append(store)
        store.open(report)
        return store

    yield open_
    for store in stores:
        store.close()
