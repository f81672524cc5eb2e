"""The orders to link to, each in two lines: its number and how alike it is, who gets it and who knows it."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from shipconsole.messages import text
from shipconsole.operations.orders.link import Candidate
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme

_CANDIDATE = Qt.ItemDataRole.UserRole
_ROW_PX = 54
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class CandidateList(QListWidget):
    """One order can be chosen. Signal: chosen(Candidate or None)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        self.setObjectName("candidates")
        self.setAccessibleName(text("link_orders.other_orders"))
        self.setItemDelegate(_Rows(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.currentRowChanged.connect(self._on_row_changed)
        self._candidates: tuple[Candidate, ...] = ()

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Show these orders; the one that was chosen stays so, else the first is."""
        before = self.candidate()
        self.blockSignals(True)
        self.clear()
        self._candidates = tuple(candidates)
        for one in self._candidates:
            item = QListWidgetItem()
            item.setData(_CANDIDATE, one)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                kit.plain(", ".join((one.number, _alike(one), one.recipient, *one.connections))),
            )
            self.addItem(item)
        ids = [one.order_id for one in self._candidates]
        self.setCurrentRow(ids.index(before.order_id) if before is not None and before.order_id in ids else 0)
        self.blockSignals(False)
        after = self.candidate()
        if before is None or after is None or before.order_id != after.order_id:
            self.chosen.emit(after)

    def candidate(self) -> Candidate | None:
        """The order that is chosen."""
        row = self.currentRow()
        return self._candidates[row] if 0 <= row < len(self._candidates) else None

    def _on_row_changed(self, _: int) -> None:
        self.chosen.emit(self.candidate())


class _Rows(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines of text."""
        return QSize(0, self._theme.tokens.px(_ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one order."""
        one: Candidate = index.data(_CANDIDATE)
        tokens, rect = self._theme.tokens, option.rect
        px = tokens.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(tokens.color("selection"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), px(8), px(8))
        inner = rect.adjusted(px(10), px(6), -px(10), -px(6))
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        lower = upper.translated(0, inner.height() // 2)
        small = kit.font(tokens, tokens.secondary_px)
        alike = _alike(one)
        width = QFontMetrics(small).horizontalAdvance(alike)
        painter.setFont(small)
        painter.setPen(tokens.color("good" if one.matches else "secondary"))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, alike)
        painter.setPen(tokens.color("secondary"))
        _draw(painter, lower, _second_line(one), Qt.TextElideMode.ElideRight)
        painter.setFont(kit.font(tokens, tokens.text_px, QFont.Weight.DemiBold))
        painter.setPen(tokens.color("text"))
        upper.setRight(upper.right() - width - px(10))
        _draw(painter, upper, one.number, Qt.TextElideMode.ElideMiddle)
        painter.restore()


def _alike(candidate: Candidate) -> str:
    count = len(candidate.lines)
    return text("link_orders.matches", same=candidate.matches, count=count) if count else text("link_orders.no_items")


def _second_line(candidate: Candidate) -> str:
    """Return who receives an order, and which connections have it."""
    connections = ", ".join(candidate.connections) or text("link_orders.no_connection")
    return " · ".join(part for part in (candidate.recipient, connections) if part)


def _draw(painter: QPainter, room: QRect, whole: str, mode: Qt.TextElideMode) -> None:
    painter.drawText(room, _LEFT, painter.fontMetrics().elidedText(kit.plain(whole), mode, room.width()))
