"""The tables of an import: the first rows of the file, and the result of each row."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView

from shipconsole.domain.frozen import Frozen
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.files.rows import STATUS_TITLES, RowResult, RowStatus
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import RIGHT, Column, ModelTable

MOST_CELL = 200
_NO_INDEX = QModelIndex()
_MARKS: Mapping[RowStatus, str] = {
    "ready": "○",
    "shipped": "✓",
    "created": "✓",
    "done_before": "=",
    "refused": "✕",
    "stopped": "–",
}


class ShownResult(Frozen):
    """The result of a row as the table shows it."""

    id: int
    row: int
    order: str
    item: str
    tracking_number: str
    status: str
    message: str


def shown(found: RowResult) -> ShownResult:
    """Return a result as the table shows it."""
    item = f"{found.sku} × {found.quantity}" if found.quantity else found.sku
    return ShownResult(
        id=found.number,
        row=found.number,
        order=found.order,
        item=item,
        tracking_number=found.tracking_number,
        status=f"{_MARKS[found.status]} {text(STATUS_TITLES[found.status])}",
        message=str(found.message),
    )


def result_table(parent: QObject) -> ModelTable[ShownResult]:
    """Return a table of results."""
    columns = (
        Column[ShownResult]("row", text("import_dialog.row"), RIGHT),
        Column[ShownResult]("status", text("import_dialog.status")),
        Column[ShownResult]("message", text("import_dialog.reason")),
        Column[ShownResult]("order", text("shared.order")),
        Column[ShownResult]("item", text("import_dialog.item")),
        Column[ShownResult]("tracking_number", text("import_field.tracking_number")),
    )
    return ModelTable(ShownResult, columns, parent)


REASON = 2
RESULT_WIDTHS_PX = {0: 52, 1: 116, 3: 84, 4: 130, 5: 176}


class PreviewTable(QAbstractTableModel):
    """The first rows of a file as they are; a column that is mapped has its field in the title."""

    def __init__(self, parent: QObject) -> None:
        """Begin without rows."""
        super().__init__(parent)
        self._header: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()
        self._mapped: Mapping[int, str] = {}

    def show_rows(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show a file's first rows."""
        self.beginResetModel()
        self._header, self._rows = header, rows
        self.endResetModel()

    def show_mapping(self, mapped: Mapping[int, str]) -> None:
        """Show which field each column holds."""
        self._mapped = mapped
        if self._header:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._header) - 1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._header)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's title, with its field below."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        title = f"{plain(self._header[section])[:MOST_CELL]}\n{self._mapped.get(section, '–')}"
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(title)
            case _:
                return None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a cell's text."""
        if not index.isValid():
            return None
        cells = self._rows[index.row()]
        shown = plain(cells[index.column()])[:MOST_CELL] if index.column() < len(cells) else ""
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return shown
            case Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(shown)
            case _:
                return None


class PreviewView(QTableView):
    """Its columns share its width, and are as wide as their titles at least."""

    def __init__(self, least_px: int) -> None:
        """Take the least width of a column."""
        super().__init__()
        self._least_px = least_px

    def share_width(self) -> None:
        """Give the columns the width that there is."""
        header = self.horizontalHeader()
        least = [max(self._least_px, header.sectionSizeHint(section)) for section in range(header.count())]
        spare = max(0, self.viewport().width() - sum(least)) // max(1, len(least))
        for section, width in enumerate(least):
            self.setColumnWidth(section, width + spare)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self.share_width()
