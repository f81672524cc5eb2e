"""Orders linked and connections unlinked: searched, compared, matched, with a reason."""

from collections.abc import AsyncGenerator, Sequence

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.new_order import NewLine, NewOrder
from shipconsole.messages import text
from shipconsole.operations.context import Context
from shipconsole.operations.orders import cancel, link, orders
from shipconsole.operations.vendor_orders import manual_orders
from shipconsole.ui.dialogs.link_orders.dialog import LinkOrdersDialog
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from tests.ui.waiting import until

CONTROL = Qt.KeyboardModifier.ControlModifier
LINES = (NewLine("MOBILE", "Mobile Phone", 1), NewLine("CASE-BLACK", "Case", 2))


class Linking:
    """The open dialog of order 10001, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: LinkOrdersDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog

    async def line_id(self, sku: str, order_id: int | None = None) -> int:
        order = (await orders.sheet(self.ctx, order_id or self.dialog.order_id)).order
        return order.lines_of(sku)[0].id

    def listed(self) -> list[str]:
        model = self.dialog.candidates.model()
        role = Qt.ItemDataRole.AccessibleTextRole
        return [model.index(row, 0).data(role) for row in range(model.rowCount())]

    def shown(self, name: str = "link_message") -> str:
        label = self.dialog.findChild(QLabel, name)
        assert label is not None
        return label.text()

    async def confirm(self, reason: str = "Entered twice") -> None:
        self.dialog.reason.input.setFocus()
        QTest.keyClicks(self.dialog.reason.input, reason)
        QTest.keyClick(self.dialog.reason.input, Qt.Key.Key_Return, CONTROL)
        await self.settled()

    async def settled(self) -> None:
        await until(lambda: not self.tasks.running and not self.dialog.is_waiting)


async def enter(ctx: Context, number: str, lines: Sequence[NewLine] = LINES, **differs: str) -> int:
    """Create an order for the recipient of 10001, and return its ID."""
    order = (await orders.sheet(ctx, await orders.find(ctx, "10001"))).order
    ship_to = order.ship_to.model_copy(update=differs)
    return (await manual_orders.create(ctx, NewOrder(number, ship_to, tuple(lines)), ())).order_id


@pytest.fixture
async def opened(bench: Context, qtbot: QtBot) -> AsyncGenerator[Linking]:
    """The dialog over a window, with two orders that could be the same."""
    await enter(bench, "B-1", postal_code="2001")
    await enter(bench, "B-2", [NewLine("TRIPOD", "Tripod", 1)])
    tasks = Tasks()
    failures: list[str] = []
    tasks.failed.connect(failures.append)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = LinkOrdersDialog(window, bench, tasks, Theme(), await orders.find(bench, "10001"))
    dialog.open()
    made = Linking(bench, tasks, dialog)
    await made.settled()
    yield made
    await made.settled()
    shiboken6.delete(dialog)
    await tasks.stop()
    assert failures == []


async def test_the_most_similar_orders_come_first_and_others_are_searched(opened: Linking) -> None:
    assert [line.partition(",")[0] for line in opened.listed()] == ["B-1", "B-2"]
    assert text("link_orders.matches", same=1, count=2) in opened.listed()[0]
    assert QApplication.focusWidget() is opened.dialog.search
    QTest.keyClicks(opened.dialog.search, "TRIPOD")
    await opened.settled()
    assert [line.partition(",")[0] for line in opened.listed()] == ["B-2"]
    QTest.keyClicks(opened.dialog.search, "XYZ")
    await opened.settled()
    assert opened.listed() == []
    assert "TRIPODXYZ" in opened.shown("candidates_hint")
    assert not opened.dialog.confirm_button.isEnabled()
    QTest.keyClick(opened.dialog.search, Qt.Key.Key_Escape)
    await opened.settled()
    assert opened.dialog.isVisible()
    assert len(opened.listed()) == 2


async def test_differences_are_shown_before_linking(opened: Linking) -> None:
    assert opened.shown("becomes") == text("link_orders.becomes", other="B-1", number="10001")
    differs = opened.shown("orders_differ_text").splitlines()
    postal_code = text("address.postal_code")
    assert text("link_orders.address_differs", part=postal_code, here="2000", there="2001") in differs
    assert text("link_orders.unmatched", items=("CASE-BLACK",), other="B-1") in differs


async def test_items_are_matched_by_a_person_where_the_skus_differ(opened: Linking) -> None:
    other_id = await orders.find(opened.ctx, "B-1")
    case, other_case = await opened.line_id("MOBILE-CASE-BLK"), await opened.line_id("CASE-BLACK", other_id)
    mobile, other_mobile = await opened.line_id("MOBILE"), await opened.line_id("MOBILE", other_id)
    assert opened.dialog.matching is not None
    assert opened.dialog.matching.matches() == {mobile: other_mobile}
    choice = opened.dialog.matching.choices[case]
    choice.setFocus()
    QTest.keyClicks(choice, "2")
    assert opened.dialog.matching.matches() == {mobile: other_mobile, case: other_case}
    units = text("link_orders.units_differ", item="MOBILE-CASE-BLK", here=3, there=2)
    assert units in opened.shown("orders_differ_text")
    assert text("link_orders.unmatched", items=("CASE-BLACK",), other="B-1") not in opened.shown("orders_differ_text")
    QTest.keyClicks(opened.dialog.matching.choices[mobile], "2")
    assert opened.dialog.matching.matches() == {mobile: other_case}


async def test_linking_by_keyboard_leaves_one_order(opened: Linking) -> None:
    other_id = await orders.find(opened.ctx, "B-1")
    QTest.keyClick(opened.dialog.search, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is opened.dialog.candidates
    opened.dialog.confirm()
    assert opened.shown() == text("link_orders.enter_reason")
    await opened.confirm()
    assert not opened.dialog.isVisible()
    assert "Entered twice" in [done.reason for done in await link.manual_changes(opened.ctx, opened.dialog.order_id)]
    listed = await orders.list_rows(opened.ctx, find="B-1")
    assert other_id not in [row.id for row in listed]


async def test_a_refused_link_is_reported_and_can_be_fixed(opened: Linking) -> None:
    """An order with nothing in common is refused until items are paired."""
    opened.dialog.candidates.setCurrentRow(1)
    await opened.settled()
    await opened.confirm()
    assert opened.dialog.isVisible()
    assert opened.shown() == "No item of one order matches an item of the other. Pair at least one."
    assert opened.dialog.matching is not None
    QTest.keyClicks(opened.dialog.matching.choices[await opened.line_id("MOBILE")], "1")
    await opened.confirm(" ")
    assert not opened.dialog.isVisible()


async def test_a_connection_is_unlinked_with_a_reason(opened: Linking) -> None:
    opened.dialog.choose("unlink")
    assert not opened.dialog.confirm_button.isEnabled()
    opened.dialog.confirm()
    assert opened.shown() == text("link_orders.choose_connection")
    links = (await orders.sheet(opened.ctx, opened.dialog.order_id)).links
    button = opened.dialog.unlink_page.buttons[links[1].connection_id]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert opened.dialog.confirm_button.text() == text("link_orders.unlink_from", connection="Starshipit")
    await opened.confirm("Not the same order")
    assert not opened.dialog.isVisible()
    left = (await orders.sheet(opened.ctx, opened.dialog.order_id)).links
    assert [kept.connection_id for kept in left] == [links[0].connection_id, links[2].connection_id]


async def test_closing_asks_before_input_is_lost(opened: Linking) -> None:
    dialog = opened.dialog
    assert dialog.matching is not None
    QTest.keyClicks(dialog.matching.choices[await opened.line_id("MOBILE")], "2")
    QTest.keyClicks(dialog.reason.input, "Entered twice")
    dialog.close()
    (ask,) = dialog.findChildren(QDialog, "unsaved_dialog")
    parts = (text("link_orders.unsaved_items", other="B-1"), text("link_orders.reason"))
    expected = [text("link_orders.unsaved", number="10001", parts=parts)]
    assert [label.text() for label in ask.findChildren(QLabel, "unsaved")] == expected
    ask.findChild(QPushButton, "keep_editing").click()
    assert dialog.isVisible()
    shiboken6.delete(ask)
    dialog.reason.input.setFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.findChild(QDialog, "unsaved_dialog").findChild(QPushButton, "close_unsaved").click()
    assert not dialog.isVisible()


async def test_new_orders_are_shown_and_the_selection_stays(opened: Linking) -> None:
    dialog = opened.dialog
    dialog.candidates.setCurrentRow(1)
    await opened.settled()
    assert dialog.matching is not None
    QTest.keyClicks(dialog.matching.choices[await opened.line_id("MOBILE")], "1")
    matches = dialog.matching.matches()
    QTest.keyClicks(dialog.reason.input, "Entered twice")
    await enter(opened.ctx, "B-3")
    starshipit = (await orders.sheet(opened.ctx, dialog.order_id)).links[1].connection_id
    dialog.unlink_page.buttons[starshipit].click()
    for _ in range(2):
        dialog.refresh()
        await opened.settled()
    assert [line.partition(",")[0] for line in opened.listed()] == ["B-1", "B-3", "B-2"]
    assert dialog.confirm_button.text() == text("link_orders.link_to", other="B-2")
    assert dialog.confirm_button.isEnabled()
    assert dialog.matching.matches() == matches != {}
    assert len(dialog.unlink_page.buttons) == 3
    chosen = dialog.unlink_page.chosen()
    assert chosen is not None
    assert chosen.name == "Starshipit"
    await link.unlink(opened.ctx, dialog.order_id, starshipit, "Another order")
    dialog.refresh()
    await opened.settled()
    assert dialog.unlink_page.chosen() is None
    assert len(dialog.unlink_page.buttons) == 2


async def test_an_order_that_changed_meanwhile_is_matched_again(opened: Linking) -> None:
    dialog = opened.dialog
    mobile = await opened.line_id("MOBILE")
    await cancel.cancel(opened.ctx, dialog.order_id, {mobile: 1}, "Out of stock")
    before = dialog.matching
    dialog.refresh()
    await opened.settled()
    assert dialog.matching is not before


async def test_an_order_in_no_connection_cannot_be_unlinked(bench: Context, qtbot: QtBot) -> None:
    order_id = await enter(bench, "B-3")
    tasks = Tasks()
    window = QWidget()
    qtbot.addWidget(window)
    dialog = LinkOrdersDialog(window, bench, tasks, Theme(), order_id)
    made = Linking(bench, tasks, dialog)
    await made.settled()
    dialog.choose("unlink")
    assert made.shown("unlink_means") == text("link_orders.unlink_no_connection")
    assert dialog.unlink_page.buttons == {}
    shiboken6.delete(dialog)


async def test_an_order_is_kept_separate_without_a_reason(opened: Linking) -> None:
    chosen = opened.dialog.candidates.candidate()
    button = opened.dialog.findChild(QPushButton, "link_keep_separate")
    assert button is not None
    assert chosen is not None
    opened.dialog.choose("unlink")
    assert not button.isVisible()
    opened.dialog.choose("link")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await opened.settled()
    assert not opened.dialog.isVisible()
    for order_id in (opened.dialog.order_id, chosen.order_id):
        assert [str(entry.what).partition(" (")[0] for entry in await link.manual_changes(opened.ctx, order_id)][
            -1:
        ] == [f"Kept separate from order {'B-1' if order_id == opened.dialog.order_id else '10001'}"]
