"""A started window at work: what one saved change costs, pages read meanwhile, packing, and jumps beside calls."""

import asyncio
import random
import time
from statistics import median

from PySide6.QtWidgets import QApplication

from shipconsole.domain.connection import Connection
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import order_list
from shipconsole.store import connections
from shipconsole.store.database import Db, Store
from shipconsole.ui.window.main_window import MainWindow
from tests.bench.figures import middle
from tests.bench.running import Run, now_ms
from tests.bench.window import application, reader_cpu_s, rest, run_loop, started_window, until
from tests.operations.importing.test_uncounted import read
from tests.support.labels import usps
from tests.ui.window.test_speed_of_large_orders import Figures, Walk

CHANGES = 25
PACKED = 6
LARGE_LINES = 2_000
SCANS = 3


def measure(run: Run) -> None:
    """Measure all in one window."""
    app = application()
    run_loop(app, _measure(run, app))


async def _measure(run: Run, app: QApplication) -> None:
    with run.store() as store:
        store.read(lambda db: db.value("changes.newest")).result()
        async with started_window(app, store) as window:
            await _after_changes(run, window, store, "")
            small, large = await _orders_to_pack(store)
            await _pack(run, window, small, large)
            await _after_changes(run, window, store, ", an order open")


def _touch(db: Db, order_id: int) -> None:
    """Change an order as a sync would."""
    db.connection.execute("UPDATE orders SET changed_at_ms = changed_at_ms + 1 WHERE id = ?", (order_id,))
    db.note("order", order_id)


async def _after_changes(run: Run, window: MainWindow, store: Store, state: str) -> None:
    """Measure the CPU time of the readers for one change, and a page that is read shortly after it."""
    panel, chance = window.order_list, random.Random(4)
    panel.show_view("to_ship")
    await until(lambda: panel.finder.is_current)
    await rest()
    ids = panel.model.ids
    cpu_ms: list[float] = []
    page_ms: list[float] = []
    for _ in range(CHANGES):
        before_s = reader_cpu_s()
        await asyncio.wrap_future(store.write(_touch, ids[chance.randrange(len(ids))]))
        await rest(0.1)
        # A large list is read again after a longer pause.
        await until(lambda: panel.finder.is_current)
        await rest(0.4)
        cpu_ms.append(1e3 * (reader_cpu_s() - before_s))
    for _ in range(CHANGES):
        await asyncio.wrap_future(store.write(_touch, ids[chance.randrange(len(ids))]))
        await rest(0.02)
        spread = [ids[chance.randrange(len(ids))] for _ in range(100)]
        began_s = time.perf_counter()
        await asyncio.wrap_future(order_list.rows(store, spread))
        page_ms.append(1e3 * (time.perf_counter() - began_s))
        await rest(0.4)
    _, noise = middle(cpu_ms)
    value = sum(cpu_ms) / len(cpu_ms)
    run.add("growth", f"readers' CPU for one saved change{state}", value, noise=noise)
    value, noise = middle(page_ms)
    run.add("growth", f"page read 20 ms after a change, p50{state}", value, noise=noise)
    run.add("growth", f"page read 20 ms after a change, max{state}", max(page_ms))


async def _orders_to_pack(store: Store) -> tuple[list[int], list[int]]:
    """Add orders as a sync would: some of two lines and one of very many; return their ids."""
    known: list[Connection] = list(await asyncio.wrap_future(store.read(connections.every)))
    starshipit = next(one for one in known if one.vendor == "starshipit")
    stamp = time.time_ns() // 1_000_000

    def add(db: Db, number: str, position: int, lines: int) -> int:
        items = [(f"SKU-{line:05}", 2) for line in range(lines)]
        remote = read("starshipit", *items, number=number)
        remote = remote.model_copy(update={"remote_id": str(10**15 + stamp * 100 + position)})
        upsert.upsert_orders(db, starshipit, (remote,), now_ms=now_ms())
        return db.connection.execute("SELECT MAX(id) FROM orders").fetchall()[0][0]

    small = [await asyncio.wrap_future(store.write(add, f"P{stamp}{n}", n, 2)) for n in range(PACKED + 1)]
    large = [await asyncio.wrap_future(store.write(add, f"Q{stamp}", 99, LARGE_LINES))]
    return small, large


async def _pack(run: Run, window: MainWindow, small: list[int], large: list[int]) -> None:
    walk = Walk(window)
    for number, order_id in enumerate(small[:PACKED]):
        await walk.open("open", order_id)
        await walk.scan("SKU-00000")
        await walk.ship(usps(70_000_000 + now_ms() % 1_000_000 * 10 + number))
    _say(run, walk.found, "packing", {"open": None, "scan": None, "ship": None})
    walk = Walk(window)
    await walk.open("open", large[0])
    for position in range(SCANS):
        await walk.scan(f"SKU-{position * 137:05}")
    await walk.ship(usps(79_000_000 + now_ms() % 1_000_000))
    _say(run, walk.found, f"order of {LARGE_LINES:,} lines", {"open": 100, "scan": 50, "ship": 200}, gap=50)
    await walk.open("open", small[PACKED])


def _say(
    run: Run,
    found: dict[str, list[Figures]],
    what: str,
    bars: dict[str, int | None],
    gap: int | None = None,
) -> None:
    for step, most in bars.items():
        value, noise = middle([figures.clock for figures in found[step]])
        run.add("packing", f"{what}: {step}", value, most=most, noise=noise)
        run.add("packing", f"{what}: {step}, CPU", median(figures.cpu for figures in found[step]))
    worst = max(figures.own for name, each in found.items() for figures in each if name.strip(" then()") in bars)
    run.add("packing", f"{what}: longest pause, own work", worst, most=gap)
