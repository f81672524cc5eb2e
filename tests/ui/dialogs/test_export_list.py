"""Lists are exported from the window: each of them, and of the orders that are listed."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.ui.dialogs.export_list import LISTS, ExportListDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until, until_idle


@pytest.fixture
async def tasks(qtbot: QtBot) -> AsyncGenerator[Tasks]:
    made = Tasks()
    yield made
    await made.stop()


async def test_every_list_is_exported(bench: Context, tasks: Tasks, qtbot: QtBot, tmp_path: Path) -> None:
    ids = [await orders.find(bench, number) for number in ("10003", "10001")]
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ExportListDialog(window, bench, tasks, Theme(), lambda: ids)
    dialog.open()
    message = dialog.findChild(QLabel, "export_message")
    assert isinstance(message, QLabel)
    for name in LISTS:
        choice = dialog.findChild(QRadioButton, f"export_{name}")
        assert isinstance(choice, QRadioButton)
        choice.setFocus()
        QTest.keyClick(choice, Qt.Key.Key_Space)
        assert dialog.chosen == name
        path = tmp_path / f"{name}.csv"
        dialog.export_to(str(path))
        await until_idle(tasks)
        assert path.exists()
        assert str(path) in message.text()
    listed = (tmp_path / "orders.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in listed[1:]] == ['"10003"', '"10001"']

    dialog.export_to(str(tmp_path / "none" / "list.csv"))
    await until_idle(tasks)
    assert "none" in message.text()


async def test_ctrl_enter_asks_for_the_file(bench: Context, tasks: Tasks, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ExportListDialog(window, bench, tasks, Theme(), tuple)
    dialog.open()
    await until(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    chooser = dialog.findChild(QFileDialog, "export_file")
    assert isinstance(chooser, QFileDialog)
    assert chooser.selectedFiles()[0].endswith(".csv")
    chooser.reject()
