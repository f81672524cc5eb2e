"""The list as the packer uses it: views, search, keys, and what it does when orders change."""

import statistics
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.connection import Connection
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import Change, Changes
from shipconsole.store.database import Store
from shipconsole.ui.kit.strings import pulling
from shipconsole.ui.kit.times import ago
from shipconsole.ui.kit.tokens import DARK, LIGHT, scaled
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.order_list.row_painter import RowPainter
from tests.support import sql
from tests.support.many_orders import change_order, store_with_orders

TO_SHIP = 258
COUNTED = text("order_list.count", count=TO_SHIP)


def press_view(qtbot: QtBot, panel: OrderListPanel, view: str) -> None:
    tab = panel.findChild(QPushButton, f"view_{view}")
    assert tab is not None
    with qtbot.waitSignal(panel._finder.ids_came):
        qtbot.mouseClick(tab, Qt.MouseButton.LeftButton)


def search(qtbot: QtBot, panel: OrderListPanel, text: str) -> None:
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.search.clear()
        qtbot.keyClicks(panel.search, text)
    qtbot.waitUntil(lambda: panel._finder._answered == panel._finder._generation)


def numbers(qtbot: QtBot, panel: OrderListPanel, most: int = 3) -> list[str]:
    model = panel.table.model()
    count = min(most, model.rowCount())
    qtbot.waitUntil(lambda: all(model.index(row, 0).data() for row in range(count)))
    return [model.index(row, 0).data() for row in range(count)]


def test_the_view_to_ship_is_shown_with_its_count_and_where_it_stands(qtbot: QtBot, panel: OrderListPanel) -> None:
    assert panel.table.model().rowCount() == TO_SHIP
    assert numbers(qtbot, panel) == ["10001", "10002", "10003"]
    tab = panel.findChild(QPushButton, "view_to_ship")
    assert tab is not None
    assert tab.accessibleName() == text("order_view.with_count", view=text("order_view.to_ship"), count=TO_SHIP)
    assert panel._footer.accessibleName() == f"{COUNTED} · {text('order_list.synced', ago=ago(12))}"


def test_a_sync_that_was_not_complete_stands_under_the_list(panel: OrderListPanel) -> None:
    known = (
        Connection(1, "Shop A", "shipengine", "", sync_trouble="incomplete"),
        Connection(2, "Shop B", "shipup", ""),
    )
    panel.show_synced(known)
    assert panel._footer.accessibleName() == f"{COUNTED} · {text('order_list.incomplete', connections=('Shop A',))}"
    panel.show_synced(known[1:])
    assert panel._footer.accessibleName() == COUNTED


def test_another_view_shows_its_orders(qtbot: QtBot, panel: OrderListPanel) -> None:
    press_view(qtbot, panel, "shipped")
    assert panel.table.model().rowCount() == 300 - TO_SHIP
    press_view(qtbot, panel, "needs_attention")
    assert panel.table.model().rowCount() == 6


