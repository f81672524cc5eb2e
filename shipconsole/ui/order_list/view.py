"""The order list's table: Qt's own for keys, scrolling and screen readers, painted row by row in one pass."""

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

from shipconsole.domain.order_row import PackageTrouble
from shipconsole.messages import text
from shipconsole.operations.orders.order_list import VIEWS
from shipconsole.ui.kit.theme import Theme, font, tooltip
from shipconsole.ui.order_list.issues import MEANINGS
from shipconsole.ui.order_list.model import COLUMNS, OrderListModel
from shipconsole.ui.order_list.row_painter import Cells, RowPainter, fill

GLOW_S = 1.0
GLOW_STEP_MS = 50
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OrderTable(QTableView):
    """Orders, one a row. Signals: order_chosen(int id) for a click or Enter; sort_chosen(str sort)."""

    order_chosen = Signal(int)
    sort_chosen = Signal(str)

    def __init__(self, model: OrderListModel, theme: Theme) -> None:
        """Show a model."""
        super().__init__()
        self.setObjectName("order_list")
        self.setAccessibleName(text("order_list.title"))
        self._theme = theme
        self._rows = model
        self._painter = RowPainter(theme.tokens)
        # One that Python knows: asked for Qt's own, PySide makes classes of all widgets to find the right one (16 ms).
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
        self.horizontalHeader().sectionClicked.connect(self._header_clicked)
        self.clicked.connect(self._clicked)
        theme.changed.connect(self._new_theme)
        self._new_theme()

    def header(self) -> "ListHeader":
        """The header, which shows the order that the list stands in."""
        header = self.horizontalHeader()
        assert isinstance(header, ListHeader)
        return header

    def positions_shown(self) -> tuple[int, int]:
        """The first and the last position on the screen; the last is smaller where there is none."""
        height, offset = self._painter.height, self.verticalScrollBar().value()
        last = (offset + max(0, self.viewport().height() - 1)) // height
        return offset // height, min(last, self._rows.rowCount() - 1)

    def current_id(self) -> int | None:
        """The id of the order that the keys act on."""
        index = self.currentIndex()
        return self._rows.id_at(index.row()) if index.isValid() else None

    def mark(self, order_id: int | None, *, scroll: bool = True) -> None:
        """Select an order if the list has it, else nothing."""
        position = self._rows.position_of(order_id)
        if position is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
            return
        # Without this Qt scrolls to whatever becomes current.
        self.setAutoScroll(scroll)
        self.setCurrentIndex(self._rows.index(position, 0))
        self.setAutoScroll(True)
        if scroll:
            self.scrollTo(self._rows.index(position, 0))

    def glow(self, ids: Iterable[int]) -> None:
        """Let changed rows glow once, briefly; not where motion is not wanted."""
        if self._theme.tokens.still:
            return
        now_s = time.monotonic()
        self._glowing |= dict.fromkeys(ids, now_s)
        self._glow_timer.start()

    def show_packing(self, order_id: int, pieces: int) -> None:
        """Show in the bar of one order how many units are in its open packages."""
        if self._packing != (order_id, pieces):
            self._packing = (order_id, pieces)
            self.viewport().update()

    def show_troubles(self, troubles: Mapping[int, PackageTrouble]) -> None:
        """Mark the orders whose packages are late, quiet or in trouble."""
        if self._rows.set_troubles(troubles):
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that need it, each in one go, without a call to the model for each cell."""
        painter = QPainter(self.viewport())
        rows, rect = self._painter, event.rect()
        fill(painter, rect, rows.card)
        count = self._rows.rowCount()
        if not count:
            return
        self._rows.prefetch(*self.positions_shown())
        offset, width = self.verticalScrollBar().value(), self.viewport().width()
        first = max(0, (rect.top() + offset) // rows.height)
        last = min(count - 1, (rect.bottom() + offset) // rows.height)
        current, cells, today = self.currentIndex().row(), self._cells(), date.today()  # noqa: DTZ011 - bench's day
        now_s = time.monotonic()
        packed_id, packed = self._packing
        for position in range(first, last + 1):
            top = position * rows.height - offset
            frame = QRect(0, top, width, rows.height)
            row = self._rows.row(position)
            if position == current:
                rows.ground(painter, frame, rows.selection)
            elif position == self._hovered:
                rows.ground(painter, frame, rows.hover)
            if row is None:
                rows.waiting(painter, top, cells)
            else:
                if row.id in self._glowing:
                    rows.ground(painter, frame, rows.glow, 1 - (now_s - self._glowing[row.id]) / GLOW_S)
                packing = packed if row.id == packed_id else 0
                rows.row(painter, top, cells, row, today, packing, self._rows.trouble(row.id))
            rows.rule(painter, frame)
            if position == current and self.hasFocus():
                rows.focus(painter, frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Home and End go to the ends of the list; the rest is Qt's."""
        key = event.key()
        if key in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._choose(self.current_id())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._rows.rowCount():
            position = 0 if key == Qt.Key.Key_Home else self._rows.rowCount() - 1
            self.setCurrentIndex(self._rows.index(position, 0))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are scans or nothing: Qt would ask the model for every row of the list."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which row is under the mouse."""
        self._hover(self.rowAt(round(event.position().y())))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show texts whole that were shortened."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.rowAt(event.pos().y())
            row = self._rows.row(position) if position >= 0 else None
            today = date.today()  # noqa: DTZ011 - the station's own day
            whole = self._painter.shortened(row, self._cells(), today) if row is not None else ""
            trouble = self._rows.trouble(row.id) if row is not None else None
            if trouble is not None:
                whole = "\n".join(part for part in (whole, text(MEANINGS[trouble])) if part)
            QToolTip.showText(event.globalPos(), tooltip(whole), self.viewport())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names the room that the other columns leave."""
        super().resizeEvent(event)
        self._fit_columns()

    def minimumSizeHint(self) -> QSize:
        """Three rows and the columns at their narrowest."""
        px = self._theme.tokens.px
        return QSize(px(280), px(36) + 3 * self._painter.height)

    def _fit_columns(self) -> None:
        px, whole = self._theme.tokens.px, self.viewport().width()
        if whole >= px(400):
            widths = {"number": px(96), "items": px(100), "due": px(80)}
        else:
            widths = {"number": px(78), "items": px(78 if whole >= px(320) else 48), "due": px(76)}
        widths["recipient"] = max(px(60), whole - sum(widths.values()))
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
        over_s = time.monotonic() - GLOW_S
        self._glowing = {id_: began_s for id_, began_s in self._glowing.items() if began_s > over_s}
        if not self._glowing:
            self._glow_timer.stop()
        self.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(self._rows.id_at(index.row()))

    def _choose(self, order_id: int | None) -> None:
        if order_id is not None:
            self.order_chosen.emit(order_id)

    def _header_clicked(self, column: int) -> None:
        self.sort_chosen.emit(COLUMNS[column])

    def _new_theme(self) -> None:
        self._painter = RowPainter(self._theme.tokens)
        self.verticalHeader().setMinimumSectionSize(self._painter.height)
        self.verticalHeader().setDefaultSectionSize(self._painter.height)
        self.header().fit()
        self._fit_columns()
        self.viewport().update()


class ListHeader(QHeaderView):
    """The names of the columns; the one that the list is sorted by is darker and has a small arrow."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Stand above the list, in the list's look."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._sort = ""
        self._offered: tuple[str, ...] = ()
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(20)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_sort(self, view: str, sort: str) -> None:
        """Show which orders the view offers and which one it stands in."""
        offered = VIEWS[view]
        # One order only is no choice: then nothing invites a click.
        self._offered = offered if len(offered) > 1 else ()
        self._sort = sort
        if self.isVisible():  # asked for before, PySide would look for the viewport's class among all, as above
            self.viewport().update()

    def fit(self) -> None:
        """Be high enough for a finger."""
        self.setFixedHeight(self._theme.tokens.px(36))

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        """Draw a name, the arrow beside the one that is sorted by, and the line below."""
        tokens = self._theme.tokens
        name = COLUMNS[column]
        fill(painter, rect, tokens.color("card"))
        fill(painter, QRect(rect.left(), rect.bottom(), rect.width(), 1), tokens.color("line"))
        sorted_by = name == self._sort and bool(self._offered)
        color: QColor = tokens.color("text" if sorted_by else "secondary")
        painter.setFont(font(tokens, tokens.secondary_px, QFont.Weight.DemiBold))
        painter.setPen(color)
        inner = rect.adjusted(tokens.px(8), 0, 0, 0)
        text = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if sorted_by:
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
