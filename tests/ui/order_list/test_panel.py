"""The list as a packer uses it: views, search, keys, and changed orders."""

import statistics
import time
from array import array
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shipconsole import messages
from shipconsole.domain.change_feed import Change, Changes
from shipconsole.domain.connection import Connection
from shipconsole.messages import text
from shipconsole.operations.orders import order_list
from shipconsole.store.database import Store
from shipconsole.ui.kit.formats import ago
from shipconsole.ui.kit.strings import sync_progress
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.tokens import DARK, LIGHT, scaled
from shipconsole.ui.order_list import table
from shipconsole.ui.order_list.model import OrderListModel
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.order_list.row_painter import RowPainter
from shipconsole.ui.order_list.table import OrderTable
from tests.support import sql
from tests.support.many_orders import change_order, store_with_orders
from tests.ui.order_list.conftest import HeldRequests, OpenPanel

TO_SHIP = 258
COUNTED = text("order_list.count", count=TO_SHIP)


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def open_menu(panel: OrderListPanel) -> dict[str, QAction]:
    """Open the menu of views by its button, and return its entries by their names."""
    for earlier in panel.views.findChildren(QMenu, "view_menu"):
        earlier.close()
    panel.views.click()
    menu = panel.views.findChildren(QMenu, "view_menu")[-1]
    return {action.objectName(): action for action in menu.actions()}


def empty_page(panel: OrderListPanel) -> QLabel:
    found = panel.findChild(QLabel, "order_list_empty")
    assert found is not None
    return found


def counted(view: str, count: int) -> str:
    return text("order_view.with_count", view=text(f"order_view.{view}"), count=count)


def press_view(qtbot: QtBot, panel: OrderListPanel, view: str) -> None:
    with qtbot.waitSignal(panel.finder.ids_loaded):
        open_menu(panel)[f"view_{view}"].trigger()


def search(qtbot: QtBot, panel: OrderListPanel, text: str) -> None:
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.search.clear()
        qtbot.keyClicks(panel.search, text)
    qtbot.waitUntil(lambda: panel.finder.is_current)


def numbers(qtbot: QtBot, panel: OrderListPanel, most: int = 3) -> list[str]:
    model = panel.table.model()
    count = min(most, model.rowCount())
    qtbot.waitUntil(lambda: all(model.index(row, 0).data() for row in range(count)))
    return [model.index(row, 0).data() for row in range(count)]


def test_the_orders_to_ship_are_shown_with_their_count(qtbot: QtBot, panel: OrderListPanel) -> None:
    assert panel.table.model().rowCount() == TO_SHIP
    assert numbers(qtbot, panel) == ["10001", "10002", "10003"]
    assert panel.views.accessibleName() == counted("to_ship", TO_SHIP)
    assert panel.footer.accessibleName() == COUNTED
    # A busy machine may take a few seconds to get here.
    assert panel.synced.accessibleName() in {text("order_list.synced", ago=ago(age_s)) for age_s in range(12, 60)}


def test_an_incomplete_sync_is_shown_below_the_list(panel: OrderListPanel) -> None:
    connections = (
        Connection(1, "Shop A", "shipengine", "", sync_problem="incomplete"),
        Connection(2, "Shop B", "shipup", ""),
    )
    panel.show_synced(connections)
    assert panel.synced.accessibleName() == text("order_list.incomplete", connections=("Shop A",))
    panel.show_synced(connections[1:])
    assert panel.synced.accessibleName() == ""


def test_another_view_shows_its_orders(qtbot: QtBot, panel: OrderListPanel) -> None:
    press_view(qtbot, panel, "shipped")
    assert panel.table.model().rowCount() == 300 - TO_SHIP
    press_view(qtbot, panel, "needs_attention")
    assert panel.table.model().rowCount() == 6


def test_the_menu_offers_the_sorts_of_a_view(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel.finder.ids_loaded):
        open_menu(panel)["sort_recipient"].trigger()
    first = panel.table.model().index(0, 1)
    qtbot.waitUntil(lambda: first.data() == "A. Chen · Auckland NZ")
    press_view(qtbot, panel, "shipped")
    assert not [name for name in open_menu(panel) if name.startswith("sort_")], "it has only one"


def test_a_search_shows_matching_orders_and_esc_shows_all_again(qtbot: QtBot, panel: OrderListPanel) -> None:
    search(qtbot, panel, "10042")
    assert numbers(qtbot, panel) == ["10042"]
    with qtbot.waitSignal(panel.finder.ids_loaded):
        qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.table.model().rowCount() == TO_SHIP