def test_a_click_on_a_header_sorts_where_the_view_offers_it(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.table.horizontalHeader().sectionClicked.emit(1)
    first = panel.table.model().index(0, 1)
    qtbot.waitUntil(lambda: first.data() == "A. Chen · Auckland NZ")
    with qtbot.assertNotEmitted(panel._finder.ids_came, wait=30):
        panel.table.horizontalHeader().sectionClicked.emit(2)


def test_search_shows_what_holds_the_words_and_esc_shows_all_again(qtbot: QtBot, panel: OrderListPanel) -> None:
    search(qtbot, panel, "10042")
    assert numbers(qtbot, panel) == ["10042"]
    with qtbot.waitSignal(panel._finder.ids_came):
        qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.table.model().rowCount() == TO_SHIP


def test_only_the_answer_to_the_last_text_is_shown(qtbot: QtBot, panel: OrderListPanel) -> None:
    shown: list[int] = []
    panel._finder.ids_came.connect(lambda ids, _: shown.append(len(ids)))
    panel._finder._words = "smith"
    panel._finder._generation += 1
    panel._finder._ask_ids()
    panel._finder._words = "10042"
    panel._finder._generation += 1
    panel._finder._ask_ids()
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(30)
    assert shown == [1]


def test_enter_in_the_search_opens_the_first_order(qtbot: QtBot, panel: OrderListPanel) -> None:
    search(qtbot, panel, "10042")
    with qtbot.waitSignal(panel.order_chosen) as chosen:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert chosen.args == [42]


def test_a_search_that_finds_nothing_says_so_as_plain_text(qtbot: QtBot, panel: OrderListPanel) -> None:
    search(qtbot, panel, "<b>zzz</b>")
    assert panel._pages.currentWidget() is panel._empty
    assert panel._empty.text() == text("order_list.nothing_found", text="<b>zzz</b>", key="Esc")
    assert panel._empty.textFormat() == Qt.TextFormat.PlainText


def test_an_empty_store_says_what_to_do_next(
    qtbot: QtBot, tmp_path: Path, open_panel: Callable[[Store], OrderListPanel]
) -> None:
    store = store_with_orders(tmp_path / "empty", 0)
    panel = open_panel(store)
    assert panel._empty.text() == text("order_list.no_orders", key="F5", count=3)
    store.close()


def test_keys_move_and_enter_opens(qtbot: QtBot, panel: OrderListPanel) -> None:
    table = panel.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Home)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.order_chosen) as chosen:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen.args == [2]
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == TO_SHIP - 1
    qtbot.keyClick(table, Qt.Key.Key_PageUp)
    assert table.currentIndex().row() < TO_SHIP - 5
    with qtbot.assertNotEmitted(panel.order_chosen):
        qtbot.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_click_opens_the_row_under_the_mouse(qtbot: QtBot, panel: OrderListPanel) -> None:
    table = panel.table
    with qtbot.waitSignal(panel.order_chosen) as chosen:
        qtbot.mouseClick(
            table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(3, 0)).center()
        )
    assert chosen.args == [4]


def test_a_changed_order_glows_and_its_row_says_what_is_new(qtbot: QtBot, panel: OrderListPanel, store: Store) -> None:
    assert numbers(qtbot, panel)
    change_order(store, 5, "shipped_units = 3, left_units = 2, state = 'partly_shipped'")
    panel.changed(Changes(1, (Change("order", 5),), too_many=False))
    cell = panel.table.model().index(4, 2)
    qtbot.waitUntil(lambda: cell.data() == "3 / 5")
    assert set(panel.table._glowing) == {5}
    panel.table._glowing = dict.fromkeys(panel.table._glowing, time.monotonic() - 2)
    qtbot.waitUntil(lambda: not panel.table._glow_timer.isActive())


def test_nothing_glows_where_motion_is_not_wanted(qtbot: QtBot, panel: OrderListPanel) -> None:
    panel.table._theme.tokens = LIGHT._replace(still=True)
    panel.table.glow({5})
    assert not panel.table._glowing


def test_an_order_that_has_shipped_leaves_and_the_rest_stays_where_it_was(
    qtbot: QtBot, panel: OrderListPanel, store: Store
) -> None:
    table = panel.table
    panel.mark(100)
    table.verticalScrollBar().setValue(60 * table.rowHeight(0) + 7)
    top = table.positions_shown()[0]
    top_id = panel._model.id_at(top)
    change_order(store, 2, "shipped_units = 2, left_units = 0, state = 'shipped'")
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.changed(Changes(1, (Change("order", 2),), too_many=False))
    assert table.model().rowCount() == TO_SHIP - 1
    assert panel._model.id_at(table.positions_shown()[0]) == top_id
    assert table.positions_shown()[0] == top - 1
    assert table.verticalScrollBar().value() % table.rowHeight(0) == 7
    assert table.current_id() == 100
    tab = panel.findChild(QPushButton, "view_to_ship")
    assert tab is not None
    qtbot.waitUntil(
        lambda: (
            tab.accessibleName() == text("order_view.with_count", view=text("order_view.to_ship"), count=TO_SHIP - 1)
        )
    )


