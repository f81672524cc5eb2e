"""The demo's faults are set in its window, strike the next update, and are cleared."""

from collections.abc import AsyncGenerator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.demo import SimulatorFaults
from shipconsole.domain.simulated_fault import ALL_PLATFORMS, SimulatedFault
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.importing import import_orders
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.demo_faults import KINDS, TIMED, DemoFaultsDialog, fault_text
from shipconsole.ui.kit.fields import Choice
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.cli.in_process import free_port
from tests.support.bench import USPS_NUMBERS, draft_of, effects
from tests.ui.waiting import until_idle

pytest_plugins = ("tests.support.bench",)


class Opened:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: DemoFaultsDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    async def set(self, kind: str, platform: str = ALL_PLATFORMS, times: int | None = 1) -> None:
        for choice, value in ((self.dialog.kind, kind), (self.dialog.platform, platform), (self.dialog.times, times)):
            choice.setCurrentIndex(index_of(choice, value))
        QTest.keyClick(self.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until_idle(self.tasks)

    def active(self) -> list[str]:
        shown = self.dialog.active
        return [shown.item(row).text() for row in range(shown.count())]

    def button(self, name: str) -> QPushButton:
        found = self.dialog.findChild(QPushButton, name)
        assert isinstance(found, QPushButton)
        return found

    def message(self) -> str:
        found = self.dialog.findChild(QLabel, "demo_faults_message")
        assert isinstance(found, QLabel)
        return found.text()

    async def ship(self, number: str, tracking: str) -> dict[str, str]:
        """Ship an order, send once, and return the state of the update at each platform."""
        order_id, draft = await draft_of(self.ctx, number, None, tracking)
        await ship.ship(self.ctx, order_id, draft)
        await worker.flush(self.ctx)
        sheet = await orders.sheet(self.ctx, order_id)
        return {call.connection: call.state for call in sheet.calls}


def index_of(choice: Choice, value: object) -> int:
    return next(row for row in range(choice.count()) if choice.itemData(row) == value)


@pytest.fixture
async def opened(bench: Context, simulated_platforms: SimulatorServer, qtbot: QtBot) -> AsyncGenerator[Opened]:
    parent, tasks = QWidget(), Tasks()
    qtbot.addWidget(parent)
    parent.show()
    dialog = DemoFaultsDialog(parent, bench, tasks, Theme(), SimulatorFaults(simulated_platforms.url))
    dialog.open()
    await until_idle(tasks)
    yield Opened(bench, tasks, dialog)
    await SimulatorFaults(simulated_platforms.url).clear()
    await tasks.stop()


@pytest.mark.parametrize(
    ("kind", "state", "acts"),
    [("refuse", "rejected", False), ("429", "retry_wait", False), ("drop_after", "unknown", True)],
)
async def test_a_fault_strikes_the_next_update_of_its_platform_once(
    opened: Opened, simulated_platforms: SimulatorServer, kind: str, state: str, acts: bool
) -> None:
    await opened.set(kind, "shipengine")
    assert opened.message() == text("demo_faults.added")
    seconds = 5 if kind == "429" else 0
    assert opened.active() == [fault_text(SimulatedFault(kind, "shipengine", 1, seconds))]
    # A sync in between uses up no fault.
    assert await import_orders.sync(opened.ctx, await connections.every(opened.ctx))
    assert len(await SimulatorFaults(simulated_platforms.url).active()) == 1
    states = await opened.ship("10001", USPS_NUMBERS[0])
    assert states == {"ShipEngine": state, "Starshipit": "confirmed", "Shipup": "confirmed"}
    told = [effect for effect in effects(simulated_platforms, "10001") if effect["vendor"] == "shipengine"]
    assert bool(told) is acts
    assert await SimulatorFaults(simulated_platforms.url).active() == ()


async def test_every_kind_is_one_of_the_simulators_and_all_are_cleared(opened: Opened) -> None:
    assert opened.active() == [text("demo_faults.none")]
    assert not opened.button("clear_faults").isEnabled()
    for kind in KINDS:
        await opened.set(kind, times=None)
        assert opened.message() == text("demo_faults.added")
        assert opened.dialog.seconds.isEnabled() is (kind in TIMED)
    assert len(opened.active()) == len(KINDS)
    opened.button("clear_faults").click()
    await until_idle(opened.tasks)
    assert opened.active() == [text("demo_faults.none")]
    assert opened.message() == text("demo_faults.cleared")


async def test_simulated_platforms_that_do_not_respond_are_reported(bench: Context, qtbot: QtBot) -> None:
    parent, tasks = QWidget(), Tasks()
    qtbot.addWidget(parent)
    dialog = DemoFaultsDialog(parent, bench, tasks, Theme(), SimulatorFaults(f"http://127.0.0.1:{free_port()}"))
    dialog.open()
    opened = Opened(bench, tasks, dialog)
    await until_idle(tasks)
    assert opened.message() == text("demo_faults.no_answer")
    await tasks.stop()
