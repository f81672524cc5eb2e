"""The panel at the left: views with their counts, search, the list itself and how fresh it is."""

import time
from array import array
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.order_row import Counts, PackageTrouble
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import SEARCH_LIMIT, VIEWS, Changes, First, Store
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.theme import Elided, Theme, button, fit_hint, label
from shipconsole.ui.kit.times import ago
from shipconsole.ui.order_list.finder import OrderFinder
from shipconsole.ui.order_list.model import OrderListModel
from shipconsole.ui.order_list.query import OrderQuery
from shipconsole.ui.order_list.view import OrderTable
from shipconsole.ui.order_list.view_tabs import ViewTabs

SEARCH_HINTS = ("order_list.search_hint", "order_list.search_hint_shorter", "order_list.search_hint_shortest")
NOTHING = {
    "partly": "order_list.none_partly",
    "shipped": "order_list.none_shipped",
    "needs_attention": "order_list.none_needs_attention",
    "late": "order_list.none_late",
}
"""Ids of messages."""
FOOTER_EVERY_MS = 10_000


class OrderListPanel(QFrame):
    """Finds an order.

    Signals: order_chosen(int id); refresh_requested(); pull_cancelled(); first_came(object First), once, with the
    cursor of the change feed; counts_came(object Counts); late_came(int), how many orders have a package that is late,
    quiet or in trouble; failed(str words).
    """

    order_chosen = Signal(int)
    refresh_requested = Signal()
    pull_cancelled = Signal()
    first_came = Signal(object)
    counts_came = Signal(object)
    late_came = Signal(int)
    failed = Signal(str)

    def __init__(self, store: Store, theme: Theme) -> None:
        """Show the first page as soon as the store gives it."""
        super().__init__()
        self.setProperty("variant", "card")
        self._open_id: int | None = None
        self._counts = Counts(0, 0, 0, 0)
        self._connections = 0
        self._synced_at_ms: int | None = None
        self._incomplete: list[str] = []
        self._listed = False
        self._begun = False
        self.query = OrderQuery()
        self._finder = OrderFinder(store, self.query, self)
        self._model = OrderListModel(self._finder.fetch, self)
        self.table = OrderTable(self._model, theme)
        self.search = SearchField(self.table)
        self.refresh_button = button(text("order_list.sync"), key="F5")
        self.refresh_button.setObjectName("refresh_button")
        self._views = ViewTabs(theme)
        self._tabs = self._views.tabs
        self._empty = label(variant="secondary")
        self._footer = Elided(variant="secondary")
        self._progress = QProgressBar()
        self._cancel = button(text("button.cancel"), "quiet")
        self._lay_out(theme)
        self._connect()
        self._finder.begin()

    def changed(self, changes: Changes) -> None:
        """Show what was saved meanwhile; rows that read differently glow."""
        if changes.too_many or any(change.kind == "order" for change in changes.changes):
            self._model.read_again(*self.table.positions_shown())
        self._finder.look_again(changes, self._model)

    def mark(self, order_id: int | None) -> None:
        """Select the order that is open, if this view has it."""
        self._open_id = order_id
        self.table.mark(order_id)

    def show_view(self, view: str) -> None:
        """Show a view as if its tab were pressed, and go to its list."""
        self._tabs[view].click()
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_packing(self, order_id: int, pieces: int) -> None:
        """Show in an order's bar what is in its open packages."""
        self.table.show_packing(order_id, pieces)

    def show_synced(self, connections: Sequence[Connection]) -> None:
        """Say when the connections were last synced, and which of them were not synced completely."""
        self._connections = len(connections)
        synced = [one.synced_at_ms for one in connections if one.synced_at_ms is not None]
        self._synced_at_ms = max(synced, default=None)
        self._incomplete = [one.name for one in connections if one.sync_trouble]
        self._say_how_fresh()
        self._show_empty()

    def show_pull(self, said: str, done: int = 0, total: int | None = None) -> None:
        """Show how far bringing orders in has come; without a text it has ended."""
        pulling = bool(said)
        self._progress.setVisible(pulling)
        self._cancel.setVisible(pulling)
        self.refresh_button.setEnabled(not pulling)
        self._progress.setRange(0, total or 0)
        self._progress.setValue(min(done, total) if total else 0)
        if pulling:
            self._footer.set_text(said)
        else:
            self._say_how_fresh()

    def focus_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _lay_out(self, theme: Theme) -> None:
        px = theme.tokens.px
        top = QHBoxLayout()
        top.addWidget(label(text("order_list.title"), "heading"))
        top.addStretch()
        top.addWidget(self.refresh_button)
        self._tabs[self.query.view].setChecked(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(px(16), px(40), px(16), 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        footer = QHBoxLayout()
        footer.addWidget(self._footer, 1)
        footer.addWidget(self._progress, 1)
        footer.addWidget(self._cancel)
        self._progress.setTextVisible(False)
        self._progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._progress.setAccessibleName(text("order_list.sync_progress"))
        self._cancel.setObjectName("cancel_pull")
        self._progress.hide()
        self._cancel.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(10))
        column.setSpacing(px(10))
        for part in (top, self._views, self.search, self._pages, footer):
            if isinstance(part, QWidget):
                column.addWidget(part, 1 if part is self._pages else 0)
            else:
                column.addLayout(part)

    def _connect(self) -> None:
        self.table.order_chosen.connect(self.order_chosen)
        self.table.sort_chosen.connect(self._sort)
        self.refresh_button.clicked.connect(self.refresh_requested)
        self._cancel.clicked.connect(self.pull_cancelled)
        self._finder.first_came.connect(self._first)
        self._finder.ids_came.connect(self._ids)
        self._finder.counts_came.connect(self._count)
        self._finder.troubles_came.connect(self._troubles)
        self._finder.failed.connect(self.failed)
        self._model.rows_changed.connect(self.table.glow)
        self._views.chosen.connect(self._show_view)
        self._ticker = QTimer(self)
        self._ticker.setInterval(FOOTER_EVERY_MS)
        self._ticker.timeout.connect(self._say_how_fresh)
        self._ticker.start()
        self._binding = Binding(self)
        self._binding.text(self.search, "text")
        self._binding.follow(lambda query: self._tabs[query.view].setChecked(True), "view")
        self._binding.follow(lambda query: self.table.header().show_sort(query.view, query.sort), "view", "sort")
        self._binding.bind(self.query)

    def _show_view(self, view: str) -> None:
        is_shown = self.query.view == view and not self.query.words
        self.query.text = ""
        self.query.view = view
        if is_shown:
            self._finder.ask_again()

    def _sort(self, sort: str) -> None:
        if sort in VIEWS[self.query.view] and not self.query.words:
            self.query.sort = sort

    def _first(self, first: First) -> None:
        self._model.set_ids(array("q", (row.id for row in first.rows)), first.rows)
        self._listed = True
        self.table.scrollToTop()
        self.table.mark(self._open_id, scroll=False)
        self.show_synced(first.connections)
        if first.counts is not None:
            self._count(first.counts)
        elif not self._begun:
            self._finder.count()
        if not self._begun:
            self._begun = True
            self.first_came.emit(first)

    def _ids(self, ids: "array[int]", fresh: bool) -> None:
        offset = self.table.verticalScrollBar().value()
        top_id = self._model.id_at(self.table.positions_shown()[0])
        into_row = offset % max(1, self.table.rowHeight(0)) if self._model.rowCount() else 0
        current = self.table.current_id()
        self._model.set_ids(ids)
        self._listed = True
        # What is selected stays so, and the rows that were on the screen stay where they were.
        self.table.mark(self._open_id if fresh else current, scroll=False)
        if fresh:
            self.table.scrollToTop()
        elif offset:
            position = self._model.position_of(top_id)
            moved = position * self.table.rowHeight(0) + into_row if position is not None else offset
            self.table.verticalScrollBar().setValue(moved)
        self._say_how_fresh()
        self._show_empty()

    def _count(self, counts: Counts) -> None:
        self._counts = counts
        for view in self._tabs:
            number = getattr(counts, view, None)
            if view != "late" and number is not None:
                self._views.show_count(view, number)
        self._views.fit()
        self._show_empty()
        self.counts_came.emit(counts)

    def _troubles(self, troubles: dict[int, PackageTrouble]) -> None:
        self.table.show_troubles(troubles)
        late, number = self._tabs["late"], len(troubles)
        self._views.show_count("late", number)
        # Room is scarce: what is empty stays away, unless it is being looked at.
        late.setVisible(number > 0 or self.query.view == "late")
        self._views.fit()
        self.late_came.emit(number)

    def _show_empty(self) -> None:
        empty = self._listed and not self._model.rowCount()
        if empty:
            self._empty.setText(nothing_listed(self.query.view, self.query.words, self._counts.all, self._connections))
        self._pages.setCurrentWidget(self._empty if empty else self.table)

    def _say_how_fresh(self) -> None:
        if self._cancel.isVisibleTo(self):
            return
        synced_s = None if self._synced_at_ms is None else time.time() - self._synced_at_ms / 1000
        most = SEARCH_LIMIT if self.query.words else None
        said = list_footer(self._model.rowCount(), synced_s, most, self._incomplete)
        self._footer.set_text(said if self._listed else "")


class SearchField(QLineEdit):
    """The search field: Down goes to the list, Enter opens its first order, Esc shows all again."""

    def __init__(self, table: OrderTable) -> None:
        """Search in a table."""
        super().__init__()
        self._table = table
        self.setObjectName("order_search")
        self.setAccessibleName(text("order_list.search"))
        self.setMaxLength(100)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the room there is."""
        super().resizeEvent(event)
        fit_hint(self, [f"{text(one)}   {key_name('Ctrl+F')}" for one in SEARCH_HINTS])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the field by key."""
        match event.key():
            case Qt.Key.Key_Down:
                self._table.setFocus(Qt.FocusReason.TabFocusReason)
                if not self._table.currentIndex().isValid():
                    self._table.setCurrentIndex(self._table.model().index(0, 0))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._table.model().rowCount():
                current = self._table.currentIndex()
                self._table.clicked.emit(current if current.isValid() else self._table.model().index(0, 0))
            case Qt.Key.Key_Escape:
                self.clear()
            case _:
                super().keyPressEvent(event)


def list_footer(orders: int, synced_s: float | None, most: int | None = None, incomplete: Sequence[str] = ()) -> str:
    """Return how many orders the list shows, how old the last sync is, and which connections it left incomplete."""
    is_limited = most is not None and orders >= most
    parts = [text("order_list.count_or_more" if is_limited else "order_list.count", count=orders)]
    if synced_s is not None:
        parts.append(text("order_list.synced", ago=ago(synced_s)))
    if incomplete:
        parts.append(text("order_list.incomplete", connections=tuple(incomplete)))
    return " · ".join(parts)


def nothing_listed(view: str, words: str, all_orders: int, connections: int) -> str:
    """Return why the list is empty, and the next step."""
    if words:
        return text("order_list.nothing_found", text=words, key=key_name("Esc"))
    if not all_orders and not connections:
        return text("order_list.no_connections")
    if not all_orders:
        return text("order_list.no_orders", key=key_name("F5"), count=connections)
    if view == "to_ship":
        return text("order_list.none_to_ship", key=key_name("F5"))
    return text(NOTHING.get(view, "order_list.none"))
