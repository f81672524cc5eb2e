"""The list's model: ids of any number of orders, and the rows of the few pages that were looked at."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.order_row import OrderRow, PackageTrouble
from shipconsole.domain.plain_text import plain
from shipconsole.operations.orders.order_list import PAGE
from shipconsole.ui.kit import strings as window_words
from shipconsole.ui.kit.binding.model_table import NO_INDEX, RIGHT, Column, Index, ModelTable
from shipconsole.ui.order_list import words

PAGES_KEPT = 64
COLUMNS = ("number", "recipient", "items", "due")

Fetch = Callable[[Sequence[int], Callable[[list[OrderRow]], None], Callable[[], None]], None]


class OrderListModel(ModelTable[OrderRow]):
    """Rows by position, of which only pages near the screen are held.

    `fetch` is asked for the rows of some ids and calls back when they are there, or when they could not be read.
    Signal: rows_changed(object), the set of ids of rows that read differently than before.
    """

    rows_changed = Signal(object)

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        """Begin empty."""
        columns = (
            Column("number", shown=lambda row: row.label, spoken=self._spoken),
            Column("recipient"),
            Column("shipped", words.LIST_COLUMNS[2], RIGHT, words.items),
            Column("due_at_ms", shown=_due),
        )
        super().__init__(OrderRow, columns, parent)
        self._fetch = fetch
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, list[OrderRow | None]] = OrderedDict()
        self._before: dict[int, OrderRow] = {}
        self._asked: set[int] = set()
        self._generation = 0
        self._troubles: Mapping[int, PackageTrouble] = {}

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many orders the view has."""
        return 0 if parent.isValid() else len(self._ids)

    def row(self, position: int) -> OrderRow | None:
        """The row at a position; None while it is not known, and then it is asked for."""
        number, place = divmod(position, PAGE)
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page[place] if place < len(page) else None
        self._ask(number)
        return self._before.get(self._ids[position])

    def want(self, first: int, last: int) -> None:
        """Have the pages of these positions and their neighbours ready."""
        top = (len(self._ids) - 1) // PAGE
        for number in range(max(0, first // PAGE - 1), min(top, last // PAGE + 1) + 1):
            if number not in self._pages:
                self._ask(number)

    def set_troubles(self, troubles: Mapping[int, PackageTrouble]) -> bool:
        """Know which orders have packages that are late, quiet or in trouble; tell whether that is news."""
        changed = troubles != self._troubles
        self._troubles = troubles
        return changed

    def trouble(self, order_id: int) -> PackageTrouble | None:
        """What is wrong with an order's packages, None where nothing is."""
        return self._troubles.get(order_id)

    def id_at(self, position: int) -> int | None:
        """The id of the order at a position."""
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def position_of(self, order_id: int | None) -> int | None:
        """Where an order stands, if it is in the view."""
        try:
            return None if order_id is None else self._ids.index(order_id)
        except ValueError:
            return None

    def held(self, order_id: int) -> OrderRow | None:
        """The row of an order as far as it is held at present."""
        rows = (row for page in self._pages.values() for row in page if row is not None)
        return next((row for row in rows if row.id == order_id), None)

    def set_ids(self, ids: "array[int]", rows: Sequence[OrderRow] = ()) -> None:
        """Show other orders; rows that are known stay readable until they have been read again."""
        known = {row.id: row for page in self._pages.values() for row in page if row is not None}
        self.beginResetModel()
        self._before = known | {row.id: row for row in rows}
        self._ids = ids
        self._pages.clear()
        self._asked.clear()
        self._generation += 1
        if rows:
            self._pages[0] = list(rows)
        self.endResetModel()

    def read_again(self, first: int, last: int) -> None:
        """Read the pages of these positions anew, showing the old rows until then; forget the other pages."""
        shown = range(first // PAGE, last // PAGE + 1)
        for number in [number for number in self._pages if number not in shown]:
            del self._pages[number]
        for number in shown:
            self._asked.discard(number)
            self._ask(number)

    def _ask(self, number: int) -> None:
        start = number * PAGE
        if number in self._asked or start >= len(self._ids):
            return
        self._asked.add(number)
        ids = self._ids[start : start + PAGE]
        generation = self._generation

        def take(rows: list[OrderRow]) -> None:
            if generation == self._generation:
                self._take(number, ids, rows)

        def discard() -> None:
            if generation == self._generation:
                self._asked.discard(number)

        self._fetch(ids, take, discard)

    def _take(self, number: int, ids: Sequence[int], rows: list[OrderRow]) -> None:
        self._asked.discard(number)
        by_id = {row.id: row for row in rows}
        before = self._pages.get(number)
        old = {row.id: row for row in before if row is not None} if before is not None else self._before
        page = [by_id.get(id_) for id_ in ids]
        self._pages[number] = page
        self._pages.move_to_end(number)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        start = number * PAGE
        self.dataChanged.emit(self.index(start, 0), self.index(start + len(ids) - 1, len(self.columns) - 1))
        changed = {row.id for row in rows if old.get(row.id, row) != row}
        if changed:
            self.rows_changed.emit(changed)

    def _spoken(self, row: OrderRow) -> str:
        trouble = self._troubles.get(row.id)
        label = plain(row.label)
        return f"{label}. {words.PACKAGE_TROUBLES_MEAN[trouble]}" if trouble else label


def _due(row: OrderRow) -> str:
    return window_words.due(row.due_at_ms, date.today())[0]  # noqa: DTZ011 - the station's own day is meant
