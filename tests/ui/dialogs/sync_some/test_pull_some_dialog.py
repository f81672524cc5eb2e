"""Some orders only: filters filled in, checked, run, stopped, and what came of it in words."""

from collections.abc import AsyncGenerator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.fields.row import FieldRow
from shipconsole.ui.dialogs.sync_some.dialog import SyncSomeDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import connect_all, fault
from tests.ui.waiting import until


class Some:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: SyncSomeDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    def type(self, name: str, text: str, place: int = 0) -> FieldRow:
        row = self.dialog.forms[place].rows[tuple(name.split("."))]
        assert isinstance(row.input, QLineEdit | QComboBox)
        row.input.setFocus()
        QTest.keyClicks(row.input, text)
        return row

    def said(self) -> str:
        label = self.dialog.findChild(QLabel, "pull_some_said")
        assert isinstance(label, QLabel)
        return label.text()

    def bring_in(self) -> None:
        QTest.keyClick(self.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    async def settled(self) -> None:
        await until(lambda: not self.tasks._running)


@pytest.fixture
async def some(ctx: Context, simulated_platforms: SimulatorServer, qtbot: QtBot) -> AsyncGenerator[Some]:
    await connect_all(ctx, simulated_platforms.url)
    tasks = Tasks()
    failed: list[str] = []
    tasks.failed.connect(failed.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = SyncSomeDialog(window, ctx, tasks, Theme())
    dialog.open()
    opened = Some(ctx, tasks, dialog)
    await opened.settled()
    yield opened
    dialog.reject()
    await tasks.stop()
    assert failed == []


async def test_each_connection_has_its_own_filters_and_the_cursor_is_in_the_first(some: Some) -> None:
    assert [form.connection.name for form in some.dialog.forms] == ["ShipEngine", "Starshipit", "Shipup"]
    for form in some.dialog.forms:
        assert list(form.rows) == [field.path for field in import_orders.filters_of(form.connection)]
    assert some.dialog.focusWidget() is some.dialog.forms[0].rows[("external_order_number",)].input
    QTest.keyClick(some.dialog, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert some.dialog.focusWidget() is some.dialog.forms[2].rows[("order_number",)].input


async def test_what_the_filters_leave_comes_in_and_is_told_in_words(some: Some) -> None:
    some.type("external_order_number", "10002")
    some.bring_in()
    await some.settled()
    assert some.said() == text("sync_some.all_new", count=1, connection="ShipEngine")
    assert [row.number for row in await orders.listed(some.ctx)] == ["10002"]
    assert (await connections.every(some.ctx))[0].synced_at_ms is None
    some.bring_in()
    await some.settled()
    assert some.said() == text("sync_some.none_new", count=1, connection="ShipEngine")
    some.dialog.choose(2)
    some.type("email", "nobody@example.com", 2)
    some.bring_in()
    await some.settled()
    assert some.said() == text("sync_some.none_match", connection="Shipup")


async def test_a_wrong_value_is_said_while_it_is_typed_and_nothing_is_asked_for(some: Some) -> None:
    row = some.type("order_date_start", "yesterday")
    assert row.trouble() == "Ordered from is not a date and time such as 2026-11-21T08:30:00Z."
    some.bring_in()
    await some.settled()
    assert some.said() == text("sync_some.fix_first", problem=row.trouble())
    assert some.dialog.focusWidget() is row.input
    assert await orders.listed(some.ctx) == []


async def test_filters_that_may_not_be_together_are_said(some: Some) -> None:
    some.dialog.choose(2)
    some.type("ordered_at.gte", "2026-11-01", 2)
    some.type("created_at.gte", "2026-11-01", 2)
    some.bring_in()
    await some.settled()
    assert "not by both" in some.said()
    assert some.dialog.bring_in_button.isEnabled()


async def test_trouble_is_told_in_the_vendors_words(some: Some, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "401")
    some.type("external_order_number", "10002")
    some.bring_in()
    await some.settled()
    assert "ShipEngine rejected the API key" in some.said()


async def test_it_can_be_stopped(some: Some, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "slow", seconds=5)
    some.bring_in()
    await until(lambda: some.said() == text("sync_progress.begun", connection="ShipEngine"))
    bar = some.dialog.findChild(QProgressBar, "pull_some_progress")
    stop = some.dialog.findChild(QPushButton, "pull_some_stop")
    assert isinstance(bar, QProgressBar)
    assert isinstance(stop, QPushButton)
    assert bar.isVisible()
    assert not some.dialog.bring_in_button.isEnabled()
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    await some.settled()
    assert some.said() == text("sync_some.stopped")
    assert not bar.isVisible()
    assert some.dialog.bring_in_button.isEnabled()


async def test_closing_it_stops_it(some: Some, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "slow", seconds=5)
    some.bring_in()
    await until(lambda: some.said() == text("sync_progress.begun", connection="ShipEngine"))
    some.dialog.reject()
    await some.settled()
    assert await orders.listed(some.ctx) == []


async def test_without_connections_it_says_so(ctx: Context, qtbot: QtBot) -> None:
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = SyncSomeDialog(window, ctx, tasks, Theme())
    dialog.open()
    opened = Some(ctx, tasks, dialog)
    await opened.settled()
    means = dialog.findChild(QLabel, "pull_some_means")
    assert isinstance(means, QLabel)
    assert means.text() == text("sync_some.no_connections")
    assert not dialog.bring_in_button.isEnabled()
    dialog.done(0)
