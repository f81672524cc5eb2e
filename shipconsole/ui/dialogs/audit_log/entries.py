"""The record as a table of any length: numbers of entries, and the few pages of them that were looked at."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from shipconsole.operations.maintenance.audit_log import Event
from shipconsole.ui.dialogs.audit_log import words
from shipconsole.ui.kit import theme as kit

PAGE = 100
PAGES_KEPT = 40
TIME, WHO, WHAT, ORDER, CONNECTION, WORDS = range(6)
_NO_PARENT = QModelIndex()

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[int, Sequence[int]], None]


class RecordModel(QAbstractTableModel):
    """Entries, newest first. `fetch` is asked for a page of entries, which come with `take`."""

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._fetch = fetch
        self._entries: array[int] = array("q")
        self._pages: OrderedDict[int, list[Event]] = OrderedDict()
        self._asked: set[int] = set()

    @property
    def entries(self) -> "array[int]":
        """The numbers of all entries that are shown, newest first."""
        return self._entries

    def show(self, entries: "array[int]") -> None:
        """Show other entries."""
        self.beginResetModel()
        self._entries = entries
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()

    def take(self, number: int, entries: Sequence[int], events: Sequence[Event]) -> None:
        """Take a page that was asked for, unless other entries are shown by now."""
        start = number * PAGE
        if self._entries[start : start + PAGE] != entries or len(events) != len(entries):
            return
        self._asked.discard(number)
        self._pages[number] = list(events)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        self.dataChanged.emit(self.index(start, 0), self.index(start + len(events) - 1, WORDS))

    def entry(self, row: int) -> Event | None:
        """The entry of a row; None while it is not read yet, and then it is asked for."""
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page[place]
        if number not in self._asked:
            self._asked.add(number)
            self._fetch(number, self._entries[number * PAGE : (number + 1) * PAGE])
        return None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """A row for each entry."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Time, who, what, order, connection, in words."""
        return 0 if parent.isValid() else len(words.COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell says, as plain text on one line."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        event = self.entry(index.row())
        if event is None:
            return words.READING if index.column() == TIME else ""
        return kit.plain(_cell(event, index.column()))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return words.COLUMNS[section]
        return None


def _cell(event: Event, column: int) -> str:
    match column:
        case 0:
            return words.time(event.at_ms)
        case 1:
            return words.who(event)
        case 2:
            return words.what(event)
        case 3:
            return event.order
        case 4:
            return event.connection
        case _:
            return words.in_words(event)
