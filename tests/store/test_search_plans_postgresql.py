"""The search on a server: planned for the text that was typed, over an index whose new entries are few."""

from pathlib import Path

from shipconsole.store import browse
from shipconsole.store.database import Db, Row
from tests.bench.warehouse.filling import fill_postgresql
from tests.bench.warehouse.rows import Warehouse
from tests.support.engines import fresh_database
from tests.support.postgresql import PostgresqlServer

ORDERS = 300
TIMES = 4


def _all(db: Db, statement: str) -> list[Row]:
    return db.connection.execute(statement).fetchall()


def test_a_search_is_planned_for_its_text(postgresql_server: PostgresqlServer, tmp_path: Path) -> None:
    """A plan for any text reads all orders that have a common one, where the newest hundred are enough."""
    from shipconsole.store.opening import server_store

    url = postgresql_server.url(fresh_database(postgresql_server))
    fill_postgresql(url, Warehouse(ORDERS, until_ms=1_795_996_800_000))
    store = server_store(url, tmp_path)
    store.open()
    try:
        for _ in range(TIMES):
            for text in ("1", "c", "smith", "sm", "\u4f50\u85e4", "zzzz"):
                store.read(browse.found, text, 100).result()
            store.read(browse.counts).result()
        prepared = [text for (text,) in store.read(_all, "SELECT statement FROM pg_prepared_statements").result()]
        assert any("view_count" in text for text in prepared)
        # An exact number is looked up by keys, with one plan for all.
        assert not any("search_text" in text for text in prepared if "match_key = ANY" not in text), prepared
        assert any("match_key = ANY" in text for text in prepared)
        options = store.read(_all, "SELECT reloptions FROM pg_class WHERE relname = 'orders_by_search_text'").result()
        assert options == [(["gin_pending_list_limit=256"],)]
    finally:
        store.close()
