"""The generated warehouse is one that the program itself could have stored, and the same seed gives the same rows."""

import hashlib
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.operations.orders.orders import read_sheet
from shipconsole.store import audit_log, browse, calls, orders, shift_report
from shipconsole.store.database import Db, Store
from shipconsole.store.sqlite import SqliteStore
from tests.bench.warehouse.filling import VIEW_COUNTS, fill_sqlite
from tests.bench.warehouse.rows import DAY_MS, LARGE_LINES, LARGE_ORDER, Warehouse
from tests.support import sql

ORDERS = 1_200
UNTIL_MS = 1_795_996_800_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("warehouse") / "shipconsole.db"
    fill_sqlite(file, Warehouse(ORDERS, until_ms=UNTIL_MS))
    return file


@pytest.fixture(scope="module")
def store(filled: Path) -> Generator[Store]:
    opened = SqliteStore(filled)
    opened.open()
    yield opened
    opened.close()


class _Undone(Exception):
    pass


def digest(seed: int) -> str:
    found = hashlib.sha256()
    for rows in Warehouse(300, seed=seed, until_ms=UNTIL_MS).chunks():
        found.update(repr(rows).encode())
    return found.hexdigest()


def test_the_same_seed_gives_the_same_rows() -> None:
    assert digest(1) == digest(1) != digest(2)


def test_the_database_is_whole(filled: Path, store: Store) -> None:
    store.read(browse.counts).result()
    with closing(sql.connect(filled)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert not opened.execute("PRAGMA foreign_key_check").fetchall()
        opened.execute("INSERT INTO order_search (order_search, rank) VALUES ('integrity-check', 1)")


def test_what_orders_say_of_themselves_is_what_the_program_computes(store: Store) -> None:
    columns = "id, state, ordered_units, shipped_units, left_units, unresolved_lines, needs_attention, search_text"

    def recompute(db: Db) -> None:
        before = db.connection.execute(f"SELECT {columns} FROM orders ORDER BY id").fetchall()
        for id_, *_ in before:
            orders.refresh_totals(db, id_, now_ms=1)
            orders.refresh_attention_count(db, id_)
        after = db.connection.execute(f"SELECT {columns} FROM orders ORDER BY id").fetchall()
        assert before == after
        raise _Undone

    with pytest.raises(_Undone):
        store.write(recompute).result()


def test_counts_are_those_of_counting_anew(store: Store) -> None:
    def count_anew(db: Db) -> None:
        before = db.rows("browse.counts")
        waiting = "SELECT id, waiting_updates FROM orders ORDER BY id"
        stored = db.connection.execute(waiting).fetchall()
        db.connection.execute(VIEW_COUNTS)
        assert sorted(before) == sorted(db.rows("browse.counts"))
        db.connection.execute(
            "UPDATE orders SET waiting_updates = (SELECT COUNT(*) FROM call WHERE call.order_id = orders.id"
            " AND state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking'))"
        )
        assert db.connection.execute(waiting).fetchall() == stored
        raise _Undone

    with pytest.raises(_Undone):
        store.write(count_anew).result()
    counts = store.read(browse.counts).result()
    assert min(counts.to_ship, counts.partly, counts.shipped, counts.all - counts.to_ship - counts.shipped) > 0
    assert counts.all == ORDERS


def test_lines_have_what_is_in_packages(store: Store) -> None:
    def differing(db: Db) -> object:
        return db.connection.execute(
            "SELECT order_line.id FROM order_line WHERE shipped <> (SELECT COALESCE(SUM(quantity), 0) FROM packed"
            " JOIN package ON package.id = packed.package_id JOIN shipment ON shipment.id = package.shipment_id"
            " WHERE packed.line_id = order_line.id AND undone_at_ms IS NULL)"
        ).fetchall()

    assert store.read(differing).result() == []


def test_orders_are_found_in_every_script(store: Store) -> None:
    def recipients(db: Db) -> list[tuple[int, str, str]]:
        return db.connection.execute("SELECT id, number, recipient FROM orders LIMIT 200").fetchall()

    found = store.read(recipients).result()
    assert any(not recipient.isascii() for _, _, recipient in found)
    for id_, number, recipient in found:
        assert id_ in store.read(browse.found, number).result()
        town = recipient.split(" · ")[-1].rsplit(" ", 1)[0]
        assert id_ in store.read(browse.found, town).result(), town


def test_the_program_reads_it(store: Store) -> None:
    large = store.read(orders.get, LARGE_ORDER + 1).result()
    assert len(large.lines) == LARGE_LINES
    whole = [store.read(read_sheet, id_).result() for id_ in range(1, ORDERS, 7)]
    assert any(sheet.shipments and sheet.calls for sheet in whole)
    rows = store.read(lambda db: browse.rows(db, list(browse.ids(db, "all", "changed", 500)))).result()
    assert len(rows) == 500
    known = {call.id: store.read(calls.attempts, call.id).result() for call in store.read(calls.latest).result()}
    assert all(len(tries) >= 2 for tries in known.values())
    since_ms = UNTIL_MS - 30 * DAY_MS
    entries = store.read(audit_log.found, since_ms=since_ms, until_ms=UNTIL_MS).result()
    assert len(store.read(audit_log.rows, entries[:200]).result()) == min(200, len(entries)) > 50
    assert store.read(shift_report.shifts, since_ms=since_ms, until_ms=UNTIL_MS).result()
