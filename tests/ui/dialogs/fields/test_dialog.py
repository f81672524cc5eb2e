"""All fields of an order: filled in, edited, checked, previewed, sent, rejected, and closed."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole.domain.field import EACH, Field, FieldPath, Value
from shipconsole.messages import text
from shipconsole.operations import worker
from shipconsole.operations.vendor_orders import edit
from shipconsole.operations.vendor_orders.edit import Section
from shipconsole.simulator.server import SimulatorServer
from shipconsole.ui.dialogs.fields.page import FieldsPage
from shipconsole.ui.kit.theme import Theme
from tests.support.bench import effects, fault
from tests.support.effort import Effort
from tests.ui.dialogs.fields.conftest import Fields
from tests.ui.waiting import until

STREET, POST_CODE, COUNTRY = (("destination", name) for name in ("street", "post_code", "country"))
DATE = ("order_date",)
QUICK = 16


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)


async def test_filling_marks_nothing_as_changed_and_keeps_every_digit(fields: Fields) -> None:
    fields.dialog.toggle_all()
    for page in fields.dialog.pages:
        fields.dialog.choose(fields.dialog.pages.index(page))
        assert page.edits.unsaved() == ()
        assert all(row.text() == page.edits.platform_text(path) for path, row in page.form.rows.items())
    assert fields.shown("fields_changed") == ""
    assert len(fields.row(DATE).text().rstrip("Z").partition(".")[2]) == 7
    fields.dialog.choose(1)
    assert not fields.dialog.save_button.isEnabled()
    fields.dialog.save()
    await fields.settled()
    assert await worker.latest(fields.ctx) == ()


async def test_the_basic_fields_are_shown_first_and_all_on_request(fields: Fields) -> None:
    basic = fields.seen()
    assert STREET in basic
    assert DATE not in basic
    QTest.keyClick(fields.dialog, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    everything = fields.seen()
    assert DATE in everything
    known = fields.page().section.values
    assert set(known) <= set(everything)
    fields.dialog.toggle_all()
    assert fields.seen() == [path for path in everything if path in basic]


async def test_lists_stand_under_a_heading_for_each_entry(fields: Fields) -> None:
    headings = [
        label.text() for label in fields.page().form.findChildren(QLabel) if label.property("variant") == "heading"
    ]
    assert [heading for heading in headings if heading.startswith("Item")] == [
        "Items",
        f"{text('fields.item_entry', number=1)} · MOBILE",
        f"{text('fields.item_entry', number=2)} · MOBILE-CASE-BLK",
        f"{text('fields.item_entry', number=3)} · CHARGER-USB-C",
    ]


async def test_a_changed_field_is_previewed_with_only_what_must_be_sent_with_it(fields: Fields) -> None:
    row = fields.type(POST_CODE, "2001")
    assert fields.shown("fields_changed") == text("fields.changed_in", count=1, connection="Starshipit")
    assert row.findChild(QLabel, "changed").toolTip() == f"<p>{text('fields.was', value='2000')}</p>"
    QTest.keyClick(fields.dialog, Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    await fields.settled()
    sent = fields.other("preview_dialog").findChild(QPlainTextEdit, "request").toPlainText()
    body = json.loads(sent.partition("\n\n")[2])["order"]
    assert set(body) == {"order_id", "destination"}
    values = fields.page().section.values
    before = {path[-1]: value for path, value in values.items() if path[0] == "destination"}
    assert body["destination"] == {**before, "post_code": "2001"}


async def test_input_can_be_undone_field_by_field(fields: Fields) -> None:
    fields.type(STREET, "21 George Street")
    row = fields.type(POST_CODE, "2001")
    QTest.mouseClick(row.findChild(QPushButton, "undo"), Qt.MouseButton.LeftButton)
    assert row.text() == "2000"
    assert fields.page().edits.unsaved() == (STREET,)
    fields.type(STREET, "20 George Street")
    assert fields.shown("fields_changed") == ""


async def test_a_value_over_the_limit_is_marked_while_typing_and_not_sent(fields: Fields) -> None:
    row = fields.type(POST_CODE, "1" * 11)
    assert row.problem() == "Postal code has 11 characters. Starshipit accepts 10."
    assert row.input.property("wrong")
    fields.dialog.save()
    await fields.settled()
    assert fields.shown("fields_message") == text("fields.fix_first", problem=row.problem())
    assert await worker.latest(fields.ctx) == ()
    fields.type(POST_CODE, "2001")
    assert (row.problem(), row.input.property("wrong")) == ("", False)


async def test_a_saved_change_is_sent_once_and_confirmed(fields: Fields, simulated_platforms: SimulatorServer) -> None:
    fields.type(POST_CODE, "2001")
    QTest.keyClick(fields.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    fields.dialog.save()
    await fields.settled()
    assert fields.page().edits.is_sending(POST_CODE)
    assert fields.page().edits.unsaved() == ()
    assert fields.page().update_texts() == [f"Postal code · {text('update_state.pending')}"]
    fields.dialog.save()
    await fields.delivered()
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["destination"]["post_code"] == "2001"
    assert not fields.page().edits.is_changed(POST_CODE)
    assert fields.row(POST_CODE).text() == fields.page().edits.platform_text(POST_CODE) == "2001"
    assert fields.page().update_texts()[0].startswith(f"Postal code · {text('update_time.confirmed', time='')}")


async def test_a_rejected_value_is_marked_at_its_field_and_fixed_by_the_next_save(
    fields: Fields, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "starshipit", "refuse_field", call="update_order", field="destination.street")
    fields.type(STREET, "21 George Street")
    fields.dialog.save()
    await fields.settled()
    await fields.delivered()
    (call,) = await worker.latest(fields.ctx)
    assert call.state == "rejected"
    assert "refused" in fields.page().update_texts()[0]
    assert fields.page().edits.unsaved() == (STREET,)
    assert fields.row(STREET).problem().startswith("The street field was refused")
    fields.type(STREET, "22 George Street")
    fields.dialog.save()
    await fields.settled()
    assert fields.shown("fields_message") == text("fields.replaced_rejected")
    await fields.delivered()
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["destination"]["street"] == "22 George Street"
    assert fields.page().edits.refused() == ()
    assert fields.page().edits.unsaved() == ()


async def test_a_rejected_value_is_filled_in_when_the_dialog_is_opened_again(
    fields: Fields, simulated_platforms: SimulatorServer
) -> None:
    fault(simulated_platforms, "starshipit", "refuse", call="update_order")
    section = fields.page().section
    wanted = edit.FieldChanges({STREET: "21 George Street"})
    await edit.save(fields.ctx, fields.dialog.order_id, section.connection.id, wanted)
    await worker.flush(fields.ctx, until_empty=True)
    page = FieldsPage(section, await worker.latest(fields.ctx), Theme())
    assert page.edits.text(STREET) == "21 George Street"
    assert page.edits.unsaved() == (STREET,)
    page.deleteLater()


async def test_closing_lists_unsaved_fields(fields: Fields) -> None:
    fields.type(STREET, "21 George Street")
    fields.type(POST_CODE, "2001")
    press(Qt.Key.Key_Escape)
    ask = fields.other("unsaved_dialog")
    assert [label.text() for label in ask.findChildren(QLabel, "unsaved")] == [
        text("fields.unsaved", connection="Starshipit", titles=("Street", "Postal code"))
    ]
    ask.findChild(QPushButton, "keep_editing").click()
    assert fields.dialog.isVisible()
    assert not fields.dialog.close()
    asked = [dialog for dialog in fields.dialog.findChildren(QWidget, "unsaved_dialog") if dialog.isVisible()]
    asked[0].findChild(QPushButton, "close_unsaved").click()
    assert not fields.dialog.isVisible()


async def test_without_changes_it_closes_at_once(fields: Fields) -> None:
    press(Qt.Key.Key_Escape)
    assert not fields.dialog.isVisible()
    assert fields.other("unsaved_dialog") is None


async def test_a_read_only_connection_shows_a_note(fields: Fields) -> None:
    fields.dialog.choose(0)
    assert fields.shown("read_only_note") == text("fields.read_only_connection", connection="ShipEngine")
    assert not fields.dialog.save_button.isVisible()
    assert all(row.input.isReadOnly() for row in fields.page("ShipEngine").form.rows.values())


@pytest.mark.parametrize(
    ("text", "path"),
    [("delivery inst", ("destination", "delivery_instructions")), ("order_date", DATE), ("leave at", None)],
)
async def test_the_search_finds_titles_names_and_values_of_all_fields(
    fields: Fields, text: str, path: FieldPath | None
) -> None:
    QTest.keyClick(fields.dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(fields.dialog.filter, text)
    assert fields.seen() == [path or ("destination", "delivery_instructions")]
    press(Qt.Key.Key_Escape)
    assert fields.dialog.isVisible()
    assert STREET in fields.seen()


async def test_a_search_without_matches_shows_a_hint(fields: Fields) -> None:
    fields.dialog.filter.setText("no such thing")
    assert fields.seen() == []
    label = fields.page().form.findChild(QLabel, "no_match")
    assert "no such thing" in label.text()
    assert not label.isHidden()


async def test_a_field_is_edited_and_saved_by_keyboard_alone(fields: Fields) -> None:
    """Find a field, change it, look at another connection, come back, save: no mouse."""
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(fields.dialog, Qt.Key.Key_F, control)
    QTest.keyClicks(fields.dialog.filter, "post_code")
    press(Qt.Key.Key_Return)
    while QApplication.focusWidget() is not fields.row(POST_CODE).input:
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_A, control)
    QTest.keyClicks(fields.row(POST_CODE).input, "2001")
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is fields.row(POST_CODE).findChild(QPushButton, "undo")
    press(Qt.Key.Key_1, alt)
    assert fields.dialog.pages[0].isVisible()
    press(Qt.Key.Key_2, alt)
    assert fields.page().isVisible()
    QTest.keyClick(fields.dialog, Qt.Key.Key_Return, control)
    await fields.settled()
    (call,) = await worker.latest(fields.ctx)
    assert str(call.summary) == "Postal code"


async def test_a_choice_takes_newer_codes_and_is_not_changed_by_the_wheel(fields: Fields) -> None:
    row = fields.row(("carrier",))
    assert isinstance(row.input, QComboBox)
    turned = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(row.input, turned)
    assert row.text() == fields.page().edits.platform_text(("carrier",))
    line = row.input.lineEdit()
    line.setCompleter(None)  # Its list needs a screen that can raise it.
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "NewCourier")
    assert row.problem() == ""
    assert fields.page().edits.requested().values == {("carrier",): "NewCourier"}


async def test_differences_between_connections_are_shown_at_the_top(fields: Fields) -> None:
    assert fields.dialog.findChild(QWidget, "fields_differ").isHidden()
    fields.type(STREET, "21 George Street")
    fields.dialog.save()
    await fields.settled()
    await fields.delivered()
    assert fields.shown("fields_differ_text") == (
        text(
            "fields.differs",
            field="Street",
            values=(
                text("fields.differs_value", connection="ShipEngine", value="20 George Street"),
                text("fields.differs_value", connection="Starshipit", value="21 George Street"),
            ),
        )
    )


async def test_three_hundred_fields_are_shown_quickly(fields: Fields, qtbot: QtBot) -> None:
    section = _large(fields.page().section)
    effort = Effort()
    for _ in range(3):
        with effort.of():
            page = FieldsPage(section, (), Theme())
            qtbot.addWidget(page)
            page.show_fields(show_all=True, find="")
            page.resize(1000, 600)
            page.show()
            page.grab()
        assert len(page.form.rows) == 300
        page.hide()
    assert effort.least < QUICK


def _large(section: Section) -> Section:
    """The section with three hundred fields, of every kind."""
    kinds = ("text", "number", "whole", "yes_no", "choice", "moment")
    made = tuple(
        Field(("many", EACH, kind), kind, "What it means.", kind, choices=("a", "b"), open_choices=True, editable=True)
        for kind in kinds
    )
    values: Mapping[FieldPath, Value] = {("many", str(index), kind): "" for index in range(50) for kind in kinds}
    return replace(section, fields=made, values=values)


async def test_a_refresh_keeps_input_and_cursor(fields: Fields) -> None:
    row = fields.type(STREET, "21 George Street")
    row.input.setCursorPosition(2)
    before = fields.page().section
    fields.dialog.refresh()
    await until(lambda: fields.page().section is not before)
    assert (row.text(), row.input.cursorPosition()) == ("21 George Street", 2)
    assert fields.page().edits.unsaved() == (STREET,)


ITEMS, NEW_SKU, NEW_QUANTITY = ("items",), ("items", "3", "sku"), ("items", "3", "quantity")


async def test_an_item_is_added_by_keyboard_and_its_required_fields_are_marked(
    fields: Fields, simulated_platforms: SimulatorServer
) -> None:
    fields.part(ITEMS).add.setFocus()
    press(Qt.Key.Key_Space)
    first = QApplication.focusWidget()
    assert first is fields.row(("items", "3", "description")).input
    assert fields.page().edits.count() == 0, "an empty new item is nothing"
    assert [trouble for path in (NEW_SKU, NEW_QUANTITY) if (trouble := fields.row(path).problem())] == []
    row = fields.type(NEW_SKU, "S" * 51)
    assert row.problem() == "SKU has 51 characters. Starshipit accepts 50."
    assert fields.row(NEW_QUANTITY).problem() == "Quantity is required for a new item."
    fields.type(NEW_SKU, "GIFT-BOX")
    fields.dialog.save()
    await fields.settled()
    assert await worker.latest(fields.ctx) == ()
    fields.type(NEW_QUANTITY, "2")
    assert fields.row(NEW_QUANTITY).problem() == ""
    fields.dialog.save()
    await fields.settled()
    assert fields.page().edits.count() == 0
    assert fields.part(("items", "3")).state() == text("fields.sending")
    await fields.delivered()
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["items"] == [{"sku": "GIFT-BOX", "quantity": 2}]
    section = fields.page().section
    assert section.values[NEW_SKU] == "GIFT-BOX"
    assert section.values["items", "3", "item_id"]
    assert not fields.page().edits.is_new(("items", "3"))
    assert fields.page().edits.count() == 0


async def test_a_discarded_new_item_lets_later_ones_move_up(fields: Fields) -> None:
    page = fields.page()
    for position, sku in enumerate(("A", "B"), 3):
        fields.part(ITEMS).add.click()
        fields.type(("items", str(position), "sku"), sku)
    fields.part(("items", "3")).remove.click()
    assert page.edits.text(NEW_SKU) == "B"
    assert page.edits.unsaved() == (NEW_SKU,)


async def test_an_item_to_remove_is_struck_through_until_it_is_sent(
    fields: Fields, simulated_platforms: SimulatorServer
) -> None:
    gone = ("items", "1")
    item_id = fields.page().section.values[*gone, "item_id"]
    fields.part(gone).remove.setFocus()
    press(Qt.Key.Key_Space)
    assert fields.part(gone).is_struck()
    assert not fields.row((*gone, "sku")).isEnabled()
    assert fields.shown("fields_changed") == text("fields.changed_in", count=1, connection="Starshipit")
    press(Qt.Key.Key_Space)
    assert not fields.part(gone).is_struck()
    assert fields.page().edits.count() == 0
    press(Qt.Key.Key_Space)
    fields.dialog.save()
    await fields.settled()
    assert fields.part(gone).state() == text("fields.sending")
    assert not fields.part(gone).remove.isVisible()
    await fields.delivered()
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["order"]["items"] == [{"item_id": item_id, "delete": True}]
    assert item_id not in fields.page().section.values.values()
    assert fields.page().edits.count() == 0


async def test_a_list_that_cannot_shrink_shows_a_note(fields: Fields) -> None:
    fields.dialog.choose(2)
    assert fields.part(("line_items",), "Shipup").add is not None
    assert fields.part(("line_items", "0"), "Shipup").remove is None
    assert "deletes nothing" in fields.shown("kept")


async def test_a_value_with_a_new_name_is_added(fields: Fields, simulated_platforms: SimulatorServer) -> None:
    fields.dialog.choose(2)
    fields.dialog.toggle_all()
    part = fields.part(("custom_variables",), "Shipup")
    part.name.setFocus()
    QTest.keyClicks(part.name, "gift note")
    press(Qt.Key.Key_Return)
    fields.type(("custom_variables", "gift_note"), "Happy birthday", "Shipup")
    fields.dialog.save()
    await fields.settled()
    await fields.delivered()
    (effect,) = effects(simulated_platforms)
    assert effect["body"]["custom_variables"] == {"gift_note": "Happy birthday"}


async def test_an_item_that_was_added_elsewhere_is_kept_apart_from_the_typed_one(
    fields: Fields, simulated_platforms: SimulatorServer
) -> None:
    fields.part(ITEMS).add.click()
    fields.type(NEW_SKU, "MINE")
    theirs = edit.FieldChanges({NEW_SKU: "THEIRS", NEW_QUANTITY: 1}, added=(("items", "3"),))
    await edit.save(fields.ctx, fields.dialog.order_id, fields.page().section.connection.id, theirs)
    await fields.delivered()
    assert fields.page().edits.text(NEW_SKU) == "THEIRS"
    assert fields.page().edits.unsaved() == (("items", "4", "sku"),)
    assert fields.page().edits.text(("items", "4", "sku")) == "MINE"


async def test_a_value_that_the_platform_changed_is_shown(fields: Fields, simulated_platforms: SimulatorServer) -> None:
    fault(simulated_platforms, "starshipit", "keep_other", call="update_order", field="post_code")
    fields.type(POST_CODE, "2001")
    fields.dialog.save()
    await fields.settled()
    await fields.delivered()
    assert fields.shown("vendor_changed") == text(
        "call_details.changed", connection="Starshipit", title="Postal code", before="2001", now="02001"
    )
