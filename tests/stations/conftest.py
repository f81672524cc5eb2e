"""Tests of several stations run once on each engine."""

from pathlib import Path

import pytest

from shipconsole.store.opening import create_or_upgrade
from tests.stations.databases import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Return an empty database for several stations."""
    if request.param == "sqlite":
        return Database(str(tmp_path / "shipconsole.db"))
    url = str(request.getfixturevalue("postgresql_database"))
    create_or_upgrade(url)
    return Database(url)
