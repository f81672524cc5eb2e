"""How long a started window takes for an order of 2,000 items with three platforms; a long test that prints figures.

Each figure stands beside a floor of the same run: the least that the database and the models need for the same rows.
"""

import gc
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shipconsole.app import THREAD_SWITCH_S
from shipconsole.domain.order import OrderLine
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import orders
from shipconsole.station.settings import Settings
from shipconsole.store.database import Db
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.threads import collect_garbage_here
from shipconsole.ui.window.main_window import MainWindow
from tests.operations.importing.test_uncounted import read
from tests.support.bench import NAMES, SECRETS, open_context
from tests.support.labels import usps
from tests.ui.waiting import until

LINES = 2_000
ORDERS = 5
SCANS = 3
ROUNDS = 5
REST_S = 0.8


class Gaps(QObject):
    """The longest pauses of the window's loop since the last reset, by the clock and of this thread's own work."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.note)
        self.reset()
        self._timer.start(1)

    def reset(self) -> None:
        self.clock_ms = self.cpu_ms = 0.0
        self._last = (time.perf_counter(), time.thread_time())

    def note(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.clock_ms = max(self.clock_ms, 1_000 * (now[0] - self._last[0]))
        self.cpu_ms = max(self.cpu_ms, 1_000 * (now[1] - self._last[1]))
        self._last = now


class Figures(NamedTuple):
    """What one step took, in ms: by the clock, as CPU time of all threads, and the longest gap, whole and own work."""

    clock: float
    cpu: float
    gap: float
    own: float


class Taken:
    """Measures a step that begins now."""

    def __init__(self, gaps: Gaps) -> None:
        self._gaps = gaps
        gaps.reset()
        self._began = (time.perf_counter(), time.process_time())

    def end(self) -> Figures:
        clock, cpu = (1_000 * (now - then) for now, then in zip(_times(), self._began, strict=True))
        self._gaps.note()
        return Figures(clock, cpu, self._gaps.clock_ms, self._gaps.cpu_ms)


def _times() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def line(name: str, found: Sequence[Figures], floor_ms: float) -> str:
    """Return the medians and the least of a step's figures, and the ratio to a floor."""
    middle, least = (Figures(*map(of, zip(*found, strict=True))) for of in (median, min))
    return (
        f"{name:12} {middle.clock:4.0f} ms ({least.clock:.0f} at least), CPU {middle.cpu:.0f} ({least.cpu:.0f}),"
        f" floor {floor_ms:.0f}: {least.clock / floor_ms:.1f}x;"
        f" longest gap {middle.gap:.0f} ({least.gap:.0f}), own work {middle.own:.0f} ({least.own:.0f})"
    )


