"""A new order by keyboard: checked as it is typed, previewed, saved, and created on platforms."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

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
from shipconsole.ui.window.menu import ENTRIES, DialogArguments
from tests.support.bench import effects
from tests.ui.waiting import until

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

    def type_line(self, row: int, **texts: str) -> None:
        for name, value in texts.items():
            self.type(self.dialog.lines.rows[row].inputs[name], value)

    def fill(self, number: str = "B-20931") -> None:
        """Type a whole order of two items."""
        self.type(self.dialog.number.input, number)
        for name, value in SAMPLE.items():
            self.type(self.dialog.address.fields[name].input, value)
        self.type_line(0, sku="MOBILE", description="Mobile Phone", quantity="2", weight_kg="0.25")
        self.press(Qt.Key.Key_Return)
        self.type_line(1, sku="MOBILE-CASE-BLK")

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key where the focus is."""
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def tell(self, name: str) -> None:
        """Choose a connection that is to be told."""
        box = next(one for one in self.dialog.boxes.values() if one.accessibleName() == name)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Space)

    def said(self, name: str) -> str:
        label = self.dialog.findChild(QLabel, name)
        assert label is not None, name
        return label.text() if not label.isHidden() else ""

    def other(self, name: str) -> Any:
        return self.dialog.findChild(QDialog, name)

    async def settled(self) -> None:
        """Let everything that was started end."""
        await until(lambda: not self.tasks.running)


@pytest.fixture
async def form(bench: Context, qtbot: QtBot) -> AsyncGenerator[NewOrderForm]:
    """An empty form over a window: the program does not end with it."""
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    tasks = Tasks()
    field_errors: list[str] = []
    tasks.failed.connect(field_errors.append)
    dialog = NewOrderDialog(window, bench, tasks, Theme())
    dialog.open()
    opened = NewOrderForm(bench, tasks, dialog)
    await opened.settled()
    yield opened
    await opened.settled()
    # At once, not by closing it: it would ask about what the test left unsaved.
    shiboken6.delete(dialog)
    await tasks.stop()
    assert field_errors == []


CONTROL = Qt.KeyboardModifier.ControlModifier


async def test_an_order_typed_by_keyboard_is_stored_and_opened(form: NewOrderForm) -> None:
    form.fill()
    assert form.said("new_order_summary") == " · ".join(
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


async def test_only_who_is_chosen_is_told(form: NewOrderForm, simulated_platforms: SimulatorServer) -> None:
    assert [box.accessibleName() for box in form.dialog.boxes.values()] == ["Starshipit", "Shipup"]
    form.fill()
    form.tell("Starshipit")
    assert form.dialog.store_button.text() == text("new_order.create_in_count", count=1)
    form.dialog.store()
    await form.settled()
    (call,) = await worker.latest(form.ctx)
    assert (call.connection, call.order_id) == ("Starshipit", form.created[0])
    await worker.deliver(form.ctx, until_empty=True)
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["order_number"] == "B-20931"


async def test_the_preview_shows_the_request_and_stores_nothing(form: NewOrderForm) -> None:
    form.fill()
    form.dialog.preview()
    assert form.said("new_order_message") == text("new_order.choose_first")
    form.tell("Starshipit")
    form.press(Qt.Key.Key_P, CONTROL)
    await form.settled()
    sent = form.other("preview_dialog").findChild(QPlainTextEdit, "request").toPlainText()
    assert json.loads(sent.partition("\n\n")[2])["order"]["order_number"] == "B-20931"
    assert form.created == []


async def test_nothing_is_complained_of_before_it_was_typed_or_asked_for(form: NewOrderForm) -> None:
    assert [
        one.text() for one in form.dialog.findChildren(QLabel) if one.property("severity") == "bad" and one.text()
    ] == []
    form.dialog.store()
    assert form.said("number_problem") == text("new_order.no_number")
    assert form.said("street_problem") == text("new_order.no_street")
    assert form.said("line_trouble") == text("new_order.no_items")
    assert form.said("new_order_message") == text("new_order.fix_first", problem=text("new_order.no_number"))
    assert QApplication.focusWidget() is form.dialog.number.input
    form.type(form.dialog.number.input, "B-1")
    assert form.said("number_problem") == ""
    assert not form.dialog.number.input.property("wrong")
    assert form.created == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("quantity", "2x", text("new_order.not_a_quantity")),
        ("quantity", "9" * 40, text("new_order.not_a_quantity")),
        ("quantity", "0", text("new_order.quantity", count=0, most=1_000_000)),
        ("weight_kg", "heavy", text("new_order.not_a_weight")),
        ("weight_kg", "-1", text("new_order.not_a_weight")),
    ],
)
async def test_a_number_that_is_none_is_said_at_its_row(form: NewOrderForm, name: str, text: str, said: str) -> None:
    form.fill()
    form.type_line(1, **{name: text})
    (trouble,) = [one for one in form.dialog.findChildren(QLabel, "line_trouble") if not one.isHidden()]
    assert trouble.text() == said
    assert trouble.parent() is form.dialog.lines.rows[1]
    form.dialog.store()
    assert QApplication.focusWidget() is form.dialog.lines.rows[1].inputs[name]
    await form.settled()
    assert form.created == []


