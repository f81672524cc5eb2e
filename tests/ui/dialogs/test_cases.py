"""The number of units in a case is corrected in a dialog, where the case is scanned or chosen."""

from collections.abc import AsyncGenerator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cases
from shipconsole.ui.dialogs.cases import CasesDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until, until_idle

pytest_plugins = ("tests.support.bench",)
CASE = "10036000291459"


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    yield made
    await made.stop()


async def opened(qtbot: QtBot, ctx: Context, tasks: Tasks) -> CasesDialog:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = CasesDialog(parent, ctx, tasks, Theme())
    dialog.open()
    await until(dialog.isActiveWindow)
    await until_idle(tasks)
    return dialog


def said(dialog: CasesDialog) -> str:
    label = dialog.findChild(QLabel, "cases_message")
    assert label is not None
    return label.text()


async def test_a_scanned_case_is_corrected_by_key(qtbot: QtBot, ctx: Context, tasks: Tasks) -> None:
    await cases.enter(ctx, CASE, 10)
    await cases.enter(ctx, "20036000291456", 6)
    dialog = await opened(qtbot, ctx, tasks)
    assert [(case.code, case.units) for case in dialog.model.rows] == [(CASE, 10), ("20036000291456", 6)]
    assert dialog.take_scan(f"]I1{CASE}")
    assert (dialog.code.input.text(), dialog.units.input.text()) == (CASE, "10")
    assert dialog.units.input.hasFocus()
    QTest.keyClicks(dialog.units.input, "12")
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until_idle(tasks)
    assert said(dialog) == text("cases.saved", count=12)
    assert dialog.model.rows[0].units == 12
    assert (await cases.every(ctx))[0].units == 12


async def test_a_case_is_asked_about_again_and_what_is_wrong_is_said(qtbot: QtBot, ctx: Context, tasks: Tasks) -> None:
    await cases.enter(ctx, CASE, 10)
    dialog = await opened(qtbot, ctx, tasks)
    dialog.table.selectRow(0)
    dialog.units.input.setText("0")
    dialog.save()
    await until_idle(tasks)
    assert said(dialog) == text("case.units", most=cases.UNITS_MAX)
    button = dialog.findChild(QPushButton, "remove_case")
    assert button is not None
    button.click()
    await until_idle(tasks)
    assert said(dialog) == text("cases.removed")
    assert dialog.model.rows == ()
    assert await cases.every(ctx) == ()
    dialog.take_scan("MOBILE")
    dialog.units.input.setText("2")
    dialog.save()
    await until_idle(tasks)
    assert said(dialog) == text("case.not_a_code", code="MOBILE")