def test_a_change_that_moves_nothing_does_not_find_all_ids_again(
    qtbot: QtBot, panel: OrderListPanel, store: Store
) -> None:
    assert numbers(qtbot, panel)
    change_order(store, 5, "needs_attention = 1")
    with qtbot.waitSignal(panel._finder.counts_came):
        panel.changed(Changes(1, (Change("order", 5),), too_many=False))
    assert not panel._finder._rested.isActive()


def test_many_changes_at_once_find_everything_again(qtbot: QtBot, panel: OrderListPanel, store: Store) -> None:
    change_order(store, 2, "shipped_units = 2, left_units = 0, state = 'shipped'")
    with qtbot.waitSignal(panel._finder.ids_came):
        panel.changed(Changes(1, (), too_many=True))
    assert panel.table.model().rowCount() == TO_SHIP - 1


def test_a_pull_shows_its_count_and_can_be_stopped(qtbot: QtBot, panel: OrderListPanel) -> None:
    panel.show_pull(pulling("ShipEngine", 250, 1_000), 250, 1_000)
    assert panel._footer.accessibleName() == "ShipEngine: 250 of 1,000"
    assert (panel._progress.value(), panel._progress.maximum()) == (250, 1_000)
    assert not panel.refresh_button.isEnabled()
    with qtbot.waitSignal(panel.pull_cancelled):
        qtbot.mouseClick(panel._cancel, Qt.MouseButton.LeftButton)
    panel.show_pull("")
    assert panel._footer.accessibleName().startswith(COUNTED)
    assert panel._progress.isHidden()


def test_rows_that_are_not_read_yet_are_painted_too(qtbot: QtBot, panel: OrderListPanel) -> None:
    before = panel.table.grab().toImage()
    panel._model.set_ids(panel._model._ids)
    panel._model._before.clear()
    assert panel._model._pages == {}
    assert panel.table.grab().toImage() != before


@pytest.mark.parametrize("text", ["<b>J. Smith</b>", "<img src=x>", "A & B", "&lt;"])
def test_text_from_outside_is_text(qtbot: QtBot, text: str) -> None:
    painter = RowPainter(LIGHT)
    assert painter._fitting(text, 500, middle=False) == text


def test_a_row_is_as_high_as_the_text_scale_asks(qtbot: QtBot) -> None:
    assert RowPainter(scaled(DARK, 1.5)).height == round(RowPainter(DARK).height * 1.5)


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_hundred_thousand_orders_are_painted_within_five_milliseconds(
    qtbot: QtBot, tmp_path: Path, open_panel: Callable[[Store], OrderListPanel]
) -> None:
    store = store_with_orders(tmp_path, 100_000)
    panel = open_panel(store)
    bar, viewport = panel.table.verticalScrollBar(), panel.table.viewport()
    took_ms: list[float] = []
    waited_ms: list[float] = []
    for step in range(200):
        bar.setValue(bar.maximum() * (step * 37 % 200) // 200)
        qtbot.wait(2)
        began_s, began_thread_s = time.perf_counter(), time.thread_time()
        viewport.repaint()
        took_ms.append((time.thread_time() - began_thread_s) * 1000)
        waited_ms.append((time.perf_counter() - began_s) * 1000)
    store.close()
    assert statistics.median(took_ms) < 5
    assert statistics.median(waited_ms) < 50, "it waits for somebody"


def test_a_count_that_failed_is_followed_by_one_that_does_not(
    qtbot: QtBot, panel: OrderListPanel, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: not panel._finder._counting)
    with closing(sql.connect(tmp_path / "shipconsole.db")) as db:
        db.execute("ALTER TABLE orders RENAME TO elsewhere")
    with qtbot.waitSignal(panel.failed):
        panel._finder.count()
    with closing(sql.connect(tmp_path / "shipconsole.db")) as db:
        db.execute("ALTER TABLE elsewhere RENAME TO orders")
    with qtbot.waitSignal(panel.counts_came):
        panel._finder.count()
