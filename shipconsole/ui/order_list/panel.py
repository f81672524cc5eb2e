"""The panel on the left: the view with its count, search, the orders, and when they were synced."""

import time
from array import array
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
)

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.connection import Connection
from shipconsole.domain.order_row import Counts, OrderRow, PackageIssue
from shipconsole.domain.saved_filter import SavedFilter
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import SEARCH_LIMIT, VIEWS, FirstPage, Listing, Placement, Store
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import Elided, button, label, set_tooltip
from shipconsole.ui.order_list.finder import OrderFinder
from shipconsole.ui.order_list.list_texts import count_text, empty_text, synced_text
from shipconsole.ui.order_list.model import OrderListModel
from shipconsole.ui.order_list.search_field import SearchField
from shipconsole.ui.order_list.state import ListStatus, OrderQuery, SyncProgress
from shipconsole.ui.order_list.table import OrderTable
from shipconsole.ui.order_list.view_selector import ViewSelector

if TYPE_CHECKING:
    from shipconsole.operations.context import Context
    from shipconsole.ui.kit.tasks import Tasks
    from shipconsole.ui.order_list.actions import OrderActions

FOOTER_EVERY_MS = 10_000


class OrderListPanel(QFrame):
    """Finds an order; its widgets are bound to `query` and `status`.

    Signals: order_chosen(order id); refresh_requested(); sync_cancelled(); first_page_loaded(FirstPage), once, with the
    cursor of the change feed; counts_loaded(Counts); issues_counted(orders with delivery issues); failed(text);
    look_requested(order id), to show an order beside the open one. What can be done with several orders is in
    `actions` after `start`.
    """

    order_chosen = Signal(int)
    refresh_requested = Signal()
    sync_cancelled = Signal()
    first_page_loaded = Signal(object)
    counts_loaded = Signal(object)
    issues_counted = Signal(int)
    failed = Signal(str)
    look_requested = Signal(int)

    def __init__(self, store: Store, theme: Theme) -> None:
        """Show the first page as soon as it is read from the store."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("orders")
        self._theme = theme
        self.actions_on_orders: OrderActions | None = None
        """What can be done with several orders; None until `start`."""
        self._open_id: int | None = None
        self._is_first_page = True
        self.query = OrderQuery()
        self.status = ListStatus()
        self.finder = OrderFinder(store, self.query, self)
        self.model = OrderListModel(self.finder.fetch, self)
        self.table = OrderTable(self.model, theme)
        self.search = SearchField(self.table)
        self.refresh_button = button(text("order_list.sync"), "quiet", "F5", "refresh")
        self.refresh_button.setObjectName("refresh_button")
        set_tooltip(self.refresh_button, text("order_list.sync"))
        self.views = ViewSelector(theme)
        self._empty = label(variant="secondary")
        self._empty.setObjectName("order_list_empty")
        self.footer = Elided(variant="secondary")
        self.footer.setObjectName("order_list_footer")
        self.synced = Elided(variant="secondary")
        self.synced.setObjectName("order_list_synced")
        self.synced.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._chosen_label = Elided(variant="strong")
        self._chosen_label.setObjectName("orders_chosen")
        self.actions_button = button(text("order_list.actions"))
        self.actions_button.setObjectName("order_actions")
        # Its key alone: beside the others there is no room for a label in a narrow list.
        self.clear_button = button(key_name("Esc"), "quiet")
        self.clear_button.setObjectName("clear_chosen")
        self.clear_button.setAccessibleName(text("order_list.clear"))
        set_tooltip(self.clear_button, text("order_list.clear"))
        self._progress = QProgressBar()
        self._cancel = button(text("button.cancel"), "quiet")
        self._cancel.setObjectName("cancel_sync")
        self._lay_out(theme)
        self._bind()
        self._connect()
        self.finder.begin()

    def start(self, ctx: "Context", tasks: "Tasks") -> None:
        """Add what needs more than the store: the orders of one's own, saved filters, actions on several orders."""
        from shipconsole.operations.orders import orders
        from shipconsole.ui.order_list.actions import OrderActions

        self.finder.whose = lambda: orders.whose(ctx)
        self.actions_on_orders = made = OrderActions(self, ctx, tasks, self._theme, self.table)
        made.said.connect(self._on_said)
        self.views.save_requested.connect(lambda: made.save_filter(self.query))
        self.views.filter_deleted.connect(made.delete_filter)
        self.show_packer()

    def show_packer(self) -> None:
        """Show the orders of the packer who uses the station now."""
        self._age_claims()
        self.finder.packer_changed()

    def open_views(self) -> None:
        """Open the menu of views."""
        self.views.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.views.open()

    def apply_changes(self, changes: Changes) -> None:
        """Show what was saved meanwhile; rows that changed glow."""
        if self.finder.apply_changes(changes, self.model):
            self.model.read_again(*self.table.positions_shown())

    def mark(self, order_id: int | None) -> None:
        """Select the open order where the view has it."""
        self._open_id = order_id
        self.table.mark(order_id)

    def show_view(self, view: str) -> None:
        """Show a view and focus its list."""
        self._choose_view(view)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_filter(self, position: int) -> None:
        """Show a saved filter by its position in the menu, and focus the list."""
        self.views.choose_filter(position)
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_actions(self) -> None:
        """Show what can be done with the chosen orders, or with the current one, if there is one."""
        if self.table.chosen:
            self._show_actions()

    def show_packing(self, order_id: int, units: int) -> None:
        """Show in an order's bar the units in its open packages."""
        self.table.show_packing(order_id, units)

    def show_synced(self, connections: Sequence[Connection]) -> None:
        """Show when the connections were last synced, and which of them incompletely."""
        synced = [connection.synced_at_ms for connection in connections if connection.synced_at_ms is not None]
        self.status.connection_count = len(connections)
        self.status.synced_at_ms = max(synced, default=None)
        self.status.incomplete = tuple(connection.name for connection in connections if connection.sync_problem)

    def show_sync_progress(self, label: str, done: int = 0, total: int | None = None) -> None:
        """Show how many orders a sync has downloaded; an empty label ends it."""
        self.status.sync = SyncProgress(label=label, done=done, total=total) if label else None

    def focus_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _lay_out(self, theme: Theme) -> None:
        px = theme.tokens.px
        side = px(16)
        top = QHBoxLayout()
        top.setContentsMargins(side, 0, px(6), 0)
        top.addWidget(label(text("order_list.title"), "heading"))
        top.addStretch()
        top.addWidget(self.refresh_button)
        self._choice = QHBoxLayout()
        self._choice.setContentsMargins(px(12), 0, px(12), 0)
        self._choice.setSpacing(px(8))
        self._choice.addWidget(self.views)
        self._choice.addWidget(self.search)
        # It asks for nothing, so that the view's name is whole; its sign can always be seen.
        self.search.setSizePolicy(QSizePolicy.Policy.Ignored, self.search.sizePolicy().verticalPolicy())
        self.search.setMinimumWidth(px(48))
        self._share_width()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(side, px(40), side, 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        self._bar = QFrame()
        self._bar.setObjectName("chosen_bar")
        self._bar.setProperty("variant", "line_above")
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(side, px(6), px(8), px(6))
        bar.setSpacing(px(6))
        bar.addWidget(self._chosen_label, 1)
        bar.addWidget(self.actions_button)
        bar.addWidget(self.clear_button)
        self._foot = QFrame()
        self._foot.setProperty("variant", "line_above")
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(side, px(8), side, px(10))
        for part in (self.footer, self.synced):
            # Each takes what it needs; only where both do not fit is one shortened.
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        foot.addWidget(self.footer)
        foot.addWidget(self.synced, 1)
        foot.addWidget(self._progress, 1)
        foot.addWidget(self._cancel)
        self._progress.setTextVisible(False)
        self._progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._progress.setAccessibleName(text("order_list.sync_progress"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, px(10), 1, 0)
        column.setSpacing(px(10))
        column.addLayout(top)
        column.addLayout(self._choice)
        rest = QVBoxLayout()
        rest.setSpacing(0)
        rest.addWidget(self._pages, 1)
        rest.addWidget(self._bar)
        rest.addWidget(self._foot)
        column.addLayout(rest, 1)

    def _bind(self) -> None:
        query = Binding(self)
        query.text(self.search, "text")
        query.follow(lambda _: self._show_query(), "view", "sort", "text")
        status = Binding(self)
        status.follow(self._show_counts, "counts")
        status.follow(self._show_issue_count, "issue_count")
        status.follow(
            self._show_empty, "row_count", "view", "words", "counts", "connection_count", "synced_at_ms", "is_demo"
        )
        status.follow(lambda _: self._show_query(), "filters")
        status.follow(self._show_chosen, "chosen_count", "said")
        status.follow(self._show_footer, "row_count", "words", "synced_at_ms", "incomplete", "sync")
        status.follow(self._show_sync, "sync")
        query.bind(self.query)
        status.bind(self.status)
        self._bindings = query, status

    def _connect(self) -> None:
        self.table.order_chosen.connect(self.order_chosen)
        self.table.look_requested.connect(self.look_requested)
        self.table.menu_requested.connect(self._show_actions)
        self.table.several_chosen.connect(self._on_several_chosen)
        self.actions_button.clicked.connect(lambda: self._show_actions())
        self.clear_button.clicked.connect(self._clear_chosen)
        self.search.focus_changed.connect(self._share_width)
        self.views.sort_chosen.connect(self._on_sort_chosen)
        self.views.filter_chosen.connect(self._on_filter_chosen)
        self.refresh_button.clicked.connect(self.refresh_requested)
        self._cancel.clicked.connect(self.sync_cancelled)
        self.finder.first_page_loaded.connect(self._on_first_page)
        self.finder.matches_loaded.connect(self._show_first)
        self.finder.ids_loaded.connect(self._on_ids)
        self.finder.placed.connect(self._on_placed)
        self.finder.counts_loaded.connect(self._on_counts)
        self.finder.issues_loaded.connect(self._on_issues)
        self.finder.filters_loaded.connect(self._on_filters)
        self.finder.failed.connect(self.failed)
        self.model.rows_changed.connect(self.table.glow)
        self.views.chosen.connect(self._choose_view)
        footer_timer = QTimer(self)
        footer_timer.setInterval(FOOTER_EVERY_MS)
        footer_timer.timeout.connect(self._on_time_passed)
        footer_timer.start()

    def _choose_view(self, view: str) -> None:
        is_shown = self.query.view == view and not self.query.words
        self.query.text = ""
        self.query.view = view
        if is_shown:
            self.finder.search_again()

    def _on_sort_chosen(self, sort: str) -> None:
        if sort in VIEWS[self.query.view] and not self.query.words:
            self.query.sort = sort

    def _show_first(self, rows: Sequence[OrderRow]) -> None:
        """Show the first rows of another view or search, of which the others are read later."""
        self.model.set_ids(array("q", (row.id for row in rows)), rows)
        self.table.scrollToTop()
        self.table.mark(self._open_id, scroll=False)
        self._show_loaded()

    def _on_first_page(self, first: FirstPage) -> None:
        self._show_first(first.rows)
        self.show_synced(first.connections)
        self._on_counts(first.counts)
        if self._is_first_page:
            self._is_first_page = False
            self.first_page_loaded.emit(first)

    def _on_ids(self, listing: Listing, is_new: bool) -> None:
        with self._staying_in_place(is_new=is_new):
            self.model.set_ids(listing.ids, listing.rows, listing.positions)
        self._show_loaded()

    def _on_placed(self, found: Placement) -> None:
        """Show changed orders, each where it belongs."""
        if found.removed or found.inserted:
            with self._staying_in_place():
                for position in found.removed:
                    self.model.remove_row(position)
                for position, order_id in found.inserted:
                    self.model.insert_row(position, order_id)
            self._show_loaded()
        self.model.take_rows(found.rows)
        if len(found.removed) != len(found.inserted):
            # Orders with the same number show from where each comes.
            self.model.read_again(*self.table.positions_shown())

    @contextmanager
    def _staying_in_place(self, *, is_new: bool = False) -> Generator[None]:
        """Keep the selected order selected, and the rows on the screen where they were, while the list changes."""
        offset = self.table.verticalScrollBar().value()
        top_id = self.model.id_at(self.table.positions_shown()[0])
        into_row = offset % max(1, self.table.rowHeight(0)) if self.model.rowCount() else 0
        current = self.table.current_id()
        self.table.setAutoScroll(False)
        yield
        self.table.mark(self._open_id if is_new else current, scroll=False)
        if is_new:
            self.table.scrollToTop()
        elif offset:
            position = self.model.position_of(top_id)
            moved = position * self.table.rowHeight(0) + into_row if position is not None else offset
            self.table.verticalScrollBar().setValue(moved)

    def _show_loaded(self) -> None:
        self.status.view, self.status.words = self.query.view, self.query.words
        self.status.row_count = self.model.rowCount()

    def _on_counts(self, counts: Counts) -> None:
        self.status.counts = counts
        self.counts_loaded.emit(counts)

    def _on_issues(self, issues: dict[int, PackageIssue]) -> None:
        self.table.show_issues(issues)
        self.status.issue_count = len(issues)
        self.issues_counted.emit(len(issues))

    def _show_counts(self, status: ListStatus) -> None:
        if status.counts is not None:
            self.views.show_counts(status.counts._asdict())

    def _show_issue_count(self, status: ListStatus) -> None:
        if status.issue_count is not None:
            self.views.show_counts({"late": status.issue_count})

    def _show_query(self) -> None:
        """Show the view, or the saved filter that the list shows."""
        query = self.query
        shown = (query.view, query.sort, query.words)
        saved = next((saved for saved in self.status.filters if (saved.view, saved.sort, saved.words) == shown), None)
        self.views.show_query(query.view, query.sort, saved.name if saved is not None else "")
        self.views.show_filters(self.status.filters)
        self.views.allow_saving(self.actions_on_orders is not None and saved is None)
        self._share_width()

    def _share_width(self) -> None:
        """Give the search field the greater part of the row while it is used."""
        is_used = self.search.hasFocus() or bool(self.search.text())
        # Unused, the view has the room for its name, and the search what is left.
        for position, stretch in enumerate((2, 3) if is_used else (0, 1)):
            self._choice.setStretch(position, stretch)

    def _on_filters(self, filters: tuple[SavedFilter, ...]) -> None:
        self.status.filters = filters

    def _on_filter_chosen(self, saved: SavedFilter) -> None:
        if saved.view in VIEWS:
            self.query.view = saved.view
            self.query.sort = saved.sort
            self.query.text = saved.words

    def _on_several_chosen(self, count: int) -> None:
        self.status.said = ""
        self.status.chosen_count = count

    def _on_said(self, said: str) -> None:
        self.status.said = said

    def _show_chosen(self, status: ListStatus) -> None:
        """Show how many orders are chosen, or the result of the last action, and what can be done."""
        self._bar.setVisible(bool(status.chosen_count or status.said))
        count = text("order_list.count_chosen", count=status.chosen_count) if status.chosen_count else ""
        self._chosen_label.set_text(status.said or count)
        self.actions_button.setVisible(status.chosen_count > 0)

    def _clear_chosen(self) -> None:
        self.status.said = ""
        self.table.clear_chosen()

    def _show_actions(self, at: QPoint | None = None) -> None:
        """Show what can be done with the chosen orders, or with the current one."""
        if self.actions_on_orders is not None:
            button = self.actions_button
            menu = self.actions_on_orders.menu()
            where = button.mapToGlobal(QPoint(0, -menu.sizeHint().height())) if at is None else at
            menu.popup(where)
            menu.setActiveAction(menu.actions()[0])

    def _age_claims(self) -> None:
        """Show no claims that were not renewed for long."""
        since_ms = self.finder.whose().since_ms
        # Within a minute, so that the rows are not drawn anew all the time.
        if abs(since_ms - self.model.claims_since_ms) >= 60_000 or not since_ms:
            self.model.claims_since_ms = since_ms
            if self.isVisible():
                self.table.viewport().update()

    def _on_time_passed(self) -> None:
        self._age_claims()
        self._show_footer(self.status)

    def _show_empty(self, status: ListStatus) -> None:
        is_empty = status.row_count == 0
        if is_empty:
            all_orders = status.counts.all if status.counts is not None else 0
            is_loading = status.is_demo and status.synced_at_ms is None
            shown = empty_text(status.view, status.words, all_orders, status.connection_count, is_loading=is_loading)
            self._empty.setText(shown)
        self._pages.setCurrentWidget(self._empty if is_empty else self.table)

    def _show_footer(self, status: ListStatus) -> None:
        if status.sync is not None:
            self.footer.set_text(status.sync.label)
            return
        limit = SEARCH_LIMIT if status.words else None
        self.footer.set_text("" if status.row_count is None else count_text(status.row_count, limit))
        synced_s = None if status.synced_at_ms is None else time.time() - status.synced_at_ms / 1000
        self.synced.set_text("" if status.row_count is None else synced_text(synced_s, status.incomplete))

    def _show_sync(self, status: ListStatus) -> None:
        sync = status.sync
        self._progress.setVisible(sync is not None)
        self.synced.setVisible(sync is None)
        self._cancel.setVisible(sync is not None)
        self.refresh_button.setEnabled(sync is None)
        total = sync.total or 0 if sync is not None else 0
        self._progress.setRange(0, total)
        self._progress.setValue(min(sync.done, total) if sync is not None else 0)
