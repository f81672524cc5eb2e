"""A package corrected and a shipment called back by keyboard, with what each platform can take back said before."""

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
from tests.ui.waiting import until

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

    def said(self) -> str:
        return self.dialog.findChild(QLabel, "correct_said").text()

    def boxes(self) -> dict[str, bool]:
        return {box.text(): box.isChecked() for box in self.dialog.told.boxes.values()}

    async def settled(self) -> None:
        await until(lambda: not self.tasks._running)

    async def numbers(self) -> list[str]:
        sheet = await orders.sheet(self.ctx, self.order_id)
        return [package.tracking_number for shipment in sheet.shipments for package in shipment.packages]


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[Correcting]:
    """A window over which the dialog can be opened, with one package of which everybody was told."""
    tasks = Tasks()
    field_errors: list[str] = []
    tasks.failed.connect(field_errors.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Correcting(bench, tasks, window)
    await made.ship(OLD)
    await worker.deliver(bench, until_empty=True)
    await made.open()
    yield made
    await made.settled()
    for dialog in made.dialogs:
        shiboken6.delete(dialog)
    await tasks.stop()
    assert field_errors == []


async def test_the_right_label_is_scanned_and_those_told_who_can_follow(opened: Correcting) -> None:
    number = opened.dialog.label_form.number
    assert opened.dialog.focusWidget() is number
    assert not opened.dialog.confirm_button.isEnabled()
    assert opened.boxes() == {"ShipEngine": False, "Starshipit": True, "Shipup": True}
    assert opened.dialog.take_scan(f"420900019999{NEW}"), "wherever the keyboard is"
    assert number.text() == NEW
    assert opened.dialog.label_form.carrier.currentText() == "USPS"
    assert opened.dialog.findChild(QLabel, "number_means").text().startswith("Check digit is right.")
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


async def test_what_each_vendor_can_take_back_is_said(opened: Correcting) -> None:
    guides = await correct.guide(opened.ctx, opened.order_id, opened.dialog.parcels.parcel()[1].id)
    said = [label.text() for label in opened.dialog.findChildren(QLabel, "can_take_back")]
    assert said == [str(one.message) for one in guides]
    box = next(iter(opened.dialog.told.boxes.values()))
    assert "may make the store notify the customer twice" in box.accessibleName()


async def test_a_tick_tells_and_its_absence_does_not(opened: Correcting) -> None:
    for box in opened.dialog.told.boxes.values():
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
    assert opened.said() == "The package already has that label."
    assert opened.dialog.label_form.number.property("wrong")
    QTest.keyClick(opened.dialog.label_form.number, Qt.Key.Key_Backspace)
    assert not opened.dialog.label_form.number.property("wrong")
    assert opened.said() == ""


async def test_somebody_elses_correction_is_seen_and_not_overwritten(opened: Correcting) -> None:
    package_id = opened.dialog.parcels.parcel()[1].id
    await correct.correct(opened.ctx, opened.order_id, package_id, NewLabel(NEW), [], "wrong label")
    QTest.keyClicks(opened.dialog.label_form.number, THIRD)
    await opened.confirm()
    assert "another packer changed it" in opened.said()
    assert opened.dialog.parcels.parcel()[1].tracking_number == NEW
    means = [label.text() for label in opened.dialog.findChildren(QLabel, "parcel_means") if not label.isHidden()]
    assert any(shown.startswith(f"was {OLD} until today") and "Bench 1: wrong label" in shown for shown in means)


async def test_another_parcel_is_chosen_by_keyboard(opened: Correcting) -> None:
    await opened.ship(THIRD)
    await opened.open()
    newest, older = opened.dialog.parcels._group.buttons()
    assert (newest.text(), newest.isChecked()) == (THIRD, True)
    assert opened.boxes() == {}
    newest.setFocus()
    QTest.keyClick(newest, Qt.Key.Key_Down)
    await opened.settled()
    assert older.isChecked()
    assert list(opened.boxes()) == ["ShipEngine", "Starshipit", "Shipup"]


async def test_a_shipment_is_called_back_with_a_reason(opened: Correcting) -> None:
    opened.dialog.choose("back")
    await opened.settled()
    assert opened.dialog.findChild(QLabel, "back_means").text() == text("edit_tracking.left_again", count=1)
    assert opened.boxes() == {"Starshipit": True, "Shipup": True}
    opened.dialog.confirm()
    assert opened.said() == text("edit_tracking.enter_reason")
    assert QApplication.focusWidget() is opened.dialog.why.input
    QTest.keyClicks(opened.dialog.why.input, "It came back")
    QTest.keyClick(opened.dialog.why.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await opened.settled()
    assert not opened.dialog.isVisible()
    assert await opened.numbers() == []


async def test_an_order_of_which_nothing_shipped_says_so(opened: Correcting) -> None:
    (shipment,) = (await orders.sheet(opened.ctx, opened.order_id)).shipments
    await correct.call_back(opened.ctx, opened.order_id, shipment.id, [], "lost")
    await opened.open()
    assert not opened.dialog.confirm_button.isEnabled()
    assert text("edit_tracking.no_packages") in " ".join(
        label.text() for label in opened.dialog.parcels.findChildren(QLabel)
    )


async def test_what_was_typed_and_ticked_stays_when_the_order_changes(opened: Correcting) -> None:
    box = next(box for box in opened.dialog.told.boxes.values() if box.text() == "Starshipit")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClicks(opened.dialog.label_form.number, NEW)
    await opened.ship(THIRD)
    await worker.deliver(opened.ctx, until_empty=True)
    opened.dialog.refresh()
    await opened.settled()
    assert [button.text() for button in opened.dialog.parcels._group.buttons()] == [THIRD, OLD]
    assert opened.dialog.parcels.parcel()[1].tracking_number == OLD
    assert opened.dialog.label_form.number.text() == NEW
    assert opened.boxes() == {"ShipEngine": False, "Starshipit": False, "Shipup": True}
    assert opened.said() == ""


async def test_ticks_are_another_parcels_where_another_one_is_chosen(opened: Correcting) -> None:
    next(iter(opened.dialog.told.boxes.values())).click()
    await opened.ship(THIRD)
    await worker.deliver(opened.ctx, until_empty=True)
    opened.dialog.refresh()
    await opened.settled()
    opened.dialog.parcels._group.buttons()[0].click()
    await opened.settled()
    assert opened.boxes() == {"ShipEngine": False, "Starshipit": True, "Shipup": True}


async def test_who_types_hears_that_the_parcel_has_another_label_now(opened: Correcting) -> None:
    QTest.keyClicks(opened.dialog.label_form.number, THIRD)
    package_id = opened.dialog.parcels.parcel()[1].id
    await correct.correct(opened.ctx, opened.order_id, package_id, NewLabel(NEW), [], "wrong label")
    opened.dialog.refresh()
    await opened.settled()
    assert opened.said() == text("edit_tracking.changed_by_other")


async def test_who_types_hears_that_the_parcel_was_taken_back(opened: Correcting) -> None:
    await opened.ship(NEW)
    await opened.open()
    QTest.keyClicks(opened.dialog.label_form.number, THIRD)
    shipment, _ = opened.dialog.parcels.parcel()
    await correct.call_back(opened.ctx, opened.order_id, shipment.id, [], "lost")
    opened.dialog.refresh()
    await opened.settled()
    assert opened.said() == text("edit_tracking.voided_by_other")
    assert opened.dialog.parcels.parcel()[1].tracking_number == OLD


async def test_it_asks_before_a_typed_number_is_forgotten(opened: Correcting) -> None:
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


async def test_the_usual_reason_alone_is_no_work_that_would_be_lost(opened: Correcting) -> None:
    assert opened.dialog.why.input.text() == text("edit_tracking.usual_reason")
    opened.dialog.close()
    assert not opened.dialog.isVisible()


async def test_the_usual_reason_that_a_person_typed_is_work(opened: Correcting) -> None:
    opened.dialog.why.input.clear()
    QTest.keyClicks(opened.dialog.why.input, text("edit_tracking.usual_reason"))
    opened.dialog.close()
    assert opened.dialog.isVisible()
    (ask,) = opened.dialog.findChildren(QDialog, "unsaved_dialog")
    ask.findChild(QPushButton, "close_unsaved").click()
    assert not opened.dialog.isVisible()
