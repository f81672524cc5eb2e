"""Units cancelled and restored by keyboard, never more than allowed, with the notified connections shown before."""

from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.domain.order import OrderLine
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cancel, link, orders
from shipconsole.operations.shipping import ship
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.cancel_items.dialog import CancelItemsDialog
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import USPS_NUMBERS, draft_of, effects
from tests.ui.waiting import until_idle

CASE = "MOBILE-CASE-BLK"
REASON = "Out of stock"


class Cancelling:
    """Opens the dialog on order 10001, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, window: QWidget) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.window = window
        self.dialogs: list[CancelItemsDialog] = []

    @property
    def dialog(self) -> CancelItemsDialog:
        return self.dialogs[-1]

    async def open(self) -> None:
        order_id = await orders.find(self.ctx, "10001")
        dialog = CancelItemsDialog(self.window, self.ctx, self.tasks, Theme(), order_id)
        dialog.open()
        self.dialogs.append(dialog)
        await self.settled()

    async def line(self, sku: str = CASE) -> OrderLine:
        order = (await orders.sheet(self.ctx, self.dialog.order_id)).order
        return order.lines_of(sku)[0]

    async def type(self, text: str, sku: str = CASE) -> None:
        """Type a number of units, key by key."""
        number = self.dialog.lines.steppers[(await self.line(sku)).id].number
        number.setFocus()
        number.selectAll()
        QTest.keyClicks(number, text)

    async def confirm(self, reason: str = REASON) -> None:
        self.dialog.reason.input.setFocus()
        QTest.keyClicks(self.dialog.reason.input, reason)
        QTest.keyClick(self.dialog.reason.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await self.settled()

    def message(self) -> str:
        return self.dialog.findChild(QLabel, "cancel_message").text()

    async def settled(self) -> None:
        await until_idle(self.tasks)


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[Cancelling]:
    """The dialog, open over a window: the program does not end with it."""
    tasks = Tasks()
    failures: list[str] = []
    tasks.failed.connect(failures.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Cancelling(bench, tasks, window)
    await made.open()
    yield made
    await made.settled()
    for dialog in made.dialogs:
        shiboken6.delete(dialog)
    await tasks.stop()
    assert failures == []


async def test_units_are_cancelled_by_keyboard_and_connections_notified(
    opened: Cancelling, simulated_platforms: SimulatorServer
) -> None:
    number = opened.dialog.lines.steppers[(await opened.line()).id].number
    number.setFocus()
    QTest.keyClick(number, Qt.Key.Key_Up)
    QTest.keyClick(number, Qt.Key.Key_Up)
    QTest.keyClick(number, Qt.Key.Key_Down)
    assert opened.dialog.confirm_button.text() == text("cancel_items.cancel_count", count=1)
    await opened.confirm()
    assert not opened.dialog.isVisible()
    line = await opened.line()
    assert (line.cancelled, line.left) == (1, 2)
    assert {call.connection for call in await worker.latest(opened.ctx)} == {"Starshipit", "Shipup"}
    await worker.flush(opened.ctx, until_empty=True)
    assert {effect["vendor"] for effect in effects(simulated_platforms)} == {"starshipit", "shipup"}


async def test_what_notifying_each_connection_means_is_shown_before(opened: Cancelling) -> None:
    shown = [label.text() for label in opened.dialog.findChildren(QLabel, "notified_means")]
    expected = [str(message) for _, message in await cancel.notifiable_connections(opened.ctx, opened.dialog.order_id)]
    assert shown == expected
    assert shown[0].startswith("ShipEngine can't be updated from here.")


async def test_more_units_than_left_are_marked_while_typing_and_not_cancelled(opened: Cancelling) -> None:
    line = await opened.line()
    stepper = opened.dialog.lines.steppers[line.id]
    problem = opened.dialog.findChild(QLabel, f"problem_{line.id}")
    await opened.type("4")
    assert problem.text() == text("cancel_items.too_many", count=4, most=3)
    assert stepper.number.property("wrong")
    await opened.confirm()
    assert opened.dialog.isVisible()
    assert opened.message() == text("cancel_items.too_many", count=4, most=3)
    assert (await opened.line()).cancelled == 0
    await opened.type("3")
    assert (problem.text(), stepper.number.property("wrong")) == ("", False)
    assert not stepper.findChild(QPushButton, "more").isEnabled()


async def test_only_digits_can_be_typed_and_an_empty_field_is_zero(opened: Cancelling) -> None:
    await opened.type("-x2")
    assert opened.dialog.lines.units() == {(await opened.line()).id: 2}
    number = opened.dialog.lines.steppers[(await opened.line()).id].number
    QTest.keyClick(number, Qt.Key.Key_Backspace)
    assert opened.dialog.lines.units() == {}
    opened.dialog.reason.input.setFocus()
    assert number.text() == "0"


async def test_nothing_is_cancelled_without_units_or_a_reason(opened: Cancelling) -> None:
    opened.dialog.confirm()
    assert opened.message() == text("cancel_items.enter_quantity")
    await opened.type("1")
    assert not opened.dialog.confirm_button.isEnabled()
    opened.dialog.confirm()
    assert opened.message() == text("cancel_items.enter_reason")
    assert QApplication.focusWidget() is opened.dialog.reason.input
    await opened.settled()
    assert (await opened.line()).cancelled == 0


async def test_confirming_twice_cancels_once(opened: Cancelling) -> None:
    await opened.type("1")
    opened.dialog.reason.input.setText(REASON)
    opened.dialog.confirm()
    opened.dialog.confirm()
    await opened.settled()
    assert (await opened.line()).cancelled == 1


async def test_the_preview_shows_the_requests_and_stores_nothing(opened: Cancelling) -> None:
    await opened.type("2")
    QTest.keyClick(opened.dialog, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    await opened.settled()
    texts = [field.toPlainText() for field in opened.dialog.findChildren(QPlainTextEdit, "request")]
    assert len(texts) == 2
    assert any('"canceled_quantity": 2' in shown for shown in texts)
    assert (await opened.line()).cancelled == 0


async def test_units_that_shipped_meanwhile_are_refused_at_their_item(opened: Cancelling) -> None:
    await opened.type("3")
    order_id, draft = await draft_of(opened.ctx, "10001", {CASE: 2}, USPS_NUMBERS[0])
    await ship.ship(opened.ctx, order_id, draft)
    await opened.confirm()
    assert opened.dialog.isVisible()
    line = await opened.line()
    assert line.cancelled == 0
    problem = opened.dialog.findChild(QLabel, f"problem_{line.id}")
    assert problem.text().startswith(f"{CASE}: 3 can't be cancelled")
    assert opened.dialog.lines.steppers[line.id].most == 1
    await opened.confirm(" ")
    assert (await opened.line()).cancelled == 1


async def test_units_that_were_cancelled_here_can_be_restored(opened: Cancelling) -> None:
    assert opened.dialog.findChild(QPushButton, "restore_tab").isHidden()
    await opened.type("2")
    await opened.confirm()
    await opened.open()
    tab = opened.dialog.findChild(QPushButton, "restore_tab")
    assert not tab.isHidden()
    QTest.mouseClick(tab, Qt.MouseButton.LeftButton)
    QTest.keyClick(opened.dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert opened.dialog.confirm_button.text() == text("cancel_items.restore_count", count=2)
    await opened.confirm("It was found")
    line = await opened.line()
    assert (line.cancelled, line.left) == (0, 3)


async def test_closing_asks_before_input_is_lost_and_changes_nothing(opened: Cancelling) -> None:
    await opened.type("2")
    QTest.keyClicks(opened.dialog.reason.input, REASON)
    opened.dialog.close()
    (ask,) = opened.dialog.findChildren(QDialog, "unsaved_dialog")
    parts = (text("cancel_items.unsaved_cancel", count=2), text("cancel_items.reason"))
    assert [label.text() for label in ask.findChildren(QLabel, "unsaved")] == [
        text("cancel_items.unsaved", number="10001", parts=parts)
    ]
    ask.findChild(QPushButton, "keep_editing").click()
    assert opened.dialog.isVisible()
    assert opened.dialog.confirm_button.text() == text("cancel_items.cancel_count", count=2)
    shiboken6.delete(ask)
    QTest.keyClick(opened.dialog, Qt.Key.Key_Escape)
    opened.dialog.findChild(QDialog, "unsaved_dialog").findChild(QPushButton, "close_unsaved").click()
    assert not opened.dialog.isVisible()
    assert (await opened.line()).cancelled == 0


async def test_without_input_it_is_closed_at_once(opened: Cancelling) -> None:
    QTest.keyClick(opened.dialog, Qt.Key.Key_Escape)
    assert not opened.dialog.isVisible()
    assert opened.dialog.findChild(QDialog, "unsaved_dialog") is None


async def test_changes_at_another_station_are_shown_and_input_stays(opened: Cancelling) -> None:
    await opened.type("2")
    line = await opened.line()
    await cancel.cancel(opened.ctx, opened.dialog.order_id, {line.id: 2}, REASON)
    opened.dialog.refresh()
    await opened.settled()
    # One unit of three is left to cancel.
    assert opened.dialog.confirm_button.text() == text("cancel_items.cancel_count", count=1)
    assert opened.dialog.lines.steppers[line.id].most == 1


async def test_an_order_that_was_linked_to_another_meanwhile_cannot_be_changed(opened: Cancelling) -> None:
    await opened.type("1")
    QTest.keyClicks(opened.dialog.reason.input, REASON)
    whole = (await orders.sheet(opened.ctx, opened.dialog.order_id)).order
    new = NewOrder("H-1", whole.ship_to, (NewLine(CASE),))
    opened.dialog.order_id = (await manual_orders.create(opened.ctx, new, ())).order_id
    other = (await orders.sheet(opened.ctx, opened.dialog.order_id)).order
    await link.link(opened.ctx, whole.id, other.id, link.match_items(whole, other), REASON)
    opened.dialog.refresh()
    await opened.settled()
    assert opened.message() == text("order_editor.gone", key=key_name("F5"))
    assert not opened.dialog.confirm_button.isEnabled()
    opened.dialog.confirm()
    opened.dialog.reject()
    assert not opened.dialog.isVisible()
    opened.dialog.order_id = whole.id
