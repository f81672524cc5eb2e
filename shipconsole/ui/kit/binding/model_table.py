"""A table of frozen pydantic models: a row is a model, a column one of its fields."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from shipconsole.domain.model_problems import title_of
from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit import widgets

M = TypeVar("M", bound=BaseModel)
Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole
"""The model of a row."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


class Column(NamedTuple, Generic[M]):
    """A field as a column: its title is the field's own unless another is given.

    `shown` returns a cell's content, by default the field's value; `accessible_text` returns a longer text for
    screen readers, `tooltip` markup.
    """

    field: str
    title: str = ""
    alignment: Qt.AlignmentFlag = LEFT
    shown: Callable[[M], str | int] | None = None
    accessible_text: Callable[[M], str] | None = None
    tooltip: Callable[[M], str] | None = None
    is_editable: bool = False
    waiting: str = ""
    """Shown in a row that has not been read yet."""


class ModelTable(QAbstractTableModel, Generic[M]):
    """Shows the rows of `set_rows`; a subclass may provide others by `rowCount` and `row`."""

    def __init__(self, model: type[M], columns: Sequence[Column[M]], parent: QObject | None = None) -> None:
        """Initialize without rows. Raises `AttributeError` for a column that is no field of the model."""
        super().__init__(parent)
        self.columns = tuple(columns)
        self._titles = [column.title or _title_of(model, column.field) for column in columns]
        self._rows: tuple[M, ...] = ()

    def row(self, position: int) -> M | None:
        """Return the model at a position; None if it has not been read."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    @property
    def rows(self) -> tuple[M, ...]:
        """The rows of `set_rows`."""
        return self._rows

    def set_rows(self, rows: Sequence[M], key: str = "id") -> None:
        """Show these rows. If they have the same keys as before, only those that changed are redrawn."""
        before, after = self._rows, tuple(rows)
        if [getattr(row, key) for row in before] != [getattr(row, key) for row in after]:
            self.beginResetModel()
            self._rows = after
            self.endResetModel()
            return
        self._rows = after
        for position, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if old is not new and old != new:
                self.redraw(position)

    def redraw(self, position: int) -> None:
        """Redraw a row."""
        self.dataChanged.emit(self.index(position, 0), self.index(position, len(self.columns) - 1))

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return the flags of a cell, which its column makes editable."""
        flags = super().flags(index)
        if index.isValid() and self.columns[index.column()].is_editable:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the columns' titles, aligned like their cells."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self._titles[section]
            if role == Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(str(self._titles[section]))
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self.columns[section].alignment
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, what a screen reader reads, and the row's model."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.alignment
        row = self.row(index.row())
        if row is None:
            return column.waiting if role == Qt.ItemDataRole.DisplayRole else None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return _shown(column, row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return column.accessible_text(row) if column.accessible_text is not None else str(_shown(column, row))
            case Qt.ItemDataRole.ToolTipRole:
                # A cell is shortened where its column is narrow.
                return column.tooltip(row) if column.tooltip is not None else widgets.tooltip(str(_shown(column, row)))
            case _:
                return row if role == ROW_ROLE else None


def _shown(column: Column[M], row: M) -> str | int:
    value = getattr(row, column.field) if column.shown is None else column.shown(row)
    return plain(value) if isinstance(value, str) else value


def _title_of(model: type[BaseModel], field: str) -> str:
    if field in model.model_fields:
        return str(title_of(model, field))
    getattr(model, field)
    return field
