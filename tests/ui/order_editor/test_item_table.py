"""The table of items: its model, the round buttons, the keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import ROW_ROLE
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.kit.tokens import LIGHT, scaled
from shipconsole.ui.order_editor.item_model import IN_PACKAGE, ITEM, LEFT, SHIPPED, SKU, ItemTableModel
from shipconsole.ui.order_editor.items import ItemDelegate, ItemTable
from tests.ui.order_editor.orders import CASE, CHARGER, order_of

CASE_ROW = 1


@pytest.fixture
def model(qtbot: QtBot) -> ItemTableModel:
    model = ItemTableModel()
    model.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.bind(PackingSession.begin(order_of()))
    return model


@pytest.fixture
def table(qtbot: QtBot, model: ItemTableModel) -> ItemTable:
    table = ItemTable(Theme(), model)
    qtbot.addWidget(table)
    table.resize(560, table.sizeHint().height())
    table.show()
    return table


def shown(model: ItemTableModel) -> list[list[object]]:
    return [[model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())]


def button(table: ItemTable, row: int, position: int) -> QPoint:
    delegate = table.itemDelegate()
    assert isinstance(delegate, ItemDelegate)
    return delegate.buttons(table.visualRect(table.model().index(row, IN_PACKAGE)))[position].center()


def test_cancelled_units_are_shown_and_spoken(table: ItemTable, model: ItemTableModel) -> None:
    order = order_of()
    before = table.grab().toImage()
    lines = tuple(line.model_copy(update={"cancelled": 1 if line.id == CASE else 0}) for line in order.lines)
    model.bind(PackingSession.begin(order.model_copy(update={"lines": lines})))
    spoken = model.index(CASE_ROW, ITEM).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"{text('order_column.item')}: Mobile Case (Black), {text('order_item.cancelled', count=1)}"
    rect = table.visualRect(model.index(CASE_ROW, ITEM)).translated(table.viewport().pos())
    after = table.grab().toImage()
    columns, rows = range(rect.left(), rect.right()), range(rect.top(), rect.bottom())
    colors = {after.pixelColor(x, y).name() for x in columns for y in rows}
    assert LIGHT.wait in colors
    assert before != after


@pytest.mark.parametrize(
    ("resolution", "left", "notice"),
    [
        ("", "?", "order_item.not_whole"),
        ("shipped", 0, "order_item.recorded_shipped"),
        ("cancelled", 0, "order_item.recorded_cancelled"),
    ],
)
def test_an_item_without_whole_units_is_shown_as_received(
    model: ItemTableModel, table: ItemTable, resolution: str, left: object, notice: str
) -> None:
    order = order_of()
    odd = {"ordered": 0, "shipped": 0, "quantity_text": "2.5", "resolution": resolution, "resolved_quantity": "2.5"}
    lines = tuple(line.model_copy(update=odd) if line.id == CASE else line for line in order.lines)
    model.bind(PackingSession.begin(order.model_copy(update={"lines": lines})))
    assert shown(model)[CASE_ROW] == ["MOBILE-CASE-BLK", "Mobile Case (Black)", "2.5", 0, 0, left]
    assert (
        model.index(CASE_ROW, ITEM).data(Qt.ItemDataRole.AccessibleTextRole)
        == f"{text('order_column.item')}: Mobile Case (Black), {text(notice)}"
    )
    assert not model.may_step(CASE_ROW, 1)
    assert not model.setData(model.index(CASE_ROW, IN_PACKAGE), "1")
    rect = table.visualRect(model.index(CASE_ROW, ITEM)).translated(table.viewport().pos())
    image = table.grab().toImage()
    colors = {
        image.pixelColor(x, y).name()
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
    }
    assert LIGHT.wait in colors


def test_the_model_shows_the_order_and_the_open_package(model: ItemTableModel) -> None:
    model.setData(model.index(CASE_ROW, IN_PACKAGE), "1")
    assert shown(model) == [
        ["MOBILE", "Mobile Phone", 1, 1, 0, 0],
        ["MOBILE-CASE-BLK", "Mobile Case (Black)", 3, 1, 1, 1],
        ["CHARGER-USB-C", "Charger, USB-C 30 W", 1, 0, 0, 1],
    ]


def test_numbers_are_right_aligned_and_only_the_package_can_be_edited(model: ItemTableModel) -> None:
    assert model.index(0, LEFT).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    editable = [bool(model.index(0, column).flags() & Qt.ItemFlag.ItemIsEditable) for column in range(6)]
    assert editable == [column == IN_PACKAGE for column in range(6)]


@pytest.mark.parametrize("typed", ["3", "-1", "x", "1.5"])
def test_an_invalid_quantity_is_refused_and_changes_nothing(model: ItemTableModel, typed: str) -> None:
    before = shown(model)
    assert not model.setData(model.index(CASE_ROW, IN_PACKAGE), typed)
    assert shown(model) == before


def test_too_many_units_are_refused_with_the_number_entered(qtbot: QtBot, model: ItemTableModel) -> None:
    with qtbot.waitSignal(model.refused) as refused:
        model.setData(model.index(CASE_ROW, IN_PACKAGE), "9")
    assert refused.args == [CASE, 9]


def test_a_locked_session_cannot_be_changed(model: ItemTableModel) -> None:
    session = PackingSession.begin(order_of())
    model.bind(session)
    session.is_locked = True
    assert not model.may_step(CASE_ROW, 1)
    assert not model.setData(model.index(CASE_ROW, IN_PACKAGE), "1")


def test_the_current_row_stays_when_the_same_order_is_shown_again(table: ItemTable, model: ItemTableModel) -> None:
    table.show_line(CHARGER)
    model.bind(PackingSession.begin(order_of()))
    assert table.currentIndex().row() == model.position_of(CHARGER)


def test_names_from_platforms_are_text_in_tooltips_too(model: ItemTableModel) -> None:
    order = order_of()
    line = order.lines[0].model_copy(update={"description": "<img src=x>\u202e"})
    model.bind(PackingSession.begin(order.model_copy(update={"lines": (line,)})))
    tooltip = model.index(0, ITEM).data(Qt.ItemDataRole.ToolTipRole)
    assert tooltip == "<p>&lt;img src=x&gt;\u2423</p>"


def test_a_mark_is_in_its_row(model: ItemTableModel) -> None:
    model.mark({CASE: "Too many."})
    assert [model.index(row, SKU).data(ROW_ROLE).mark for row in range(3)] == ["", "Too many.", ""]


def test_the_round_buttons_add_and_remove_units(qtbot: QtBot, table: ItemTable) -> None:
    index = table.model().index(CASE_ROW, IN_PACKAGE)
    for position, units in ((1, 1), (1, 2), (1, 2), (0, 1), (0, 0), (0, 0)):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=button(table, CASE_ROW, position))
        assert index.data() == units


def test_a_press_beside_the_buttons_changes_nothing(qtbot: QtBot, table: ItemTable) -> None:
    index = table.model().index(CASE_ROW, IN_PACKAGE)
    for offset in (QPoint(10, 3), QPoint(table.columnWidth(IN_PACKAGE) - 3, 3)):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).topLeft() + offset)
    assert index.data() == 0


def test_plus_and_minus_change_the_chosen_row(qtbot: QtBot, table: ItemTable) -> None:
    table.show_line(CASE)
    for key, units in ((Qt.Key.Key_Plus, 1), (Qt.Key.Key_Plus, 2), (Qt.Key.Key_Plus, 2), (Qt.Key.Key_Minus, 1)):
        qtbot.keyClick(table, key)
        assert table.model().index(CASE_ROW, IN_PACKAGE).data() == units


def test_digits_type_the_quantity(qtbot: QtBot, table: ItemTable) -> None:
    table.show_line(CASE)
    qtbot.keyClicks(table, "2")
    editor = table.findChild(QLineEdit, "quantity")
    assert isinstance(editor, QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table.model().index(CASE_ROW, IN_PACKAGE).data() == 2)


@pytest.mark.parametrize(("width", "factor"), [(500, 1.0), (528, 1.0), (900, 1.0), (560, 1.5), (360, 1.0)])
def test_the_columns_fill_the_width(qtbot: QtBot, model: ItemTableModel, width: int, factor: float) -> None:
    table = ItemTable(Theme(scaled(LIGHT, factor)), model)
    qtbot.addWidget(table)
    table.resize(width, 400)
    table.show()
    used = sum(table.columnWidth(column) for column in range(6) if not table.isColumnHidden(column))
    assert used == table.viewport().width()
    assert table.isColumnHidden(SHIPPED) is (width / factor < 480)


def test_a_long_name_takes_two_lines_and_is_cut_at_its_end(qapp: QApplication) -> None:
    font = typeface(LIGHT, LIGHT.text_px)
    name = "Stainless steel drinking bottle with straw lid, 750 ml, black"
    first, second = widgets.two_lines(name, font, 120, Qt.TextElideMode.ElideRight)
    assert name.startswith(first)
    assert second.endswith("…")
    assert widgets.two_lines("Phone", font, 120, Qt.TextElideMode.ElideRight) == ["Phone"]
