"""The table of orders: Qt's own for keys, scrolling and screen readers, painted row by row in one pass."""

import time
from collections.abc import Iterable, Mapping
from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from shipconsole.domain.order_row import OrderRow, PackageIssue
from shipconsole.messages import text
from shipconsole.ui.kit.formats import due
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import tooltip
from shipconsole.ui.order_list.model import COLUMNS, ISSUE_MEANINGS, OrderListModel, claim_name, problem_label
from shipconsole.ui.order_list.row_painter import PAD_PX, Marks, RowPainter, fill

GLOW_S = 1.0
"""How long a row glows; its strength is the time that is left."""
GLOW_STEP_MS = 50
CHOSEN_MOST = 1_000
"""So many orders can be chosen for one action."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
}


class OrderTable(QTableView):
    """One order a row, of two lines. Ctrl and Shift choose several, by mouse and keys, and Esc none.

    Signals: order_chosen(order id) for a click or Enter; look_requested(order id) for the space bar; menu_requested(
    QPoint on the screen) for the menu of the chosen orders, or of the current one; several_chosen(their number).
    """

    order_chosen = Signal(int)
    look_requested = Signal(int)
    menu_requested = Signal(QPoint)
    several_chosen = Signal(int)

    def __init__(self, model: OrderListModel, theme: Theme) -> None:
        """Show a model."""
        super().__init__()
        self.setObjectName("order_list")
        self.setProperty("variant", "rows")
        self.setAccessibleName(text("order_list.title"))
        self._theme = theme
        self._orders = model
        self._painter = RowPainter(theme.tokens)
        # Asked for Qt's own viewport, PySide first builds the classes of all widgets (16 ms).
        self.setViewport(QWidget())
        self._hovered = -1
        self._glowing: dict[int, float] = {}
        self.painted = 0
        """How many rows were painted, for tests."""
        self._packing: tuple[int, int] = (0, 0)
        self._anchor: int | None = None
        """The id at which a range of chosen orders begins."""
        self._glow_timer = QTimer(self)
        self._glow_timer.setInterval(GLOW_STEP_MS)
        self._glow_timer.timeout.connect(self._fade)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

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

    @property
    def chosen(self) -> list[int]:
        """The ids of the chosen orders as the list has them; without any the current order, if there is one."""
        if not self._orders.chosen:
            current = self.current_id()
            return [] if current is None else [current]
        placed = [(self._orders.position_of(id_), id_) for id_ in self._orders.chosen]
        listed = sorted((position, id_) for position, id_ in placed if position is not None)
        return [id_ for _, id_ in listed] + [id_ for position, id_ in placed if position is None]

    def choose(self, order_ids: Iterable[int], *, is_chosen: bool = True) -> None:
        """Choose orders for an action, or no longer; at most `CHOSEN_MOST` are chosen."""
        ids = set(order_ids)
        after = (self._orders.chosen | ids) if is_chosen else (self._orders.chosen - ids)
        if len(after) > CHOSEN_MOST:
            room = CHOSEN_MOST - len(self._orders.chosen)
            after = self._orders.chosen | set(sorted(ids - self._orders.chosen)[:room])
        self._set_chosen(after)

    def clear_chosen(self) -> None:
        """Choose none."""
        self._set_chosen(set())

    def _set_chosen(self, ids: set[int]) -> None:
        if ids != self._orders.chosen:
            self._orders.chosen = ids
            self.viewport().update()
            self.several_chosen.emit(len(ids))

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
            before, self._packing = self._packing, (order_id, units)
            self._redraw((before[0], order_id))

    def show_issues(self, issues: Mapping[int, PackageIssue]) -> None:
        """Mark the orders whose packages have delivery issues, given by order id."""
        if self._orders.set_issues(issues):
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that need it, without a call to the model for each cell."""
        painter = QPainter(self.viewport())
        rows, rect, region = self._painter, event.rect(), event.region()
        fill(painter, rect, rows.card)
        count = self._orders.rowCount()
        if not count:
            return
        self._orders.prefetch(*self.positions_shown())
        offset, width = self.verticalScrollBar().value(), self.viewport().width()
        first = max(0, (rect.top() + offset) // rows.height)
        last = min(count - 1, (rect.bottom() + offset) // rows.height)
        current, today = self.currentIndex().row(), date.today()  # noqa: DTZ011 - the station's day
        now_s = time.monotonic()
        for position in range(first, last + 1):
            frame = QRect(0, position * rows.height - offset, width, rows.height)
            if not region.intersects(frame):
                continue
            self.painted += 1
            row = self._orders.row(position)
            if position == current:
                rows.mark_current(painter, frame)
            elif position == self._hovered:
                rows.fill_row(painter, frame, rows.hover)
            if row is None:
                rows.waiting(painter, frame)
            else:
                if row.id in self._glowing:
                    left_s = GLOW_S - (now_s - self._glowing[row.id])
                    rows.fill_row(painter, frame, rows.glow, max(0.0, left_s))
                rows.row(painter, frame, row, self._marks(row.id, today))
            rows.rule(painter, frame)
            if position == current and self.hasFocus():
                rows.focus(painter, frame)
        if current < 0 and self.hasFocus():
            rows.focus(painter, self.viewport().rect())

    def _marks(self, order_id: int, today: date) -> Marks:
        packed_id, packed = self._packing
        orders = self._orders
        return Marks(
            today,
            packed if order_id == packed_id else 0,
            orders.issue(order_id),
            order_id in orders.chosen,
            bool(orders.chosen),
            orders.claims_since_ms,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, look on Space, choose with Ctrl and Shift, go to the ends on Home and End."""
        key = event.key()
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ENTER and not modifiers:
            self._choose(self.current_id())
        elif key == Qt.Key.Key_Space and (modifiers == Qt.KeyboardModifier.ControlModifier or self._orders.chosen):
            self._toggle(self.currentIndex().row())
        elif key == Qt.Key.Key_Space and not modifiers:
            self._look()
        elif key in _MOVES and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._extend(self.currentIndex().row() + _MOVES[Qt.Key(key)])
        elif key == Qt.Key.Key_Escape and self._orders.chosen:
            self.clear_chosen()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._orders.rowCount():
            position = 0 if key == Qt.Key.Key_Home else self._orders.rowCount() - 1
            self.setCurrentIndex(self._orders.index(position, 0))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose orders where Ctrl or Shift is held; else the click opens one."""
        position, modifiers = self.rowAt(round(event.position().y())), event.modifiers()
        is_choosing = bool(modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        if event.button() != Qt.MouseButton.LeftButton or position < 0 or not is_choosing:
            super().mousePressEvent(event)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._extend(position)
        else:
            self.setCurrentIndex(self._orders.index(position, 0))
            self._toggle(position)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the chosen orders, or of the one under the mouse."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            position = self.rowAt(event.pos().y())
            if position >= 0 and self._orders.id_at(position) not in self._orders.chosen:
                self.setCurrentIndex(self._orders.index(position, 0))
            self.menu_requested.emit(event.globalPos())
        elif self.currentIndex().isValid():
            self.menu_requested.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))

    def _toggle(self, position: int) -> None:
        order_id = self._orders.id_at(position)
        if order_id is not None:
            self._anchor = order_id
            self.choose((order_id,), is_chosen=order_id not in self._orders.chosen)

    def _extend(self, position: int) -> None:
        """Choose the orders from where choosing began up to a position."""
        if not 0 <= position < self._orders.rowCount():
            return
        begin = self._orders.position_of(self._anchor)
        if begin is None or not self._orders.chosen:
            begin = max(0, self.currentIndex().row())
            self._anchor = self._orders.id_at(begin)
        first, last = sorted((begin, position))
        last = min(last, first + CHOSEN_MOST - 1)
        self.choose(self._orders.ids[first : last + 1])
        self.setCurrentIndex(self._orders.index(position, 0))

    def _look(self) -> None:
        current = self.current_id()
        if current is not None:
            self.look_requested.emit(current)

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
            parts = self._tooltip_of(row) if row is not None else []
            QToolTip.showText(event.globalPos(), tooltip("\n".join(part for part in parts if part)), self.viewport())
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cells, which screen readers know, in the width."""
        super().resizeEvent(event)
        self._fit_columns()

    def minimumSizeHint(self) -> QSize:
        """Return room for three rows of the narrowest list."""
        return QSize(self._theme.tokens.px(232), 3 * self._painter.height)

    def _fit_columns(self) -> None:
        # The scroll bar stands in the margin of the rows.
        bar = self.width() - 2 * self.frameWidth() - self.viewport().width()
        self._painter.right_pad = max(self._theme.tokens.px(6), self._theme.tokens.px(PAD_PX) - max(0, bar))
        width = max(len(COLUMNS), self.viewport().width())
        for column in range(len(COLUMNS)):
            self.setColumnWidth(column, width // len(COLUMNS))

    def _tooltip_of(self, row: OrderRow) -> list[str]:
        """Return shortened texts in full, and what the marks of a row mean."""
        today = date.today()  # noqa: DTZ011 - the station's own day
        marks = self._marks(row.id, today)
        due_text, _ = due(row.due_at_ms, today)
        name = claim_name(row, marks.claims_since_ms)
        return [
            self._painter.full_text(row, self.viewport().width(), marks),
            due_text if row.problem else "",
            problem_label(row.problem),
            text(ISSUE_MEANINGS[marks.issue]) if marks.issue is not None else "",
            first_text(row),
            text("order_list.claimed_by", packer=name) if name else "",
            text("order_list.has_draft") if row.has_draft else "",
        ]

    def _hover(self, position: int) -> None:
        if position != self._hovered:
            for row in (self._hovered, position):
                self._redraw_row(row)
            self._hovered = position

    def _redraw(self, order_ids: Iterable[int]) -> None:
        """Paint the rows of some orders again, and no others."""
        for order_id in order_ids:
            position = self._orders.position_of(order_id)
            self._redraw_row(-1 if position is None else position)

    def _redraw_row(self, position: int) -> None:
        if position >= 0:
            height = self._painter.height
            top = position * height - self.verticalScrollBar().value()
            self.viewport().update(0, top, self.viewport().width(), height)

    def _fade(self) -> None:
        ended_s = time.monotonic() - GLOW_S
        self._redraw(self._glowing)
        self._glowing = {order_id: began_s for order_id, began_s in self._glowing.items() if began_s > ended_s}
        if not self._glowing:
            self._glow_timer.stop()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(self._orders.id_at(index.row()))

    def _choose(self, order_id: int | None) -> None:
        if order_id is not None:
            self.order_chosen.emit(order_id)

    def _on_theme_changed(self) -> None:
        self._painter = RowPainter(self._theme.tokens)
        self.verticalHeader().setMinimumSectionSize(self._painter.height)
        self.verticalHeader().setDefaultSectionSize(self._painter.height)
        self._fit_columns()
        self.viewport().update()


def first_text(row: OrderRow) -> str:
    """Return why an order is packed first, empty if it is not."""
    if not (row.is_first and row.left):
        return ""
    if row.first_by == "person":
        return text("order_list.first_by_person")
    return text("order_list.first_by_rule", rule=row.first_by)