def test_only_the_orders_of_the_last_search_are_shown(qtbot: QtBot, panel: OrderListPanel) -> None:
    shown: list[int] = []
    panel.finder.ids_loaded.connect(lambda listing, _: shown.append(len(listing.ids)))
    for words in ("smith", "10042"):
        panel.query.text = words
        panel.finder.search_again()
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(30)
    assert shown == [1]


def test_enter_in_the_search_opens_the_first_order(qtbot: QtBot, panel: OrderListPanel) -> None:
    search(qtbot, panel, "10042")
    with qtbot.waitSignal(panel.order_chosen) as chosen:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert chosen.args == [42]


def test_a_search_without_matches_is_shown_as_plain_text(qtbot: QtBot, panel: OrderListPanel) -> None:
    search(qtbot, panel, "<b>zzz</b>")
    assert empty_page(panel).isVisible()
    assert empty_page(panel).text() == text("order_list.nothing_found", text="<b>zzz</b>", key="Esc")
    assert empty_page(panel).textFormat() == Qt.TextFormat.PlainText


def test_an_empty_store_shows_the_next_step(qtbot: QtBot, tmp_path: Path, open_panel: OpenPanel) -> None:
    store = store_with_orders(tmp_path / "empty", 0)
    panel = open_panel(store)
    assert empty_page(panel).text() == text("order_list.no_orders", key="F5", count=3)
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


