"""The list of items: its model, what is open and what is done, the buttons, the keys."""

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from shipconsole.domain.order import OrderLine
from shipconsole.domain.packing_session import PackingSession
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import ROW_ROLE
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.kit.tokens import LIGHT, scaled
from shipconsole.ui.order_editor import signs
from shipconsole.ui.order_editor.item_model import MANY_CHANGES, ItemRow, ItemState, ItemTableModel, RowKind
from shipconsole.ui.order_editor.items import ItemTable
from tests.ui.order_editor.orders import CASE, CHARGER, MOBILE, order_of

EDIT, SPOKEN = Qt.ItemDataRole.EditRole, Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model(qtbot: QtBot) -> ItemTableModel:
    model = ItemTableModel()
    model.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.bind(PackingSession.begin(order_of()))
    return model


@pytest.fixture
def table(qtbot: QtBot, model: ItemTableModel) -> ItemTable:
    return shown(qtbot, model)


def shown(qtbot: QtBot, model: ItemTableModel, *, height: int = 400, factor: float = 1.0) -> ItemTable:
    table = ItemTable(Theme(scaled(LIGHT, factor)), model)
    qtbot.addWidget(table)
    table.resize(600, height)
    table.show()
    return table


def many(count: int, units: int = 2) -> PackingSession:
    lines = tuple(
        OrderLine(id=id_, sku=f"SKU-{id_}", description=f"Item {id_}", ordered=units) for id_ in range(1, count + 1)
    )
    return PackingSession.begin(order_of(lines=lines))


def kinds(model: ItemTableModel) -> list[RowKind]:
    return [model.kind(row) for row in range(model.rowCount())]


def ids(model: ItemTableModel) -> list[int]:
    return [row.id for row in model.rows]


def row_of(model: ItemTableModel, line_id: int) -> ItemRow:
    return next(row for row in model.rows if row.id == line_id)


def button(table: ItemTable, line_id: int, position: int) -> QPoint:
    row = table.model().position_of(line_id)
    return table.delegate.buttons(table.visualRect(table.model().index(row, 0)), row)[position].center()


def test_items_to_pack_come_first_and_finished_ones_below_a_line(model: ItemTableModel) -> None:
    assert kinds(model) == [RowKind.OPEN, RowKind.OPEN, RowKind.FOLD, RowKind.DONE]
    assert ids(model) == [CASE, CHARGER, MOBILE]
    assert model.index(2, 0).data() == text("item_list.done", count=1)
    phone = row_of(model, MOBILE)
    assert (phone.count, phone.total, phone.is_done) == (1, 1, True)


def test_a_row_has_the_name_first_and_all_else_below(model: ItemTableModel) -> None:
    case = row_of(model, CASE)
    assert (case.name, case.details) == (
        "Mobile Case (Black)",
        ("MOBILE-CASE-BLK", text("item_list.shipped_earlier", count=1)),
    )
    assert (case.count, case.total) == (0, 2), "of three, one has shipped"
    spoken = model.index(0, 0).data(SPOKEN)
    assert spoken.startswith(f"{text('item_list.next')}, Mobile Case (Black), MOBILE-CASE-BLK")
    assert text("item_list.count", count=0, total=2) in spoken


def test_the_item_packed_last_is_large_until_it_is_complete_then_the_next_one(model: ItemTableModel) -> None:
    session = PackingSession.begin(order_of())
    model.bind(session)
    assert (model.large_id, row_of(model, CASE).state) == (CASE, ItemState.NEXT)
    session.add_units((CASE,))
    assert (model.large_id, row_of(model, CASE).state) == (CASE, ItemState.PACKING)
    session.add_units((CASE,))
    # Complete, it stays in sight until the next item is packed.
    assert kinds(model)[:2] == [RowKind.OPEN, RowKind.OPEN]
    assert (model.large_id, row_of(model, CASE).state) == (CHARGER, ItemState.PACKED)
    session.add_units((CHARGER,))
    assert (ids(model), model.large_id) == ([CHARGER, MOBILE, CASE], CHARGER)
    assert row_of(model, CASE).packages == text("item_list.packages", count=1, numbers=("1",))


def test_a_finished_item_names_its_packages(model: ItemTableModel) -> None:
    session = PackingSession.begin(order_of())
    model.bind(session)
    model.show_packages(1, {CASE: (1,), MOBILE: (1,)})
    session.add_units((CASE,), 2)
    session.add_units((CHARGER,))
    assert row_of(model, CASE).packages == text("item_list.packages", count=2, numbers=("1", "2"))
    assert row_of(model, MOBILE).packages == text("item_list.packages", count=1, numbers=("1",))


