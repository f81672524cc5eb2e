"""Finds which orders the list shows: a view in a sort's order, or the orders that hold some words."""

import time
from array import array
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shipconsole.domain.order_row import Counts, OrderRow, PackageTrouble
from shipconsole.operations.orders import order_list
from shipconsole.operations.orders.order_list import VIEWS, Changes, First, Store
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.future_bridge import FutureBridge
from shipconsole.ui.order_list.model import OrderListModel
from shipconsole.ui.order_list.query import OrderQuery

DEBOUNCE_MS = 20
REST_MS = 300
PAINTED_MS = 100
TIME_PASSES_MS = 300_000
FEW = 8
"""Up to so many changed orders are looked at one by one; more mean that the whole view is found again."""


class OrderFinder(QObject):
    """Asks the store and drops every answer to a question that is no longer asked.

    Signals: first_came(object First); ids_came(object ids, bool fresh), fresh when another view, sort or text was
    asked for; counts_came(object Counts); troubles_came(object), what is wrong with packages by their orders' ids;
    failed(str words).
    """

    first_came = Signal(object)
    ids_came = Signal(object, bool)
    counts_came = Signal(object)
    troubles_came = Signal(object)
    failed = Signal(str)

    def __init__(self, store: Store, query: OrderQuery, parent: QObject | None = None) -> None:
        """Follow a query."""
        super().__init__(parent)
        self._store = store
        self._query = query
        self._listed = (query.view, query.sort)
        self._words = query.words
        self._generation = 0
        self._answered = 0
        self._asked_at_s = 0.0
        self._took_ms = 0
        self._kept: tuple[str, str, array[int]] | None = None
        """The ids of a view as found last, while nothing has changed since: shown again when a search ends."""
        self._counting = False
        self._count_again = False
        self._answers = FutureBridge(self)
        self._answers.failed.connect(self.failed)
        self._typed = _timer(self, DEBOUNCE_MS, self._ask_ids_anew)
        self._rested = _timer(self, REST_MS, self._ask_ids)
        self._calmed = _timer(self, REST_MS, self._ask_troubles)
        # Of many orders the ids are so many that reading them takes Python from the thread that paints the page.
        self._painted = _timer(self, PAINTED_MS, self._ask_rest)
        self._troubles_took_ms = 0
        # A parcel becomes late or quiet by the time alone, without anything being saved.
        self._time_passes = QTimer(self)
        self._time_passes.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._time_passes.timeout.connect(self._look_at_time)
        self._time_passes.start(TIME_PASSES_MS)
        self._binding = Binding(self)
        self._binding.follow(self._follow, "view", "sort")
        self._binding.follow(self._find, "text")
        self._binding.bind(query)

    def begin(self) -> None:
        """Ask for the first page; when it is there, or cannot be read, for the rest."""
        self._generation += 1
        self._ask_first(self._ask_rest)

    def ask_again(self) -> None:
        """Find the orders of the query as if it were new."""
        self._generation += 1
        if not self._words:
            self._ask_first()
        self._ask_ids()

    def fetch(
        self,
        ids: Sequence[int],
        then: Callable[[list[OrderRow]], None],
        otherwise: Callable[[], None] | None = None,
    ) -> None:
        """Read the rows of some orders; where that fails `otherwise` is called."""
        self._answers.when_done(order_list.rows(self._store, ids), then, otherwise)

    def count(self) -> None:
        """Count the views again; while one count is under way the next waits."""
        if self._counting:
            self._count_again = True
            return
        self._counting, self._count_again = True, False
        self._answers.when_done(order_list.counts(self._store), self._counted, self._count_ended)

    def look_again(self, changes: Changes, model: OrderListModel) -> None:
        """Find the ids again if a changed order may have come, gone or moved."""
        ids = [change.ref_id for change in changes.changes if change.kind == "order"]
        if changes.too_many or ids:
            self._kept = None
        if changes.too_many or len(ids) > FEW or (ids and (self._words or self._query.view == "late")):
            self._find_again()
        elif ids:
            self.fetch(ids, partial(self._compare, self._generation, model))
        if changes.too_many or ids:
            self.count()

    def _follow(self, query: OrderQuery) -> None:
        """Show another view or another order of this one."""
        if query.sort not in VIEWS[query.view]:
            query.sort = VIEWS[query.view][0]  # which is heard of here, with the view
        elif self._listed != (query.view, query.sort):
            self._listed = (query.view, query.sort)
            self.ask_again()

    def _find(self, query: OrderQuery) -> None:
        """Show the orders that hold all these words; no words show the view again."""
        if query.words != self._words:
            self._words = query.words
            self._generation += 1
            self._typed.start()

    def _compare(self, generation: int, model: OrderListModel, rows: list[OrderRow]) -> None:
        if generation == self._generation and any(self._moved(model, row) for row in rows):
            self._find_again()

    def _moved(self, model: OrderListModel, row: OrderRow) -> bool:
        listed = model.position_of(row.id) is not None
        if listed != _belongs(self._query.view, row):
            return True
        if not listed:
            return False
        if self._query.sort == "changed":
            return True
        old = model.held(row.id)
        return old is None or (old.due_at_ms, old.number, old.recipient) != (
            row.due_at_ms,
            row.number,
            row.recipient,
        )

    def _find_again(self) -> None:
        if not self._rested.isActive():
            # A large store is not searched without a pause while orders stream in.
            self._rested.start(max(REST_MS, 4 * self._took_ms))

    def _ask_first(self, after: Callable[[], None] | None = None) -> None:
        future = order_list.first(self._store, *self._listed)
        self._answers.when_done(future, partial(self._first, self._generation, after), after)

    def _ask_rest(self) -> None:
        self._ask_ids()
        self._ask_troubles()

    def _ask_ids_anew(self) -> None:
        if not self._words and self._kept is not None and self._kept[:2] == self._listed:
            self._ids(self._generation, self._kept[2])
        elif self._words:
            self._ask_ids()
        else:
            self.ask_again()

    def _ask_ids(self) -> None:
        self._asked_at_s = time.monotonic()
        future = order_list.ids(self._store, *self._listed, self._words)
        self._answers.when_done(future, partial(self._ids, self._generation))

    def _first(self, generation: int, after: Callable[[], None] | None, first: First) -> None:
        if generation == self._generation and self._answered != generation:
            self.first_came.emit(first)
        if after is not None and first.counts is None:
            self._painted.start()
        elif after is not None:
            after()

    def _ids(self, generation: int, ids: "array[int]") -> None:
        if generation != self._generation:
            return
        self._took_ms = int((time.monotonic() - self._asked_at_s) * 1000)
        if not self._words:
            self._kept = *self._listed, ids
        fresh = self._answered != generation
        self._answered = generation
        self.ids_came.emit(ids, fresh)

    def _counted(self, counts: Counts) -> None:
        self.counts_came.emit(counts)
        if not self._calmed.isActive():
            self._calmed.start(max(REST_MS, 4 * self._troubles_took_ms))
        self._count_ended()

    def _look_at_time(self) -> None:
        self._ask_troubles()
        if self._query.view == "late" and not self._words:
            self._find_again()

    def _ask_troubles(self) -> None:
        future = order_list.package_troubles(self._store)
        self._answers.when_done(future, partial(self._troubles, time.monotonic()))

    def _troubles(self, asked_at_s: float, troubles: dict[int, PackageTrouble]) -> None:
        self._troubles_took_ms = int((time.monotonic() - asked_at_s) * 1000)
        self.troubles_came.emit(troubles)

    def _count_ended(self) -> None:
        self._counting = False
        if self._count_again:
            self.count()


def _timer(parent: QObject, interval_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(then)
    return timer


def _belongs(view: str, row: OrderRow) -> bool:
    match view:
        case "to_ship":
            return row.left > 0
        case "partly":
            return row.state == "partly_shipped"
        case "shipped":
            return row.state == "shipped"
        case "needs_attention":
            return row.needs_attention > 0
        case _:
            return True
