"""The counts beside the views are kept by triggers: they are always those of the rows, whatever changes the rows."""

import random
import sqlite3
from collections.abc import Generator
from pathlib import Path

import pytest

from shipconsole.domain.order_row import Counts
from shipconsole.store import browse
from shipconsole.store.database import Store
from tests.support import sql
from tests.support.many_orders import store_with_orders

WAITING = ("held", "pending", "sending", "retry_wait", "unknown", "checking")
STATES = (*WAITING, "confirmed", "rejected", "cancelled", "superseded", "dead", "blocked", "needs_attention")
_CALL = """INSERT INTO call (key, order_id, intent, connection_id, state, created_at_ms, changed_at_ms, due_at_ms,
    position, request, attempts) VALUES (?, ?, '{}', ?, ?, 1, 1, 0, ?, '{}', 1)"""


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = store_with_orders(tmp_path, 40)
    yield opened
    opened.close()


def counted(store: Store) -> Counts:
    """Count by reading every row."""
    with sql.connect(store.file) as db:

        def number(where: str) -> int:
            ((found,),) = db.execute(f"SELECT COUNT(*) FROM orders WHERE {where}").fetchall()
            return int(found)

        under_way = f"SELECT 1 FROM call WHERE call.order_id = orders.id AND call.state IN {WAITING!r}"
        found = Counts(
            to_ship=number("left_units > 0"),
            partly=number("state = 'partly_shipped'"),
            shipped=number("state = 'shipped'"),
            waiting=number(f"EXISTS ({under_way})"),
            needs_attention=number("needs_attention > 0"),
            all=number("1"),
        )
    db.close()
    return found


def test_the_counts_of_new_orders_are_those_of_the_rows(store: Store) -> None:
    kept = store.read(browse.counts).result()
    assert kept == counted(store)
    assert (kept.all, kept.to_ship > kept.partly > 0, kept.shipped > 0) == (40, True, True)


def test_the_counts_stay_right_through_any_changes(store: Store) -> None:
    """Orders and updates are added, changed, moved and deleted at random; the seed is fixed."""
    chance = random.Random(7)
    for step in range(300):
        order_id = chance.randint(1, 40)
        with sql.connect(store.file) as db:
            match chance.randrange(6):
                case 0:
                    left, state = chance.choice(((0, "shipped"), (2, "open"), (1, "partly_shipped"), (0, "cancelled")))
                    db.execute("UPDATE orders SET left_units = ?, state = ? WHERE id = ?", (left, state, order_id))
                case 1:
                    attention = chance.randrange(3)
                    db.execute("UPDATE orders SET needs_attention = ? WHERE id = ?", (attention, order_id))
                case 2:
                    # Only one update of an order and a connection may be under way or undecided.
                    state = chance.choice(("held", "pending", "retry_wait", "confirmed"))
                    db.execute(_CALL, (f"k{step}", order_id, chance.randint(1, 3), state, step))
                case 3:
                    state = chance.choice(("held", "pending", "retry_wait", "confirmed", "rejected", "dead"))
                    db.execute("UPDATE call SET state = ? WHERE order_id = ?", (state, order_id))
                case 4:
                    other_id = chance.randint(1, 40)
                    db.execute("UPDATE call SET order_id = ? WHERE order_id = ?", (other_id, order_id))
                case _:
                    db.execute("DELETE FROM call WHERE order_id = ?", (order_id,))
                    db.execute("DELETE FROM orders WHERE id = ?", (order_id,))
        db.close()
        if step % 20 == 0:
            assert store.read(browse.counts).result() == counted(store), step
    kept = store.read(browse.counts).result()
    assert kept == counted(store)
    assert kept.waiting > 0


@pytest.mark.parametrize("state", STATES)
def test_an_update_under_way_puts_its_order_among_those_that_wait(store: Store, state: str) -> None:
    with sql.connect(store.file) as db:
        db.execute(_CALL, ("k", 5, 1, state, 1))
    db.close()
    ids = store.read(browse.ids, "waiting", "changed").result()
    assert list(ids) == ([5] if state in WAITING else [])
    (row,) = store.read(browse.rows, [5]).result()
    assert row.waiting == int(state in WAITING)


def test_the_work_to_count_does_not_grow_with_the_orders(tmp_path: Path) -> None:
    """SQLite counts its own steps: not one row of an order is read."""

    def steps(folder: Path, orders: int) -> int:
        folder.mkdir()
        opened = store_with_orders(folder, orders)
        opened.close()
        # Python's own driver, on a file that no program has open, can count the steps.
        with sqlite3.connect(opened.file) as db:
            taken = 0

            def count() -> int:
                nonlocal taken
                taken += 1
                return 0

            db.set_progress_handler(count, 1)
            db.execute("SELECT view, orders FROM view_count").fetchall()
            db.set_progress_handler(None, 0)
        db.close()
        return taken

    assert steps(tmp_path / "few", 10) == steps(tmp_path / "many", 5_000)
