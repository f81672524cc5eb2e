"""Create a database with many orders, written directly to its tables."""

import time
from collections.abc import Iterator
from pathlib import Path

from shipconsole.store import search_text
from shipconsole.store.database import Store
from tests.support.engines import beside, store_in

DAY_MS = 86_400_000
NAMES = (
    "J. Smith · Sydney AU",
    "J. Smith · Cortland US",
    "A. Martin · Lyon FR",
    "M. Rossi · Milano IT",
    "K. Tanaka · Osaka JP",
    "L. Novak · Brno CZ",
    "S. Okafor · Leeds GB",
    "P. Silva · Porto PT",
    "J. Weber · Bremen DE",
    "A. Chen · Auckland NZ",
)
_ORDER = """INSERT INTO orders (number, match_key, number_key, recipient, state, ordered_units, shipped_units,
    left_units, needs_attention, due_at_ms, search_text, changed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def store_with_orders(folder: Path, count: int, first: int = 10001) -> Store:
    """Return an open store with `count` orders; every fifth is partially shipped, every seventh fully shipped.

    It is on the engine of the test.
    """
    store = store_in(folder)
    store.open()
    store.write(lambda db: db.value("changes.newest")).result(60)
    now_ms = time.time_ns() // 1_000_000
    with beside(store) as connection:
        connection.execute("BEGIN")
        connection.executemany(_ORDER, _orders(count, first, now_ms))
        connection.execute(
            "INSERT INTO connection (name, vendor, base_url, synced_at_ms)"
            " VALUES ('ShipEngine', 'shipengine', '', ?), ('Starshipit', 'starshipit', '', ?),"
            " ('Shipup', 'shipup', '', NULL) ON CONFLICT DO NOTHING",
            (now_ms - 12_000, now_ms - 60_000),
        )
        connection.execute("COMMIT")
    return store


def change_order(store: Store, order_id: int, columns: str) -> None:
    """Set columns of an order and add the change to the feed, as another program would."""
    with beside(store) as connection:
        connection.execute("BEGIN")
        connection.execute(f"UPDATE orders SET {columns} WHERE id = ?", (order_id,))
        connection.execute("INSERT INTO change (kind, ref_id, at_ms) VALUES ('order', ?, 0)", (order_id,))
        connection.execute("COMMIT")


def _orders(count: int, first: int, now_ms: int) -> Iterator[tuple[object, ...]]:
    for index in range(count):
        number, ordered = str(first + index), 1 + index % 5
        shipped = ordered if index % 7 == 6 else (ordered // 2 if index % 5 == 2 else 0)
        state = "shipped" if shipped == ordered else "partly_shipped" if shipped else "open"
        name = NAMES[index % len(NAMES)]
        due_at_ms = now_ms + (index * 60 // max(60, count) // 3 - 1) * DAY_MS
        yield (
            number,
            number,
            number.zfill(12),
            name,
            state,
            ordered,
            shipped,
            ordered - shipped,
            int(index % 50 == 3) if count < 5_000 else int(index % 20_000 == 3),
            due_at_ms,
            search_text.of((number,), (name, f"MOBILE-CASE-{index % 10}")),
            now_ms,
        )
