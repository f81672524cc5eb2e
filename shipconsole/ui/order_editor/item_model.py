"""The rows of the item table: ordered, shipped, in the open package, left to ship."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.order import OrderLine
from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.binding.model_table import CENTER, RIGHT, Column, Index, ModelTable
from shipconsole.ui.kit.binding.model_table import LEFT as LEFT_SIDE

SKU, ITEM, ORDERED, SHIPPED, IN_PACKAGE, LEFT = range(6)
TITLES = {
    SKU: "order_column.sku",
    ITEM: "order_column.item",
    ORDERED: "order_column.ordered",
    SHIPPED: "order_column.shipped",
    IN_PACKAGE: "order_column.in_package",
    LEFT: "order_column.left",
}
# Message ids.
NOT_COUNTED = {"shipped": "order_item.recorded_shipped", "cancelled": "order_item.recorded_cancelled"}
UNRESOLVED = "?"
"""Shown as units left where a person has to resolve the item first."""
UNITS_MAX = 1_000_000


class ItemRow(Frozen):
    """One item of the open order as its row shows it; `mark` is the text of its problems."""

    line: OrderLine
    in_package: int
    left: int
    mark: str = ""

    @property
    def id(self) -> int:
        """The id of the order line."""
        return self.line.id

    @property
    def ordered(self) -> int | str:
        """Units ordered and not cancelled, or the quantity as received where it is not a whole number of units."""
        return max(0, self.line.ordered - self.line.cancelled) if self.line.is_counted else self.line.quantity

    @property
    def left_shown(self) -> int | str:
        """Units left to ship, or a question mark where the item is unresolved."""
        return UNRESOLVED if self.line.is_unresolved else self.left

    @property
    def notice(self) -> str:
        """How many units are cancelled, or how an item without whole units was resolved; mostly empty."""
        if not self.line.is_counted:
            return text(NOT_COUNTED.get(self.line.resolved_as, "order_item.not_whole"))
        return text("order_item.cancelled", count=self.line.cancelled) if self.line.cancelled else ""


class ItemTableModel(ModelTable[ItemRow]):
    """The items of a packing session. Signals: quantity_changed(line id), refused(line id, units entered)."""

    quantity_changed = Signal(int)
    refused = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize with no order."""
        columns = (
            _column("line", SKU, LEFT_SIDE, lambda row: row.line.sku),
            _column("line", ITEM, LEFT_SIDE, lambda row: row.line.description),
            _column("ordered", ORDERED, RIGHT, lambda row: row.ordered),
            _column("line", SHIPPED, RIGHT, lambda row: row.line.shipped),
            _column("in_package", IN_PACKAGE, CENTER, lambda row: row.in_package),
            _column("left", LEFT, RIGHT, lambda row: row.left_shown),
        )
        super().__init__(ItemRow, columns, parent)
        self._session: PackingSession | None = None
        self._marks: dict[int, str] = {}
        self._binding = Binding(self)
        self._binding.follow(self._show, "revision", "order", "current", "is_locked")

    def bind(self, session: PackingSession) -> None:
        """Show a session; the current row stays where the items are the same."""
        self._session = session
        self._binding.bind(session)

    def mark(self, marks: dict[int, str]) -> None:
        """Mark rows with texts by line id."""
        if marks != self._marks:
            self._marks = dict(marks)
            self._binding.refresh()

    def position_of(self, line_id: int) -> int:
        """Return the position of a line's row, -1 where there is none."""
        return next((position for position, row in enumerate(self.rows) if row.id == line_id), -1)

    def may_step(self, position: int, by: int) -> bool:
        """Return whether a row's quantity can go up or down."""
        row = self.row(position)
        if row is None or self._session is None or self._session.is_locked:
            return False
        return row.left > 0 if by > 0 else row.in_package > 0

    def step(self, position: int, by: int) -> None:
        """Put a unit in the open package, or take one out."""
        row = self.row(position)
        if row is not None:
            self.setData(self.index(position, IN_PACKAGE), row.in_package + by)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return the flags; nothing can be edited while the shipment is being saved."""
        flags = super().flags(index)
        is_locked = self._session is None or self._session.is_locked
        return flags & ~Qt.ItemFlag.ItemIsEditable if is_locked else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Set an item's quantity in the open package; emit `refused` if fewer are left."""
        entered, row = str(value).strip() or "0", self.row(index.row())
        if self._session is None or row is None or index.column() != IN_PACKAGE or role != Qt.ItemDataRole.EditRole:
            return False
        if self._session.is_locked or not entered.isdecimal():
            return False
        units = min(int(entered), UNITS_MAX)
        if not self._session.set_quantity(row.id, units):
            self.refused.emit(row.id, units)
            return False
        self.quantity_changed.emit(row.id)
        return True

    def _show(self, session: PackingSession) -> None:
        left, packed = session.left_by_line(), session.package.quantities
        self.set_rows(
            [
                ItemRow(
                    line=line,
                    in_package=packed.get(line.id, 0),
                    left=left[line.id],
                    mark=self._marks.get(line.id, ""),
                )
                for line in session.order.lines
            ]
        )


def _column(
    field: str, position: int, alignment: Qt.AlignmentFlag, shown: Callable[[ItemRow], str | int]
) -> Column[ItemRow]:
    title = text(TITLES[position])

    def accessible_text(row: ItemRow) -> str:
        cell = f"{title}: {plain(str(shown(row)))}"
        return f"{cell}, {row.notice}" if position == ITEM and row.notice else cell

    def tooltip(row: ItemRow) -> str:
        return widgets.tooltip(row.mark or (str(shown(row)) if position in (SKU, ITEM) else ""))

    return Column(field, title, alignment, shown, accessible_text, tooltip, is_editable=position == IN_PACKAGE)
