"""Only some orders are synced: filters are filled in and checked, the sync is run or stopped, and its result shown."""

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
from shipconsole.ui.dialogs.sync_some import SyncSomeDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import connect_all, fault
from tests.ui.waiting import until, until_idle


class Some:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: SyncSomeDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    def type(self, name: str, text: str, position: int = 0) -> FieldRow:
        row = self.dialog.forms[position].rows[tuple(name.split("."))]
        assert isinstance(row.input, QLineEdit | QComboBox)
        row.input.setFocus()
        QTest.keyClicks(row.input, text)
        return row

    def message(self) -> str:
        label = self.dialog.findChild(QLabel, "sync_some_message")
        assert isinstance(label, QLabel)
        return label.text()

    def sync(self) -> None:
        QTest.keyClick(self.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    async def settled(self) -> None:
        await until_idle(self.tasks)


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


async def test_matching_orders_are_synced_and_counted(some: Some) -> None:
    some.type("external_order_number", "10002")
    some.sync()
    await some.settled()
    assert some.message() == text("sync_some.all_new", count=1, connection="ShipEngine")
    assert [row.number for row in await orders.list_rows(some.ctx)] == ["10002"]
    assert (await connections.every(some.ctx))[0].synced_at_ms is None
    some.sync()
    await some.settled()
    assert some.message() == text("sync_some.none_new", count=1, connection="ShipEngine")
    some.dialog.choose(2)
    some.type("email", "nobody@example.com", 2)
    some.sync()
    await some.settled()
    assert some.message() == text("sync_some.none_match", connection="Shipup")


async def test_a_wrong_value_is_marked_while_typing_and_not_synced(some: Some) -> None:
    row = some.type("order_date_start", "yesterday")
    assert row.problem() == "Ordered from is not a date and time such as 2026-11-21T08:30:00Z."
    some.sync()
    await some.settled()
    assert some.message() == text("sync_some.fix_first", problem=row.problem())
    assert some.dialog.focusWidget() is row.input
    assert await orders.list_rows(some.ctx) == []


async def test_filters_that_exclude_each_other_are_reported(some: Some) -> None:
    some.dialog.choose(2)
    some.type("ordered_at.gte", "2026-11-01", 2)
    some.type("created_at.gte", "2026-11-01", 2)
    some.sync()
    await some.settled()
    assert "not by both" in some.message()
    assert some.dialog.sync_button.isEnabled()


async def test_a_failure_is_reported_with_the_platforms_message(
    some: Some, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipengine", "401")
    some.type("external_order_number", "10002")
    some.sync()
    await some.settled()
    assert "ShipEngine rejected the API key" in some.message()


async def test_the_sync_can_be_stopped(some: Some, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "slow", seconds=5)
    some.sync()
    await until(lambda: some.message() == text("sync_progress.begun", connection="ShipEngine"))
    bar = some.dialog.findChild(QProgressBar, "sync_some_progress")
    stop = some.dialog.findChild(QPushButton, "sync_some_stop")
    assert isinstance(bar, QProgressBar)
    assert isinstance(stop, QPushButton)
    assert bar.isVisible()
    assert not some.dialog.sync_button.isEnabled()
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    await some.settled()
    assert some.message() == text("sync_some.stopped")
    assert not bar.isVisible()
    assert some.dialog.sync_button.isEnabled()


async def test_closing_the_dialog_stops_the_sync(some: Some, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "shipengine", "slow", seconds=5)
    some.sync()
    await until(lambda: some.message() == text("sync_progress.begun", connection="ShipEngine"))
    some.dialog.reject()
    await some.settled()
    assert await orders.list_rows(some.ctx) == []


async def test_without_connections_a_hint_is_shown(ctx: Context, qtbot: QtBot) -> None:
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = SyncSomeDialog(window, ctx, tasks, Theme())
    dialog.open()
    opened = Some(ctx, tasks, dialog)
    await opened.settled()
    means = dialog.findChild(QLabel, "sync_some_hint")
    assert isinstance(means, QLabel)
    assert means.text() == text("sync_some.no_connections")
    assert not dialog.sync_button.isEnabled()
    dialog.done(0)
