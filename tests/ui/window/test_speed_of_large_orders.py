"""How long a started window takes for an order of 2,000 items with three platforms; a long test that prints figures.

Each figure stands beside a floor of the same run: the least that the database and the models need for the same rows.
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from pytestqt.qtbot import QtBot

from shipconsole.domain.order import OrderLine
from shipconsole.operations.connections import connections
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import orders
from shipconsole.station.settings import Settings
from shipconsole.store.database import Db
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from tests.operations.importing.test_uncounted import read
from tests.support.bench import NAMES, SECRETS, USPS_NUMBERS, open_context
from tests.ui.waiting import until

LINES = 2_000
ROUNDS = 5
REST_S = 1.5


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


class Taken:
    """The time that a step took, by the clock and as CPU time of all threads."""

    def __init__(self, gaps: Gaps) -> None:
        self._gaps = gaps
        gaps.reset()
        self._began = (time.perf_counter(), time.process_time())

    def line(self, name: str, floor_ms: float) -> str:
        """Return the figures of a step that has ended, and its ratio to a floor."""
        clock_ms, cpu_ms = self.clock_ms, 1_000 * (time.process_time() - self._began[1])
        self._gaps.note()
        return (
            f"{name}: {clock_ms:.0f} ms by the clock, {cpu_ms:.0f} ms CPU; floor {floor_ms:.0f} ms,"
            f" {clock_ms / floor_ms:.1f}x; longest gap {self._gaps.clock_ms:.0f} ms, own work {self._gaps.cpu_ms:.0f}"
        )

    @property
    def clock_ms(self) -> float:
        return 1_000 * (time.perf_counter() - self._began[0])


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
        found.execute(
            "CREATE TEMP TABLE IF NOT EXISTS measured (package_id, line_id, quantity, PRIMARY KEY (package_id, line_id))"
        )
        for id_ in ids:
            found.execute("INSERT INTO measured (package_id, line_id, quantity) VALUES (1, ?, 1)", id_)
        found.execute("DROP TABLE measured")

    return timed(write, 1)


@pytest.fixture
async def station(qtbot: QtBot, tmp_path: Path) -> AsyncGenerator[tuple[MainWindow, int, int]]:
    """Yield a started window and two orders that three platforms have: a large one, and one of two items."""
    async with open_context(tmp_path) as ctx:
        sizes = {"BIG": LINES, "SMALL": 2}
        for vendor, name in NAMES.items():
            known = await connections.connect(ctx, vendor, name, url="http://127.0.0.1:9", secrets=SECRETS[vendor])
            for number, lines in sizes.items():
                items = [(f"SKU-{position:05}", 2) for position in range(lines)]
                await ctx.write(upsert.upsert_orders, known, (read(vendor, *items, number=number),), now_ms=1)
        window, tasks = MainWindow(ctx.store, Theme(), Settings()), Tasks()
        qtbot.addWidget(window)
        window.resize(1280, 800)
        window.show()
        window.start(ctx, tasks)
        try:
            yield window, await orders.find(ctx, "BIG"), await orders.find(ctx, "SMALL")
        finally:
            await window.shutdown()
            await tasks.stop()
            window.hide()


async def rest(gaps: Gaps) -> str:
    """Wait until everything that follows a step is done; return its longest gap."""
    gaps.reset()
    began_s = time.perf_counter()
    await until(lambda: time.perf_counter() - began_s > REST_S)
    return f"   afterwards: longest gap {gaps.clock_ms:.0f} ms, own work {gaps.cpu_ms:.0f}"


@pytest.mark.heavy
@pytest.mark.timeout(600)
async def test_an_order_of_two_thousand_items(
    station: tuple[MainWindow, int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    window, big, small = station
    assert window.ctx is not None
    ctx, editor, gaps, lines = window.ctx, window.editor, Gaps(), []
    models_ms, rows_ms = await ctx.read(floors, big)
    write_ms: list[float] = []

    def measure_write(db: Db) -> None:
        write_ms.append(write_floor(db, big))
        raise _Undone

    with suppress(_Undone):
        await ctx.write(measure_write)
    shown: list[int] = []
    editor.sheet_changed.connect(lambda sheet: shown.append(sheet.order.id))
    shipped: list[int] = []
    editor.shipped.connect(shipped.append)
    for name, order_id, floor_ms in (("small order opens", small, models_ms), ("opens", big, models_ms)):
        shown.clear()
        await rest(gaps)
        taken = Taken(gaps)
        editor.open_order(order_id)
        await until(lambda: bool(shown) and editor.is_ready)
        window.repaint()
        lines += [taken.line(name, floor_ms), await rest(gaps)]
    for position in range(3):
        assert editor.session is not None
        before = editor.session.draft.units
        taken = Taken(gaps)
        window.scans.take(f"SKU-{position * 137:05}", by_scanner=True)
        await until(lambda before=before: editor.session is not None and editor.session.draft.units > before)
        window.repaint()
        lines += [taken.line("scan", rows_ms), await rest(gaps)]
    editor.all_left()
    editor.set_tracking(USPS_NUMBERS[0], USPS_NUMBERS[0])
    lines += ["all packed", await rest(gaps), await rest(gaps)]
    taken = Taken(gaps)
    editor.ship()
    await until(lambda: bool(shipped))
    window.repaint()
    lines += [taken.line("ships", write_ms[0]), await rest(gaps)]
    taken = Taken(gaps)
    editor.open_order(small)
    await until(lambda: editor.order_id == small and editor.is_ready)
    window.repaint()
    lines += [taken.line("next order", models_ms), await rest(gaps)]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    sheet = await orders.sheet(ctx, big)
    assert (sheet.order.left, len(sheet.shipments), len(sheet.calls)) == (0, 1, 3)
