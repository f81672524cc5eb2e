"""Hostile text from outside, which a terminal or markup would obey, in every view of the window."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from shipconsole.operations import worker
from shipconsole.operations.orders import orders
from shipconsole.operations.outbox import evidence
from shipconsole.operations.shipping import ship
from shipconsole.operations.shipping.ship import PackedOrder, Unfinished
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.call_details import CallDetails
from shipconsole.ui.dialogs.fields.dialog import FieldsDialog
from shipconsole.ui.kit.preview import PreviewDialog
from shipconsole.ui.kit.prompt import Prompt
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.banner_message import BannerMessage
from shipconsole.ui.window.closing import ask_to_close
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.window.menu_entries import ENTRIES
from tests.cli.every_command import begun, make
from tests.cli.hostile import ALL, HOSTILE, obeyed, spoil
from tests.cli.in_process import Here
from tests.support import sql
from tests.support.bench import USPS_NUMBERS, draft_of, open_context
from tests.support.demo_faults import SAMPLE, KeptFaults
from tests.support.shown_texts import shown_texts
from tests.ui.waiting import until_idle

OF_THE_TEXT = "calc"
"""Part of the hostile text and of no other."""


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
    async with open_context(tmp_path, keys=made.keys) as ctx:
        shown, tasks = MainWindow(ctx.store, Theme(), Settings()), Tasks()
        qtbot.addWidget(shown)
        shown.show()
        shown.start(ctx, tasks)
        shown.menus.faults = KeptFaults(*SAMPLE)
        shown.open_order(await orders.find(ctx, "10001"))
        await until_idle(tasks)
        try:
            yield shown
        finally:
            await shown.shutdown()
            await tasks.stop()
            shown.hide()


def check(top: QWidget) -> str:
    """Fail on a text that a reader would obey, and return all texts."""
    shown = shown_texts(top, everything=True)
    assert {f"{text.where}, {text.part}" for text in shown if obeyed(text.text)} == set()
    for label in top.findChildren(QLabel):
        is_plain = label.textFormat() == Qt.TextFormat.PlainText
        assert is_plain or OF_THE_TEXT not in label.text(), label.objectName()
    return "\n".join(text.text for text in shown)


async def copy_all(top: QWidget, tasks: Tasks) -> int:
    """Press every button that copies, check the clipboard, and return how many there were."""
    parts = [
        part for kind in (QAbstractButton, QAction) for part in top.findChildren(kind) if "copy" in part.objectName()
    ]
    ready = [part for part in parts if part.isEnabled() and part.isVisible()]
    for part in ready:
        QGuiApplication.clipboard().setText("nothing")
        part.trigger() if isinstance(part, QAction) else part.click()
        await until_idle(tasks)
        text = QGuiApplication.clipboard().text()
        assert (obeyed(text), text != "nothing") == ([], True), part.objectName()
    return len(ready)


async def test_nothing_that_the_window_shows_is_obeyed(window: MainWindow) -> None:
    window.banner.show_message(BannerMessage(ALL, ALL, ALL, ALL))
    text = check(window)
    await copy_all(window, window.tasks)
    assert OF_THE_TEXT in text, "the hostile text is there"


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
async def test_nothing_that_a_dialog_shows_is_obeyed(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, f"action_{name}")
    assert isinstance(action, QAction)
    action.trigger()
    await until_idle(window.tasks)
    dialogs = [top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible()]
    assert dialogs
    for dialog in dialogs:
        check(dialog)
        for view in dialog.findChildren(QAbstractItemView):
            if view.model() is not None and view.model().rowCount():
                view.setCurrentIndex(view.model().index(0, 0))
                await until_idle(window.tasks)
                check(dialog)
        await copy_all(dialog, window.tasks)
        dialog.close()


async def test_nothing_that_the_preview_shows_is_obeyed(window: MainWindow) -> None:
    ctx = window.ctx
    order_id, draft = await draft_of(ctx, "10001", None, USPS_NUMBERS[0])
    dialog = PreviewDialog(window, Theme(), await ship.preview(ctx, order_id, draft))
    dialog.open()
    assert OF_THE_TEXT in check(dialog)
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        assert await copy_all(dialog, window.tasks)
    dialog.close()


async def test_nothing_that_the_details_of_an_update_show_is_obeyed(window: MainWindow) -> None:
    ctx = window.ctx
    for call in (await orders.sheet(ctx, await orders.find(ctx, "10001"))).calls:
        for state in ("confirmed", "unknown", "needs_attention", "rejected", "blocked", "dead"):
            shown = replace(call, state=state)
            attempts = await worker.attempts(ctx, call.id)
            dialog = CallDetails(window, Theme(), shown, attempts, (), await evidence.of_call(ctx, call))
            dialog.open()
            assert OF_THE_TEXT in check(dialog)
            assert await copy_all(dialog, window.tasks)
            for button in dialog.findChildren(QAbstractButton):
                if button.objectName() in ("mark_confirmed", "retry", "discard"):
                    button.click()
                    question = dialog.findChild(Prompt)
                    assert question is not None
                    check(question)
                    question.reject()
            dialog.close()


async def test_nothing_that_the_question_at_the_end_shows_is_obeyed(window: MainWindow) -> None:
    left = Unfinished(tuple(PackedOrder(text, 1) for text in (ALL, *HOSTILE)), 3)
    dialog = ask_to_close(window, Theme(), left, lambda: None)
    check(dialog)
    dialog.close()


async def test_nothing_that_the_fields_of_an_order_show_is_obeyed(window: MainWindow) -> None:
    ctx = window.ctx
    dialog = FieldsDialog(window, ctx, window.tasks, Theme(), await orders.find(ctx, "10001"))
    dialog.open()
    await until_idle(window.tasks)
    for tabs in dialog.findChildren(QTabWidget):
        for page in range(tabs.count()):
            tabs.setCurrentIndex(page)
            await until_idle(window.tasks)
            check(dialog)
    assert OF_THE_TEXT in check(dialog)
    dialog.close()