async def test_a_number_that_is_there_already_is_said_while_typing(form: NewOrderForm) -> None:
    form.fill("10001")
    await until(lambda: form.said("number_problem"))
    assert form.said("number_problem").startswith("Order 10001 already exists.")
    form.type(form.dialog.number.input, "B-1")
    assert form.said("number_problem") == ""


async def test_a_limit_of_a_chosen_vendor_stands_at_its_field(form: NewOrderForm) -> None:
    form.fill()
    form.type(form.dialog.address.fields["postal_code"].input, "2" * 60)
    form.tell("Starshipit")
    await until(lambda: form.said("postal_code_problem"))
    assert "Starshipit" in form.said("postal_code_problem")
    form.dialog.store()
    await form.settled()
    assert form.created == []
    assert QApplication.focusWidget() is form.dialog.address.fields["postal_code"].input


async def test_problems_stay_at_their_row_where_an_empty_row_stands_before_it(form: NewOrderForm) -> None:
    form.fill()
    form.dialog.lines.add()
    form.dialog.lines.add()
    form.type_line(3, quantity="5")
    form.dialog.store()
    assert [row.inputs["sku"].property("wrong") for row in form.dialog.lines.rows] == [False, False, False, True]


async def test_rows_come_with_enter_and_go_with_delete(form: NewOrderForm) -> None:
    lines = form.dialog.lines
    form.type_line(0)
    lines.rows[0].inputs["sku"].setFocus()
    form.press(Qt.Key.Key_Return)
    assert len(lines.rows) == 1
    form.type_line(0, sku="MOBILE")
    form.press(Qt.Key.Key_Return)
    assert len(lines.rows) == 2
    assert QApplication.focusWidget() is lines.rows[1].inputs["sku"]
    form.press(Qt.Key.Key_Up)
    assert QApplication.focusWidget() is lines.rows[0].inputs["sku"]
    form.press(Qt.Key.Key_Down)
    form.press(Qt.Key.Key_Delete)
    assert [line.sku for line in lines.lines()] == ["MOBILE"]
    form.press(Qt.Key.Key_Delete, CONTROL)
    assert [line.sku for line in lines.lines()] == [""]
    assert form.dialog.isVisible()


async def test_leaving_asks_about_what_was_typed(form: NewOrderForm) -> None:
    form.type(form.dialog.number.input, "B-1")
    form.type_line(0, sku="MOBILE")
    form.press(Qt.Key.Key_Escape)
    ask = form.other("unsaved_dialog")
    assert [label.text() for label in ask.findChildren(QLabel, "unsaved")] == [
        text("new_order.unsaved", number="B-1", parts=(text("new_order.number"), text("shared.items")))
    ]
    ask.findChild(QPushButton, "keep_editing").click()
    assert form.dialog.isVisible()
    assert not form.dialog.close()
    asked = [one for one in form.dialog.findChildren(type(ask)) if one.isVisible()]
    asked[0].findChild(QPushButton, "close_unsaved").click()
    assert not form.dialog.isVisible()


async def test_nothing_is_asked_where_nothing_was_typed(form: NewOrderForm) -> None:
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
    wanted: list[QWidget] = [dialog.number.input]
    wanted += [dialog.address.fields[name].input for names in ADDRESS_ROWS for name in names]
    wanted += [made for row in dialog.lines.rows for made in row.inputs.values()]
    wanted += [dialog.note.input, *dialog.boxes.values(), dialog.preview_button, dialog.store_button]
    places = [passed.index(one) for one in wanted]
    assert places == sorted(places)


async def test_the_menu_opens_what_was_stored(form: NewOrderForm, tmp_path: Path) -> None:
    opened: list[int] = []
    entry = next(one for one in ENTRIES if one.name == "new_order")
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
            news=None,
        )
    )
    await form.settled()
    assert isinstance(dialog, NewOrderDialog)
    dialog.created.emit(5)
    assert opened == [5]
    shiboken6.delete(dialog)


async def test_a_limit_stays_marked_while_the_buttons_are_shown_anew(form: NewOrderForm) -> None:
    form.fill()
    form.type(form.dialog.address.fields["postal_code"].input, "2" * 60)
    form.tell("Starshipit")
    await until(lambda: form.said("postal_code_problem"))
    form.dialog._show_buttons()
    assert form.said("postal_code_problem")
