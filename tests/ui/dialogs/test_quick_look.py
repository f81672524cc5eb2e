"""Quick look shows an order's items, packages, updates and tracking, and changes nothing."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.operations.shipping import ship
from shipconsole.ui.dialogs.quick_look import QuickLookDialog
from shipconsole.ui.kit.strings import shortened
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import USPS_NUMBERS, draft_of
from tests.ui.waiting import until, until_idle

pytest_plugins = ("tests.support.bench",)


def shown(dialog: QuickLookDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


async def test_an_order_is_shown_whole_without_opening_it(bench: Context, qtbot: QtBot) -> None:
    order_id, draft = await draft_of(bench, "10001", {"MOBILE-CASE-BLK": 1}, USPS_NUMBERS[0])
    await ship.ship(bench, order_id, draft)
    await worker.flush(bench, until_empty=True)
    before = await orders.sheet(bench, order_id)
    parent, tasks = QWidget(), Tasks()
    qtbot.addWidget(parent)
    dialog = QuickLookDialog(parent, bench, tasks, Theme(), order_id)
    dialog.open()
    await until(lambda: "10001" in shown(dialog))
    page = shown(dialog)
    assert before.order.ship_to.name in page
    for line in before.order.lines:
        assert line.sku in page
    assert shortened(USPS_NUMBERS[0]) in page
    for update in before.calls:
        assert update.connection in page
    for part in ("items", "packages", "updates", "tracking"):
        assert text(f"quick_look.{part}") in page
    assert await orders.sheet(bench, order_id) == before, "nothing is claimed or changed"
    with qtbot.waitSignal(dialog.order_chosen) as chosen:
        button = dialog.findChild(QPushButton, "quick_look_open")
        assert button is not None
        button.click()
    assert chosen.args == [order_id]
    await tasks.stop()


async def test_an_order_is_found_by_its_number_and_an_unknown_one_is_explained(bench: Context, qtbot: QtBot) -> None:
    parent, tasks = QWidget(), Tasks()
    qtbot.addWidget(parent)
    dialog = QuickLookDialog(parent, bench, tasks, Theme())
    dialog.open()
    assert text("quick_look.hint") in shown(dialog)
    QTest.keyClicks(dialog.number, "99999")
    QTest.keyClick(dialog.number, Qt.Key.Key_Return)
    await until_idle(tasks)
    assert text("order.unknown", number="99999") in shown(dialog)
    dialog.number.clear()
    QTest.keyClicks(dialog.number, "10002")
    QTest.keyClick(dialog.number, Qt.Key.Key_Return)
    expected = await orders.find(bench, "10002")
    await until(lambda: dialog.order_id == expected and text("quick_look.hint") not in shown(dialog))
    dialog.reject()
    await tasks.stop()
