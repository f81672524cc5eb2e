"""Dialogs that run operations: the result is shown in the dialog, or in the window once it is closed."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import __version__
from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.station import logs
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until


class WorkingDialog(ContextDialog):
    """A dialog whose work ends when and how a test decides."""

    def __init__(self, parent: QWidget, ctx: Context, tasks: Tasks) -> None:
        super().__init__(parent, ctx, tasks, Theme(), name="acting", message_name="acting_message")
        self.ends_with: Exception | None = None
        self.may_end = asyncio.Event()
        self.reloads = 0
        self._column().addLayout(self._button_row)
        self.button = self._button_row.add("act", "Act", self.act, ENTER, kind="primary")
        self._make_keys({ENTER: self.act})

    def act(self) -> None:
        if not self._busy:
            self._begin("act", self._wait())

    async def _wait(self) -> None:
        await self.may_end.wait()
        if self.ends_with is not None:
            raise self.ends_with

    async def _reload(self) -> None:
        self.reloads += 1

    def _show_buttons(self) -> None:
        self.button.setEnabled(not self._busy)


class Run:
    """The dialog, and the failures that the window shows."""

    def __init__(self, dialog: WorkingDialog, tasks: Tasks) -> None:
        self.dialog = dialog
        self.tasks = tasks
        self.failed: list[str] = []
        tasks.failed.connect(self.failed.append)

    def message(self) -> str:
        return self.dialog.findChild(QLabel, "acting_message").text()

    async def end(self) -> None:
        self.dialog.may_end.set()
        await until(lambda: not self.tasks.running)


@pytest.fixture
async def run(bench: Context, qtbot: QtBot) -> AsyncGenerator[Run]:
    """Open a dialog that works."""
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = WorkingDialog(window, bench, tasks)
    dialog.open()
    dialog.act()
    run = Run(dialog, tasks)
    yield run
    await run.end()
    shiboken6.delete(dialog)


async def test_success_closes_the_dialog(run: Run) -> None:
    assert not run.dialog.button.isEnabled()
    await run.end()
    assert not run.dialog.isVisible()
    assert (run.message(), run.failed) == ("", [])


async def test_each_problem_is_shown_once(run: Run) -> None:
    twice = Problem(("lines", 1), verbatim("Too many."), verbatim("Take fewer."))
    run.dialog.ends_with = ValidationFailed(twice, twice, Problem((), verbatim("No reason.")))
    await run.end()
    assert run.message() == "Too many. Take fewer.\nNo reason."
    assert (run.dialog.isVisible(), run.dialog.button.isEnabled(), run.dialog.reloads) == (True, True, 1)


async def test_an_environment_failure_is_shown_and_the_dialog_stays(run: Run) -> None:
    run.dialog.ends_with = EnvironmentFailure(verbatim("The disk is full."))
    await run.end()
    assert (run.message(), run.dialog.isVisible(), run.failed) == ("The disk is full.", True, [])


async def test_a_problem_can_be_copied_with_its_details_and_keys_masked(run: Run) -> None:
    copy = run.dialog.findChild(QPushButton, "copy_acting_message")
    assert copy is not None
    assert not copy.isVisible()
    logs.hide("sk-live-canary-77")
    run.dialog.setWindowTitle("Acting")
    run.dialog.ends_with = EnvironmentFailure(verbatim("It refused sk-live-canary-77."))
    await run.end()
    assert copy.isVisible()
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"It refused {logs.MASK}.\nActing · Shipconsole {__version__} · 20")
    run.dialog.act()
    assert not copy.isVisible()


@pytest.mark.parametrize(
    "error",
    [EnvironmentFailure(verbatim("The disk is full.")), ValidationFailed(Problem((), verbatim("The disk is full.")))],
)
async def test_a_failure_after_the_dialog_was_closed_is_shown_in_the_window(run: Run, error: Exception) -> None:
    run.dialog.ends_with = error
    run.dialog.findChild(QPushButton, "close").click()
    await run.end()
    assert run.failed == ["The disk is full."]


async def test_both_keys_called_enter_act(run: Run) -> None:
    run.dialog.ends_with = EnvironmentFailure(verbatim("The disk is full."))
    for times, key in enumerate((Qt.Key.Key_Return, Qt.Key.Key_Enter), start=2):
        await run.end()
        QTest.keyClick(run.dialog, key, Qt.KeyboardModifier.ControlModifier)
        await run.end()
        assert run.dialog.reloads == times