def test_a_session_that_is_undone_brings_its_item_back(model: ItemTableModel) -> None:
    session = PackingSession.begin(order_of())
    model.bind(session)
    session.add_units((CASE,), 2)
    session.add_units((CHARGER,))
    session.undo()
    session.undo()
    assert (ids(model), kinds(model).count(RowKind.FOLD)) == ([CASE, CHARGER, MOBILE], 1)


def test_finished_items_are_hidden_where_there_is_no_room_until_a_person_shows_them(qtbot: QtBot) -> None:
    model, session = ItemTableModel(), many(8)
    model.bind(session)
    table = shown(qtbot, model, height=600)
    table.begin_order(session)
    for line_id in range(1, 5):
        session.add_units((line_id,), 2)
    assert not model.is_folded, "three finished ones fit"
    table.resize(600, 300)
    assert model.is_folded
    assert kinds(model)[-1] is RowKind.FOLD
    row = model.rowCount() - 1
    table.setCurrentIndex(model.index(row, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert not model.is_folded
    assert kinds(model).count(RowKind.DONE) == 3
    table.resize(600, 250)
    assert not model.is_folded, "a person has decided"
    other = many(3)
    model.bind(other)
    table.begin_order(other)
    assert model.rowCount() == 3


@pytest.mark.parametrize("line_id", [1, 20, 37, 40])
def test_the_scanned_line_is_in_sight_among_forty(qtbot: QtBot, line_id: int) -> None:
    model, session = ItemTableModel(), many(40)
    model.bind(session)
    table = shown(qtbot, model, height=320)
    table.begin_order(session)

    def is_in_sight() -> bool:
        rect = table.visualRect(model.index(model.position_of(line_id), 0))
        return not rect.isEmpty() and table.viewport().rect().contains(rect)

    for other in (3, 40, 8):
        session.add_units((other,))
    session.add_units((line_id,))
    assert is_in_sight()
    assert table.currentIndex().row() == model.position_of(line_id)
    table.resize(600, 240)
    assert is_in_sight()
    session.set_quantity(line_id, 2)
    assert is_in_sight(), "a complete item stays"


def test_an_order_that_is_shipped_shows_all_items_as_done(qtbot: QtBot, model: ItemTableModel) -> None:
    lines = tuple(line.model_copy(update={"shipped": line.ordered}) for line in order_of().lines)
    model.bind(PackingSession.begin(order_of(lines=lines)))
    assert kinds(model) == [RowKind.DONE] * 3
    table = shown(qtbot, model)
    assert {table.rowHeight(row) for row in range(3)} == {52}


@pytest.mark.parametrize(("is_bench", "heights"), [(False, [104, 72, 36, 52]), (True, [88, 49, 36, 40])])
def test_rows_have_the_heights_of_the_design(table: ItemTable, is_bench: bool, heights: list[int]) -> None:
    table.set_bench(is_bench)
    assert [table.rowHeight(row) for row in range(4)] == heights
    minus, plus = table.delegate.buttons(table.visualRect(table.model().index(0, 0)), 0)
    assert minus.width() == plus.width() == (38 if is_bench else 44)


def test_only_the_next_item_is_marked_until_the_list_has_the_keyboard(qapp: QApplication, table: ItemTable) -> None:
    Theme().use(qapp, LIGHT)
    row = table.model().position_of(CHARGER)
    table.setCurrentIndex(table.model().index(row, 0))
    place = table.visualRect(table.model().index(row, 0)).topLeft() + QPoint(12, 12)
    assert table.viewport().grab().toImage().pixelColor(place) == LIGHT.color("card")


def test_rows_keep_their_heights_when_others_come_and_go(qtbot: QtBot) -> None:
    model, session = ItemTableModel(), many(6)
    model.bind(session)
    table = shown(qtbot, model, height=900)
    table.begin_order(session)
    for line_id, units in ((1, 2), (2, 1), (5, 2), (6, 1), (2, 1), (3, 1)):
        session.add_units((line_id,), units)
        wanted = [table.delegate.height(row) for row in range(model.rowCount())]
        assert [table.rowHeight(row) for row in range(model.rowCount())] == wanted


def test_cancelled_units_are_shown_and_spoken(table: ItemTable, model: ItemTableModel) -> None:
    order = order_of()
    before = table.grab().toImage()
    lines = tuple(line.model_copy(update={"cancelled": 1 if line.id == CASE else 0}) for line in order.lines)
    model.bind(PackingSession.begin(order.model_copy(update={"lines": lines})))
    assert text("order_item.cancelled", count=1) in model.index(0, 0).data(SPOKEN)
    after = table.grab().toImage()
    colors = {after.pixelColor(x, y).name() for x in range(600) for y in range(104)}
    assert LIGHT.wait in colors
    assert before != after


@pytest.mark.parametrize(
    ("resolution", "is_done", "notice"),
    [
        ("", False, "order_item.not_whole"),
        ("shipped", True, "order_item.recorded_shipped"),
        ("cancelled", True, "order_item.recorded_cancelled"),
    ],
)
def test_an_item_without_whole_units_is_shown_as_received(
    model: ItemTableModel, resolution: str, is_done: bool, notice: str
) -> None:
    order = order_of()
    odd = {"ordered": 0, "shipped": 0, "quantity_text": "2.5", "resolution": resolution, "resolved_quantity": "2.5"}
    lines = tuple(line.model_copy(update=odd) if line.id == CASE else line for line in order.lines)
    model.bind(PackingSession.begin(order.model_copy(update={"lines": lines})))
    case, position = row_of(model, CASE), model.position_of(CASE)
    assert (case.counted, case.is_done, case.notice) == ("2.5", is_done, text(notice))
    assert text(notice) in model.index(position, 0).data(SPOKEN)
    assert not model.may_step(position, 1)
    assert not model.flags(model.index(position, 0)) & Qt.ItemFlag.ItemIsEditable
    assert not model.setData(model.index(position, 0), "1")


@pytest.mark.parametrize("typed", ["3", "-1", "x", "1.5"])
def test_an_invalid_quantity_is_refused_and_changes_nothing(model: ItemTableModel, typed: str) -> None:
    before = model.rows
    assert not model.setData(model.index(0, 0), typed)
    assert model.rows == before


def test_too_many_units_are_refused_with_the_number_entered(qtbot: QtBot, model: ItemTableModel) -> None:
    with qtbot.waitSignal(model.refused) as refused:
        model.setData(model.index(0, 0), "9")
    assert refused.args == [CASE, 9]


def test_a_locked_session_cannot_be_changed(model: ItemTableModel) -> None:
    session = PackingSession.begin(order_of())
    model.bind(session)
    session.is_locked = True
    assert not model.may_step(0, 1)
    assert not model.setData(model.index(0, 0), "1")
    assert not model.move(0, 1)


def test_the_current_row_stays_when_the_same_order_is_shown_again(table: ItemTable, model: ItemTableModel) -> None:
    table.show_line(CHARGER)
    model.bind(PackingSession.begin(order_of()))
    assert table.currentIndex().row() == model.position_of(CHARGER)


def test_names_from_platforms_are_text_in_tooltips_too(model: ItemTableModel) -> None:
    order = order_of()
    line = order.lines[0].model_copy(update={"description": "<img src=x>\u202e"})
    model.bind(PackingSession.begin(order.model_copy(update={"lines": (line,)})))
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "<p>&lt;img src=x&gt;\u2423</p>"


def test_a_mark_is_in_its_row(model: ItemTableModel) -> None:
    model.mark({CASE: "Too many."})
    assert [model.index(row, 0).data(ROW_ROLE).mark for row in (0, 1, 3)] == ["Too many.", "", ""]


def test_the_buttons_add_and_remove_units(qtbot: QtBot, table: ItemTable) -> None:
    model = table.model()
    for position, units in ((1, 1), (1, 2), (1, 2), (0, 1), (0, 0), (0, 0)):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=button(table, CASE, position))
        assert row_of(model, CASE).in_package == units


def test_a_press_beside_the_buttons_changes_nothing(qtbot: QtBot, table: ItemTable) -> None:
    rect = table.visualRect(table.model().index(0, 0))
    for point in (rect.topLeft() + QPoint(10, 3), rect.topRight() - QPoint(3, -3)):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert row_of(table.model(), CASE).in_package == 0


def test_plus_and_minus_change_the_chosen_row(qtbot: QtBot, table: ItemTable) -> None:
    table.show_line(CASE)
    for key, units in ((Qt.Key.Key_Plus, 1), (Qt.Key.Key_Plus, 2), (Qt.Key.Key_Plus, 2), (Qt.Key.Key_Minus, 1)):
        qtbot.keyClick(table, key)
        assert row_of(table.model(), CASE).in_package == units


def test_digits_type_the_quantity(qtbot: QtBot, table: ItemTable) -> None:
    table.show_line(CASE)
    qtbot.keyClicks(table, "2")
    editor = table.findChild(QLineEdit, "quantity")
    assert isinstance(editor, QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row_of(table.model(), CASE).in_package == 2)


def test_units_are_moved_between_packages_by_key(qtbot: QtBot, table: ItemTable, model: ItemTableModel) -> None:
    session = PackingSession.begin(order_of())
    model.bind(session)
    session.add_units((CASE,), 2)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(table, Qt.Key.Key_Left, control)
    assert len(session.draft.packages) == 1, "there is no package before"
    qtbot.keyClick(table, Qt.Key.Key_Right, control | shift)
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 1}, {CASE: 1}]
    assert row_of(model, CASE).details[-1] == text("item_list.in_others", count=1)
    qtbot.keyClick(table, Qt.Key.Key_Right, control)
    assert [dict(package.quantities) for package in session.draft.packages] == [{}, {CASE: 2}]
    session.current = 1
    QTest.keyClick(table, Qt.Key.Key_Left, control)
    assert [dict(package.quantities) for package in session.draft.packages] == [{CASE: 2}, {}]
    assert session.undo()
    assert [dict(package.quantities) for package in session.draft.packages] == [{}, {CASE: 2}]


