"""L1 to L3, F1 to F3 as seen, and positions: the order list of a store, painted, beside Qt's own model in C++."""

import random
import time
from collections.abc import Callable
from statistics import median

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

from shipconsole.store import browse
from shipconsole.store.database import Store
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.window.main_window import MainWindow
from tests.bench.figures import middle, percentile
from tests.bench.floors import in_turn
from tests.bench.running import Run
from tests.bench.store_bars import SEARCHES
from tests.bench.window import HEIGHT, WIDTH, application, rest, rss_mb, run_loop, started_window, until
from tests.ui.window.test_speed_of_large_orders import Gaps

FLOOR_ROWS, FLOOR_COLUMNS, FLOOR_ROW_PX = 20_000, 12, 24
"""A frame of Qt's own model costs the same from some thousand rows on; a hundred thousand take minutes to make."""
JUMPS = 300
FRAME_MS = 16.7


def measure(run: Run) -> None:
    """Measure in one window of the program and one of Qt alone."""
    app = application()
    run_loop(app, _measure(run, app))


async def _measure(run: Run, app: QApplication) -> None:
    empty = QMainWindow()
    empty.show()
    app.processEvents()
    before_mb = rss_mb()
    jumps: list[float] = []
    known: list[float] = []
    with run.store() as store:
        store.read(lambda db: db.value("changes.newest")).result()
        async with started_window(app, store) as window:
            panel = window.order_list
            panel.show_view("all")
            await until(lambda: panel.finder.is_current and panel.model.rowCount() >= run.place.orders)
            if run.wants("L3"):
                run.add("L3", "memory over an empty window", rss_mb() - before_mb, "MB", most=40, note="all ids read")
            if run.wants("L1", "L2"):
                jumps, known = await _jumps(store, window.theme)
            if run.wants("growth"):
                _positions(run, panel)
            if run.wants("F1", "F2"):
                await _typing(run, panel)
            if run.wants("F3"):
                await _sorting(run, window)
    if jumps:
        # Afterwards, since its model takes more memory than the whole window; CPU time differs little between them.
        _say_jumps(run, jumps, known, await _floor_frames(app))


def _floor_view() -> QTableView:
    model = QStandardItemModel(0, FLOOR_COLUMNS)
    for row in range(FLOOR_ROWS):
        model.appendRow([QStandardItem(f"{row * 7 + column} J. Smith") for column in range(FLOOR_COLUMNS)])
    view = QTableView()
    view.setModel(model)
    view.verticalHeader().setDefaultSectionSize(FLOOR_ROW_PX)
    view.verticalHeader().hide()
    view.setWordWrap(False)
    model.setParent(view)
    return view


