"""The orders that can be linked, and the connections that can be unlinked."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.messages import text
from shipconsole.operations.orders.link import Candidate
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.theme import Theme


class UnlinkPage(QWidget):
    """A round button for each connection. Signal: changed(), when another was chosen."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin with none."""
        super().__init__()
        self.buttons: dict[int, QRadioButton] = {}
        self._known: dict[int, Connection] = {}
        self._said = kit.label("", "secondary")
        self._said.setObjectName("unlink_means")
        self._said.setWordWrap(True)
        px = theme.tokens.px
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(px(14))
        self._rows.setVerticalSpacing(px(8))
        self._rows.setColumnStretch(1, 1)
        inside = QVBoxLayout()
        inside.setContentsMargins(px(16), px(13), px(16), px(13))
        inside.setSpacing(px(10))
        inside.addWidget(kit.label(text("link_orders.unlink_which"), "heading"))
        inside.addLayout(self._rows)
        inside.addWidget(self._said)
        inside.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(kit.card(inside))

    def show_links(self, links: Sequence[Link], known: Sequence[Connection], free: Collection[int]) -> None:
        """Show who knows the order, and offer those that may be taken off it, by their ids; what is chosen stays."""
        chosen = self.chosen()
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons.clear()
        self._known = {one.id: one for one in known}
        for row, link in enumerate(links):
            name = self._known[link.connection_id].name
            button = QRadioButton(kit.button_text(name))
            button.setObjectName(f"unlink_{link.connection_id}")
            button.setAccessibleName(kit.plain(name))
            button.setEnabled(link.connection_id in free)
            button.setChecked(chosen is not None and chosen.id == link.connection_id and button.isEnabled())
            button.toggled.connect(self.changed)
            self._rows.addWidget(button, row, 0)
            self._rows.addWidget(kit.Elided(_known_as(link), "secondary"), row, 1)
            self.buttons[link.connection_id] = button
        self._said.setText(_unlink_means(len(links), len(free)))

    def chosen(self) -> Connection | None:
        """The connection that was chosen."""
        chosen = next((id_ for id_, button in self.buttons.items() if button.isChecked()), None)
        return self._known.get(chosen) if chosen is not None else None

    def go_to_first(self) -> None:
        """Put the cursor where the choice is made."""
        first = next((button for button in self.buttons.values() if button.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


def _known_as(link: Link) -> str:
    """Return the number and ID that a connection has for the order."""
    number = text("link_orders.remote_number", number=link.remote_number) if link.remote_number else ""
    remote_id = text("link_orders.remote_id", id=link.remote_id) if link.remote_id else ""
    return " · ".join(part for part in (number, remote_id) if part)


def _unlink_means(links: int, free: int) -> str:
    """Return what unlinking does, or why no connection can be unlinked."""
    if not links:
        return text("link_orders.unlink_no_connection")
    if links == 1 and not free:
        return text("link_orders.unlink_one_connection")
    means = text("link_orders.unlink_means") if free else ""
    held = text("link_orders.unlink_held") if free < links else ""
    return " ".join(part for part in (means, held) if part)


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
            painter.setBrush(tokens.colour("selection"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), px(8), px(8))
        inner = rect.adjusted(px(10), px(6), -px(10), -px(6))
        upper = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        lower = upper.translated(0, inner.height() // 2)
        small = kit.font(tokens, tokens.secondary_px)
        alike = _alike(one)
        width = QFontMetrics(small).horizontalAdvance(alike)
        painter.setFont(small)
        painter.setPen(tokens.colour("good" if one.matches else "secondary"))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, alike)
        painter.setPen(tokens.colour("secondary"))
        _draw(painter, lower, _second_line(one), Qt.TextElideMode.ElideRight)
        painter.setFont(kit.font(tokens, tokens.text_px, QFont.Weight.DemiBold))
        painter.setPen(tokens.colour("text"))
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
