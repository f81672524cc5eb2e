"""Tracking edited and a shipment voided by keyboard, with what notifying each connection means shown before."""

from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import correct
from shipconsole.operations.shipping import ship as shipping
from shipconsole.operations.shipping.correct import NewLabel
from shipconsole.ui.dialogs.edit_tracking.dialog import EditTrackingDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.ui.waiting import until_idle

OLD, NEW, THIRD = USPS_NUMBERS
CASE = "MOBILE-CASE-BLK"


class Correcting:
    """Opens the dialog on order 10001, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, window: QWidget) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.window = window
        self.order_id = 0
        self.dialogs: list[EditTrackingDialog] = []

    @property
    def dialog(self) -> EditTrackingDialog:
        return self.dialogs[-1]

    async def ship(self, tracking: str) -> None:
        self.order_id, draft = await draft_of(self.ctx, "10001", {CASE: 1}, tracking)
        await shipping.ship(self.ctx, self.order_id, draft)

    async def open(self) -> None:
        self.order_id = await orders.find(self.ctx, "10001")
        dialog = EditTrackingDialog(self.window, self.ctx, self.tasks, Theme(), self.order_id)
        dialog.open()
        self.dialogs.append(dialog)
        await self.settled()

    async def confirm(self) -> None:
        QTest.keyClick(self.dialog.label_form.number, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await self.settled()

    def message(self) -> str:
        return self.dialog.findChild(QLabel, "edit_tracking_message").text()

    def boxes(self) -> dict[str, bool]:
        return {box.text(): box.isChecked() for box in self.dialog.notify.boxes.values()}

    async def settled(self) -> None:
        await until_idle(self.tasks)

    async def numbers(self) -> list[str]:
        sheet = await orders.sheet(self.ctx, self.order_id)
        return [package.tracking_number for shipment in sheet.shipments for package in shipment.packages]


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[Correcting]:
    """The open dialog, with one package of which all connections were notified."""
    tasks = Tasks()
    failures: list[str] = []
    tasks.failed.connect(failures.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Correcting(bench, tasks, window)
    await made.ship(OLD)
    await worker.flush(bench, until_empty=True)
    await made.open()
    yield made
    await made.settled()
    for dialog in made.dialogs:
        shiboken6.delete(dialog)
    await tasks.stop()
    assert failures == []


async def test_the_correct_label_is_scanned_and_connections_are_notified(opened: Correcting) -> None:
    number = opened.dialog.label_form.number
    assert opened.dialog.focusWidget() is number
    assert not opened.dialog.confirm_button.isEnabled()
    assert opened.boxes() == {"ShipEngine": False, "Starshipit": True, "Shipup": True}
    assert opened.dialog.take_scan(f"420900019999{NEW}"), "wherever the focus is"
    assert number.text() == NEW
    assert opened.dialog.label_form.carrier.currentText() == "USPS"
    assert opened.dialog.findChild(QLabel, "number_check").text().startswith("Check digit is correct.")
    assert opened.dialog.isVisible()
    await opened.confirm()
    keep = opened.dialog.keep_label
    assert keep.isVisible(), "the label goes to another postal code"
    assert await opened.numbers() == [OLD]
    keep.click()
    await opened.confirm()
    assert not opened.dialog.isVisible()
    assert await opened.numbers() == [NEW]
    (change,) = await correct.changes(opened.ctx, opened.order_id)
    assert change.reason == text("edit_tracking.usual_reason")
    waiting = [call for call in await worker.latest(opened.ctx) if call.state == "pending"]
    assert {call.connection for call in waiting} == {"Starshipit", "Shipup"}


async def test_what_notifying_each_connection_means_is_shown(opened: Correcting) -> None:
    guides = await correct.edit_choices(opened.ctx, opened.order_id, opened.dialog.packages.chosen_package()[1].id)
    shown = [label.text() for label in opened.dialog.findChildren(QLabel, "notify_means")]
    assert shown == [str(guide.message) for guide in guides]
    box = next(iter(opened.dialog.notify.boxes.values()))
    assert box.accessibleName() == text("edit_tracking.notify", connection="ShipEngine")
    assert box.accessibleDescription() == str(guides[0].message) == text("shipengine.edit_tracking")


async def test_only_ticked_connections_are_notified(opened: Correcting) -> None:
    for box in opened.dialog.notify.boxes.values():
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClicks(opened.dialog.label_form.number, NEW)
    await opened.confirm()
    waiting = [call.connection for call in await worker.latest(opened.ctx) if call.state == "pending"]
    assert waiting == ["ShipEngine"]


async def test_the_same_number_is_refused_at_its_field(opened: Correcting) -> None:
    QTest.keyClicks(opened.dialog.label_form.number, OLD)
    await opened.confirm()
    assert opened.dialog.isVisible()
    assert opened.message() == "The package already has that label."
    assert opened.dialog.label_form.number.property("wrong")
    QTest.keyClick(opened.dialog.label_form.number, Qt.Key.Key_Backspace)
    assert not opened.dialog.label_form.number.property("wrong")
    assert opened.message() == ""


async def test_another_packers_change_is_shown_and_not_overwritten(opened: Correcting) -> None:
    package_id = opened.dialog.packages.chosen_package()[1].id
    await correct.edit_tracking(opened.ctx, opened.order_id, package_id, NewLabel(NEW), [], "wrong label")
    QTest.keyClicks(opened.dialog.label_form.number, THIRD)
    await opened.confirm()
    assert "another packer changed it" in opened.message()
    assert opened.dialog.packages.chosen_package()[1].tracking_number == NEW
    means = [label.text() for label in opened.dialog.findChildren(QLabel, "package_line") if not label.isHidden()]
    begin, _, end = text("edit_tracking.was", number=OLD, time="|", packer="Bench 1", reason="wrong label").partition(
        "|"
    )
    assert any(shown.startswith(f"{begin}today") and shown.endswith(end) for shown in means)


async def test_another_package_is_chosen_by_keyboard(opened: Correcting) -> None:
    await opened.ship(THIRD)
    await opened.open()
    newest, older = opened.dialog.packages.buttons()
    assert (newest.text(), newest.isChecked()) == (THIRD, True)
    assert opened.boxes() == {}
    newest.setFocus()
    QTest.keyClick(newest, Qt.Key.Key_Down)
    await opened.settled()
    assert older.isChecked()
    assert list(opened.boxes()) == ["ShipEngine", "Starshipit", "Shipup"]


async def test_a_shipment_is_voided_with_a_reason(opened: Correcting) -> None:
    opened.dialog.choose("void")
    await opened.settled()
    assert opened.dialog.findChild(QLabel, "void_means").text() == text("edit_tracking.left_again", count=1)
    assert opened.boxes() == {"Starshipit": True, "Shipup": True}
    opened.dialog.confirm()
    assert opened.message() == text("edit_tracking.enter_reason")
    assert QApplication.focusWidget() is opened.dialog.reason.input
    QTest.keyClicks(opened.dialog.reason.input, "It came back")
    QTest.keyClick(opened.dialog.reason.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await opened.settled()
    assert not opened.dialog.isVisible()
    assert await opened.numbers() == []


async def test_an_order_without_packages_shows_a_hint(opened: Correcting) -> None:
    (shipment,) = (await orders.sheet(opened.ctx, opened.order_id)).shipments
    await correct.void_shipment(opened.ctx, opened.order_id, shipment.id, [], "lost")
    await opened.open()
    assert not opened.dialog.confirm_button.isEnabled()
    assert text("edit_tracking.no_packages") in " ".join(
        label.text() for label in opened.dialog.packages.findChildren(QLabel)
    )


async def test_input_stays_when_the_order_changes(opened: Correcting) -> None:
    box = next(box for box in opened.dialog.notify.boxes.values() if box.text() == "Starshipit")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClicks(opened.dialog.label_form.number, NEW)
    await opened.ship(THIRD)
    await worker.flush(opened.ctx, until_empty=True)
    opened.dialog.refresh()
    await opened.settled()
    assert [button.text() for button in opened.dialog.packages.buttons()] == [THIRD, OLD]
    assert opened.dialog.packages.chosen_package()[1].tracking_number == OLD
    assert opened.dialog.label_form.number.text() == NEW
    assert opened.boxes() == {"ShipEngine": False, "Starshipit": False, "Shipup": True}
    assert opened.message() == ""


async def test_another_package_has_its_own_ticks(opened: Correcting) -> None:
    next(iter(opened.dialog.notify.boxes.values())).click()
    await opened.ship(THIRD)
    await worker.flush(opened.ctx, until_empty=True)
    opened.dialog.refresh()
    await opened.settled()
    opened.dialog.packages.buttons()[0].click()
    await opened.settled()
    assert opened.boxes() == {"ShipEngine": False, "Starshipit": True, "Shipup": True}


async def test_a_new_label_of_the_package_is_reported_while_typing(opened: Correcting) -> None:
    QTest.keyClicks(opened.dialog.label_form.number, THIRD)
    package_id = opened.dialog.packages.chosen_package()[1].id
    await correct.edit_tracking(opened.ctx, opened.order_id, package_id, NewLabel(NEW), [], "wrong label")
    opened.dialog.refresh()
    await opened.settled()
    assert opened.message() == text("edit_tracking.changed_by_other")


async def test_a_void_of_the_package_is_reported_while_typing(opened: Correcting) -> None:
    await opened.ship(NEW)
    await opened.open()
    QTest.keyClicks(opened.dialog.label_form.number, THIRD)
    shipment, _ = opened.dialog.packages.chosen_package()
    await correct.void_shipment(opened.ctx, opened.order_id, shipment.id, [], "lost")
    opened.dialog.refresh()
    await opened.settled()
    assert opened.message() == text("edit_tracking.voided_by_other")
    assert opened.dialog.packages.chosen_package()[1].tracking_number == OLD


async def test_it_asks_before_a_typed_number_is_lost(opened: Correcting) -> None:
    QTest.keyClicks(opened.dialog.label_form.number, NEW)
    opened.dialog.close()
    assert opened.dialog.isVisible()
    (ask,) = opened.dialog.findChildren(QDialog, "unsaved_dialog")
    assert ask.findChild(QLabel, "unsaved").text() == text(
        "edit_tracking.unsaved", number="10001", parts=(text("edit_tracking.new_number"),)
    )
    QTest.keyClick(ask, Qt.Key.Key_Escape)
    assert opened.dialog.isVisible()
    QTest.keyClick(opened.dialog.label_form.number, Qt.Key.Key_Escape)
    ask = opened.dialog.findChildren(QDialog, "unsaved_dialog")[-1]
    ask.findChild(QPushButton, "close_unsaved").click()
    assert not opened.dialog.isVisible()


async def test_the_usual_reason_alone_closes_without_a_question(opened: Correcting) -> None:
    assert opened.dialog.reason.input.text() == text("edit_tracking.usual_reason")
    opened.dialog.close()
    assert not opened.dialog.isVisible()


async def test_the_usual_reason_that_a_person_typed_is_asked_about(opened: Correcting) -> None:
    opened.dialog.reason.input.clear()
    QTest.keyClicks(opened.dialog.reason.input, text("edit_tracking.usual_reason"))
    opened.dialog.close()
    assert opened.dialog.isVisible()
    (ask,) = opened.dialog.findChildren(QDialog, "unsaved_dialog")
    ask.findChild(QPushButton, "close_unsaved").click()
    assert not opened.dialog.isVisible()
