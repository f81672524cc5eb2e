"""The dialog of an order's fields, with simulated platforms."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import shiboken6
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit

from shipconsole.domain.field import FieldPath
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.ui.dialogs.fields.dialog import FieldsDialog
from shipconsole.ui.dialogs.fields.form import FieldsPart
from shipconsole.ui.dialogs.fields.page import FieldsPage
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until_idle

NAMES = ("ShipEngine", "Starshipit", "Shipup")


class Fields:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: FieldsDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    def page(self, name: str = "Starshipit") -> FieldsPage:
        return self.dialog.pages[NAMES.index(name)]

    def row(self, path: FieldPath, name: str = "Starshipit") -> FieldRow:
        return self.page(name).form.rows[path]

    def part(self, path: FieldPath, name: str = "Starshipit") -> FieldsPart:
        """The heading of an entry or of a list, with its rows."""
        return self.page(name).form.part(path)

    def seen(self, name: str = "Starshipit") -> list[FieldPath]:
        return [path for path, row in self.page(name).form.rows.items() if row.isVisibleTo(self.page(name))]

    def type(self, path: FieldPath, text: str, name: str = "Starshipit") -> FieldRow:
        """Replace what stands in a field, key by key."""
        row = self.row(path, name)
        assert isinstance(row.input, QLineEdit)
        row.input.setFocus()
        row.input.selectAll()
        QTest.keyClicks(row.input, text)
        return row

    def shown(self, name: str) -> str:
        labels = self.dialog.findChildren(QLabel, name)
        assert labels, name
        return next((label.text() for label in labels if label.isVisible()), "")

    def other(self, name: str) -> Any:
        return self.dialog.findChild(QDialog, name)

    async def settled(self) -> None:
        """Let everything that was started end."""
        await until_idle(self.tasks)

    async def delivered(self) -> None:
        """Send the updates, and show the results."""
        await worker.flush(self.ctx, until_empty=True)
        self.dialog.refresh()
        await self.settled()


@pytest.fixture
async def fields(bench: Context, qapp: QApplication) -> AsyncGenerator[Fields]:
    """The fields of order 10001."""
    tasks = Tasks()
    order_id = await orders.find(bench, "10001")
    dialog = FieldsDialog(None, bench, tasks, Theme(), order_id)
    dialog.open()
    opened = Fields(bench, tasks, dialog)
    await opened.settled()
    yield opened
    # `reject` would ask about what the test left unsaved.
    shiboken6.delete(dialog)
    await tasks.stop()
