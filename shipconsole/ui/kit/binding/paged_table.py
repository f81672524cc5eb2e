"""A table of any length: the ids of all rows, and the models of the pages that were shown."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic

from PySide6.QtCore import QObject, Signal

from shipconsole.domain.id_positions import Positions
from shipconsole.ui.kit.binding.model_table import NO_INDEX, Column, Index, M, ModelTable

PAGE = 100
PAGES_HELD = 64

Fetch = Callable[[Sequence[int], Callable[[list[M]], None], Callable[[], None]], None]


class PagedTable(ModelTable[M], Generic[M]):
    """Rows by position, of which only pages near the screen are held.

    `fetch` reads the rows of some ids, and calls back with them or when they could not be read. `id_of` returns a
    row's id.
    Signal: rows_changed(set of ids), for rows whose content changed.
    """

    rows_changed = Signal(object)

    def __init__(
        self,
        model: type[M],
        columns: Sequence[Column[M]],
        fetch: "Fetch[M]",
        id_of: Callable[[M], int],
        parent: QObject | None = None,
    ) -> None:
        """Initialize empty."""
        super().__init__(model, columns, parent)
        self._fetch = fetch
        self._id_of = id_of
        self._ids: array[int] = array("q")
        self._positions: Positions | None = None
        self._pages: OrderedDict[int, list[M | None]] = OrderedDict()
        self._before: dict[int, M] = {}
        self._asked: set[int] = set()
        self._generation = 0

    @property
    def ids(self) -> "array[int]":
        """The ids of all rows in order."""
        return self._ids

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of ids."""
        return 0 if parent.isValid() else len(self._ids)

    def row(self, position: int) -> M | None:
        """Return the row at a position; None until it has been read, which begins then."""
        number, index = divmod(position, PAGE)
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page[index] if index < len(page) else None
        self._ask(number)
        return self._before.get(self._ids[position])

    def prefetch(self, first: int, last: int) -> None:
        """Read the pages of these positions, and those beside them."""
        top = (len(self._ids) - 1) // PAGE
        for number in range(max(0, first // PAGE - 1), min(top, last // PAGE + 1) + 1):
            if number not in self._pages:
                self._ask(number)

    def id_at(self, position: int) -> int | None:
        """Return the id of the row at a position."""
        return self._ids[position] if 0 <= position < len(self._ids) else None

    def position_of(self, id_: int | None) -> int | None:
        """Return the position of an id, if it is in the table."""
        if id_ is None:
            return None
        if self._positions is None:
            self._positions = Positions(self._ids)
        return self._positions.of(id_)

    def held(self, id_: int) -> M | None:
        """Return the row of an id, if it is held."""
        position = self.position_of(id_)
        if position is None:
            return None
        number, at = divmod(position, PAGE)
        page = self._pages.get(number, [])
        return page[at] if at < len(page) else None

    def set_ids(self, ids: "array[int]", rows: Sequence[M] = (), positions: Positions | None = None) -> None:
        """Show other rows; known rows are shown until they have been read again.

        Whoever has many ids gives their positions with them, made on another thread.
        """
        known = {self._id_of(row): row for row in self._held()}
        self.beginResetModel()
        self._before = known | {self._id_of(row): row for row in rows}
        self._ids = ids
        self._positions = positions
        self._pages.clear()
        self._asked.clear()
        self._generation += 1
        if rows:
            self._pages[0] = list(rows)
        self.endResetModel()

    @property
    def edits(self) -> int:
        """How many rows were put in or taken out since `set_ids`."""
        return self._positions.edits if self._positions is not None else 0

    def remove_row(self, position: int) -> None:
        """Take out the row at a position."""
        self.beginRemoveRows(NO_INDEX, position, position)
        positions = self._edited()
        positions.remove(position, self._ids.pop(position))
        self._shift(position)
        self.endRemoveRows()

    def insert_row(self, position: int, id_: int) -> None:
        """Put in an id that is not in the table."""
        self.beginInsertRows(NO_INDEX, position, position)
        positions = self._edited()
        try:
            self._ids.insert(position, id_)
        except OverflowError:
            # So far 4 bytes each were enough.
            self._ids = array("q", self._ids)
            self._ids.insert(position, id_)
        positions.insert(position, id_)
        self._shift(position)
        self.endInsertRows()

    def take_rows(self, rows: Sequence[M]) -> None:
        """Show newly read rows where they stand."""
        changed: set[int] = set()
        for row in rows:
            id_ = self._id_of(row)
            position = self.position_of(id_)
            number, at = divmod(position, PAGE) if position is not None else (-1, 0)
            page = self._pages.get(number)
            if page is None:
                # Shown until its page has been read.
                self._before[id_] = row
            elif at < len(page) and page[at] != row:
                page[at] = row
                changed.add(id_)
                self.redraw(number * PAGE + at)
        if changed:
            self.rows_changed.emit(changed)

    def _edited(self) -> Positions:
        """Return the positions, which note the change; drop the pages that are being read for the ids before it."""
        if self._positions is None:
            self._positions = Positions(self._ids)
        self._asked.clear()
        self._generation += 1
        return self._positions

    def _shift(self, position: int) -> None:
        """Fill the pages from a position on anew; one that lacks a row is read when it is shown."""
        later = [number for number in self._pages if number >= position // PAGE]
        known = {self._id_of(row): row for number in later for row in self._pages[number] if row is not None}
        if len(self._before) > PAGE * PAGES_HELD:
            self._before = {}
        for number in later:
            ids = self._ids[number * PAGE : (number + 1) * PAGE]
            rows = [row for id_ in ids if (row := known.get(id_, self._before.get(id_))) is not None]
            if ids and len(rows) == len(ids):
                self._pages[number] = list[M | None](rows)
            else:
                del self._pages[number]
        self._before |= known

    def add_ids(self, ids: "array[int]") -> None:
        """Show more rows below the others."""
        if not ids:
            return
        first = len(self._ids)
        self.beginInsertRows(NO_INDEX, first, first + len(ids) - 1)
        is_alike = self._ids.typecode == ids.typecode
        self._ids = self._ids + ids if is_alike else array("q", (*self._ids, *ids))
        self._positions = None
        if first % PAGE and (cut_off := self._pages.pop(first // PAGE, None)) is not None:
            # Its other rows are read with it.
            self._before |= {self._id_of(row): row for row in cut_off if row is not None}
        self._asked.discard(first // PAGE)
        self.endInsertRows()

    def read_again(self, first: int, last: int) -> None:
        """Read the pages of these positions again, showing the old rows until then; drop the other pages."""
        shown = range(first // PAGE, last // PAGE + 1)
        for number in [number for number in self._pages if number not in shown]:
            del self._pages[number]
        for number in shown:
            self._asked.discard(number)
            self._ask(number)

    def _held(self) -> list[M]:
        return [row for page in self._pages.values() for row in page if row is not None]

    def _ask(self, number: int) -> None:
        start = number * PAGE
        if number in self._asked or start >= len(self._ids):
            return
        self._asked.add(number)
        ids = self._ids[start : start + PAGE]
        generation = self._generation

        def take(rows: list[M]) -> None:
            # A page that got more rows meanwhile is read anew.
            if generation == self._generation and len(ids) == len(self._ids[start : start + PAGE]):
                self._take(number, ids, rows)

        def discard() -> None:
            if generation == self._generation:
                self._asked.discard(number)

        self._fetch(ids, take, discard)

    def _take(self, number: int, ids: Sequence[int], rows: list[M]) -> None:
        self._asked.discard(number)
        by_id = {self._id_of(row): row for row in rows}
        before = self._pages.get(number)
        old = {self._id_of(row): row for row in before if row is not None} if before is not None else self._before
        self._pages[number] = [by_id.get(id_) for id_ in ids]
        self._pages.move_to_end(number)
        while len(self._pages) > PAGES_HELD:
            self._pages.popitem(last=False)
        start = number * PAGE
        self.dataChanged.emit(self.index(start, 0), self.index(start + len(ids) - 1, len(self.columns) - 1))
        changed = {id_ for id_, row in by_id.items() if old.get(id_, row) != row}
        if changed:
            self.rows_changed.emit(changed)
