"""Items without whole units, resolved in the window."""

from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.order import Order
from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.orders import orders
from shipconsole.ui.dialogs.resolve_items import ResolveItemsDialog
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.operations.importing.test_uncounted import read
from tests.ui.waiting import until_idle

CONTROL = Qt.KeyboardModifier.ControlModifier


class Resolving:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: ResolveItemsDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    def listed(self) -> list[str]:
        return [self.dialog.items.itemText(index) for index in range(self.dialog.items.count())]

    def message(self) -> str:
        label = self.dialog.findChild(QLabel, "resolve_message")
        assert label is not None
        return label.text()

    async def order(self) -> Order:
        return (await orders.sheet(self.ctx, self.dialog.order_id)).order

    async def resolve(self, resolution: str, reason: str = "cut") -> None:
        self.dialog.choices[resolution].setFocus()
        QTest.keyClick(self.dialog.choices[resolution], Qt.Key.Key_Space)
        self.dialog.reason.input.setFocus()
        QTest.keyClicks(self.dialog.reason.input, reason)
        QTest.keyClick(self.dialog.reason.input, Qt.Key.Key_Return, CONTROL)
        await self.settled()

    async def settled(self) -> None:
        await until_idle(self.tasks)


@pytest.fixture
async def opened(ctx: Context, qtbot: QtBot) -> AsyncGenerator[Resolving]:
    """The dialog on an order with cloth, tape and a mug."""
    shop = await connections.connect(ctx, "shipengine", "Shop")
    order = read("shipengine", ("CLOTH", 2.5), ("MUG", 1), ("TAPE", "3 m"))
    await ctx.write(upsert.upsert_orders, shop, (order,), now_ms=1)
    tasks = Tasks()
    failures: list[str] = []
    tasks.failed.connect(failures.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ResolveItemsDialog(window, ctx, tasks, Theme(), 1)
    dialog.open()
    made = Resolving(ctx, tasks, dialog)
    await made.settled()
    yield made
    await made.settled()
    shiboken6.delete(dialog)
    await tasks.stop()
    assert failures == []


async def test_each_item_is_resolved_and_the_last_one_closes_the_dialog(opened: Resolving) -> None:
    assert opened.listed() == ["CLOTH, 2.5: open", "TAPE, 3 m: open"]
    assert opened.dialog.windowTitle() == text("resolve_items.of_order", number="1001")
    await opened.resolve("shipped")
    assert opened.listed() == [
        text("resolve_items.item_shipped", sku="CLOTH", quantity="2.5"),
        text("resolve_items.item_open", sku="TAPE", quantity="3 m"),
    ]
    assert opened.message() == text("resolve_items.left", count=1)
    assert opened.dialog.items.currentText().startswith("TAPE")
    assert opened.dialog.reason.input.text() == ""
    await opened.resolve("cancelled", "none left")
    assert not opened.dialog.isVisible()
    order = await opened.order()
    assert [line.resolved_as for line in order.lines] == ["shipped", "", "cancelled"]
    assert order.unresolved == 0


async def test_nothing_is_resolved_without_a_choice_and_a_reason(opened: Resolving) -> None:
    opened.dialog.reason.input.setFocus()
    QTest.keyClick(opened.dialog.reason.input, Qt.Key.Key_Return, CONTROL)
    assert opened.message() == text("resolve_items.choose")
    QTest.keyClick(opened.dialog.choices["shipped"], Qt.Key.Key_Space)
    assert not opened.dialog.confirm_button.isEnabled()
    QTest.keyClick(opened.dialog.choices["shipped"], Qt.Key.Key_Return, CONTROL)
    assert opened.message() == text("resolve_items.enter_reason")
    assert QApplication.focusWidget() is opened.dialog.reason.input
    await opened.settled()
    assert (await opened.order()).unresolved == 2
    assert not opened.dialog.choices[""].isEnabled(), "there is no decision to withdraw"


async def test_a_resolved_item_can_be_reopened(opened: Resolving) -> None:
    await opened.resolve("shipped")
    opened.dialog.items.setCurrentIndex(0)
    assert opened.dialog.choices[""].isEnabled()
    assert not opened.dialog.choices["shipped"].isEnabled()
    await opened.resolve("")
    assert (await opened.order()).unresolved == 2
    assert opened.dialog.isVisible()


async def test_escape_asks_before_a_typed_reason_is_lost(opened: Resolving) -> None:
    QTest.keyClicks(opened.dialog.reason.input, "cut")
    QTest.keyClick(opened.dialog, Qt.Key.Key_Escape)
    ask = opened.dialog.findChild(QDialog, "unsaved_dialog")
    assert ask is not None
    ask.reject()
    assert opened.dialog.isVisible()


async def test_a_deleted_order_is_reported(ctx: Context, qtbot: QtBot) -> None:
    tasks = Tasks()
    dialog = ResolveItemsDialog(None, ctx, tasks, Theme(), 99)
    qtbot.addWidget(dialog)
    dialog.open()
    made = Resolving(ctx, tasks, dialog)
    await made.settled()
    assert made.message() == text("order_editor.gone", key=key_name("F5"))
    assert not dialog.confirm_button.isEnabled()
    dialog.close()
    await tasks.stop()