def test_a_long_name_takes_two_lines_and_is_cut_at_its_end(qapp: QApplication) -> None:
    font = typeface(LIGHT, LIGHT.text_px)
    name = "Stainless steel drinking bottle with straw lid, 750 ml, black"
    first, second = widgets.two_lines(name, font, 120, Qt.TextElideMode.ElideRight)
    assert name.startswith(first)
    assert second.endswith("…")
    assert widgets.two_lines("Phone", font, 120, Qt.TextElideMode.ElideRight) == ["Phone"]


def test_two_thousand_items_cost_a_few_rows_for_each_change(qtbot: QtBot) -> None:
    model, session = ItemTableModel(), many(2_000)
    redrawn: list[int] = []
    resets: list[bool] = []
    model.dataChanged.connect(lambda first, last: redrawn.append(last.row() - first.row() + 1))
    model.modelReset.connect(lambda: resets.append(True))
    model.bind(session)
    assert len(resets) == 1
    table = shown(qtbot, model, height=600)
    table.begin_order(session)
    qtbot.waitUntil(lambda: table.delegate.painted > 0)
    table.viewport().repaint()
    assert table.delegate.painted < 60, "only the rows in sight are painted"
    redrawn.clear()
    for line_id in (900, 901, 1_500):
        session.add_units((line_id,), 2)
    assert len(resets) <= 2, "once, when the first item was finished"
    assert sum(redrawn) <= 30
    before = table.delegate.painted
    table.viewport().repaint()
    assert table.delegate.painted - before < 15


