"""The order list is bound to its models: a change of a model is shown, and what a person does changes the model."""

import time
from contextlib import closing

import pytest
from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from shipconsole.domain.connection import Connection
from shipconsole.domain.order_row import Counts, OrderRow
from shipconsole.messages import text
from shipconsole.operations.orders import order_list
from shipconsole.store.database import Store
from shipconsole.ui.order_list.list_texts import count_text, empty_text, synced_text
from shipconsole.ui.order_list.panel import OrderListPanel
from shipconsole.ui.order_list.state import SyncProgress
from shipconsole.ui.order_list.view_selector import SORT_TITLES, TITLES
from tests.support import sql
from tests.support.many_orders import change_order
from tests.ui.order_list.test_panel import TO_SHIP, counted, empty_page, numbers, open_menu, press_view


def test_the_selector_and_the_list_follow_the_query(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.query.view = "shipped"
    assert panel.views.accessibleName() == counted("shipped", 300 - TO_SHIP)
    assert open_menu(panel)["view_shipped"].isChecked()
    assert panel.query.sort == "changed", "the view's usual sort"
    assert panel.table.model().rowCount() < TO_SHIP


def test_choosing_a_view_and_typing_change_the_query(qtbot: QtBot, panel: OrderListPanel) -> None:
    press_view(qtbot, panel, "partly")
    assert panel.query.view == "partly"
    with qtbot.waitSignal(panel.finder.ids_loaded):
        qtbot.keyClicks(panel.search, " 10042")
    assert (panel.query.text, panel.query.words) == (" 10042", "10042")
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.query.text == ""


def test_a_sort_of_the_menu_changes_the_sort_of_the_query(panel: OrderListPanel) -> None:
    open_menu(panel)["sort_recipient"].trigger()
    assert panel.query.sort == "recipient"


def test_the_search_field_follows_the_query(qtbot: QtBot, panel: OrderListPanel) -> None:
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.query.text = "10042"
    assert panel.search.text() == "10042"
    assert numbers(qtbot, panel, 1) == ["10042"]


def test_a_new_sort_leads_to_one_search_and_the_menu_shows_it(qtbot: QtBot, panel: OrderListPanel) -> None:
    searches: list[object] = []
    panel.finder.ids_loaded.connect(lambda listing, _: searches.append(listing))
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.query.sort = "number"
    assert open_menu(panel)["sort_number"].isChecked()
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.query.view = "needs_attention"
    qtbot.wait(30)
    assert len(searches) == 2, "a sort that the view does not have is replaced together with the view"
    assert panel.query.sort == "due"


def test_the_counts_of_the_views_follow_the_status(panel: OrderListPanel) -> None:
    panel.status.counts = Counts(to_ship=12, partly=3, shipped=8, waiting=2, needs_attention=1, mine=4, all=40)
    panel.status.issue_count = 5
    assert panel.views.accessibleName() == counted("to_ship", 12)
    entries = open_menu(panel)
    shown = {
        name: action.text().partition("\t")[2].split()[0]
        for name, action in entries.items()
        if name.startswith("view_")
    }
    assert shown == {
        "view_to_ship": "12",
        "view_partly": "3",
        "view_shipped": "8",
        "view_waiting": "2",
        "view_needs_attention": "1",
        "view_late": "5",
        "view_mine": "4",
        "view_all": "40",
    }


def test_the_footer_follows_the_status(panel: OrderListPanel) -> None:
    panel.status.row_count = 7
    panel.status.synced_at_ms = round(time.time() * 1000) - 7_800_000
    panel.status.incomplete = ("Shipup",)
    assert panel.footer.accessibleName() == count_text(7)
    assert panel.synced.accessibleName() == synced_text(7_800, ("Shipup",))
    panel.status.row_count = order_list.SEARCH_LIMIT
    panel.status.words = "smith"
    assert panel.footer.accessibleName() == count_text(order_list.SEARCH_LIMIT, order_list.SEARCH_LIMIT)
    panel.status.row_count = None
    assert (panel.footer.accessibleName(), panel.synced.accessibleName()) == ("", "")


def test_the_empty_page_follows_the_status(panel: OrderListPanel) -> None:
    empty = empty_page(panel)
    panel.status.row_count = 0
    assert empty.isVisible()
    assert empty.text() == empty_text("to_ship", "", 300, 3)
    panel.status.view = "shipped"
    assert empty.text() == empty_text("shipped", "", 300, 3)
    panel.status.words = "smith"
    assert empty.text() == empty_text("shipped", "smith", 300, 3)
    panel.status.words = ""
    panel.status.counts = Counts()
    assert empty.text() == empty_text("shipped", "", 0, 3)
    panel.status.connection_count = 1
    assert empty.text() == empty_text("shipped", "", 0, 1)
    panel.status.row_count = 1
    assert not empty.isVisible()


def test_the_progress_of_a_sync_follows_the_status(panel: OrderListPanel) -> None:
    progress, cancel = panel.findChild(QProgressBar), button_named(panel, "cancel_sync")
    panel.status.sync = SyncProgress(label="ShipEngine", done=3, total=10)
    assert panel.footer.accessibleName() == "ShipEngine"
    assert (progress.value(), progress.maximum()) == (3, 10)
    assert (progress.isVisible(), cancel.isVisible(), panel.refresh_button.isEnabled()) == (True, True, False)
    panel.status.sync = None
    assert (progress.isVisible(), cancel.isVisible(), panel.refresh_button.isEnabled()) == (False, False, True)


def test_the_status_is_set_by_what_is_loaded_and_synced(qtbot: QtBot, panel: OrderListPanel) -> None:
    assert (panel.status.row_count, panel.status.view, panel.status.connection_count) == (TO_SHIP, "to_ship", 3)
    assert panel.status.counts is not None
    assert panel.status.counts.to_ship == TO_SHIP
    with qtbot.waitSignal(panel.finder.ids_loaded):
        panel.query.text = "10042"
    assert (panel.status.row_count, panel.status.words) == (1, "10042")
    panel.show_synced([Connection(1, "Shop A", "shipengine", "", synced_at_ms=5, sync_problem="incomplete")])
    status = panel.status
    assert (status.connection_count, status.synced_at_ms, status.incomplete) == (1, 5, ("Shop A",))
    panel.show_sync_progress("ShipEngine", 1, 2)
    assert panel.status.sync == SyncProgress(label="ShipEngine", done=1, total=2)
    panel.show_sync_progress("")
    assert panel.status.sync is None


def test_a_changed_order_is_another_row(qtbot: QtBot, store: Store, panel: OrderListPanel) -> None:
    model = panel.model
    before = model.row(0)
    assert isinstance(before, OrderRow)
    change_order(store, before.id, "recipient = 'Somebody else'")
    with qtbot.waitSignal(model.rows_changed) as changed:
        model.read_again(0, 0)
    assert changed.args == [{before.id}]
    assert model.row(0) == before.model_copy(update={"recipient": "Somebody else"})
    assert model.index(0, 1).data() == "Somebody else"


def test_rows_are_validated_where_their_page_is_read(store: Store) -> None:
    """The future of the store's reader has the models or the error: nothing is left for the window's thread."""
    (row,) = order_list.rows(store, [1]).result()
    assert isinstance(row, OrderRow)
    with closing(sql.connect(store.file)) as db:
        db.execute("UPDATE orders SET shipped_units = 'many' WHERE id = 2")
    with pytest.raises(ValidationError, match="shipped"):
        order_list.rows(store, [1, 2]).result()


def button_named(panel: OrderListPanel, name: str) -> QPushButton:
    found = panel.findChild(QPushButton, name)
    assert found is not None
    return found


def test_every_view_and_every_sort_that_can_be_chosen_has_a_title() -> None:
    assert list(TITLES) == list(order_list.VIEWS)
    assert set(SORT_TITLES) == {sort for sorts in order_list.VIEWS.values() if len(sorts) > 1 for sort in sorts}


def test_a_demo_that_starts_asks_for_no_connection(panel: OrderListPanel) -> None:
    empty = empty_page(panel)
    panel.status.counts, panel.status.connection_count, panel.status.synced_at_ms = Counts(), 0, None
    panel.status.row_count = 0
    assert empty.text() == text("order_list.no_connections")
    panel.status.is_demo = True
    assert empty.text() == text("order_list.demo_loading")
    panel.status.synced_at_ms = 1_796_000_000_000
    assert empty.text() == text("order_list.no_connections")
