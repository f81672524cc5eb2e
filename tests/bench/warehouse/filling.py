"""Fill a store with a generated warehouse: rows in bulk, indexes and counts afterwards, as the triggers would have."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString, cast

import apsw
import psycopg

from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.sqlite import SqliteStore
from tests.bench.warehouse.columns import COLUMNS
from tests.bench.warehouse.rows import Warehouse

VIEW_COUNTS = """UPDATE view_count SET orders = CASE view
    WHEN 'to_ship' THEN (SELECT COUNT(*) FROM orders WHERE left_units > 0)
    WHEN 'partly' THEN (SELECT COUNT(*) FROM orders WHERE state = 'partly_shipped')
    WHEN 'shipped' THEN (SELECT COUNT(*) FROM orders WHERE state = 'shipped')
    WHEN 'waiting' THEN (SELECT COUNT(*) FROM orders WHERE waiting_updates > 0)
    WHEN 'needs_attention' THEN (SELECT COUNT(*) FROM orders WHERE needs_attention > 0)
    ELSE (SELECT COUNT(*) FROM orders) END"""
CACHE_KIB = 1_500_000


def fill_sqlite(file: Path, warehouse: Warehouse, said: Callable[[str], object] = str) -> None:
    """Create the file and fill it; it is complete and closed when this returns."""
    store = SqliteStore(file)
    store.open()
    store.write(lambda db: db.value("changes.newest")).result(60)
    store.close()
    with contextlib.closing(apsw.Connection(str(file))) as connection:
        for pragma in (
            "locking_mode = exclusive",
            "synchronous = off",
            "foreign_keys = 0",
            f"cache_size = -{CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA journal_mode = off")
        later = connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
            " AND tbl_name NOT LIKE 'order_search%' ORDER BY type, name"
        ).fetchall()
        connection.execute("BEGIN")
        for kind, name, _ in later:
            connection.execute(f"DROP {kind} {name}")
        statements = {
            table: f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            for table, names in COLUMNS.items()
        }
        began_s = time.monotonic()
        for position, rows in enumerate(warehouse.chunks()):
            for table, many in rows.items():
                connection.executemany(statements[table], many)
            if position % 50 == 49:
                said(f"{(position + 1) * 2_000:,} orders after {time.monotonic() - began_s:.0f} s")
        connection.execute("INSERT INTO order_search (order_search) VALUES ('rebuild')")
        said(f"search after {time.monotonic() - began_s:.0f} s")
        for kind in ("index", "trigger"):
            for _, _, text in (row for row in later if row[0] == kind):
                connection.execute(cast("str", text))
        connection.execute(VIEW_COUNTS)
        connection.execute("COMMIT")
        said(f"indexes after {time.monotonic() - began_s:.0f} s")
        connection.execute("PRAGMA journal_mode = wal")


def fill_postgresql(url: str, warehouse: Warehouse, said: Callable[[str], object] = str) -> None:
    """Create the tables of an empty database and fill them, as its superuser."""
    create_or_upgrade(url)
    with psycopg.connect(url) as connection:

        def run(statement: str) -> list[tuple[str, ...]]:
            cursor = connection.execute(cast("LiteralString", statement))
            return cursor.fetchall() if cursor.description else []

        for setting in ("session_replication_role = replica", "maintenance_work_mem = '512MB'"):
            run(f"SET {setting}")
        later = run(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND NOT EXISTS ("
            "SELECT 1 FROM pg_constraint WHERE conindid = format('%I.%I', schemaname, indexname)::regclass)"
        )
        for name, _ in later:
            run(f"DROP INDEX {name}")
        began_s = time.monotonic()
        for position, rows in enumerate(warehouse.chunks()):
            for table, many in rows.items():
                into = f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN"
                with connection.cursor().copy(cast("LiteralString", into)) as copy:
                    for row in many:
                        copy.write_row(row)
            if position % 50 == 49:
                said(f"{(position + 1) * 2_000:,} orders after {time.monotonic() - began_s:.0f} s")
        for _, text in later:
            run(text)
        for table, names in COLUMNS.items():
            if names[0] == "id":
                run(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")
        run(VIEW_COUNTS)
        connection.commit()
        said(f"indexes after {time.monotonic() - began_s:.0f} s")
        connection.autocommit = True
        run("VACUUM ANALYZE")