def test_a_changed_order_glows_for_a_moment_and_its_row_is_current(
    qtbot: QtBot, panel: OrderListPanel, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numbers(qtbot, panel)
    change_order(store, 5, "shipped_units = 3, left_units = 2, state = 'partly_shipped'")
    panel.apply_changes(Changes(1, (Change("order", 5),), too_many=False))
    cell = panel.table.model().index(4, 2)
    qtbot.waitUntil(lambda: cell.data() == "3 / 5")
    assert [order_id for order_id in range(1, 301) if panel.table.is_glowing(order_id)] == [5]
    monkeypatch.setattr(table, "GLOW_S", 0.0)
    qtbot.waitUntil(lambda: not panel.table.is_glowing(5))


def test_a_row_that_glows_is_painted_without_the_others(
    qtbot: QtBot, panel: OrderListPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numbers(qtbot, panel)
    shown = panel.table
    first, last = shown.positions_shown()
    assert last - first >= 5
    monkeypatch.setattr(table, "GLOW_S", 1_000.0)
    paints = Paints(shown.viewport())
    shown.glow({3})
    # The list may still have been painted for the first time.
    qtbot.waitUntil(lambda: paints.count >= 3)
    rows, count = shown.painted, paints.count
    qtbot.waitUntil(lambda: paints.count >= count + 5)
    assert shown.painted - rows == paints.count - count


def test_nothing_glows_without_motion(store: Store, open_panel: OpenPanel) -> None:
    panel = open_panel(store, Theme(LIGHT._replace(still=True)))
    panel.table.glow({5})
    assert not panel.table.is_glowing(5)


def test_a_shipped_order_leaves_and_the_other_rows_keep_their_position(
    qtbot: QtBot, panel: OrderListPanel, store: Store
) -> None:
    orders = panel.table
    panel.mark(100)
    orders.verticalScrollBar().setValue(60 * orders.rowHeight(0) + 7)
    top = orders.positions_shown()[0]
    top_id = panel.model.id_at(top)
    change_order(store, 2, "shipped_units = 2, left_units = 0, state = 'shipped'")
    with qtbot.waitSignal(panel.finder.placed), qtbot.assertNotEmitted(panel.finder.ids_loaded):
        panel.apply_changes(Changes(1, (Change("order", 2),), too_many=False))
    assert orders.model().rowCount() == TO_SHIP - 1
    assert panel.model.id_at(orders.positions_shown()[0]) == top_id
    assert orders.positions_shown()[0] == top - 1
    assert orders.verticalScrollBar().value() % orders.rowHeight(0) == 7
    assert orders.current_id() == 100
    qtbot.waitUntil(
        lambda: panel.views.accessibleName() == counted("to_ship", TO_SHIP - 1),
    )


def test_an_order_that_moves_is_shown_where_it_belongs_and_stays_current(
    qtbot: QtBot, panel: OrderListPanel, store: Store
) -> None:
    before = numbers(qtbot, panel)
    panel.mark(3)
    change_order(store, 3, "due_at_ms = due_at_ms - 86400000")
    with qtbot.waitSignal(panel.finder.placed), qtbot.assertNotEmitted(panel.finder.ids_loaded):
        panel.apply_changes(Changes(1, (Change("order", 3),), too_many=False))
    assert panel.model.rowCount() == TO_SHIP
    assert panel.table.current_id() == 3
    assert list(panel.model.ids) == list(order_list.ids(store, "to_ship", "due").result())
    after = numbers(qtbot, panel)
    assert after == ["10003", *(number for number in before if number != "10003")]


def test_an_order_that_enters_the_view_is_put_in(qtbot: QtBot, panel: OrderListPanel, store: Store) -> None:
    assert numbers(qtbot, panel)
    change_order(store, 294, "left_units = 3, state = 'partly_shipped'")
    with qtbot.waitSignal(panel.finder.placed), qtbot.assertNotEmitted(panel.finder.ids_loaded):
        panel.apply_changes(Changes(1, (Change("order", 294),), too_many=False))
    assert panel.table.model().rowCount() == TO_SHIP + 1
    assert list(panel.model.ids) == list(order_list.ids(store, "to_ship", "due").result())


def test_a_change_that_moves_no_order_leads_to_no_search(qtbot: QtBot, panel: OrderListPanel, store: Store) -> None:
    assert numbers(qtbot, panel)
    change_order(store, 5, "needs_attention = 1")
    with qtbot.waitSignal(panel.finder.counts_loaded):
        panel.apply_changes(Changes(1, (Change("order", 5),), too_many=False))
    assert panel.finder.is_current


def test_many_changes_at_once_lead_to_a_new_search(qtbot: QtBot, panel: OrderListPanel, store: Store) -> None:
    change_order(store, 2, "shipped_units = 2, left_units = 0, state = 'shipped'")
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.apply_changes(Changes(1, (), too_many=True))
    assert panel.table.model().rowCount() == TO_SHIP - 1


def test_a_sync_shows_its_progress_and_can_be_cancelled(qtbot: QtBot, panel: OrderListPanel) -> None:
    panel.show_sync_progress(sync_progress("ShipEngine", 250, 1_000), 250, 1_000)
    assert panel.footer.accessibleName() == "ShipEngine: 250 of 1,000"
    progress = panel.findChild(QProgressBar)
    assert (progress.value(), progress.maximum()) == (250, 1_000)
    assert not panel.refresh_button.isEnabled()
    with qtbot.waitSignal(panel.sync_cancelled):
        qtbot.mouseClick(panel.findChild(QPushButton, "cancel_sync"), Qt.MouseButton.LeftButton)
    panel.show_sync_progress("")
    assert panel.footer.accessibleName().startswith(COUNTED)
    assert progress.isHidden()


def test_rows_that_are_not_loaded_yet_are_painted_too(qtbot: QtBot, held: HeldRequests) -> None:
    model = OrderListModel(held.fetch)
    orders = OrderTable(model, Theme())
    qtbot.addWidget(orders)
    orders.resize(470, 400)
    without_rows = orders.grab().toImage()
    model.set_ids(array("q", range(1, 4)))
    waiting = orders.grab().toImage()
    held.deliver()
    assert waiting != without_rows
    assert orders.grab().toImage() != waiting


@pytest.mark.parametrize("text", ["<b>J. Smith</b>", "<img src=x>", "A & B", "&lt;"])
def test_text_from_a_platform_is_never_markup(qtbot: QtBot, text: str) -> None:
    assert RowPainter(LIGHT).elided(text, 500, middle=False) == text


def test_the_height_of_a_row_follows_the_text_scale(qtbot: QtBot) -> None:
    assert RowPainter(scaled(DARK, 1.5)).height == round(RowPainter(DARK).height * 1.5)


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_hundred_thousand_orders_are_painted_within_five_milliseconds(
    qtbot: QtBot, tmp_path: Path, open_panel: OpenPanel
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
    assert statistics.median(waited_ms) < 50, "painting waits for another thread"


def test_a_failed_count_does_not_keep_the_next_from_running(
    qtbot: QtBot, panel: OrderListPanel, tmp_path: Path
) -> None:
    with closing(sql.connect(tmp_path / "shipconsole.db")) as db:
        db.execute("ALTER TABLE view_count RENAME TO elsewhere")
    with qtbot.waitSignal(panel.failed):
        panel.finder.count()
    with closing(sql.connect(tmp_path / "shipconsole.db")) as db:
        db.execute("ALTER TABLE elsewhere RENAME TO view_count")
    with qtbot.waitSignal(panel.counts_loaded):
        panel.finder.count()


def test_the_name_of_the_first_view_is_whole_in_a_narrow_german_list(
    store: Store, open_panel: OpenPanel, qtbot: QtBot, qapp: QApplication
) -> None:
    before = messages.language()
    messages.use("de")
    try:
        theme = Theme()
        theme.use(qapp, LIGHT)
        panel = open_panel(store, theme)
        panel.resize(panel.minimumSizeHint().width(), 615)
        qtbot.waitUntil(lambda: panel.views.width() < 200)
        qtbot.waitUntil(lambda: panel.views.width() == panel.views.sizeHint().width())
        assert panel.search.width() >= 48
    finally:
        messages.use(before)
