"""Every screen at every size, text scale and language: nothing is cut off, overlaps, or is too small to be hit.

The suite walks the extremes; ``-m heavy`` walks all of them.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QApplication, QComboBox, QGroupBox, QLabel, QPushButton, QTabBar, QTableView, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.operations.context import Context
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.kit import formats
from shipconsole.ui.kit.widgets import Elided
from tests.support.every_screen import SHIPPED, Station, open_station, prepare
from tests.support.measured import BENCH_TARGET_PX, Fault, faults
from tests.support.screen_sizes import SIZES

SCALES = (1.0, 1.25, 1.5, 2.0)
LANGUAGES = (messages.ENGLISH, "de", messages.PSEUDO)
EXTREMES = ((SIZES[0], 1.0, "de"), (SIZES[0], 2.0, "de"))
FEW_DIALOGS = ("new_order", "import_mapped", "edit_tracking", "closing")


@pytest.fixture(autouse=True)
def english_again(qapp: QApplication) -> Iterator[None]:
    """Use the language of before again."""
    before = messages.language()
    yield
    messages.use(before)
    formats.use_language(qapp)


async def walk_window(station: Station, sizes: tuple[tuple[int, int], ...]) -> dict[Fault, str]:
    """Return what is wrong with the window, each fault with the first screen that has it."""
    found: dict[Fault, str] = {}
    async for state in station.states():
        for width, height in sizes:
            await station.resize(width, height)
            await station.show_again(state)
            for fault in await station.lasting(partial(faults, station.window)):
                found.setdefault(fault, f"{state} {width}x{height}")
    return found


async def walk_bench(station: Station, sizes: tuple[tuple[int, int], ...]) -> dict[Fault, str]:
    """Return what is wrong with bench mode."""
    found: dict[Fault, str] = {}
    for width, height in sizes:
        await station.resize(width, height)
        await station.open_order(SHIPPED)
        station.window.menus.trigger("bench_mode")
        await station.settle()
        for sheet in ("", "orders", "packages"):
            if sheet:
                station.window.columns.open_sheet(sheet)
                await station.settle()
            for fault in await station.lasting(partial(faults, station.window, target_px=BENCH_TARGET_PX)):
                found.setdefault(fault, f"bench {sheet} {width}x{height}")
        station.window.columns.close_sheets()
        station.window.menus.trigger("bench_mode")
        await station.settle()
    return found


async def walk_dialogs(
    station: Station, sizes: tuple[tuple[int, int], ...], names: tuple[str, ...] = ()
) -> dict[Fault, str]:
    """Return what is wrong with the dialogs of these names, or with all."""
    found: dict[Fault, str] = {}
    await station.open_order(SHIPPED)
    for name, act in station.dialogs().items():
        if names and name not in names:
            continue
        for width, height in sizes:
            await station.resize(width, height)
            dialog = await station.dialog(name, act)
            for fault in await station.lasting(partial(faults, dialog)):
                found.setdefault(fault, f"{name} {width}x{height}")
            await station.close_dialogs()
    return found


def told(found: dict[Fault, str]) -> list[str]:
    """Return a line for each fault."""
    return sorted(f"{fault.kind}: {screen}: {fault.text} ({fault.where})" for fault, screen in found.items())


@pytest.mark.parametrize(("size", "scale", "language"), EXTREMES)
async def test_the_extremes_have_no_faults(
    bench: Context,
    simulated_platforms: SimulatorServer,
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    size: tuple[int, int],
    scale: float,
    language: str,
) -> None:
    messages.use(language)
    formats.use_language(qapp)
    await prepare(bench, simulated_platforms)
    async with open_station(bench, tmp_path, scale=scale) as station:
        found = await walk_window(station, (size,)) | await walk_dialogs(station, (size,), FEW_DIALOGS)
        found |= await walk_bench(station, (size,))
    assert told(found) == []


@pytest.mark.heavy
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", SCALES)
async def test_no_screen_has_a_fault(
    bench: Context,
    simulated_platforms: SimulatorServer,
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    scale: float,
    language: str,
) -> None:
    messages.use(language)
    formats.use_language(qapp)
    await prepare(bench, simulated_platforms)
    async with open_station(bench, tmp_path, scale=scale) as station:
        found = await walk_window(station, SIZES) | await walk_dialogs(station, SIZES)
        found |= await walk_bench(station, SIZES)
    assert told(found) == []


class Painted(QWidget):
    """Paints a text in a room."""

    def __init__(self, parent: QWidget, room: QRect, *, shortens: bool = False) -> None:
        super().__init__(parent)
        self._room, self._shortens = room, shortens
        self.resize(200, 40)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = "A text that needs more room"
        if self._shortens:
            shown = painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, self._room.width())
        painter.drawText(self._room, 0, shown)


def _label(window: QWidget) -> None:
    QLabel("A label with a text", window).resize(40, 40)


def _wrapped(window: QWidget) -> None:
    label = QLabel("A label with a very_long_word_that_is_not_broken", window)
    label.setWordWrap(True)
    label.resize(60, 200)


def _button(window: QWidget) -> None:
    QPushButton("A button with a text", window).resize(40, 40)


def _tabs(window: QWidget) -> None:
    tabs = QTabBar(window)
    tabs.addTab("A tab with a long text")
    tabs.setElideMode(Qt.TextElideMode.ElideRight)
    tabs.resize(60, 40)


def _combo(window: QWidget) -> None:
    combo = QComboBox(window)
    combo.addItem("A choice with a long text")
    combo.resize(60, 40)


def _group(window: QWidget) -> None:
    QGroupBox("A group with a long title", window).resize(60, 60)


def _model(window: QWidget) -> QStandardItemModel:
    model = QStandardItemModel(1, 1, window)
    model.setData(model.index(0, 0), "A cell with a text that is long")
    return model


def _header(window: QWidget) -> None:
    table, model = QTableView(window), _model(window)
    model.setData(model.index(0, 0), "")
    model.setHorizontalHeaderLabels(["A header with a long text"])
    table.setModel(model)
    table.setColumnWidth(0, 60)
    table.resize(300, 100)


def _cell(window: QWidget) -> None:
    table = QTableView(window)
    table.setModel(_model(window))
    table.setColumnWidth(0, 60)
    table.resize(300, 100)


def _sideways(window: QWidget) -> None:
    window.resize(1200, 300)
    table = QTableView(window)
    table.setModel(_model(window))
    table.setColumnWidth(0, 500)
    table.resize(200, 100)


def _overlap(window: QWidget) -> None:
    for left in (0, 50):
        button = QPushButton("Go", window)
        button.setGeometry(left, 0, 80, 40)


def _outside(window: QWidget) -> None:
    QPushButton("Go", window).setGeometry(350, 0, 80, 40)


def _small(window: QWidget) -> None:
    QPushButton("Go", window).resize(60, 24)


def _indented(window: QWidget) -> None:
    label = Elided("A text that is shortened to a room of which a part is the indent")
    label.setParent(window)
    label.setIndent(30)
    label.resize(120, 40)


def _beyond(window: QWidget) -> None:
    Painted(window, QRect(0, 0, 60, 40))


def _shortened(window: QWidget) -> None:
    Painted(window, QRect(0, 0, 60, 40), shortens=True)


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (_label, "cut"),
        (_wrapped, "cut"),
        (_button, "cut"),
        (_tabs, "cut"),
        (_combo, "cut"),
        (_group, "cut"),
        (_header, "cut"),
        (_cell, "cut"),
        (_indented, "cut"),
        (_beyond, "painted beyond its room"),
        (_shortened, "shortened without a tooltip"),
        (_sideways, "scrolls sideways"),
        (_overlap, "overlaps"),
        (_outside, "outside"),
        (_small, "too small a target"),
    ],
)
def test_a_planted_fault_is_found(qtbot: QtBot, plant: Callable[[QWidget], None], kind: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    plant(window)
    window.show()
    assert kind in {fault.kind for fault in faults(window)}


def test_a_window_without_faults_has_none(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    for top, widget in enumerate((QLabel("A label"), QPushButton("A button"))):
        widget.setParent(window)
        widget.setGeometry(10, 10 + 60 * top, 200, 40)
    window.show()
    assert faults(window) == []
