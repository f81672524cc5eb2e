"""The table of carrier codes: its model of stored and typed codes, and its view with a searchable editor."""

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPointF,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from shipconsole.domain.code import search_key
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.connections.carrier_codes import Code, Row, Table
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.model_table import NO_INDEX, Index
from shipconsole.ui.kit.fields import searched_choice
from shipconsole.ui.kit.theme import Theme, typeface

NAME = 0
"""The column of the carrier names; a column for each connection follows."""
OWN_ROLE = Qt.ItemDataRole.UserRole
"""Whether a cell has a code of its own instead of the platform's default."""
CHANGED_ROLE = Qt.ItemDataRole.UserRole + 1
"""Whether a cell has a code that is not saved yet."""
NO_CODE = "–"
ANY = ""
"""The ID of a row for every carrier without a code."""


class CodesModel(QAbstractTableModel):
    """Carriers as rows, connections as columns. Signal: edited(), when the unsaved codes may have changed."""

    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize empty."""
        super().__init__(parent)
        self._table = Table((), {}, ())
        self._rows: tuple[Row, ...] = ()
        self._query = ""
        self._typed: dict[tuple[int, str], str] = {}

    def show(self, table: Table) -> None:
        """Show the stored codes; codes that were typed and are not saved stay."""
        self.beginResetModel()
        self._table = table
        known = {
            (connection.id, row.carrier_id): row.codes[connection.id].own
            for row in self._all_rows()
            for connection in table.connections
        }
        self._typed = {key: code for key, code in self._typed.items() if code != known.get(key, code)}
        self._filter()
        self.endResetModel()
        self.edited.emit()

    def find(self, query: str) -> None:
        """Show only carriers whose name or codes contain a text, below the row for any other carrier."""
        self.beginResetModel()
        self._query = search_key(query)
        self._filter()
        self.endResetModel()

    def unsaved(self) -> dict[int, dict[str, str]]:
        """Return the codes that are not saved, by connection ID and carrier ID."""
        found: dict[int, dict[str, str]] = {}
        for (connection_id, carrier_id), code in self._typed.items():
            found.setdefault(connection_id, {})[carrier_id] = code
        return found

    def unsaved_names(self) -> list[tuple[str, list[str]]]:
        """Return the names of connections and of the carriers whose codes in them are not saved."""
        names = {row.carrier_id: row.name for row in self._all_rows()}
        changed = self.unsaved()
        return [
            (connection.name, [names.get(carrier_id, carrier_id) for carrier_id in changed[connection.id]])
            for connection in self._table.connections
            if connection.id in changed
        ]

    def code_at(self, index: Index) -> Code:
        """Return the stored code of a cell."""
        return self._rows[index.row()].codes[self._table.connections[index.column() - 1].id]

    def text_at(self, index: Index) -> str:
        """Return the code of a cell that replaces the default, as it was typed or else stored."""
        return self._typed.get(self._key(index), self.code_at(index).own)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of rows, with that for any other carrier."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Return the number of columns: the name, and each connection."""
        return 0 if parent.isValid() else 1 + len(self._table.connections)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let codes be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() != NAME else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # Qt's own signature
        """Return the names of the connections."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return text("carriers.carrier") if section == NAME else plain(self._table.connections[section - 1].name)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # Qt's own signature
        """Return a cell's text or another of its roles."""
        if not index.isValid():
            return None
        name = self._rows[index.row()].name
        if index.column() == NAME:
            if role == Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(name)
            return plain(name) if role == Qt.ItemDataRole.DisplayRole else None
        code, own = self.code_at(index), self.text_at(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return plain(own or code.usual or NO_CODE)
            case Qt.ItemDataRole.EditRole:
                return own
            case Qt.ItemDataRole.AccessibleTextRole:
                connection = self._table.connections[index.column() - 1].name
                return plain(_accessible_text(connection, name, own, code.usual))
            case Qt.ItemDataRole.ToolTipRole:
                return widgets.tooltip(_meaning(own, code.usual))
            case _ if role == OWN_ROLE:
                return bool(own)
            case _ if role == CHANGED_ROLE:
                return self._key(index) in self._typed
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed code; an empty one and the default both restore the default."""
        if role != Qt.ItemDataRole.EditRole or index.column() == NAME:
            return False
        code, typed = self.code_at(index), str(value).strip()
        if typed == code.usual:
            typed = ""
        if typed == code.own:
            self._typed.pop(self._key(index), None)
        else:
            self._typed[self._key(index)] = typed
        self.dataChanged.emit(index, index)
        self.edited.emit()
        return True

    def _all_rows(self) -> tuple[Row, ...]:
        return (
            (Row(ANY, text("carriers.any_other"), self._table.defaults), *self._table.rows)
            if self._table.connections
            else ()
        )

    def _filter(self) -> None:
        rows = self._all_rows()
        self._rows = (*rows[:1], *(row for row in rows[1:] if self._is_found(row)))

    def _is_found(self, row: Row) -> bool:
        codes = (shown for code in row.codes.values() for shown in (code.own, code.usual))
        return any(self._query in search_key(shown) for shown in (row.name, row.carrier_id, *codes))

    def _key(self, index: Index) -> tuple[int, str]:
        return self._table.connections[index.column() - 1].id, self._rows[index.row()].carrier_id


def _accessible_text(connection: str, carrier: str, own: str, default: str) -> str:
    """Return a cell for a screen reader, with its row and column."""
    if own and default:
        return text("carriers.cell_instead", connection=connection, carrier=carrier, code=own, default=default)
    if own:
        return text("carriers.cell_own", connection=connection, carrier=carrier, code=own)
    if default:
        return text("carriers.cell_default", connection=connection, carrier=carrier, code=default)
    return text("carriers.cell_no_code", connection=connection, carrier=carrier)


def _meaning(own: str, default: str) -> str:
    if own:
        return text("carriers.instead", code=own, default=default) if default else own
    return "" if default else text("carriers.no_code")


ROW_PX, NAME_PX, CODE_PX, PAD_PX = 40, 190, 150, 8


class CodesDelegate(QStyledItemDelegate):
    """Paints a code, gray where it is the platform's default, and lets another be chosen or typed."""

    def __init__(self, theme: Theme, model: CodesModel, parent: QWidget) -> None:
        """Paint for a model."""
        super().__init__(parent)
        self._theme = theme
        self._codes = model
        self._open: QComboBox | None = None

    def finish(self) -> None:
        """Accept the code that is being typed."""
        if self._open is not None:
            editor, self._open = self._open, None
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell: its text, a dot where it is not saved, an angle where it can be edited."""
        tokens, cell = self._theme.tokens, option.rect
        pad = tokens.px(PAD_PX)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        own, changed = bool(index.data(OWN_ROLE)), bool(index.data(CHANGED_ROLE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "selection" if chosen else "accent_soft" if changed else "card"
        painter.fillRect(cell, tokens.color(ground))
        painter.setPen(tokens.color("line"))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        if focused:
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRoundedRect(QRectF(cell).adjusted(2, 2, -2, -3), tokens.px(6), tokens.px(6))
        left = cell.left() + pad
        if changed:
            size = tokens.px(6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("accent"))
            painter.drawEllipse(QRectF(left, cell.center().y() - size / 2, size, size))
            left += tokens.px(12)
        right = cell.right() - pad
        if index.column() != NAME:
            right -= tokens.px(14)
            self._paint_angle(painter, QPointF(cell.right() - pad - tokens.px(2), cell.center().y() + 0.5))
        strong = own or (index.column() == NAME and index.row() == 0)
        face = typeface(tokens, tokens.text_px, QFont.Weight.Medium if strong else QFont.Weight.Normal)
        painter.setFont(face)
        severity = "accent_text" if own else "text" if index.column() == NAME else "secondary"
        painter.setPen(tokens.color(severity))
        value = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = QFontMetrics(face).elidedText(value, Qt.TextElideMode.ElideRight, int(right - left))
        room = QRectF(left, cell.top(), right - left, cell.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a list of the codes that the platform is known to accept; any other text can be typed."""
        code = self._codes.code_at(index)
        editor = searched_choice(code.offered, parent)
        editor.setObjectName("carrier_code")
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        editor.setStyleSheet("QComboBox { min-height: 0; }")
        line = editor.lineEdit()
        if line is not None:
            line.setPlaceholderText(plain(code.usual or NO_CODE))
        editor.activated.connect(self._on_activated)
        self._open = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """Forget an editor that is closed."""
        if editor is self._open:
            self._open = None
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Select the code, so that typing replaces it."""
        if isinstance(editor, QComboBox):
            editor.setEditText(str(index.data(Qt.ItemDataRole.EditRole)))
            line = editor.lineEdit()
            if line is not None:
                line.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Store the code that was chosen or typed."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Fill the cell but for its border."""
        editor.setGeometry(option.rect.adjusted(1, 1, -1, -2))

    def _on_activated(self, _: int) -> None:
        # Enter activates too, and closes the editor by itself a moment later; then there is nothing to finish.
        QTimer.singleShot(0, self.finish)

    def _paint_angle(self, painter: QPainter, tip: QPointF) -> None:
        size = self._theme.tokens.px(4)
        painter.setPen(QPen(self._theme.tokens.color("secondary"), self._theme.tokens.px(1.4)))
        painter.drawPolyline(
            [tip + QPointF(-2 * size, -size / 2), tip + QPointF(-size, size / 2), tip - QPointF(0, size / 2)]
        )


class CodesTable(QTableView):
    """A click, Enter or typing edits a code; Delete restores the platform's default."""

    def __init__(self, theme: Theme, model: CodesModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._codes = model
        self.setObjectName("carrier_table")
        self.setAccessibleName(text("carriers.title"))
        self.setModel(model)
        self._delegate = CodesDelegate(theme, model, self)
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.clicked.connect(self._on_clicked)
        model.modelReset.connect(self._fit_columns)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def finish(self) -> None:
        """Accept the code that is being typed in a cell."""
        self._delegate.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit with Enter, and restore the default with Delete."""
        index = self.currentIndex()
        # An open editor passes on the keys that it does not use.
        is_open = self.state() == QAbstractItemView.State.EditingState
        is_code = index.isValid() and index.column() != NAME and not is_open
        if is_code and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.edit(index)
        elif is_code and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._codes.setData(index, "")
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to the width."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to another typeface."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_columns()

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() != NAME:
            self.edit(index)

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.tokens.px(ROW_PX))
        self._fit_columns()
        self.viewport().update()

    def _fit_columns(self) -> None:
        """Give the names a fixed width and the connections equal parts of the rest; a narrow table scrolls."""
        px, connections = self._theme.tokens.px, self._codes.columnCount() - 1
        if connections < 1:
            return
        self.setColumnWidth(NAME, px(NAME_PX))
        rest = self.viewport().width() - px(NAME_PX)
        for column in range(1, connections + 1):
            self.setColumnWidth(column, max(px(CODE_PX), rest // connections))
