"""The hand-over dialog: packages by carrier, recorded once, and those that no carrier has scanned since."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel, QPushButton, QTabBar, QTableView, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import process
from shipconsole.operations.printing import hand_overs
from shipconsole.operations.shipping import ship
from shipconsole.station import settings
from shipconsole.station.profile import Profile
from shipconsole.ui.dialogs.hand_over.dialog import DAY, OPEN, TODAY, HandOverDialog
from shipconsole.ui.dialogs.print_preview import PrintPreviewDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.printing.jobs import Printing
from tests.operations.pod import received
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.support.clock import ManualClock
from tests.ui.waiting import until, until_idle

UPS = "1Z999AA10123456784"
HOUR_S = 3_600


class Opened:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, clock: ManualClock, dialog: HandOverDialog, tasks: Tasks) -> None:
        self.ctx = ctx
        self.clock = clock
        self.dialog = dialog
        self.tasks = tasks
        self.counts: list[int] = []
        self.opened_orders: list[int] = []

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def label(self, name: str) -> QLabel:
        found = self.dialog.findChild(QLabel, name)
        assert isinstance(found, QLabel)
        return found

    def carriers(self) -> list[str]:
        names = self.dialog.carriers
        return [names.item(row).text().splitlines()[0] for row in range(names.count())]

    def numbers(self) -> list[str]:
        return [row.tracking_number for row in self.dialog.model.rows]

    def silent(self) -> list[str]:
        return [row.tracking_number for row in self.dialog.silent_model.rows]

    async def show(self, view: object) -> None:
        self.dialog.view.setCurrentIndex(self.dialog.view.findData(view))
        await until_idle(self.tasks)


@pytest.fixture
async def opened(qtbot: QtBot, bench: Context, tmp_path: Path) -> AsyncGenerator[Opened]:
    clock = ManualClock(bench.clock.now_ms())
    ctx = replace(bench, clock=clock)
    packages = (("10001", USPS_NUMBERS[0], "0.62"), ("10002", UPS, ""), ("10003", USPS_NUMBERS[1], "1"))
    for number, tracking, kg in packages:
        order_id, draft = await draft_of(ctx, number, None, tracking)
        draft.packages[0].weight_kg = kg
        await ship.ship(ctx, order_id, draft)
    window, tasks, theme = QWidget(), Tasks(), Theme()
    qtbot.addWidget(window)
    window.show()
    printing = Printing(window, ctx, tasks, theme, Profile(tmp_path))
    orders: list[int] = []
    dialog = HandOverDialog(window, ctx, tasks, theme, printing, orders.append)
    opened = Opened(ctx, clock, dialog, tasks)
    opened.opened_orders = orders
    printing.silent_counted.connect(opened.counts.append)
    dialog.open()
    await until_idle(tasks)
    yield opened
    await tasks.stop()


async def test_packages_are_shown_by_carrier_and_handed_over_once(opened: Opened) -> None:
    QAbstractItemModelTester(opened.dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert opened.carriers() == [text("hand_over.all"), "UPS", "USPS"]
    assert opened.numbers() == [UPS, USPS_NUMBERS[0], USPS_NUMBERS[1]]
    opened.dialog.carriers.setCurrentRow(1)
    assert opened.numbers() == [UPS]
    opened.clock.pass_s(60)
    opened.button("hand_over").click()
    await until_idle(opened.tasks)
    assert opened.label("hand_over_message").text() == text("hand_over.recorded", count=1)
    # The list that was made is shown, and can't be made again.
    assert opened.numbers() == [UPS]
    assert not opened.button("hand_over").isEnabled()
    assert opened.button("print_list").isEnabled()
    await opened.show(OPEN)
    assert opened.numbers() == [USPS_NUMBERS[0], USPS_NUMBERS[1]]
    opened.clock.pass_s(60)
    opened.button("hand_over").click()
    await until_idle(opened.tasks)
    await opened.show(OPEN)
    assert opened.numbers() == []
    assert opened.label("hand_over_none").text() == text("hand_over.none")
    assert not opened.button("print_list").isEnabled()
    assert [each.packages for each in await hand_overs.newest(opened.ctx)] == [2, 1]


async def test_a_day_is_shown_whole_and_another_day_has_a_field(opened: Opened) -> None:
    await opened.show(TODAY)
    assert len(opened.numbers()) == 3
    assert not opened.dialog.day.isVisible()
    await opened.show(DAY)
    assert opened.dialog.day.isVisible()
    assert len(opened.numbers()) == 3
    opened.dialog.day.setDate(opened.dialog.day.date().addDays(-3))
    await until_idle(opened.tasks)
    assert opened.label("hand_over_none").text() == text("hand_over.none_on_day")


async def test_the_list_is_printed_as_it_is_shown(opened: Opened) -> None:
    opened.dialog.carriers.setCurrentRow(2)
    opened.button("print_list").click()
    found: list[PrintPreviewDialog] = []

    def is_there() -> bool:
        found[:] = opened.dialog.findChildren(PrintPreviewDialog)
        return bool(found) and found[0].is_ready

    await until(is_there)
    (page,) = found[0].view.pages
    assert text("printing.hand_over_of", carrier="USPS") in page.texts
    assert USPS_NUMBERS[0] in page.texts
    found[0].reject()


async def test_a_package_without_a_carrier_scan_is_listed_until_an_event_arrives(opened: Opened) -> None:
    await hand_overs.record(opened.ctx, await hand_overs.open_list(opened.ctx))
    opened.dialog.refresh()
    await until_idle(opened.tasks)
    assert opened.silent() == []
    assert opened.label("hand_over_silent_means").text() == text("hand_over.silent_none")
    opened.clock.pass_s(25 * HOUR_S)
    opened.dialog.refresh()
    await until_idle(opened.tasks)
    assert opened.silent() == [USPS_NUMBERS[0], UPS, USPS_NUMBERS[1]]
    assert opened.dialog.tabs.tabText(1).endswith("(3)")
    assert opened.label("hand_over_silent_means").text() == text("hand_over.silent_means", count=24)
    event = {"occurred_at": "2026-11-20T12:00:00Z", "status_code": "AC", "description": "Accepted"}
    data = {"tracking_number": UPS, "status_code": "AC", "events": [event]}
    (connection,) = await connections.named(opened.ctx, ["ShipEngine"])
    body = {"resource_type": "API_TRACK", "data": data}
    await process.process_one(opened.ctx, await received(opened.ctx, connection, body))
    opened.dialog.refresh()
    await until_idle(opened.tasks)
    assert opened.silent() == [USPS_NUMBERS[0], USPS_NUMBERS[1]]


async def test_the_set_time_counts_and_zero_is_never(opened: Opened, tmp_path: Path) -> None:
    await hand_overs.record(opened.ctx, await hand_overs.open_list(opened.ctx))
    opened.clock.pass_s(25 * HOUR_S)
    for hours, count in ((48, 0), (24, 3), (0, 0)):
        before = settings.load(Profile(tmp_path)).settings
        settings.save(Profile(tmp_path), before.changed(handed_over_silent_h=hours), before)
        opened.dialog.refresh()
        await until_idle(opened.tasks)
        assert len(opened.silent()) == count
    assert opened.label("hand_over_silent_means").text() == text("hand_over.silent_off")


async def test_a_chosen_package_opens_its_order(opened: Opened) -> None:
    opened.dialog.tabs.setCurrentIndex(0)
    first = opened.dialog.model.index(0, 0)
    table = opened.dialog.findChild(QTableView, "packages")
    assert isinstance(table, QTableView)
    table.activated.emit(first)
    row = opened.dialog.model.row(0)
    assert row is not None
    assert opened.opened_orders == [row.order_id]
    assert not opened.dialog.isVisible()


async def test_every_acting_widget_has_its_names_and_can_be_reached(opened: Opened) -> None:
    acting = [
        widget
        for widget in opened.dialog.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    acting = [
        widget for widget in acting if not widget.objectName().startswith("qt_") and not isinstance(widget, QTabBar)
    ]
    for widget in acting:
        assert widget.objectName(), widget
        assert widget.accessibleName(), widget.objectName()
