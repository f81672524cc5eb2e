"""All dialogs have one manner: the title comes first, Close is the first button, and the one that acts is the last."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.operations.context import Context
from shipconsole.simulator.server import SimulatorServer
from tests.support.bench import USPS_NUMBERS
from tests.support.every_screen import SHIPPED, open_station, prepare

TITLES = ("number", "title")
"""The styles of titles."""
OTHERS = (
    "settings",
    "first_run",
    "practice",
    "closing",
    "unsaved",
    "reason",
    "open_page",
    "damaged_database",
    "server_behind",
    "draft_question",
    "packer",
)
"""Dialogs with a manner of their own: pages with Close beside the title, steps, and questions."""
MARGIN_PX = 18


def _place(widget: QWidget, dialog: QWidget) -> QRect:
    return QRect(widget.mapTo(dialog, QPoint(0, 0)), widget.size())


def _breaches(dialog: QWidget) -> Iterator[str]:
    labels = [label for label in dialog.findChildren(QLabel) if label.text() and not label.visibleRegion().isEmpty()]
    titles = [label for label in labels if label.property("variant") in TITLES]
    others = [widget for widget in [*labels, *_buttons(dialog)] if widget not in titles]
    if not titles:
        yield "has no title"
    elif any(_place(other, dialog).bottom() < _place(titles[0], dialog).top() for other in others):
        yield "begins with something else than its title"
    close = next((button for button in _buttons(dialog) if button.objectName() == "close"), None)
    if close is None:
        yield "has no Close"
        return
    middle = _place(close, dialog).center().y()
    row = [button for button in _buttons(dialog) if abs(_place(button, dialog).center().y() - middle) < MARGIN_PX]
    row.sort(key=lambda button: _place(button, dialog).left())
    if row[0] is not close:
        yield f"has {row[0].objectName()} before Close"
    if abs(dialog.width() - 1 - _place(row[-1], dialog).right() - MARGIN_PX) > 1:
        yield "does not end at its margin"
    if any(_place(label, dialog).top() > _place(close, dialog).bottom() for label in labels):
        yield "goes on below its buttons"
    if any(button.property("variant") == "primary" for button in row[:-1]):
        yield "has a button after the one that acts"


def _buttons(dialog: QWidget) -> list[QAbstractButton]:
    return [button for button in dialog.findChildren(QAbstractButton) if button.isVisible() and button.text()]


async def test_all_dialogs_have_one_manner(
    bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot, tmp_path: Path
) -> None:
    await prepare(bench, simulated_platforms)
    found: list[str] = []
    async with open_station(bench, tmp_path) as station:
        await station.resize(1280, 800)
        await station.open_order(SHIPPED)
        for scanned in ("MOBILE-CASE-BLK", USPS_NUMBERS[1]):
            station.window.top_bar.scan_field.take(scanned)
            await station.settle()
        for name, act in station.dialogs().items():
            if name.startswith(OTHERS) and name != "packers":
                continue
            dialog = await station.dialog(name, act)
            if isinstance(dialog, QDialog):
                breaches = await station.lasting(lambda dialog=dialog: list(_breaches(dialog)))
                found += [f"{name} {breach}" for breach in breaches]
            await station.close_dialogs()
    assert found == []
