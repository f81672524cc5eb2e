"""The dialog of a new order on a real desk, with simulated platforms."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.operations.context import Context
from shipconsole.ui.dialogs.new_order.dialog import NewOrderDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until

SAMPLE = {
    "name": "John Smith",
    "street": "20 George Street",
    "city": "Sydney",
    "postal_code": "2000",
    "country": "AU",
}


class NewOrderForm:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: NewOrderDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog
        self.created: list[int] = []
        dialog.created.connect(self.created.append)

    def type(self, field: QLineEdit, text: str) -> None:
        """Replace what stands in a field, key by key."""
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def type_line(self, row: int, **texts: str) -> None:
        for name, text in texts.items():
            self.type(self.dialog.lines.rows[row].inputs[name], text)

    def fill(self, number: str = "B-20931") -> None:
        """Type a whole order of two items."""
        self.type(self.dialog.number.input, number)
        for name, text in SAMPLE.items():
            self.type(self.dialog.address.fields[name].input, text)
        self.type_line(0, sku="MOBILE", description="Mobile Phone", quantity="2", weight_kg="0.25")
        self.press(Qt.Key.Key_Return)
        self.type_line(1, sku="MOBILE-CASE-BLK")

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key where the focus is."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def tell(self, name: str) -> None:
        """Choose a connection that is to be told."""
        box = next(one for one in self.dialog.boxes.values() if one.accessibleName() == name)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)

    def said(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert label is not None, name
        return label.text() if not label.isHidden() else ""

    def other(self, name: str) -> Any:
        return self.dialog.findChild(QDialog, name)

    async def settled(self) -> None:
        """Let everything that was started end."""
        await until(lambda: not self.tasks.running)


@pytest.fixture
async def form(bench: Context, qtbot: QtBot) -> AsyncGenerator[NewOrderForm]:
    """An empty form over a window: the program does not end with it."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    tasks = Tasks()
    field_errors: list[str] = []
    tasks.failed.connect(field_errors.append)
    dialog = NewOrderDialog(window, bench, tasks, Theme())
    dialog.open()
    opened = NewOrderForm(bench, tasks, dialog)
    await opened.settled()
    yield opened
    await opened.settled()
    # At once, not by closing it: it would ask about what the test left unsaved.
    shiboken6.delete(dialog)
    await tasks.stop()
    assert field_errors == []
