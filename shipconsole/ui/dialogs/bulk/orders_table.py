"""The table of orders to create, each with a check box: all are selected until they are unticked."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.plain_text import plain
from shipconsole.messages import number, text
from shipconsole.ui.kit.binding.model_table import RIGHT, Column, Index, ModelTable
from shipconsole.ui.kit.theme import Theme, typeface

NUMBER, RECIPIENT, LEFT = range(3)
ROW_PX, NUMBER_PX, LEFT_PX, PAD_PX, TICK_PX = 36, 200, 90, 10, 16


class OrdersModel(ModelTable[OrderRow]):
    """Rows of orders, and which of them are selected. Signal: chosen_changed()."""

    chosen_changed = Signal()

    def __init__(self) -> None:
        """Initialize without orders."""
        columns = (
            Column("number", text("shared.order"), shown=lambda row: row.label, accessible_text=self._accessible_text),
            Column("recipient", text("bulk.recipient"), accessible_text=self._accessible_text),
            Column("left", text("bulk.to_ship"), RIGHT, lambda row: number(row.left), self._accessible_text),
        )
        super().__init__(OrderRow, columns)
        self._unticked: set[int] = set()

    def show_rows(self, rows: Sequence[OrderRow]) -> None:
        """Show other orders; those that were unticked stay unticked."""
        self.set_rows(rows)
        self.chosen_changed.emit()

    def chosen(self) -> list[int]:
        """Return the IDs of the orders that are shown and ticked."""
        return [row.id for row in self.rows if row.id not in self._unticked]

    def is_chosen(self, position: int) -> bool:
        """Return whether the order of a row is ticked."""
        return self.rows[position].id not in self._unticked

    def toggle(self, position: int) -> None:
        """Tick or untick an order."""
        self._unticked ^= {self.rows[position].id}
        self.redraw(position)
        self.chosen_changed.emit()

    def toggle_all(self) -> None:
        """Tick all orders that are shown, or untick them where all are ticked."""
        shown = {row.id for row in self.rows}
        self._unticked = self._unticked - shown if self._unticked & shown else self._unticked | shown
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, LEFT))
        self.chosen_changed.emit()

    def _accessible_text(self, row: OrderRow) -> str:
        """Return a row for a screen reader."""
        message_id = "bulk.row_selected" if row.id not in self._unticked else "bulk.row_not_selected"
        return plain(text(message_id, number=row.label, recipient=row.recipient, count=row.left))


class OrdersTable(QTableView):
    """A click or the space bar ticks a row."""

    def __init__(self, theme: Theme, model: OrdersModel) -> None:
        """Show a model."""
        super().__init__()
        self._theme = theme
        self._orders = model
        self.setObjectName("bulk_orders")
        self.setAccessibleName(text("bulk.orders"))
        self.setModel(model)
        self.setItemDelegate(_Cells(theme, model, self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick the current row with the space bar."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._orders.toggle(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the columns to another width."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Fit the columns to another typeface."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_columns()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._orders.toggle(index.row())

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.tokens.px(ROW_PX))
        self._fit_columns()
        self.viewport().update()

    def _fit_columns(self) -> None:
        px = self._theme.tokens.px
        # The title of a narrow column is longer in some languages.
        left_px = max(px(LEFT_PX), self.horizontalHeader().sectionSizeHint(LEFT))
        self.setColumnWidth(NUMBER, px(NUMBER_PX))
        self.setColumnWidth(LEFT, left_px)
        self.setColumnWidth(RECIPIENT, max(px(60), self.viewport().width() - px(NUMBER_PX) - left_px))


class _Cells(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: OrdersModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._orders = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a cell: its text, and the check box before the number."""
        tokens, cell = self._theme.tokens, QRectF(option.rect)
        px = tokens.px
        chosen = self._orders.is_chosen(index.row())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(cell, tokens.color("selection" if selected else "card"))
        painter.setPen(tokens.color("line"))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        room = cell.adjusted(px(PAD_PX), 0, -px(PAD_PX), 0)
        if index.column() == NUMBER:
            self._paint_box(painter, room, chosen)
            room.setLeft(room.left() + px(TICK_PX + 10))
        weight = QFont.Weight.DemiBold if index.column() == NUMBER else QFont.Weight.Normal
        face = typeface(tokens, tokens.text_px, weight)
        painter.setFont(face)
        painter.setPen(tokens.color("text" if chosen else "secondary"))
        value = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = QFontMetrics(face).elidedText(value, Qt.TextElideMode.ElideRight, int(room.width()))
        side = Qt.AlignmentFlag.AlignRight if index.column() == LEFT else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, shown)
        painter.restore()

    def _paint_box(self, painter: QPainter, room: QRectF, chosen: bool) -> None:
        tokens = self._theme.tokens
        size = tokens.px(TICK_PX)
        box = QRectF(room.left(), room.center().y() - size / 2, size, size)
        painter.setPen(QPen(tokens.color("accent" if chosen else "secondary"), 1.2))
        painter.setBrush(tokens.color("accent" if chosen else "field"))
        painter.drawRoundedRect(box, size / 4, size / 4)
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.color("on_accent"), size / 8))
            painter.drawPolyline(
                [
                    box.topLeft() + QPointF(size * 0.24, size * 0.53),
                    box.topLeft() + QPointF(size * 0.43, size * 0.72),
                    box.topLeft() + QPointF(size * 0.77, size * 0.31),
                ]
            )