def _frame(view: QTableView, do: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and the CPU time of a whole frame, in ms."""
    began = time.perf_counter(), time.thread_time()
    do()
    view.viewport().repaint()
    return 1e3 * (time.perf_counter() - began[0]), 1e3 * (time.thread_time() - began[1])


async def _floor_frames(app: QApplication) -> list[float]:
    """Return the CPU time of frames of Qt's own model, in ms, without the program's style sheet."""
    app.setStyleSheet("")
    floor, chance = _floor_view(), random.Random(3)
    floor.resize(WIDTH, HEIGHT)
    floor.show()
    await rest(0.3)
    bar = floor.verticalScrollBar()
    found = [_frame(floor, lambda: bar.setValue(chance.randrange(bar.maximum() + 1)))[1] for _ in range(JUMPS)]
    floor.close()
    floor.deleteLater()
    return found


async def _jumps(store: Store, theme: Theme) -> tuple[list[float], list[float]]:
    """Return the CPU time of frames after jumps, and of repaints of rows that were read, in ms."""
    panel = OrderListPanel(store, theme)
    panel.query.view = "all"
    panel.resize(WIDTH, HEIGHT)
    panel.show()
    await until(lambda: panel.finder.is_current and panel.model.rowCount() > 200)
    await rest()
    table, bar, chance = panel.table, panel.table.verticalScrollBar(), random.Random(1)
    jumps: list[float] = []
    known: list[float] = []
    for _ in range(JUMPS):
        to = chance.randrange(bar.maximum() + 1)
        jumps.append(_frame(table, lambda to=to: bar.setValue(to))[1])
        first, last = table.positions_shown()
        await until(lambda first=first, last=last: panel.model.row(first) and panel.model.row(last))
        known.append(_frame(table, lambda: None)[1])
    panel.close()
    panel.deleteLater()
    return jumps, known


def _say_jumps(run: Run, jumps: list[float], known: list[float], floor: list[float]) -> None:
    more = {"floor": median(floor), "floor_name": "Qt in C++, CPU", "most": 0.6}
    value, noise = middle(jumps)
    run.add("L1", "jump, a full frame, CPU p50", value, noise=noise, **more)
    value, noise = middle(known)
    run.add("L1", "repaint of known rows, CPU p50", value, noise=noise, **more)
    run.add("L1", "jump, CPU p99", percentile(jumps, 0.99), most=10)
    run.add("L2", "jump, CPU p50", median(jumps))


def _positions(run: Run, panel: OrderListPanel) -> None:
    ids = panel.model.ids
    chance = random.Random(2)
    asked = [ids[chance.randrange(len(ids))] for _ in range(100)]
    panel.model.position_of(asked[0])
    began_s = time.thread_time()
    for id_ in asked:
        panel.model.position_of(id_)
    run.add("growth", "position of an order, on the GUI thread", 1e3 * (time.thread_time() - began_s) / len(asked))


async def _typing(run: Run, panel: OrderListPanel) -> None:
    """Measure from a key press to the painted rows, for every beginning of every text."""
    took_ms: list[float] = []
    worst = ("", 0.0)
    for text in SEARCHES:
        for length in range(1, len(text) + 1):
            typed = text[:length]
            if typed != typed.strip():
                continue
            began_s = time.perf_counter()
            panel.query.text = typed
            # All matches are read once the first of them have been painted.
            await until(lambda: panel.status.words == panel.query.words and _has_rows(panel))
            panel.table.viewport().repaint()
            took_ms.append(1e3 * (time.perf_counter() - began_s))
            worst = max(worst, (typed, took_ms[-1]), key=lambda found: found[1])
    panel.query.text = ""
    await until(lambda: _is_shown(panel) and panel.model.rowCount() >= run.place.orders)
    if run.wants("F1"):
        run.add("F1", "key press to painted rows, p50", median(took_ms), most=20)
        run.add("F1", "key press to painted rows, worst", worst[1], most=50, note=f"“{worst[0]}”")
    if run.wants("F2"):
        proxy_ms = _proxy_ms(run.place.orders)
        ratio = {100_000: 1 / 300, 1_000_000: 1 / 1_000}.get(run.place.orders)
        name = "QSortFilterProxyModel, one column"
        run.add("F2", "key press to painted rows", median(took_ms), floor=proxy_ms, floor_name=name)
        store = panel.finder._store
        (found,) = in_turn(20, lambda: store.read(browse.found, "500", 100).result())
        found_ms = 1e3 * median(found)
        run.add("F2", "found in the database", found_ms, floor=proxy_ms, floor_name=name, most=ratio)


def _is_shown(panel: OrderListPanel) -> bool:
    return panel.finder.is_current and _has_rows(panel)


def _has_rows(panel: OrderListPanel) -> bool:
    first, last = panel.table.positions_shown()
    return last < first or (panel.model.row(first) is not None and panel.model.row(last) is not None)


class _Numbers(QAbstractTableModel):
    """Order numbers in Python, as one would filter without a database."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._numbers = [str(10_001 + number) for number in range(count)]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 1

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self._numbers[index.row()] if role == Qt.ItemDataRole.DisplayRole else None


def _proxy_ms(count: int) -> float:
    proxy = QSortFilterProxyModel()
    model = _Numbers(count)
    proxy.setSourceModel(model)
    proxy.rowCount()
    began_s = time.perf_counter()
    proxy.setFilterFixedString("500")
    proxy.rowCount()
    return 1e3 * (time.perf_counter() - began_s)


async def _sorting(run: Run, window: MainWindow) -> None:
    """Measure the pauses of the window while all ids of another view or sort arrive."""
    panel, gaps = window.order_list, Gaps()
    worst = ("", 0.0, 0.0)
    took_ms: list[float] = []
    for view, sort in (("to_ship", "due"), ("to_ship", "number"), ("to_ship", "recipient"), ("all", "changed")):
        gaps.reset()
        began_s = time.perf_counter()
        panel.query.view, panel.query.sort = view, sort
        await until(lambda: panel.finder.is_current)
        took_ms.append(1e3 * (time.perf_counter() - began_s))
        await rest(0.3)
        gaps.note()
        worst = max(worst, (f"{view} by {sort}", gaps.cpu_ms, gaps.clock_ms), key=lambda found: found[1])
    run.add("F3", "longest pause while all ids arrive, own work", worst[1], most=FRAME_MS, note=worst[0])
    run.add("F3", "longest pause while all ids arrive", worst[2], note=worst[0])
    run.add("growth", "all ids of another sort, shown", max(took_ms))
