"""Tests of several stations run once on each engine."""

from pathlib import Path

import pytest

from shipconsole.store.opening import create_or_upgrade
from tests.stations.databases import Database


@pytest.fixture
def postgresql_tables(postgresql_database: str) -> Database:
    """Return a database on a server, for several stations."""
    create_or_upgrade(postgresql_database)
    return Database(postgresql_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Return a database for several stations, on each engine."""
    if request.param == "sqlite":
        return Database(str(tmp_path / "shipconsole.db"))
    return request.getfixturevalue("postgresql_tables")
