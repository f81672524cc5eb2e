"""The rows of the list of items: those to pack in the order's sequence, and below them the finished ones."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.order import OrderLine
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.binding.model_table import NO_INDEX, ROW_ROLE, Column, Index, ModelTable

NOT_COUNTED = {"shipped": "order_item.recorded_shipped", "cancelled": "order_item.recorded_cancelled"}
"""Message ids."""
UNITS_MAX = 1_000_000
MANY_CHANGES = 40
"""From so many changed rows on, the list is made anew."""


class RowKind(StrEnum):
    """What a row of the list is."""

    OPEN = "open"
    FOLD = "fold"
    """The line above the finished items, which shows and hides them."""
    DONE = "done"


class ItemState(StrEnum):
    """What an item to pack is for the packer; all but one are `WAITING`."""

    WAITING = "waiting"
    NEXT = "next"
    PACKING = "packing"
    """Units of it were packed last, and some are left."""
    PACKED = "packed"
    """The last of it was packed last: it stays in sight until the next item is packed."""


class ItemRow(Frozen):
    """One item of the open order as its row shows it.

    `in_package` units are in the open package, `packed` in all packages of the draft, `left` in none. `mark` is the
    text of its problems, `numbers` are the packages that it is in, `picture` is the address of its picture.
    """

    line: OrderLine
    in_package: int
    packed: int
    left: int
    state: ItemState = ItemState.WAITING
    is_done: bool = False
    is_large: bool = False
    mark: str = ""
    numbers: tuple[int, ...] = ()
    picture: str = ""

    @property
    def id(self) -> int:
        """The id of the order line."""
        return self.line.id

    @property
    def name(self) -> str:
        """The description, else the SKU."""
        return self.line.description.strip() or self.line.sku

    @property
    def count(self) -> int:
        """Units packed; of a finished item also those shipped before."""
        return self.packed + self.line.shipped if self.is_done else self.packed

    @property
    def total(self) -> int:
        """Units that may ship, those in packages included; of a finished item all that were not cancelled."""
        if self.is_done:
            return max(0, self.line.ordered - self.line.cancelled)
        return self.packed + self.left

    @property
    def notice(self) -> str:
        """How many units are cancelled, or how an item without whole units was resolved; mostly empty."""
        if not self.line.is_counted:
            return text(NOT_COUNTED.get(self.line.resolved_as, "order_item.not_whole"))
        return text("order_item.cancelled", count=self.line.cancelled) if self.line.cancelled else ""

    @property
    def details(self) -> tuple[str, ...]:
        """What stands below the name, in parts: the SKU, what shipped before, what is in other packages."""
        parts = [self.line.sku] if self.line.description.strip() else []
        if self.line.shipped and not self.is_done:
            parts.append(text("item_list.shipped_earlier", count=self.line.shipped))
        if self.packed > self.in_package and not self.is_done:
            parts.append(text("item_list.in_others", count=self.packed - self.in_package))
        return tuple(parts)

    @property
    def counted(self) -> str:
        """The units as text: "2 / 3"; an item without whole units as it was received."""
        if not self.line.is_counted:
            return self.line.quantity
        return text("item_list.count", count=self.count, total=self.total)

    @property
    def packages(self) -> str:
        """Which packages a finished item is in; mostly one."""
        if not self.numbers:
            return ""
        return text("item_list.packages", count=len(self.numbers), numbers=tuple(map(str, self.numbers)))

    @property
    def spoken(self) -> str:
        """All of the row, for screen readers."""
        label = STATE_LABELS.get(self.state, "")
        parts = (text(label) if label else "", self.name, *self.details, self.counted, self.packages, self.notice)
        return ", ".join(part for part in (*parts, self.mark) if part)


STATE_LABELS = {
    ItemState.NEXT: "item_list.next",
    ItemState.PACKING: "item_list.packing_now",
    ItemState.PACKED: "item_list.packed",
}
"""Message ids."""


class ItemTableModel(ModelTable[ItemRow]):
    """The items of a packing session, in one column; a row is made when it is shown.

    Signals: quantity_changed(line id), refused(line id, units entered), resized(position) of a row with another height,
    folded() when finished items were shown or hidden, packed(line id) when units of an item were packed.
    """

    quantity_changed = Signal(int)
    refused = Signal(int, int)
    resized = Signal(int)
    folded = Signal()
    packed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with no order."""
        super().__init__(ItemRow, (Column("name", is_editable=True),), parent)
        self._session: PackingSession | None = None
        self._marks: dict[int, str] = {}
        self._numbers: Mapping[int, tuple[int, ...]] = {}
        self._shipped_packages = 0
        self.pictures: Mapping[int, str] = {}
        """The addresses of pictures, by line id."""
        self._open: list[int] = []
        """The positions of lines that are to be packed; the others are in `_done`."""
        self._done: list[int] = []
        self._is_folded = False
        self._is_scanning_locked = False
        self._large_id = 0
        self._packed: Mapping[int, int] = {}
        self._in_package: Mapping[int, int] = {}
        self._lines: tuple[OrderLine, ...] = ()
        self._last_id = 0
        self.compared = 0
        """How many items were compared with those shown before, for tests."""
        self._binding = Binding(self)
        self._binding.follow(self._show, "revision", "order", "current", "is_locked")

    # What is shown

    def bind(self, session: PackingSession) -> None:
        """Show a session."""
        self._session = session
        self._binding.bind(session)

    def mark(self, marks: dict[int, str]) -> None:
        """Mark rows with texts by line id."""
        before, self._marks = self._marks, dict(marks)
        for line_id in {*before, *marks}:
            if before.get(line_id) != marks.get(line_id):
                self._redraw_line(line_id)

    def show_locked(self, is_locked: bool) -> None:
        """Change no quantity while scanning is locked; the rows stay readable."""
        self._is_scanning_locked = is_locked
        self._redraw_all()

    def show_packages(self, shipped: int, numbers: Mapping[int, tuple[int, ...]]) -> None:
        """Say how many packages have shipped, and which of them each line is in."""
        if (shipped, numbers) != (self._shipped_packages, self._numbers):
            self._shipped_packages, self._numbers = shipped, numbers
            self._redraw_all()

    @property
    def is_folded(self) -> bool:
        """Whether finished items are hidden."""
        return self._is_folded and self.has_fold

    @property
    def has_fold(self) -> bool:
        """Whether there is a line that shows and hides the finished items: some items are finished and some are not."""
        return bool(self._open and self._done)

    @property
    def open_count(self) -> int:
        """How many items are to be packed, those just packed included."""
        return len(self._open)

    @property
    def done_count(self) -> int:
        """How many items are finished."""
        return len(self._done)

    @property
    def large_id(self) -> int:
        """The line whose row is large, 0 if none is."""
        return self._large_id

    def fold(self, is_folded: bool) -> None:
        """Show or hide the finished items."""
        if is_folded == self._is_folded:
            return
        first = len(self._open) + 1
        if self.has_fold and is_folded:
            self.beginRemoveRows(NO_INDEX, first, first + len(self._done) - 1)
            self._is_folded = True
            self.endRemoveRows()
        elif self.has_fold:
            self.beginInsertRows(NO_INDEX, first, first + len(self._done) - 1)
            self._is_folded = False
            self.endInsertRows()
        self._is_folded = is_folded
        self._redraw(len(self._open))
        self.folded.emit()

    def kind(self, position: int) -> RowKind:
        """Return what a row is."""
        if position < len(self._open):
            return RowKind.OPEN
        return RowKind.FOLD if self.has_fold and position == len(self._open) else RowKind.DONE

    def done_names(self, most: int = 4) -> tuple[str, ...]:
        """Return the names of the first finished items."""
        lines = self._session.order.lines if self._session is not None else ()
        return tuple(lines[position].description or lines[position].sku for position in self._done[:most])

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of rows."""
        if parent.isValid():
            return 0
        return len(self._open) + self.has_fold + (0 if self.is_folded else len(self._done))

    def row(self, position: int) -> ItemRow | None:
        """Return the item of a row, None for the line above the finished ones."""
        line = self._line_at(position)
        session = self._session
        if line is None or session is None:
            return None
        is_done = self.kind(position) is RowKind.DONE
        return ItemRow(
            line=line,
            in_package=session.in_package(line.id),
            packed=self._packed.get(line.id, 0),
            left=session.left_by_line().get(line.id, 0),
            state=self._state_of(line.id, session),
            is_done=is_done,
            is_large=line.id == self._large_id,
            mark=self._marks.get(line.id, ""),
            numbers=self._numbers_of(line.id, session) if is_done else (),
            picture=self.pictures.get(line.id, ""),
        )

    @property
    def rows(self) -> tuple[ItemRow, ...]:
        """The items of all rows that are shown."""
        found = (self.row(position) for position in range(self.rowCount()))
        return tuple(row for row in found if row is not None)

    def position_of(self, line_id: int) -> int:
        """Return the position of a line's row, -1 where there is none."""
        at = self._session.order.position_of(line_id) if self._session is not None else -1
        if at < 0:
            return -1
        for lines, first in ((self._open, 0), (self._done, len(self._open) + self.has_fold)):
            found = bisect_left(lines, at)
            if found < len(lines) and lines[found] == at:
                return -1 if lines is self._done and self.is_folded else first + found
        return -1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows, what a screen reader reads, the units in the open package, and the item."""
        if not index.isValid():
            return None
        row = self.row(index.row())
        if row is None:
            if role == Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip("\n".join(self.done_names()))
            is_shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return text("item_list.done", count=len(self._done)) if is_shown else None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return plain(row.name)
            case Qt.ItemDataRole.EditRole:
                return row.in_package
            case Qt.ItemDataRole.AccessibleTextRole:
                return plain(row.spoken)
            case Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(row.mark or row.name)
            case _:
                return row if role == ROW_ROLE else None

    # What a person changes

    @property
    def _is_fixed(self) -> bool:
        return self._session is None or self._session.is_locked or self._is_scanning_locked

    def may_step(self, position: int, by: int) -> bool:
        """Return whether a row's quantity can go up or down."""
        line, session = self._line_at(position), self._session
        if line is None or session is None or self._is_fixed:
            return False
        return session.left_of(line.id) > 0 if by > 0 else session.in_package(line.id) > 0

    def step(self, position: int, by: int) -> None:
        """Put a unit in the open package, or take one out."""
        line = self._line_at(position)
        if line is not None and self._session is not None:
            self.setData(self.index(position, 0), self._session.in_package(line.id) + by)

    def move(self, position: int, by: int, units: int | None = None) -> bool:
        """Move units of a row's item to the next package or the one before."""
        line, session = self._line_at(position), self._session
        if line is None or session is None or self._is_fixed or not session.move(line.id, by, units):
            return False
        self.quantity_changed.emit(line.id)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return the flags; nothing can be edited while the shipment is being saved, or scanning is locked."""
        flags = super().flags(index)
        line = self._line_at(index.row())
        may_edit = not self._is_fixed and line is not None and line.is_counted
        return flags if may_edit else flags & ~Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Put so many units in the open package; more than are left are refused."""
        entered, line = str(value).strip() or "0", self._line_at(index.row())
        if self._session is None or line is None or role != Qt.ItemDataRole.EditRole:
            return False
        if self._is_fixed or not entered.isdecimal():
            return False
        units = min(int(entered), UNITS_MAX)
        if not self._session.set_quantity(line.id, units):
            self.refused.emit(line.id, units)
            return False
        self.quantity_changed.emit(line.id)
        return True

    # How a change reaches the rows

    def _show(self, session: PackingSession) -> None:
        packed, in_package, lines = session.packed_by_line(), session.package.quantities, session.order.lines
        last_id = session.draft.line_id
        is_same = [line.id for line in lines] == [line.id for line in self._lines] if lines is not self._lines else True
        if not is_same:
            self._keep(session)
            self._arrange()
            return
        changed: set[int] = set()
        for line_id in self._changes(lines, packed, in_package):
            changed.add(line_id)
            if len(changed) > MANY_CHANGES:
                # The list is made anew, whatever else changed.
                break
        is_packed = bool(last_id) and (
            last_id != self._last_id or packed.get(last_id, 0) > self._packed.get(last_id, 0)
        )
        changed |= {self._last_id, last_id} if last_id != self._last_id else set()
        self._keep(session)
        if len(changed) > MANY_CHANGES:
            self._arrange()
        else:
            for line_id in changed:
                self._place(line_id, session)
            self._show_large(session)
            if not changed:
                self._redraw_all()
        if is_packed:
            self.packed.emit(last_id)

    def _changes(
        self, lines: tuple[OrderLine, ...], packed: Mapping[int, int], in_package: Mapping[int, int]
    ) -> Iterator[int]:
        """Yield the lines that changed since the rows were shown, some of them twice."""
        if lines is not self._lines:
            for old, new in zip(self._lines, lines, strict=True):
                self.compared += 1
                if old is not new and vars(old) != vars(new):
                    yield new.id
        for before, now in ((self._packed, packed), (self._in_package, in_package)):
            yield from (line_id for line_id, _ in before.items() ^ now.items())

    def _keep(self, session: PackingSession) -> None:
        self._packed, self._in_package = dict(session.packed_by_line()), dict(session.package.quantities)
        self._lines, self._last_id = session.order.lines, session.draft.line_id

    def _arrange(self) -> None:
        """Make all rows anew."""
        session = self._session
        assert session is not None
        self.beginResetModel()
        lines = session.order.lines
        still = {line_id for line_id, left in session.left_by_line().items() if left}
        if self._is_in_sight:
            still.add(self._last_id)
        is_open = [line.id in still or line.is_unresolved for line in lines]
        self._open = [position for position, is_left in enumerate(is_open) if is_left]
        self._done = [position for position, is_left in enumerate(is_open) if not is_left]
        self._large_id = self._find_large(session)
        self.endResetModel()

    def _place(self, line_id: int, session: PackingSession) -> None:
        """Put a line among the items to pack or the finished ones, and draw it again."""
        at = session.order.position_of(line_id)
        if at < 0:
            return
        line = session.order.lines[at]
        is_open, found = self._is_open(line, session.left_of(line_id)), bisect_left(self._open, at)
        was_open = found < len(self._open) and self._open[found] == at
        if is_open == was_open:
            self._redraw_line(line_id)
            return
        had_fold = self.has_fold
        will_fold = bool(len(self._open) + (1 if is_open else -1)) and bool(len(self._done) + (-1 if is_open else 1))
        if had_fold != will_fold:
            # The first finished item, or the last one: the line above them comes or goes with it.
            self._arrange()
            return
        if is_open:
            self._move_to_open(at)
        else:
            self._move_to_done(at, found)

    def _move_to_open(self, at: int) -> None:
        done = bisect_left(self._done, at)
        if not self.is_folded:
            row = len(self._open) + self.has_fold + done
            self.beginRemoveRows(NO_INDEX, row, row)
            del self._done[done]
            self.endRemoveRows()
        else:
            del self._done[done]
        row = bisect_left(self._open, at)
        self.beginInsertRows(NO_INDEX, row, row)
        insort(self._open, at)
        self.endInsertRows()
        self._redraw(len(self._open))

    def _move_to_done(self, at: int, row: int) -> None:
        self.beginRemoveRows(NO_INDEX, row, row)
        del self._open[row]
        self.endRemoveRows()
        done = bisect_left(self._done, at)
        if not self.is_folded:
            row = len(self._open) + self.has_fold + done
            self.beginInsertRows(NO_INDEX, row, row)
            insort(self._done, at)
            self.endInsertRows()
        else:
            insort(self._done, at)
        self._redraw(len(self._open))

    def _is_open(self, line: OrderLine, left: int) -> bool:
        """Return whether an item is to be packed, or resolved; the one packed last stays until another is packed."""
        return left > 0 or line.is_unresolved or (line.id == self._last_id and self._is_in_sight)

    @property
    def _is_in_sight(self) -> bool:
        """Return whether the line packed last stays among those to pack: it is packed."""
        return self._packed.get(self._last_id, 0) > 0

    def _show_large(self, session: PackingSession) -> None:
        before, self._large_id = self._large_id, self._find_large(session)
        if before == self._large_id:
            return
        for line_id in (before, self._large_id):
            position = self.position_of(line_id)
            if position >= 0:
                self.resized.emit(position)
                self._redraw(position)

    def _find_large(self, session: PackingSession) -> int:
        """Return the line that is packed now, else the next one: after the one packed last, then from the top."""
        last = session.order.line(self._last_id)
        is_begun = last is not None and self._packed.get(last.id, 0) > 0
        if last is not None and is_begun and session.left_of(last.id):
            return last.id
        lines, left = session.order.lines, session.left_by_line()
        at = session.order.position_of(last.id) + 1 if last is not None and is_begun else 0
        first = bisect_left(self._open, at)
        for position in (*self._open[first:], *self._open[:first]):
            if left.get(lines[position].id, 0):
                return lines[position].id
        return last.id if last is not None and is_begun else 0

    def _state_of(self, line_id: int, session: PackingSession) -> ItemState:
        if line_id == self._last_id and self._packed.get(line_id, 0):
            return ItemState.PACKING if session.left_of(line_id) else ItemState.PACKED
        return ItemState.NEXT if line_id == self._large_id else ItemState.WAITING

    def _numbers_of(self, line_id: int, session: PackingSession) -> tuple[int, ...]:
        first = self._shipped_packages + 1
        drafted = (
            first + position
            for position, package in enumerate(session.draft.packages)
            if package.quantities.get(line_id, 0)
        )
        return (*self._numbers.get(line_id, ()), *drafted)

    def _line_at(self, position: int) -> OrderLine | None:
        if self._session is None or not 0 <= position < self.rowCount():
            return None
        if position < len(self._open):
            return self._session.order.lines[self._open[position]]
        done = position - len(self._open) - self.has_fold
        return self._session.order.lines[self._done[done]] if done >= 0 else None

    def _redraw_line(self, line_id: int) -> None:
        self._redraw(self.position_of(line_id))

    def _redraw(self, position: int) -> None:
        if 0 <= position < self.rowCount():
            self.redraw(position)

    def _redraw_all(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))
