"""A new order by keyboard: checked as it is typed, previewed, saved, and created on platforms."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.simulator.server import SimulatorServer
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.ui.dialogs.new_order.dialog import ADDRESS_ROWS, NewOrderDialog
from shipconsole.ui.dialogs.webhook_events.receiver_state import ReceiverState
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.menu_entries import ENTRIES, DialogArguments
from tests.support.bench import effects
from tests.ui.waiting import until, until_idle

if TYPE_CHECKING:
    from shipconsole.ui.order_editor.panel import OrderEditorPanel
    from shipconsole.ui.printing.jobs import Printing

SAMPLE = {
    "name": "John Smith",
    "street": "20 George Street",
    "city": "Sydney",
    "postal_code": "2000",
    "country": "AU",
}


class NewOrderForm:
    """The open dialog, and what a test does with it."""

    def __init__(self, ctx: Context, tasks: Tasks, dialog: NewOrderDialog) -> None:
        self.ctx = ctx
        self.tasks = tasks
        self.dialog = dialog
        self.created: list[int] = []
        dialog.created.connect(self.created.append)

    def type(self, field: QLineEdit, text: str) -> None:
        """Replace what stands in a field, key by key."""
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def type_item(self, row: int, **texts: str) -> None:
        for name, value in texts.items():
            self.type(self.dialog.items.rows[row].inputs[name], value)

    def fill(self, number: str = "B-20931") -> None:
        """Type a whole order of two items."""
        self.type(self.dialog.number.input, number)
        for name, value in SAMPLE.items():
            self.type(self.dialog.address.fields[name].input, value)
        self.type_item(0, sku="MOBILE", description="Mobile Phone", quantity="2", weight_kg="0.25")
        self.press(Qt.Key.Key_Return)
        self.type_item(1, sku="MOBILE-CASE-BLK")

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key where the focus is."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def create_in(self, name: str) -> None:
        """Choose a connection."""
        box = next(box for box in self.dialog.boxes.values() if box.accessibleName() == name)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)

    def shown(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert label is not None, name
        return label.text() if not label.isHidden() else ""

    def other(self, name: str) -> Any:
        return self.dialog.findChild(QDialog, name)

    async def settled(self) -> None:
        """Let everything that was started end."""
        await until_idle(self.tasks)


@pytest.fixture
async def form(bench: Context, qtbot: QtBot) -> AsyncGenerator[NewOrderForm]:
    """An empty form over a window: the program does not end with it."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    tasks = Tasks()
    failures: list[str] = []
    tasks.failed.connect(failures.append)
    dialog = NewOrderDialog(window, bench, tasks, Theme())
    dialog.open()
    opened = NewOrderForm(bench, tasks, dialog)
    await opened.settled()
    yield opened
    await opened.settled()
    # At once, not by closing it: it would ask about what the test left unsaved.
    shiboken6.delete(dialog)
    await tasks.stop()
    assert failures == []


CONTROL = Qt.KeyboardModifier.ControlModifier


async def test_an_order_typed_by_keyboard_is_stored_and_opened(form: NewOrderForm) -> None:
    form.fill()
    assert form.shown("new_order_summary") == " · ".join(
        (text("new_order.item_count", count=2), text("new_order.unit_count", count=3))
    )
    form.press(Qt.Key.Key_Return, CONTROL)
    await form.settled()
    (order_id,) = form.created
    assert not form.dialog.isVisible()
    order = (await orders.sheet(form.ctx, order_id)).order
    assert order.number == "B-20931"
    assert {name: getattr(order.ship_to, name) for name in SAMPLE} == SAMPLE
    assert [(line.sku, line.description, line.ordered, line.weight_g) for line in order.lines] == [
        ("MOBILE", "Mobile Phone", 2, 250),
        ("MOBILE-CASE-BLK", "", 1, None),
    ]
    assert await worker.latest(form.ctx) == ()


async def test_storing_twice_stores_one_order(form: NewOrderForm) -> None:
    form.fill()
    form.dialog.store()
    form.dialog.store()
    await form.settled()
    assert len(form.created) == 1


