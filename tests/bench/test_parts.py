"""The parts of what a store's work takes are shown for both databases."""

import re
import sys
from pathlib import Path

import pytest

from tests.bench.engines import Place
from tests.bench.parts import measure
from tests.bench.warehouse.filling import fill_postgresql, fill_sqlite
from tests.bench.warehouse.rows import Warehouse
from tests.support.engines import fresh_database
from tests.support.postgresql import PostgresqlServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts what Linux counts")
ORDERS = 300
UNTIL_MS = 1_795_996_800_000


@pytest.mark.parametrize(("engine", "statements"), [("sqlite", "7.0"), ("postgresql", "3.0")])
def test_each_operation_is_shown_with_its_statements(
    engine: str, statements: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    warehouse, at = Warehouse(ORDERS, seed=1, until_ms=UNTIL_MS), str(tmp_path / "shipconsole.db")
    if engine == "sqlite":
        fill_sqlite(Path(at), warehouse)
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        at = server.url(fresh_database(server))
        fill_postgresql(at, warehouse)
    said: list[str] = []
    measure(Place(engine, ORDERS, at), tmp_path, said.append, rounds=40)
    shown = "\n".join(said)
    assert re.findall(r"^  (\w\d) ", shown, re.MULTILINE) == ["D1", "O1", "O2", "O3", "F1"]
    assert re.search(rf"O1 one enqueuer: \d+ µs, of these \d+ in {re.escape(statements)} statements", shown)
    assert re.search(r"1\.00 ×  INSERT INTO call ", shown)
    assert len(re.findall(r"the disk takes its [\d,]+ bytes", shown)) == 4
