"""Another order is added to the open package by key: recipients are compared, units changed, all shipped at once."""

from collections.abc import AsyncGenerator, Generator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.change_feed import Change, Changes
from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.operations.context import Context, CurrentPacker
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import claims, orders
from shipconsole.operations.shipping.box import BoxPart
from shipconsole.ui.dialogs.ship_box import ShipBoxDialog
from shipconsole.ui.kit.claim_note import claim_text
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import LIGHT
from tests.support import sql
from tests.support.bench import draft_of
from tests.support.labels import usps
from tests.ui.waiting import until, until_idle


class Opened:
    """The open dialog on order 10001, and what a test does with it."""

    def __init__(self, dialog: ShipBoxDialog, tasks: Tasks) -> None:
        self.dialog, self.tasks = dialog, tasks
        self.confirmed: list[tuple[tuple[BoxPart, ...], str]] = []
        dialog.confirmed.connect(lambda parts, reason: self.confirmed.append((parts, reason)))

    def find(self, kind: type[QWidget], name: str) -> QWidget:
        found = self.dialog.findChild(kind, name)
        assert isinstance(found, kind)
        return found

    def message(self) -> str:
        label = self.find(QLabel, "box_message")
        assert isinstance(label, QLabel)
        return label.text()

    async def scan(self, number: str) -> None:
        QTest.keyClicks(self.dialog.number.input, number)
        QTest.keyClick(self.dialog.number.input, Qt.Key.Key_Return)
        await until_idle(self.tasks)

    def ship(self) -> None:
        QTest.keyClick(self.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


async def opened_with(ctx: Context, tasks: Tasks, window: QWidget, draft: ShipmentDraft) -> Opened:
    dialog = ShipBoxDialog(window, ctx, tasks, Theme(), await orders.find(ctx, "10001"), draft)
    dialog.open()
    await until(dialog.isActiveWindow)
    await until_idle(tasks)
    return Opened(dialog, tasks)


@pytest.fixture
async def tasks() -> AsyncGenerator[Tasks]:
    made = Tasks()
    yield made
    await made.stop()


@pytest.fixture
def styled() -> Generator[None]:
    """Have the widgets drawn as in the program."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.styleSheet()
    Theme().use(app, LIGHT)
    yield
    app.setStyleSheet(before)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


async def test_a_scan_in_front_of_the_dialog_adds_an_order_and_changes_no_package_behind_it(
    bench: Context, tasks: Tasks, window: QWidget
) -> None:
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_001))
    opened = await opened_with(bench, tasks, window, draft)
    assert opened.dialog.take_scan("10002")
    await until_idle(tasks)
    assert [card.order.number for card in opened.dialog.cards] == ["10002"]
    assert opened.dialog.take_scan("MOBILE")
    await until_idle(tasks)
    assert opened.message() == text("order.unknown", number="MOBILE")


async def test_orders_are_scanned_into_the_package_and_units_changed(
    bench: Context, tasks: Tasks, window: QWidget
) -> None:
    with sql.connect(bench.store.file) as connection:
        to = connection.execute("SELECT ship_to FROM orders WHERE number = '10001'").fetchone()[0]
        connection.execute("UPDATE orders SET ship_to = ? WHERE number = '10007'", (to,))
    connection.close()
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_001))
    opened = await opened_with(bench, tasks, window, draft)
    opened.ship()
    assert opened.confirmed == [], "one order is no box"
    await opened.scan("10007")
    for wrong, message in (
        ("10007", text("box.already", number="10007")),
        ("10001", text("box.already", number="10001")),
        ("88888", text("order.unknown", number="88888")),
    ):
        opened.dialog.number.input.clear()
        await opened.scan(wrong)
        assert opened.message() == message
    (card,) = opened.dialog.cards
    assert not opened.dialog.reason.isVisible()
    (field,) = card.units.values()
    assert (field.value(), field.maximum()) == (10, 10)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "4")
    opened.ship()
    ((parts, reason),) = opened.confirmed
    assert [list(part.quantities.values()) for part in parts] == [[4]]
    assert reason == ""


async def test_another_recipient_needs_a_reason(bench: Context, tasks: Tasks, window: QWidget) -> None:
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_002))
    opened = await opened_with(bench, tasks, window, draft)
    opened.dialog.add(await orders.find(bench, "10003"))
    await until_idle(tasks)
    assert opened.dialog.reason.isVisible()
    opened.ship()
    assert opened.confirmed == []
    assert opened.dialog.reason.input.hasFocus()
    QTest.keyClicks(opened.dialog.reason.input, "one family")
    opened.ship()
    assert opened.confirmed[0][1] == "one family"


async def test_the_units_of_an_added_order_are_seen(
    bench: Context, tasks: Tasks, window: QWidget, styled: None
) -> None:
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_006))
    opened = await opened_with(bench, tasks, window, draft)
    await opened.scan("10007")
    (field,) = opened.dialog.cards[0].units.values()
    line = field.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    assert line.width() >= line.fontMetrics().horizontalAdvance(field.text())


async def claim_of(ctx: Context, order_id: int) -> str:
    claim = (await orders.sheet(ctx, order_id)).claim
    return claim.station if claim else ""


async def test_an_order_that_another_station_packs_says_so_and_is_taken_over_by_key(
    bench: Context, tasks: Tasks, window: QWidget
) -> None:
    other = replace(bench, station="Station 2", current_packer=CurrentPacker("Mira"))
    packed, free = await orders.find(bench, "10007"), await orders.find(bench, "10003")
    await claims.order_opened(other, packed)
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_005))
    opened = await opened_with(bench, tasks, window, draft)
    await opened.scan("10003")
    await opened.scan("10007")
    first, second = opened.dialog.cards
    claim = (await orders.sheet(bench, packed)).claim
    assert claim is not None
    assert first.claim_note.isHidden()
    assert second.claim_note.accessibleName() == claim_text(claim)
    assert second.claim_note.isVisible()
    assert [await claim_of(bench, id_) for id_ in (free, packed)] == [bench.station, "Station 2"]
    QTest.keyClick(opened.dialog, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    await until_idle(tasks)
    assert second.claim_note.isHidden()
    assert await claim_of(bench, packed) == bench.station
    logged = [entry.what for entry in await audit_log.events(bench) if isinstance(entry.what, Message)]
    assert Message("audit.claim_taken_over", packer="Mira", station="Station 2") in logged
    opened.dialog.reject()
    await until_idle(tasks)
    assert [await claim_of(bench, id_) for id_ in (free, packed)] == ["", ""], "as when an order is closed"


async def test_a_package_needs_its_label_and_items_first(bench: Context, tasks: Tasks, window: QWidget) -> None:
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_003))
    second = PackageDraft(tracking_number=usps(6_004))
    for wrong, message in (
        (ShipmentDraft(), "box.needs_label"),
        (ShipmentDraft(packages=(*draft.packages, second)), "box.one_package"),
    ):
        opened = await opened_with(bench, tasks, window, wrong)
        advice = opened.find(QLabel, "box_advice")
        assert isinstance(advice, QLabel)
        assert advice.text() == text(message)
        opened.dialog.add(await orders.find(bench, "10003"))
        await until_idle(tasks)
        opened.ship()
        assert opened.confirmed == []
        opened.dialog.reject()


async def test_an_added_order_is_removed_by_key(bench: Context, tasks: Tasks, window: QWidget) -> None:
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_005))
    opened = await opened_with(bench, tasks, window, draft)
    await opened.scan("10003")
    remove = opened.find(QPushButton, "box_remove_0")
    remove.setFocus()
    QTest.keyClick(remove, Qt.Key.Key_Space)
    assert opened.dialog.cards == []
    assert opened.dialog.number.input.hasFocus()
    widgets = (*opened.dialog.findChildren(QLineEdit), *opened.dialog.findChildren(QSpinBox))
    assert all(
        widget.accessibleName() for widget in widgets if widget.isVisible() and widget.objectName().startswith("box")
    )


async def test_a_take_over_at_another_station_is_shown_while_the_dialog_is_open(
    bench: Context, tasks: Tasks, window: QWidget
) -> None:
    other = replace(bench, station="Station 2", current_packer=CurrentPacker("Mira"))
    added, unchanged = await orders.find(bench, "10007"), await orders.find(bench, "10003")
    _, draft = await draft_of(bench, "10001", {"MOBILE": 1}, usps(6_005))
    opened = await opened_with(bench, tasks, window, draft)
    await opened.scan("10007")
    (card,) = opened.dialog.cards
    assert card.claim_note.isHidden()
    await claims.take_over(other, added)
    opened.dialog.apply_changes(Changes(1, (Change("order", unchanged),), too_many=False))
    await until_idle(tasks)
    assert card.claim_note.isHidden(), "that is another order"
    opened.dialog.apply_changes(Changes(2, (Change("order", added),), too_many=False))
    await until_idle(tasks)
    assert card.claim_note.isVisible()
    assert "Mira" in card.claim_note.accessibleName()
    await claims.release(other, [added])
    opened.dialog.apply_changes(Changes(2, (), too_many=True))
    await until_idle(tasks)
    assert card.claim_note.isHidden()
    opened.dialog.reject()
    await until_idle(tasks)