async def test_the_order_is_created_only_in_chosen_connections(
    form: NewOrderForm, simulated_platforms: SimulatorServer
) -> None:
    assert [box.accessibleName() for box in form.dialog.boxes.values()] == ["Starshipit", "Shipup"]
    form.fill()
    form.create_in("Starshipit")
    assert form.dialog.store_button.text() == text("new_order.create_in_count", count=1)
    form.dialog.store()
    await form.settled()
    (call,) = await worker.latest(form.ctx)
    assert (call.connection, call.order_id) == ("Starshipit", form.created[0])
    await worker.flush(form.ctx, until_empty=True)
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["order_number"] == "B-20931"


async def test_the_preview_shows_the_request_and_stores_nothing(form: NewOrderForm) -> None:
    form.fill()
    form.dialog.preview()
    assert form.shown("new_order_message") == text("new_order.choose_first")
    form.create_in("Starshipit")
    form.press(Qt.Key.Key_P, CONTROL)
    await form.settled()
    sent = form.other("preview_dialog").findChild(QPlainTextEdit, "request").toPlainText()
    assert json.loads(sent.partition("\n\n")[2])["order"]["order_number"] == "B-20931"
    assert form.created == []


async def test_problems_are_shown_only_after_typing_or_storing(form: NewOrderForm) -> None:
    assert [
        label.text()
        for label in form.dialog.findChildren(QLabel)
        if label.property("severity") == "bad" and label.text()
    ] == []
    form.dialog.store()
    assert form.shown("number_problem") == text("new_order.no_number")
    assert form.shown("street_problem") == text("new_order.no_street")
    assert form.shown("item_problem") == text("new_order.no_items")
    assert form.shown("new_order_message") == text("new_order.fix_first", problem=text("new_order.no_number"))
    assert QApplication.focusWidget() is form.dialog.number.input
    form.type(form.dialog.number.input, "B-1")
    assert form.shown("number_problem") == ""
    assert not form.dialog.number.input.property("wrong")
    assert form.created == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("quantity", "2x", text("new_order.not_a_quantity")),
        ("quantity", "9" * 40, text("new_order.not_a_quantity")),
        ("quantity", "0", text("new_order.quantity", count=0, most=1_000_000)),
        ("weight_kg", "heavy", text("new_order.not_a_weight")),
        ("weight_kg", "-1", text("new_order.not_a_weight")),
    ],
)
async def test_an_unreadable_number_is_marked_in_its_row(
    form: NewOrderForm, name: str, text: str, message: str
) -> None:
    form.fill()
    form.type_item(1, **{name: text})
    (problem,) = [label for label in form.dialog.findChildren(QLabel, "item_problem") if not label.isHidden()]
    assert problem.text() == message
    assert problem.parent() is form.dialog.items.rows[1]
    form.dialog.store()
    assert QApplication.focusWidget() is form.dialog.items.rows[1].inputs[name]
    await form.settled()
    assert form.created == []


async def test_an_existing_order_number_is_reported_while_typing(form: NewOrderForm) -> None:
    form.fill("10001")
    await until(lambda: form.shown("number_problem"))
    assert form.shown("number_problem").startswith("Order 10001 already exists.")
    form.type(form.dialog.number.input, "B-1")
    assert form.shown("number_problem") == ""


async def test_a_limit_of_a_chosen_platform_is_shown_at_its_field(form: NewOrderForm) -> None:
    form.fill()
    form.type(form.dialog.address.fields["postal_code"].input, "2" * 60)
    form.create_in("Starshipit")
    await until(lambda: form.shown("postal_code_problem"))
    assert "Starshipit" in form.shown("postal_code_problem")
    form.dialog.store()
    await form.settled()
    assert form.created == []
    assert QApplication.focusWidget() is form.dialog.address.fields["postal_code"].input


