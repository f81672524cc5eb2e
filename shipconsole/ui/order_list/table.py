"""The table of orders: Qt's own for keys, scrolling and screen readers, painted row by row in one pass."""

import time
from collections.abc import Iterable, Mapping
from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from shipconsole.domain.order_row import PackageIssue
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import VIEWS
from shipconsole.ui.kit.theme import Theme, typeface
from shipconsole.ui.kit.widgets import tooltip
from shipconsole.ui.order_list.model import COLUMNS, ISSUE_MEANINGS, OrderListModel
from shipconsole.ui.order_list.row_painter import Cells, RowPainter, fill

GLOW_S = 1.0
GLOW_STEP_MS = 50
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OrderTable(QTableView):
    """One order a row. Signals: order_chosen(order id) for a click or Enter; sort_chosen(sort)."""

    order_chosen = Signal(int)
    sort_chosen = Signal(str)

    def __init__(self, model: OrderListModel, theme: Theme) -> None:
        """Show a model."""
        super().__init__()
        self.setObjectName("order_list")
        self.setAccessibleName(text("order_list.title"))
        self._theme = theme
        self._orders = model
        self._painter = RowPainter(theme.tokens)
        # Asked for Qt's own viewport, PySide first builds the classes of all widgets (16 ms).
        self.setViewport(QWidget())
        self._hovered = -1
        self._glowing: dict[int, float] = {}
        self._packing: tuple[int, int] = (0, 0)
        self._glow_timer = QTimer(self)
        self._glow_timer.setInterval(GLOW_STEP_MS)
        self._glow_timer.timeout.connect(self._fade)
        self.setModel(model)
        self.setHorizontalHeader(ListHeader(theme))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().sectionClicked.connect(self._on_header_clicked)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def header(self) -> "ListHeader":
        """Return the header, which shows the sort."""
        header = self.horizontalHeader()
        assert isinstance(header, ListHeader)
        return header

    def positions_shown(self) -> tuple[int, int]:
        """Return the first and the last position on the screen; the last is smaller where there is none."""
        height, offset = self._painter.height, self.verticalScrollBar().value()
        last = (offset + max(0, self.viewport().height() - 1)) // height
        return offset // height, min(last, self._orders.rowCount() - 1)

    def current_id(self) -> int | None:
        """Return the id of the current order."""
        index = self.currentIndex()
        return self._orders.id_at(index.row()) if index.isValid() else None

    def mark(self, order_id: int | None, *, scroll: bool = True) -> None:
        """Select an order where the list has it, else clear the selection."""
        position = self._orders.position_of(order_id)
        if position is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        # Qt scrolls to the current row by itself otherwise.
        self.setAutoScroll(scroll)
        self.setCurrentIndex(self._orders.index(position, 0))
        self.setAutoScroll(True)
        if scroll:
            self.scrollTo(self._orders.index(position, 0))

    def glow(self, ids: Iterable[int]) -> None:
        """Let changed rows glow briefly, unless the theme is without motion."""
        if self._theme.tokens.still:
            return
        now_s = time.monotonic()
        self._glowing |= dict.fromkeys(ids, now_s)
        self._glow_timer.start()

    def is_glowing(self, order_id: int) -> bool:
        """Return whether an order's row glows at present."""
        return order_id in self._glowing

    def show_packing(self, order_id: int, units: int) -> None:
        """Show in the bar of one order the units in its open packages."""
        if self._packing != (order_id, units):
            self._packing = (order_id, units)
            self.viewport().update()

    def show_issues(self, issues: Mapping[int, PackageIssue]) -> None:
        """Mark the orders whose packages have delivery issues, given by order id."""
        if self._orders.set_issues(issues):
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that need it, without a call to the model for each cell."""
        painter = QPainter(self.viewport())
        rows, rect = self._painter, event.rect()
        fill(painter, rect, rows.card)
        count = self._orders.rowCount()
        if not count:
            return
        self._orders.prefetch(*self.positions_shown())
        offset, width = self.verticalScrollBar().value(), self.viewport().width()
        first = max(0, (rect.top() + offset) // rows.height)
        last = min(count - 1, (rect.bottom() + offset) // rows.height)
        current, cells, today = self.currentIndex().row(), self._cells(), date.today()  # noqa: DTZ011 - the station's day
        now_s = time.monotonic()
        packed_id, packed = self._packing
        for position in range(first, last + 1):
            top = position * rows.height - offset
            frame = QRect(0, top, width, rows.height)
            row = self._orders.row(position)
            if position == current:
                rows.fill_row(painter, frame, rows.selection)
            elif position == self._hovered:
                rows.fill_row(painter, frame, rows.hover)
            if row is None:
                rows.waiting(painter, top, cells)
            else:
                if row.id in self._glowing:
                    rows.fill_row(painter, frame, rows.glow, 1 - (now_s - self._glowing[row.id]) / GLOW_S)
                packing = packed if row.id == packed_id else 0
                rows.row(painter, top, cells, row, today, packing, self._orders.issue(row.id))
            rows.rule(painter, frame)
            if position == current and self.hasFocus():
                rows.focus(painter, frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, go to the ends on Home and End; other keys are Qt's."""
        key = event.key()
        if key in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._choose(self.current_id())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._orders.rowCount():
            position = 0 if key == Qt.Key.Key_Home else self._orders.rowCount() - 1
            self.setCurrentIndex(self._orders.index(position, 0))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Ignore letters: they belong to scans, and Qt would read every row of the list."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the row under the mouse."""
        self._hover(self.rowAt(round(event.position().y())))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Unmark the row that was under the mouse."""
        self._hover(-1)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show shortened texts in full, and the meaning of an issue, in a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.rowAt(event.pos().y())
            row = self._orders.row(position) if position >= 0 else None
            today = date.today()  # noqa: DTZ011 - the station's own day
            parts = [self._painter.full_text(row, self._cells(), today)] if row is not None else []
            issue = self._orders.issue(row.id) if row is not None else None
            if issue is not None:
                parts.append(text(ISSUE_MEANINGS[issue]))
            QToolTip.showText(event.globalPos(), tooltip("\n".join(part for part in parts if part)), self.viewport())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give recipients the width that the other columns leave."""
        super().resizeEvent(event)
        self._fit_columns()

    def minimumSizeHint(self) -> QSize:
        """Return room for three rows and the narrowest columns."""
        px = self._theme.tokens.px
        return QSize(px(280), px(36) + 3 * self._painter.height)

    def _fit_columns(self) -> None:
        px, width = self._theme.tokens.px, self.viewport().width()
        if width >= px(400):
            widths = {"number": px(96), "items": px(100), "due": px(80)}
        else:
            widths = {"number": px(78), "items": px(78 if width >= px(320) else 48), "due": px(76)}
        widths["recipient"] = max(px(60), width - sum(widths.values()))
        for column, name in enumerate(COLUMNS):
            self.setColumnWidth(column, widths[name])

    def _cells(self) -> Cells:
        header = self.horizontalHeader()
        return Cells(*((header.sectionPosition(column), header.sectionSize(column)) for column in range(len(COLUMNS))))

    def _hover(self, position: int) -> None:
        if position != self._hovered:
            self._hovered = position
            self.viewport().update()

    def _fade(self) -> None:
        ended_s = time.monotonic() - GLOW_S
        self._glowing = {order_id: began_s for order_id, began_s in self._glowing.items() if began_s > ended_s}
        if not self._glowing:
            self._glow_timer.stop()
        self.viewport().update()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(self._orders.id_at(index.row()))

    def _choose(self, order_id: int | None) -> None:
        if order_id is not None:
            self.order_chosen.emit(order_id)

    def _on_header_clicked(self, column: int) -> None:
        self.sort_chosen.emit(COLUMNS[column])

    def _on_theme_changed(self) -> None:
        self._painter = RowPainter(self._theme.tokens)
        self.verticalHeader().setMinimumSectionSize(self._painter.height)
        self.verticalHeader().setDefaultSectionSize(self._painter.height)
        self.header().fit()
        self._fit_columns()
        self.viewport().update()


