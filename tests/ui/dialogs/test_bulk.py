"""Many orders created from the window: searched, unticked, sent with keys, and followed to the end."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.sending import batches
from shipconsole.operations.timings import USUAL
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.bulk.dialog import CreateOrdersDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import effects, fault
from tests.ui.waiting import until, until_stored

QUICK = replace(USUAL, job_pauses_s=(0.2,), backoff_base_s=0.2)
UNKNOWN_TO_SHIPUP = ["10002", "10004", "10006", "10008"]
"""The sample orders that the simulated Shipup does not have."""


@pytest.fixture
async def dialog(bench: Context, qtbot: QtBot) -> AsyncGenerator[CreateOrdersDialog]:
    tasks, parent = Tasks(), QWidget()
    qtbot.addWidget(parent)
    made = CreateOrdersDialog(parent, bench, tasks, Theme())
    made.open()
    await until(lambda: made.connection.count() == 2)
    made.connection.setCurrentIndex(made.connection.findText("Shipup"))
    await until(lambda: made.orders.rowCount() == 4)
    yield made
    await tasks.stop()
    made.close()


def numbers(dialog: CreateOrdersDialog) -> list[str]:
    model = dialog.orders
    return sorted(str(model.index(row, 0).data()) for row in range(model.rowCount()))


def shown(dialog: CreateOrdersDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def press(dialog: QWidget, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(dialog, key, held)


async def deliver_until_over(ctx: Context, dialog: CreateOrdersDialog) -> None:
    bar = dialog.findChild(QProgressBar, "bulk_bar")
    assert bar is not None
    for _ in range(600):
        await worker.flush(replace(ctx, timings=QUICK), until_empty=True)
        if bar.value() == bar.maximum():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the orders did not come to an end")


async def test_only_orders_that_the_connection_does_not_have_are_offered(dialog: CreateOrdersDialog) -> None:
    assert numbers(dialog) == UNKNOWN_TO_SHIPUP
    assert shown(dialog, "bulk_count") == text("bulk.missing", count=4, connection="Shipup")
    assert dialog.send_button.accessibleName() == text("bulk.create_count", count=4, connection="Shipup")


async def test_a_search_narrows_the_selection_and_ticks_stay(dialog: CreateOrdersDialog) -> None:
    dialog.table.setFocus()
    dialog.table.selectRow(0)
    press(dialog.table, Qt.Key.Key_Space)
    assert dialog.send_button.accessibleName() == text("bulk.create_count", count=3, connection="Shipup")
    left_out = str(dialog.orders.index(0, 0).data())
    QTest.keyClicks(dialog.search, left_out)
    await until(lambda: numbers(dialog) == [left_out])
    assert not dialog.send_button.isEnabled(), "an unticked order stays unticked"
    dialog.search.clear()
    await until(lambda: len(numbers(dialog)) == 4)
    assert len(dialog.orders.chosen()) == 3
    press(dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert len(dialog.orders.chosen()) == 4
    press(dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert dialog.orders.chosen() == []


async def test_the_progress_is_shown_until_all_orders_have_ended(
    dialog: CreateOrdersDialog, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    heading = text("bulk.heading", count=4, connection="Shipup")
    press(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: dialog.progress.isVisible() and shown(dialog, "bulk_heading") == heading)
    await deliver_until_over(bench, dialog)
    assert shown(dialog, "bulk_total_created") == text("bulk.created", count=4)
    assert sorted(effect["order_number"] for effect in effects(simulated_platforms)) == UNKNOWN_TO_SHIPUP
    assert {effect["call"] for effect in effects(simulated_platforms)} == {"batch_create"}
    dialog.send_others()
    await until(lambda: dialog.orders.rowCount() == 0)
    assert shown(dialog, "bulk_count") == text("bulk.all_exist", connection="Shipup")
    assert not dialog.send_button.isEnabled()


async def test_a_rejected_order_is_listed_and_opens(
    dialog: CreateOrdersDialog, bench: Context, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "shipup", "refuse", call="batch_create")
    fault(simulated_platforms, "shipup", "refuse", call="create_order")
    opened: list[int] = []
    dialog.order_chosen.connect(opened.append)
    dialog.send()
    await until(lambda: dialog.progress.isVisible())
    await deliver_until_over(bench, dialog)
    assert shown(dialog, "bulk_total_needs_attention") == text("bulk.need_attention", count=1)
    lines = dialog.findChild(QFrame, "bulk_lines")
    assert lines is not None
    (line,) = lines.findChildren(QPushButton)
    order_id = await orders.find(bench, line.text())
    line.click()
    assert opened == [order_id]


async def test_orders_are_created_after_the_dialog_was_closed(dialog: CreateOrdersDialog, bench: Context) -> None:
    dialog.send()
    dialog.reject()
    await until_stored(lambda: worker.latest(bench))
    shipup = next(connection for connection in await connections.every(bench) if connection.name == "Shipup")
    assert await batches.orders_missing_in(bench, shipup.id) == ()
