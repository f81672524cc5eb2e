"""Fifty packages in a row through the whole window, at a slow scanner's pace: none is lost, none is misplaced."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from shipconsole.domain.order import Order
from shipconsole.operations import worker
from shipconsole.operations.importing import import_orders
from shipconsole.operations.maintenance import audit_log
from shipconsole.operations.orders import orders
from shipconsole.operations.worker import Dispatcher
from shipconsole.simulator.server import SimulatorServer, running_simulator
from shipconsole.station.settings import Settings
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from tests.support.bench import connect_all, effects, open_context
from tests.support.labels import usps
from tests.ui.waiting import until, until_stored

PACKAGES = 50
EVERY_MS = 30
BETWEEN_SCANS_MS = 200
MOST_SCANNED = 4
"""Orders of more units ship in part, so that both ways are walked."""
COUNTDOWN_S = 0.2


class Scanner:
    """A scanner at the window's keyboard: its keys have the times at which they were pressed."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._now_ms = 1_000
        self.scans = 0

    def scan(self, text: str) -> None:
        self.scans += 1
        self._now_ms += BETWEEN_SCANS_MS
        for character in f"{text}\r":
            key = Qt.Key.Key_Return if character == "\r" else Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, character)
                event.setTimestamp(self._now_ms)
                QApplication.sendEvent(self._window.windowHandle(), event)
            self._now_ms += EVERY_MS


@pytest.fixture
async def station(qtbot: QtBot, tmp_path: Path) -> AsyncGenerator[tuple[MainWindow, SimulatorServer]]:
    """Yield the started window of a station that ships what is packed completely, and its platforms."""
    with running_simulator(orders=PACKAGES) as server:
        server.remove_limits()
        async with open_context(tmp_path) as opened:
            await import_orders.sync(opened, await connect_all(opened, server.url))
            timings = replace(opened.timings, countdown_least_s=COUNTDOWN_S)
            ctx = replace(opened, ship_when_packed=True, undo_window_s=0, timings=timings)
            window, tasks = MainWindow(ctx.store, Theme(), Settings()), Tasks()
            qtbot.addWidget(window)
            window.show()
            window.start(ctx, tasks)
            dispatcher = Dispatcher(ctx)
            window.feed.changed.connect(dispatcher.wake)
            tasks.spawn("dispatcher", dispatcher.run())
            try:
                yield window, server
            finally:
                await window.shutdown()
                await dispatcher.stop(60)
                await tasks.stop()
                window.hide()


def scans_of(order: Order, label: str) -> tuple[str, ...]:
    """Return the scans of an order: all its units and its label, or one unit, its label, and the command."""
    units = [line.sku for line in order.lines for _ in range(line.left)]
    if len(units) <= MOST_SCANNED:
        return (order.number, *units, label)
    return (order.number, units[0], label, "%SHIP")


@pytest.mark.timeout(300)
async def test_fifty_packages_in_a_row_are_sent_once_and_each_with_its_label(
    station: tuple[MainWindow, SimulatorServer],
) -> None:
    window, server = station
    assert window.ctx is not None
    ctx, scanner = window.ctx, Scanner(window)
    await until(window.isActiveWindow)
    numbers = [str(10_001 + position) for position in range(PACKAGES)]
    found = {number: (await orders.sheet(ctx, await orders.find(ctx, number))).order for number in numbers}
    labels = {number: usps(position) for position, number in enumerate(numbers)}
    for number in numbers:
        for scan in scans_of(found[number], labels[number]):
            # The packer does not wait for anything: the window may be behind by any number of scans.
            scanner.scan(scan)
        await until(lambda number=number: window.scans.verdict.order_number == number)

    async def are_all_sent() -> bool:
        last = (await orders.sheet(ctx, found[numbers[-1]].id)).shipments
        return bool(last) and not await worker.counts(ctx)

    await until_stored(are_all_sent)
    for number in numbers:
        sheet = await orders.sheet(ctx, found[number].id)
        (shipment,) = sheet.shipments
        (package,) = shipment.packages
        assert package.tracking_number == labels[number]
        scanned = scans_of(found[number], labels[number])
        units = len(scanned) - (3 if scanned[-1] == "%SHIP" else 2)
        assert (sum(line.quantity for line in package.lines), package.typed_units) == (units, 0)
        sent = effects(server, number)
        assert sorted(effect["vendor"] for effect in sent) == sorted(call.vendor for call in sheet.calls)
        assert all(labels[number] in str(effect["body"]) for effect in sent)
    assert len(effects(server)) == sum(len(effects(server, number)) for number in numbers)
    entries = [entry for entry in await audit_log.events(ctx) if entry.verdict]
    assert len(entries) == scanner.scans