async def test_problems_are_shown_in_their_row_after_empty_rows(form: NewOrderForm) -> None:
    form.fill()
    form.dialog.items.add()
    form.dialog.items.add()
    form.type_item(3, quantity="5")
    form.dialog.store()
    assert [row.inputs["sku"].property("wrong") for row in form.dialog.items.rows] == [False, False, False, True]


async def test_enter_adds_rows_and_delete_removes_them(form: NewOrderForm) -> None:
    items = form.dialog.items
    form.type_item(0)
    items.rows[0].inputs["sku"].setFocus()
    form.press(Qt.Key.Key_Return)
    assert len(items.rows) == 1
    form.type_item(0, sku="MOBILE")
    form.press(Qt.Key.Key_Return)
    assert len(items.rows) == 2
    assert QApplication.focusWidget() is items.rows[1].inputs["sku"]
    form.press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is items.rows[0].inputs["sku"]
    form.press(Qt.Key.Key_Down)
    form.press(Qt.Key.Key_Delete)
    assert [item.sku for item in items.items()] == ["MOBILE"]
    form.press(Qt.Key.Key_Delete, CONTROL)
    assert [item.sku for item in items.items()] == [""]
    assert form.dialog.isVisible()


async def test_closing_asks_about_unsaved_input(form: NewOrderForm) -> None:
    form.type(form.dialog.number.input, "B-1")
    form.type_item(0, sku="MOBILE")
    form.press(Qt.Key.Key_Escape)
    ask = form.other("unsaved_dialog")
    assert [label.text() for label in ask.findChildren(QLabel, "unsaved")] == [
        text("new_order.unsaved", number="B-1", parts=(text("new_order.number"), text("shared.items")))
    ]
    ask.findChild(QPushButton, "keep_editing").click()
    assert form.dialog.isVisible()
    assert not form.dialog.close()
    asked = [dialog for dialog in form.dialog.findChildren(type(ask)) if dialog.isVisible()]
    asked[0].findChild(QPushButton, "close_unsaved").click()
    assert not form.dialog.isVisible()


async def test_without_input_it_closes_at_once(form: NewOrderForm) -> None:
    form.press(Qt.Key.Key_Escape)
    assert not form.dialog.isVisible()


async def test_tab_goes_through_all_fields_in_their_order(form: NewOrderForm) -> None:
    dialog = form.dialog
    form.fill()
    dialog.number.input.setFocus()
    passed: list[QWidget] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        passed.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    expected: list[QWidget] = [dialog.number.input]
    expected += [dialog.address.fields[name].input for names in ADDRESS_ROWS for name in names]
    expected += [input_ for row in dialog.items.rows for input_ in row.inputs.values()]
    expected += [dialog.note.input, *dialog.boxes.values(), dialog.preview_button, dialog.store_button]
    positions = [passed.index(widget) for widget in expected]
    assert positions == sorted(positions)


async def test_the_menu_opens_the_stored_order(form: NewOrderForm, tmp_path: Path) -> None:
    opened: list[int] = []
    entry = next(entry for entry in ENTRIES if entry.name == "new_order")
    parent = form.dialog.parentWidget()
    dialog = entry.make(
        DialogArguments(
            parent=parent,
            ctx=form.ctx,
            tasks=form.tasks,
            theme=Theme(),
            order_id=0,
            open_order=opened.append,
            sheet_changed=form.tasks.failed,
            receiver=ReceiverState(),
            profile=Profile(tmp_path),
            settings=Settings(),
            new_version=None,
            printing=cast("Printing", None),
            listed_orders=tuple,
            editor=cast("OrderEditorPanel", None),
        )
    )
    await form.settled()
    assert isinstance(dialog, NewOrderDialog)
    dialog.created.emit(5)
    assert opened == [5]
    shiboken6.delete(dialog)


async def test_a_limit_stays_marked_when_the_dialog_refreshes(form: NewOrderForm) -> None:
    form.fill()
    form.type(form.dialog.address.fields["postal_code"].input, "2" * 60)
    form.create_in("Starshipit")
    await until(lambda: form.shown("postal_code_problem"))
    form.dialog.refresh()
    assert form.shown("postal_code_problem")
