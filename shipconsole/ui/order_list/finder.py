"""The search for the orders that the list shows: those of a view in a sort, or those that match a text."""

import time
from array import array
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shipconsole.domain.change_feed import Changes
from shipconsole.domain.id_positions import EDITS_MOST
from shipconsole.domain.order_row import Counts, OrderRow, PackageIssue, Whose
from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.order_list import (
    MANY,
    NO_OWNER,
    PLACED_VIEWS,
    VIEWS,
    FirstPage,
    Listing,
    LongRead,
    Placement,
    Store,
)
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.threads import FutureBridge
from shipconsole.ui.order_list.model import OrderListModel
from shipconsole.ui.order_list.state import OrderQuery

SEARCH_PAUSE_MS = 300
PAINT_PAUSE_MS = 100
MATCHES_PAUSE_MS = 40
"""The first matches of a text are painted, and the next character has its time, before all of them are read."""
ISSUES_EVERY_MS = 300_000
ISSUES_SHARE = 20
"""Package issues are read again after so many times the time that it took: other reads wait for it."""
COMPARED_MOST = 8
"""Up to this many changed orders are put where they belong in the list; more lead to a new search."""


class OrderFinder(QObject):
    """Reads the store for a query, and drops results of an earlier query.

    Signals: first_page_loaded(FirstPage); matches_loaded(the first rows of a text that more orders match);
    ids_loaded(Listing, is_new), `is_new` for another view, sort or text;
    placed(Placement) of changed orders in the list; counts_loaded(Counts); issues_loaded(dict of package issues by
    order id); filters_loaded(the saved ones); failed(text).
    """

    first_page_loaded = Signal(object)
    matches_loaded = Signal(object)
    ids_loaded = Signal(object, bool)
    placed = Signal(object)
    counts_loaded = Signal(object)
    issues_loaded = Signal(object)
    filters_loaded = Signal(object)
    failed = Signal(str)

    def __init__(self, store: Store, query: OrderQuery, parent: QObject | None = None) -> None:
        """Follow a query."""
        super().__init__(parent)
        self._store = store
        self._query = query
        self._listed = (query.view, query.sort)
        self._words = query.words
        self.whose: Callable[[], Whose] = lambda: NO_OWNER
        """Whose orders the view of one's own has, and since when claims count."""
        self._generation = 0
        """Grows with every change of the query."""
        self._loaded_generation = 0
        self._search_began_s = 0.0
        self._search_ms = 0
        self._listing: LongRead[Listing] | None = None
        """The ids that are being read; those of an earlier query are of no use."""
        self._is_begun = False
        """Whether a first page was loaded, with what stands beside the list."""
        self._is_matching = False
        """Whether the first matches of a text are being read."""
        self._typed_meanwhile = False
        """Whether the text changed again since that began."""
        self._issues_ms = 0
        self._view_ids: tuple[str, str, Listing] | None = None
        """The ids of the view and sort searched last, while no order changed: shown again when a search ends."""
        self._model: OrderListModel | None = None
        self._changed: set[int] = set()
        """The orders whose place in the list is to be found, as of `_cursor` of the change feed."""
        self._cursor = 0
        self._is_placing = False
        self._is_counting = False
        self._count_again = False
        self._bridge = FutureBridge(self)
        self._bridge.failed.connect(self.failed)
        self._search_timer = _timer(self, SEARCH_PAUSE_MS, self._load_ids)
        self._issues_timer = _timer(self, SEARCH_PAUSE_MS, self._load_issues)
        self._matches_timer = _timer(self, MATCHES_PAUSE_MS, self._load_ids)
        # Reading the ids of many orders holds Python's lock while the first page is painted.
        self._paint_timer = _timer(self, PAINT_PAUSE_MS, self._load_rest)
        # A package becomes overdue or quiet with time alone, without a change in the store.
        clock_timer = QTimer(self)
        clock_timer.setObjectName("issues_timer")
        clock_timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        clock_timer.timeout.connect(self._refresh_issues)
        clock_timer.start(ISSUES_EVERY_MS)
        self._binding = Binding(self)
        self._binding.follow(self._on_view_changed, "view", "sort")
        self._binding.follow(self._on_text_changed, "text")
        self._binding.bind(query)

    @property
    def is_current(self) -> bool:
        """Whether the ids loaded last are those of the query, and no search is scheduled."""
        is_scheduled = self._typed_meanwhile or self._search_timer.isActive()
        return self._loaded_generation == self._generation and not is_scheduled

    def begin(self) -> None:
        """Load the first page, then the rest."""
        self._generation += 1
        self._load_first_page(self._load_rest)

    def search_again(self) -> None:
        """Search as if the query were new."""
        self._generation += 1
        self._typed_meanwhile = False
        self._load_first_page()
        if not self._words:
            self._load_ids()

    def fetch(
        self,
        ids: Sequence[int],
        then: Callable[[list[OrderRow]], None],
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """Load the rows of some orders; call `otherwise` where that fails."""
        self._bridge.when_done(order_list.rows(self._store, ids), then, otherwise)

    def count(self) -> None:
        """Count the orders of each view; calls during a count lead to one more count."""
        if self._is_counting:
            self._count_again = True
            return
        self._is_counting, self._count_again = True, False
        future = order_list.counts(self._store, self.whose())
        self._bridge.when_done(future, self._on_counts, self._on_count_ended)

    def load_filters(self) -> None:
        """Read the saved filters."""
        self._bridge.when_done(order_list.filters(self._store), self.filters_loaded.emit)

    def packer_changed(self) -> None:
        """Count again for another packer, and search again in the view of one's own."""
        self.count()
        if self._query.view == "mine" and not self._words:
            self.search_again()

    def apply_changes(self, changes: Changes, model: OrderListModel) -> bool:
        """Put changed orders where they belong in the list, or search again where that is not known or too much.

        Return whether the rows on the screen are to be read again, because they are not read with their places.
        """
        kinds = {change.kind for change in changes.changes}
        ids = [change.ref_id for change in changes.changes if change.kind == "order"]
        follows_updates = self._query.view == "waiting" and not self._words and "call" in kinds
        if changes.too_many or ids:
            self._view_ids = None
        is_searched = changes.too_many or follows_updates or len(ids) > COMPARED_MOST or (ids and not self._is_placed)
        if is_searched:
            self._search_soon()
        elif ids:
            self._model = model
            self._changed |= set(ids)
            self._cursor = changes.cursor
            self._place_changed()
        if changes.too_many or ids or "call" in kinds:
            self.count()
        if changes.too_many or "filter" in kinds:
            self.load_filters()
        return bool(is_searched or (ids and not self._is_whole))

    @property
    def _is_placed(self) -> bool:
        """Whether an order's own row decides whether it is in the list, and where."""
        return not self._words and self._query.view in PLACED_VIEWS

    @property
    def _is_whole(self) -> bool:
        """Whether the list has all of its orders, and is not being read."""
        return self._loaded_generation == self._generation and (self._listing is None or self._listing.done())

    def _on_view_changed(self, query: OrderQuery) -> None:
        if query.sort not in VIEWS[query.view]:
            query.sort = VIEWS[query.view][0]  # calls this method again, with a sort that the view has
        elif self._listed != (query.view, query.sort):
            self._listed = (query.view, query.sort)
            self.search_again()

    def _on_text_changed(self, query: OrderQuery) -> None:
        if query.words != self._words:
            self._words = query.words
            self._generation += 1
            self._matches_timer.stop()
            if self._listing is not None:
                self._listing.interrupt()  # it would keep Python busy while the new matches are painted
            # A character is searched for at once; of those that a scanner types meanwhile, only the whole.
            self._typed_meanwhile = self._is_matching
            if not self._is_matching:
                self._search_typed()

    def _place_changed(self) -> None:
        """Find where the changed orders belong in the list, once all of it is here; one such search at a time."""
        if not self._is_placed:
            self._changed.clear()  # a later search has read them
        if not self._changed or self._is_placing or not self._is_whole or self._model is None:
            return
        ids, self._changed = self._changed, set()
        if len(ids) > COMPARED_MOST:
            self._search_soon()
            return
        listed = self._model.ids
        positions = {id_: self._model.position_of(id_) for id_ in sorted(ids)}
        self._is_placing = True
        future = order_list.placed(self._store, *self._listed, listed, positions, self._cursor)
        self._bridge.when_done(
            future, partial(self._on_placed, self._generation, listed, ids), partial(self._on_not_placed, ids)
        )

    def _on_placed(self, generation: int, listed: "array[int]", ids: set[int], found: Placement | None) -> None:
        self._is_placing = False
        if generation == self._generation and self._model is not None:
            if self._model.ids is not listed:
                self._changed |= ids  # the list was read again meanwhile, maybe before they changed
            elif found is None:
                self._search_soon()
            else:
                self.placed.emit(found)
                if self._model.edits > EDITS_MOST:
                    self._search_soon()
        self._place_changed()

    def _on_not_placed(self, ids: set[int]) -> None:
        self._is_placing = False
        self._changed |= ids

    def _search_soon(self) -> None:
        if not self._search_timer.isActive():
            # A large store is not searched without a pause while orders stream in.
            self._search_timer.start(max(SEARCH_PAUSE_MS, 4 * self._search_ms))

    def _load_first_page(self, after: Callable[[], None] | None = None) -> None:
        if self._words and self._is_begun:
            self._is_matching = True
            matches = order_list.matches(self._store, self._words)
            self._bridge.when_done(matches, partial(self._on_matches, self._generation), self._on_matched)
            return
        future = order_list.first_page(self._store, *self._listed, self.whose(), self._words)
        self._bridge.when_done(future, partial(self._on_first_page, self._generation, after), after)

    def _load_rest(self) -> None:
        self._load_ids()
        self._load_issues()
        self.load_filters()

    def _search_typed(self) -> None:
        if self._words:
            self._search_began_s = time.monotonic()
            self._load_first_page()
        elif self._view_ids is not None and self._view_ids[:2] == self._listed:
            self._on_ids(self._generation, self._view_ids[2])
        else:
            self.search_again()

    def _load_ids(self) -> None:
        self._matches_timer.stop()
        self._search_began_s = time.monotonic()
        if self._listing is not None:
            self._listing.interrupt()
        self._listing = order_list.listing(self._store, *self._listed, self._words, self.whose())
        self._bridge.when_done(self._listing, partial(self._on_ids, self._generation))

    def _on_matches(self, generation: int, rows: list[OrderRow]) -> None:
        if generation == self._generation and self._loaded_generation != generation:
            listing = order_list.all_of(rows)
            if listing is not None:
                self._on_ids(generation, listing)
            else:
                self.matches_loaded.emit(rows)
                self._matches_timer.start()
        self._on_matched()

    def _on_matched(self) -> None:
        self._is_matching = False
        if self._typed_meanwhile:
            self._typed_meanwhile = False
            self._search_typed()

    def _on_first_page(self, generation: int, after: Callable[[], None] | None, first: FirstPage) -> None:
        if generation == self._generation and self._loaded_generation != generation:
            self._is_begun = True
            self.first_page_loaded.emit(first)
            if self._words:
                self._matches_timer.start()
        if after is not None and first.counts.all > MANY:
            self._paint_timer.start()
        elif after is not None:
            after()

    def _on_ids(self, generation: int, listing: Listing) -> None:
        if generation != self._generation:
            return
        self._search_ms = int((time.monotonic() - self._search_began_s) * 1000)
        if not self._words:
            self._view_ids = *self._listed, listing
        is_new = self._loaded_generation != generation
        self._loaded_generation = generation
        self.ids_loaded.emit(listing, is_new)
        self._place_changed()

    def _on_counts(self, counts: Counts) -> None:
        self.counts_loaded.emit(counts)
        if not self._issues_timer.isActive():
            self._issues_timer.start(max(SEARCH_PAUSE_MS, ISSUES_SHARE * self._issues_ms))
        self._on_count_ended()

    def _on_count_ended(self) -> None:
        self._is_counting = False
        if self._count_again:
            self.count()

    def _refresh_issues(self) -> None:
        self._load_issues()
        if self._query.view == "late" and not self._words:
            self._search_soon()

    def _load_issues(self) -> None:
        future = order_list.package_issues(self._store)
        self._bridge.when_done(future, partial(self._on_issues, time.monotonic()))

    def _on_issues(self, began_s: float, issues: dict[int, PackageIssue]) -> None:
        self._issues_ms = int((time.monotonic() - began_s) * 1000)
        self.issues_loaded.emit(issues)


def _timer(parent: QObject, interval_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(then)
    return timer
