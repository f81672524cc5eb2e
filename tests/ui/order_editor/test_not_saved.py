"""A store that can't be written: the message, the kept draft, and shipping once the store works again."""

import sys

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.orders import orders
from shipconsole.store.database import Db
from tests.ui.order_editor.conftest import Bench, order_bench
from tests.ui.order_editor.test_panel import ready_to_ship

__all__ = ["order_bench"]


def most_pages(db: Db, pages: int) -> None:
    db.connection.execute(f"PRAGMA max_page_count = {pages}")


def note_many(db: Db) -> None:
    for number in range(500):
        db.note("order", number)


async def fill(bench: Bench) -> None:
    """Fill the disk, so that not even one more row fits."""
    await bench.ctx.write(most_pages, 1)
    with pytest.raises(EnvironmentFailure, match="full"):
        while True:
            await bench.ctx.write(note_many)
    with pytest.raises(EnvironmentFailure, match="full"):
        while True:
            await bench.ctx.write(lambda db: db.note("order", 1))


async def shipments(bench: Bench) -> int:
    return len((await orders.sheet(bench.ctx, await orders.find(bench.ctx, "10001"))).shipments)


async def test_a_full_disk_keeps_the_draft_and_ships_nothing(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    await order_bench.settled()
    await fill(order_bench)
    packed = order_bench.panel.session.draft.snapshot()
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.messages)
    await order_bench.settled()
    assert order_bench.messages[0] == "Not saved. The database shipconsole.db can't be used: the disk is full."
    assert order_bench.panel.session.draft.snapshot() == packed
    assert await shipments(order_bench) == 0
    QTest.keyClicks(order_bench.find(QLineEdit, "service"), "P")
    await order_bench.settled()
    await order_bench.ctx.write(most_pages, 1_000_000)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    assert await shipments(order_bench) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not rename an open file")
async def test_a_missing_store_keeps_the_draft(order_bench: Bench) -> None:
    await ready_to_ship(order_bench)
    await order_bench.settled()
    store = order_bench.ctx.store.file
    aside = store.rename(store.with_name("aside.db"))
    packed = order_bench.panel.session.draft.snapshot()
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.messages)
    await order_bench.settled()
    assert str(order_bench.messages[0]).startswith("Not saved.")
    assert order_bench.panel.session.draft.snapshot() == packed
    aside.rename(store)
    order_bench.panel.ship()
    await order_bench.until(lambda: order_bench.shipped)
    assert await shipments(order_bench) == 1