def test_a_change_of_all_items_is_noticed_by_the_first_of_them(qtbot: QtBot) -> None:
    model, session = ItemTableModel(), many(500)
    model.bind(session)
    shipped = session.order.with_shipped(dict.fromkeys(range(1, 501), 2))
    model.bind(PackingSession.begin(shipped))
    assert (model.open_count, model.done_count) == (0, 500)
    assert 0 < model.compared <= MANY_CHANGES + 1


def test_what_looks_the_same_in_many_rows_is_painted_once(qtbot: QtBot) -> None:
    painted: list[QRectF] = []

    def square(painter: QPainter, place: QRectF) -> None:
        painted.append(place)
        painter.fillRect(place, Qt.GlobalColor.red)

    picture, directly = QPixmap(60, 20), QPixmap(60, 20)
    for pixmap in (picture, directly):
        pixmap.fill(Qt.GlobalColor.white)
    stamps, painter = signs.Stamps(), QPainter(picture)
    places = [QRectF(left + 0.5, 3, 8, 8) for left in (2, 20, 40)]
    for place in places:
        stamps.draw(painter, place, "red", square)
    painter.end()
    assert (len(painted), stamps.painted) == (1, 1)
    painter = QPainter(directly)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place in places:
        square(painter, place)
    painter.end()
    assert picture.toImage() == directly.toImage()