def timed(do: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least time of a function in ms."""
    found: list[float] = []
    for _ in range(rounds):
        began_s = time.perf_counter()
        do()
        found.append(time.perf_counter() - began_s)
    return 1_000 * min(found)


def floors(db: Db, order_id: int) -> tuple[float, float]:
    """Return the least time to read the items of an order as models, and that to read their rows."""
    names = tuple(OrderLine.model_fields)

    def models() -> object:
        return [OrderLine(**dict(zip(names, row, strict=True))) for row in db.rows("orders.lines", order_id=order_id)]

    return timed(models), timed(lambda: db.rows("orders.lines", order_id=order_id))


class _Undone(Exception):
    pass


def write_floor(db: Db, order_id: int) -> float:
    """Return the least time to note a shipment's units at each item, and each item in a package; nothing is kept."""

    def write() -> None:
        found = db.connection
        ids = [(row[0],) for row in db.rows("orders.lines", order_id=order_id)]
        for id_ in ids:
            found.execute("UPDATE order_line SET shipped = shipped + 1 WHERE id = ?", id_)
        found.execute("CREATE TEMP TABLE measured (package_id, line_id, quantity, PRIMARY KEY (package_id, line_id))")
        for id_ in ids:
            found.execute("INSERT INTO measured (package_id, line_id, quantity) VALUES (1, ?, 1)", id_)
        found.execute("DROP TABLE measured")

    return timed(write, 1)


@pytest.fixture
async def station(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> AsyncGenerator[MainWindow]:
    """Yield a started window and orders that three platforms have: large ones, and as many of two items."""
    before_s = sys.getswitchinterval()
    # As the program does, whose window collects garbage once a second, and only then.
    sys.setswitchinterval(THREAD_SWITCH_S)
    collecting = collect_garbage_here(qapp)
    async with open_context(tmp_path) as ctx:
        for vendor, name in NAMES.items():
            known = await connections.connect(ctx, vendor, name, url="http://127.0.0.1:9", secrets=SECRETS[vendor])
            for number in range(ORDERS):
                for prefix, lines in (("BIG", LINES), ("SMALL", 2)):
                    items = [(f"SKU-{position:05}", 2) for position in range(lines)]
                    taken = read(vendor, *items, number=f"{prefix}{number}")
                    if vendor == "starshipit":
                        taken = taken.model_copy(update={"remote_id": str(lines + number)})
                    await ctx.write(upsert.upsert_orders, known, (taken,), now_ms=1)
        window, tasks = MainWindow(ctx.store, Theme(), Settings()), Tasks()
        qtbot.addWidget(window)
        window.resize(1280, 800)
        window.show()
        window.start(ctx, tasks)
        gc.collect()
        gc.freeze()
        try:
            yield window
        finally:
            collecting.stop()
            gc.unfreeze()
            await window.shutdown()
            await tasks.stop()
            window.hide()
            sys.setswitchinterval(before_s)


class Walk:
    """Packs and ships an order in a window, and measures each step until it is painted."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._editor = window.editor
        self._gaps = Gaps()
        self.found: dict[str, list[Figures]] = {}

    async def step(self, name: str, do: Callable[[], object], is_done: Callable[[], object]) -> None:
        taken = Taken(self._gaps)
        do()
        await until(is_done)
        self._window.repaint()
        self.found.setdefault(name, []).append(taken.end())
        taken, began_s = Taken(self._gaps), time.perf_counter()
        await until(lambda: time.perf_counter() - began_s > REST_S)
        self.found.setdefault(f" then ({name})", []).append(taken.end())

    async def open(self, name: str, order_id: int) -> None:
        editor = self._editor
        await self.step(
            name,
            lambda: editor.open_order(order_id),
            lambda: editor.is_ready and editor.session is not None and editor.session.order.id == order_id,
        )

    async def scan(self, code: str) -> None:
        session = self._editor.session
        assert session is not None
        before = session.draft.units
        await self.step(
            "scan", lambda: self._window.scans.take(code, by_scanner=True), lambda: session.draft.units > before
        )

    async def ship(self, label: str) -> None:
        editor, shipped = self._editor, list[int]()
        connection = editor.shipped.connect(shipped.append)
        await self.step("pack all", editor.steps.all_left, lambda: True)
        await self.step("label", lambda: editor.steps.set_tracking(label, label), lambda: True)
        await self.step("ship", editor.ship, lambda: shipped)
        editor.shipped.disconnect(connection)


@pytest.mark.heavy
@pytest.mark.timeout(600)
async def test_orders_of_two_thousand_items(station: MainWindow, capsys: pytest.CaptureFixture[str]) -> None:
    assert station.ctx is not None
    ctx, walk = station.ctx, Walk(station)
    first = await orders.find(ctx, "BIG0")
    models_ms, rows_ms = await ctx.read(floors, first)
    writes_ms: list[float] = []

    def measure_write(db: Db) -> None:
        writes_ms.append(write_floor(db, first))
        raise _Undone

    with suppress(_Undone):
        await ctx.write(measure_write)
    await walk.open("first", await orders.find(ctx, "SMALL0"))
    for number in range(ORDERS):
        big, small = await orders.find(ctx, f"BIG{number}"), await orders.find(ctx, f"SMALL{number}")
        await walk.open("open", big)
        for position in range(SCANS):
            await walk.scan(f"SKU-{position * 137:05}")
        await walk.ship(usps(number))
        await walk.open("next order", small)
        sheet = await orders.sheet(ctx, big)
        assert (sheet.order.left, len(sheet.shipments), len(sheet.calls)) == (0, 1, 3)
    floor_of = {"scan": rows_ms, "ship": writes_ms[0]}
    with capsys.disabled():
        print()
        for name, found in walk.found.items():
            print(line(name, found, floor_of.get(name, models_ms)))
