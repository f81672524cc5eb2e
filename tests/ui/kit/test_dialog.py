"""What all dialogs at the desk have in common: what an act came to is said where it can be seen."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.message import verbatim
from shipconsole.domain.problem import EnvironmentFailure, Problem, ValidationFailed
from shipconsole.operations.context import Context
from shipconsole.ui.kit.dialog import ENTER, ContextDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until


class Acting(ContextDialog):
    """A dialog whose act ends as a test says, when the test says."""

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


class Acted:
    """The dialog, and what the window was told."""

    def __init__(self, dialog: Acting, tasks: Tasks) -> None:
        self.dialog = dialog
        self.tasks = tasks
        self.failed: list[str] = []
        tasks.failed.connect(self.failed.append)

    def said(self) -> str:
        return self.dialog.findChild(QLabel, "acting_message").text()

    async def end(self) -> None:
        self.dialog.may_end.set()
        await until(lambda: not self.tasks.running)


@pytest.fixture
async def acted(bench: Context, qtbot: QtBot) -> AsyncGenerator[Acted]:
    """A dialog that acts already."""
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = Acting(window, bench, tasks)
    dialog.open()
    dialog.act()
    made = Acted(dialog, tasks)
    yield made
    await made.end()
    shiboken6.delete(dialog)


async def test_what_was_done_closes_the_dialog(acted: Acted) -> None:
    assert not acted.dialog.button.isEnabled()
    await acted.end()
    assert not acted.dialog.isVisible()
    assert (acted.said(), acted.failed) == ("", [])


async def test_each_reason_of_a_refusal_is_said_once(acted: Acted) -> None:
    twice = Problem(("lines", 1), verbatim("Too many."), verbatim("Take fewer."))
    acted.dialog.ends_with = ValidationFailed(twice, twice, Problem((), verbatim("No reason.")))
    await acted.end()
    assert acted.said() == "Too many. Take fewer.\nNo reason."
    assert (acted.dialog.isVisible(), acted.dialog.button.isEnabled(), acted.dialog.reloads) == (True, True, 1)


async def test_trouble_outside_is_said_and_the_dialog_stays(acted: Acted) -> None:
    acted.dialog.ends_with = EnvironmentFailure(verbatim("The disk is full."))
    await acted.end()
    assert (acted.said(), acted.dialog.isVisible(), acted.failed) == ("The disk is full.", True, [])


@pytest.mark.parametrize(
    "error",
    [EnvironmentFailure(verbatim("The disk is full.")), ValidationFailed(Problem((), verbatim("The disk is full.")))],
)
async def test_what_ends_badly_after_the_dialog_was_closed_is_said_in_the_window(
    acted: Acted, error: Exception
) -> None:
    acted.dialog.ends_with = error
    acted.dialog.findChild(QPushButton, "close").click()
    await acted.end()
    assert acted.failed == ["The disk is full."]


async def test_both_keys_called_enter_act(acted: Acted) -> None:
    acted.dialog.ends_with = EnvironmentFailure(verbatim("The disk is full."))
    for times, key in enumerate((Qt.Key.Key_Return, Qt.Key.Key_Enter), start=2):
        await acted.end()
        QTest.keyClick(acted.dialog, key, Qt.KeyboardModifier.ControlModifier)
        await acted.end()
        assert acted.dialog.reloads == times
