"""The order list and its query: what happens to the one is seen on the other, and rows are models."""

import pytest
from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.order_row import OrderRow
from shipconsole.operations.orders import order_list
from shipconsole.store.database import Db, Store
from shipconsole.ui.order_list.panel import OrderListPanel
from tests.support.many_orders import change_order
from tests.ui.order_list.test_panel import TO_SHIP, numbers, press_view


def tab(panel: OrderListPanel, view: str) -> QPushButton:
    found = panel.findChild(QPushButton, f"view_{view}")
    assert found is not None
    return found


def test_the_tabs_and_the_list_follow_the_query(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.query.view = "shipped"
    assert tab(panel, "shipped").isChecked()
    assert panel.query.sort == "changed", "the view's usual sort"
    assert panel.table.model().rowCount() < TO_SHIP


def test_the_query_has_what_is_pressed_and_typed(qtbot: QtBot, panel: OrderListPanel) -> None:
    press_view(qtbot, panel, "partly")
    assert panel.query.view == "partly"
    with qtbot.waitSignal(panel._finder.ids_came):
        qtbot.keyClicks(panel.search, " 10042")
    assert (panel.query.text, panel.query.words) == (" 10042", "10042")
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.query.text == ""


def test_the_search_field_follows_the_query(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.query.text = "10042"
    assert panel.search.text() == "10042"
    assert numbers(qtbot, panel, 1) == ["10042"]


def test_a_sort_is_one_question_and_the_header_shows_it(qtbot: QtBot, panel: OrderListPanel) -> None:
    asked: list[object] = []
    panel._finder.ids_came.connect(lambda ids, _: asked.append(ids))
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.query.sort = "number"
    assert panel.table.header()._sort == "number"
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.query.view = "needs_attention"
    qtbot.wait(30)
    assert len(asked) == 2, "the sort that the view has not is replaced with the view"
    assert panel.query.sort == "due"


def test_a_changed_order_is_another_row(qtbot: QtBot, store: Store, panel: OrderListPanel) -> None:
    model = panel.table._rows
    before = model.row(0)
    assert isinstance(before, OrderRow)
    change_order(store, before.id, "recipient = 'Somebody else'")
    with qtbot.waitSignal(model.rows_changed) as changed:
        model.read_again(0, 0)
    assert changed.args == [{before.id}]
    assert model.row(0) == before.model_copy(update={"recipient": "Somebody else"})
    assert model.index(0, 1).data() == "Somebody else"


def test_rows_are_validated_where_their_page_is_read(store: Store) -> None:
    """The future of the store's reader has the models, or the error: nothing is left for the window's thread."""

    def spoil(db: Db) -> None:
        db.connection.execute("UPDATE orders SET shipped_units = 'many' WHERE id = 2")

    (row,) = order_list.rows(store, [1]).result()
    assert isinstance(row, OrderRow)
    store.write(spoil).result()
    with pytest.raises(ValidationError, match="shipped"):
        order_list.rows(store, [1, 2]).result()
