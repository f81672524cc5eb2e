"""Text from outside that a reader would obey: in every view of the window, whatever shows or reads it out."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shipconsole.operations import worker
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import evidence
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.unfinished import PackedOrder, Unfinished
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.call_details.dialog import CallDetails
from shipconsole.ui.dialogs.fields.dialog import FieldsDialog
from shipconsole.ui.dialogs.preview import PreviewDialog
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.close_dialog import CloseDialog
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu import ENTRIES
from shipconsole.ui.window.trouble import Trouble
from tests.cli.every_command import begun, make
from tests.cli.hostile import ALL, HOSTILE, obeyed, spoil
from tests.cli.in_process import Here
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, draft_of, open_context

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
ROWS = 60
QUIET_ROUNDS = 10
OF_THE_TEXT = "calc"
"""What stands in the hostile text and nowhere else."""


@pytest.fixture(scope="module")
def made(shared_simulator: SimulatorServer, synced_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Here:
    """A profile in whose database every text from outside is hostile."""
    here = begun(tmp_path_factory.mktemp("hostile"))
    make(here, synced_database, shared_simulator.url)
    with closing(sql.connect(here.profile / "shipconsole.db")) as database:
        spoil(database)
    return here


@pytest.fixture
async def window(made: Here, tmp_path: Path, qtbot: QtBot) -> AsyncGenerator[MainWindow]:
    """A window at work on it, with an order open."""
    shutil.copytree(made.profile, tmp_path, dirs_exist_ok=True)
    async with open_context(tmp_path) as ctx:
        assert isinstance(ctx.keys, MemoryKeys)
        ctx.keys._secrets.update(made.keys._secrets)
        shown, tasks = MainWindow(ctx.store, Theme(), Settings()), Tasks()
        qtbot.addWidget(shown)
        shown.show()
        shown.start(ctx, tasks)
        shown.open_order(await orders.find(ctx, "10001"))
        await quiet(tasks)
        try:
            yield shown
        finally:
            await shown.shutdown()
            await tasks.stop()
            shown.hide()


async def quiet(tasks: Tasks) -> None:
    """Wait until nothing was under way for some rounds."""
    rounds = 0
    while rounds < QUIET_ROUNDS:
        rounds = 0 if tasks._running else rounds + 1
        await asyncio.sleep(0.01)


def said(top: QWidget) -> Iterator[tuple[str, str]]:
    """All that a window shows or has read out, with where that is."""
    for widget in (top, *top.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        for what in ("windowTitle", "toolTip", "accessibleName", "accessibleDescription", "statusTip"):
            yield f"{where} {what}", str(getattr(widget, what)())
        if isinstance(widget, QLabel):
            yield f"{where} text", widget.text()
            assert widget.textFormat() == Qt.TextFormat.PlainText or OF_THE_TEXT not in widget.text(), where
        elif isinstance(widget, QAbstractButton):
            yield f"{where} text", widget.text()
        elif isinstance(widget, QLineEdit):
            yield f"{where} hint", widget.placeholderText()
        elif isinstance(widget, QPlainTextEdit | QTextEdit):
            yield f"{where} text", widget.toPlainText()
        elif isinstance(widget, QComboBox):
            yield from ((f"{where} item", widget.itemText(row)) for row in range(widget.count()))
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from ((f"{where} {cell}", text) for cell, text in cells(widget.model(), QModelIndex()))


def cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[str, str]]:
    """The texts of a model, at every depth."""
    for row in range(min(model.rowCount(parent), ROWS)):
        # Qt hides the columns of a list, of which there is one.
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for role in ROLES:
                value = index.data(role)
                yield f"{row} {column} {role.name}", value if isinstance(value, str) else ""
        if not isinstance(model, QAbstractListModel):
            yield from cells(model, model.index(row, 0, parent))


def look_at(top: QWidget) -> str:
    """All that is said there, none of which may be obeyed."""
    found = list(said(top))
    assert {where for where, text in found if obeyed(text)} == set()
    return "\n".join(text for _, text in found)


def copy_all(top: QWidget) -> int:
    """Press all that copies something, of which nothing may be obeyed where it is pasted; tell how many there were."""
    named = [one for kind in (QAbstractButton, QAction) for one in top.findChildren(kind) if "copy" in one.objectName()]
    ready = [one for one in named if one.isEnabled() and one.isVisible()]
    for one in ready:
        QGuiApplication.clipboard().setText("nothing")
        one.trigger() if isinstance(one, QAction) else one.click()
        text = QGuiApplication.clipboard().text()
        assert (obeyed(text), text != "nothing") == ([], True), one.objectName()
    return len(ready)


async def test_nothing_that_the_window_shows_is_obeyed(window: MainWindow) -> None:
    window.banner.tell(Trouble(ALL, ALL, ALL, ALL))
    text = look_at(window)
    copy_all(window)
    assert OF_THE_TEXT in text, "the hostile text is there"


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
async def test_nothing_that_a_dialog_shows_is_obeyed(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, f"action_{name}")
    assert isinstance(action, QAction)
    action.trigger()
    await quiet(window._tasks)
    dialogs = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    assert dialogs
    for dialog in dialogs:
        look_at(dialog)
        for view in dialog.findChildren(QAbstractItemView):
            if view.model() is not None and view.model().rowCount():
                view.setCurrentIndex(view.model().index(0, 0))
                await quiet(window._tasks)
                look_at(dialog)
        copy_all(dialog)
        dialog.close()


async def test_nothing_that_the_preview_shows_is_obeyed(window: MainWindow) -> None:
    ctx = window._ctx
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    told = await ship.preview(ctx, order_id, draft)
    dialog = PreviewDialog(window, Theme(), told)
    dialog.open()
    assert OF_THE_TEXT in look_at(dialog)
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        assert copy_all(dialog)
    dialog.close()


async def test_nothing_that_the_details_of_an_update_show_is_obeyed(window: MainWindow) -> None:
    ctx = window._ctx
    for call in (await orders.sheet(ctx, await orders.find(ctx, "10001"))).calls:
        for state in ("confirmed", "unknown", "needs_attention", "rejected", "blocked", "dead"):
            shown = replace(call, state=state)
            attempts = await worker.attempts(ctx, call.id)
            dialog = CallDetails(window, Theme(), shown, attempts, (), await evidence.of_call(ctx, call))
            dialog.open()
            assert OF_THE_TEXT in look_at(dialog)
            assert copy_all(dialog)
            for button in dialog.findChildren(QAbstractButton):
                if button.objectName() in ("mark_confirmed", "tell_again", "give_up"):
                    button.click()
                    asked = dialog.findChild(Prompt)
                    assert asked is not None
                    look_at(asked)
                    asked.reject()
            dialog.close()


async def test_nothing_that_the_question_at_the_end_shows_is_obeyed(window: MainWindow) -> None:
    left = Unfinished(tuple(PackedOrder(text, 1) for text in (ALL, *HOSTILE)), 3)
    dialog = CloseDialog(window, Theme(), left)
    dialog.open()
    look_at(dialog)
    dialog.close()


async def test_nothing_that_the_fields_of_an_order_show_is_obeyed(window: MainWindow) -> None:
    ctx = window._ctx
    dialog = FieldsDialog(window, ctx, window._tasks, Theme(), await orders.find(ctx, "10001"))
    dialog.open()
    await quiet(window._tasks)
    for tabs in dialog.findChildren(QTabWidget):
        for page in range(tabs.count()):
            tabs.setCurrentIndex(page)
            await quiet(window._tasks)
            look_at(dialog)
    assert OF_THE_TEXT in look_at(dialog)
    dialog.close()
