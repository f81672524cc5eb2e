"""What the store costs beside the bare driver, taken in turn in one run so that only ratios count."""

from collections.abc import Generator
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from shipconsole.store import browse, connections, migrations, search_text
from shipconsole.store.database import Store
from shipconsole.store.queries import bind, query
from shipconsole.store.sqlite import SqliteStore
from tests.bench.floors import medians, page_beside_driver
from tests.support import sql

pytestmark = pytest.mark.heavy

ORDERS = 100_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("speed") / "shipconsole.db"
    connection = sql.connect(file)
    connection.execute("PRAGMA journal_mode = wal")
    migrations.migrate(connection)
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO orders (number, match_key, number_key, recipient, state, ordered_units, left_units, due_at_ms,"
        " search_text, changed_at_ms) VALUES (?, ?1, ?, 'J. Smith · Sydney AU', 'open', 5, 5, ?, ?, ?)",
        (
            (str(n), str(n).zfill(12), n * 1_000, search_text.of((str(n),), ("John Smith", "Sydney")), n)
            for n in range(ORDERS)
        ),
    )
    connection.execute("COMMIT")
    connection.close()
    return file


@pytest.fixture
def store(filled: Path) -> Generator[Store]:
    opened = SqliteStore(filled)
    opened.open()
    opened.read(browse.counts).result()
    yield opened
    opened.close()


def test_a_page_costs_at_most_half_more_than_the_bare_driver(store: Store, filled: Path) -> None:
    raw = sql.connect(filled)
    ids = [order_id for (order_id,) in raw.execute("SELECT id FROM orders LIMIT 100 OFFSET 50000")]
    bound = bind(query("browse.rows"), {"ids": ids})
    bare_s, read_s, models_s, page_s = map(median, store.write(page_beside_driver, raw, bound, ids).result())
    raw.close()
    print(f"100 rows: bare {bare_s * 1e6:.0f} us, ours {read_s * 1e6:.0f} us, {read_s / bare_s:.2f}x")
    print(f"as models: bare {models_s * 1e6:.0f} us, ours {page_s * 1e6:.0f} us, {page_s / models_s:.2f}x")
    assert read_s <= 1.5 * bare_s
    assert page_s <= 1.5 * models_s


def test_a_transaction_costs_at_most_three_times_the_bare_one(store: Store, tmp_path: Path) -> None:
    connection_id = store.write(
        connections.put, name="C", vendor="shipup", base_url="https://example.test", options={}
    ).result()
    raw = sql.connect(tmp_path / "raw.db")
    raw.execute("PRAGMA journal_mode = wal")
    raw.execute("PRAGMA synchronous = 2")
    raw.execute("CREATE TABLE connection (id INTEGER PRIMARY KEY, synced_at_ms BIGINT)")
    raw.execute("CREATE TABLE change (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, ref_id BIGINT, at_ms BIGINT)")
    raw.execute("INSERT INTO connection VALUES (1, 0)")

    def bare() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE connection SET synced_at_ms = 5 WHERE id = 1")
        raw.execute("INSERT INTO change (kind, ref_id, at_ms) VALUES ('connection', 1, 5)")
        raw.execute("COMMIT")

    bare_s, ours_s = medians(300, bare, lambda: store.write(connections.sync_ended, connection_id, 5).result())
    print(f"transaction: bare {bare_s * 1e6:.0f} us, ours with its hop {ours_s * 1e6:.0f} us, {ours_s / bare_s:.2f}x")
    raw.close()
    assert ours_s <= 3 * bare_s + 0.000_3


def test_finding_in_a_hundred_thousand_takes_milliseconds(store: Store) -> None:
    worst = 0.0
    for text in ("5", "50", "500", "5000", "50000", "smith", "john sydney", "sydne", "nothing like it", "99999"):
        for length in range(1, len(text) + 1):
            began = perf_counter()
            ids = store.read(browse.found, text[:length], 100).result()
            store.read(browse.rows, ids).result()
            worst = max(worst, perf_counter() - began)
    print(f"worst find of a first page: {worst * 1e3:.1f} ms")
    assert worst < 0.05
