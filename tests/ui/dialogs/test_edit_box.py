"""A box of several orders is edited and voided whole, or one order's part alone, as the check box says."""

from collections.abc import AsyncGenerator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.draft import PackageDraft
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import box, ship
from shipconsole.operations.shipping.box import BoxPart
from shipconsole.ui.dialogs.edit_tracking.dialog import EditTrackingDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.labels import usps
from tests.ui.waiting import until_idle

A, B = usps(6_101), usps(6_102)


async def numbers(ctx: Context, *of: str) -> list[str]:
    sheets = [await orders.sheet(ctx, await orders.find(ctx, number)) for number in of]
    return [
        package.tracking_number for sheet in sheets for shipment in sheet.shipments for package in shipment.packages
    ]


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[tuple[EditTrackingDialog, Tasks]]:
    """The dialog on order 10001, which is in one box with 10003."""
    parts: list[BoxPart] = []
    for number in ("10001", "10003"):
        order_id = await orders.find(bench, number)
        draft = await ship.draft_with_items(bench, order_id, None, PackageDraft())
        parts.append(BoxPart(order_id, draft.packages[0].quantities))
    await box.ship_box(bench, parts, PackageDraft(tracking_number=A), "one family")
    await worker.flush(bench, until_empty=True)
    window, tasks = QWidget(), Tasks()
    qtbot.addWidget(window)
    window.show()
    dialog = EditTrackingDialog(window, bench, tasks, Theme(), parts[0].order_id)
    dialog.open()
    await until_idle(tasks)
    yield dialog, tasks
    await until_idle(tasks)
    shiboken6.delete(dialog)
    await tasks.stop()


@pytest.mark.parametrize("whole", [True, False])
async def test_the_number_of_a_box(bench: Context, opened: tuple[EditTrackingDialog, Tasks], whole: bool) -> None:
    dialog, tasks = opened
    assert dialog.whole_box.isVisible()
    assert dialog.whole_box.text() == text("box.whole_box", orders=("10003",))
    assert dialog.whole_box.isChecked()
    dialog.whole_box.setChecked(whole)
    QTest.keyClicks(dialog.label_form.number, B)
    QTest.keyClick(dialog.label_form.number, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until_idle(tasks)
    assert await numbers(bench, "10001", "10003") == [B, B if whole else A]


@pytest.mark.parametrize("whole", [True, False])
async def test_the_void_of_a_box(bench: Context, opened: tuple[EditTrackingDialog, Tasks], whole: bool) -> None:
    dialog, tasks = opened
    dialog.choose("void")
    await until_idle(tasks)
    dialog.whole_box.setChecked(whole)
    QTest.keyClicks(dialog.reason.input, "lost")
    QTest.keyClick(dialog.reason.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until_idle(tasks)
    assert await numbers(bench, "10001", "10003") == ([] if whole else [A])