class ListHeader(QHeaderView):
    """The column titles; the sorted one is darker and has an arrow."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Initialize without a sort."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._sort = ""
        self._has_choice = False
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(20)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def sorted_by(self) -> str:
        """The column with the arrow; empty where the view has only one sort."""
        return self._sort if self._has_choice else ""

    def show_sort(self, view: str, sort: str) -> None:
        """Show the sort, unless the view has no other."""
        self._has_choice = len(VIEWS[view]) > 1
        self._sort = sort
        if self.isVisible():  # before that, PySide would build classes, as for the table's viewport
            self.viewport().update()

    def fit(self) -> None:
        """Take a height that a finger can hit."""
        self.setFixedHeight(self._theme.tokens.px(36))

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        """Draw a title, the arrow of the sort, and the line below."""
        tokens = self._theme.tokens
        name = COLUMNS[column]
        fill(painter, rect, tokens.color("card"))
        fill(painter, QRect(rect.left(), rect.bottom(), rect.width(), 1), tokens.color("line"))
        is_sorted = name == self.sorted_by
        color: QColor = tokens.color("text" if is_sorted else "secondary")
        painter.setFont(typeface(tokens, tokens.secondary_px, QFont.Weight.DemiBold))
        painter.setPen(color)
        inner = rect.adjusted(tokens.px(8), 0, 0, 0)
        text = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if is_sorted:
            half, height = tokens.px(3), tokens.px(4)
            left = inner.left() + painter.fontMetrics().horizontalAdvance(text) + tokens.px(6)
            middle = rect.center().y()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPolygon(
                QPolygon(
                    [
                        QPoint(left, middle + height // 2),
                        QPoint(left + half, middle - height // 2 - 1),
                        QPoint(left + 2 * half, middle + height // 2),
                    ]
                )
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
