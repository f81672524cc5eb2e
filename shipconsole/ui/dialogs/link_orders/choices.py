"""The orders that can be linked, and the connections that can be unlinked."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders.link import Candidate
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.layout import column, wrapped
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.theme import Theme, typeface

_CANDIDATE = Qt.ItemDataRole.UserRole
_ROW_PX = 54
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class CandidateList(QListWidget):
    """The orders that can be linked, of which one is selected. Signal: chosen(Candidate or None)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        """Initialize empty."""
        super().__init__()
        self.setObjectName("candidates")
        self.setAccessibleName(text("link_orders.other_orders"))
        self.setItemDelegate(_Rows(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.currentRowChanged.connect(self._on_row_changed)
        self._candidates: tuple[Candidate, ...] = ()

    def show_candidates(self, candidates: Sequence[Candidate]) -> None:
        """Show some orders; the selected one stays selected, else the first is."""
        before = self.candidate()
        with QSignalBlocker(self):
            self.clear()
            self._candidates = tuple(candidates)
            for candidate in self._candidates:
                item = QListWidgetItem()
                item.setData(_CANDIDATE, candidate)
                parts = (candidate.number, _match_count(candidate), candidate.recipient, *candidate.connections)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, plain(", ".join(parts)))
                self.addItem(item)
            ids = [candidate.order_id for candidate in self._candidates]
            self.setCurrentRow(ids.index(before.order_id) if before is not None and before.order_id in ids else 0)
        after = self.candidate()
        if before is None or after is None or before.order_id != after.order_id:
            self.chosen.emit(after)

    def candidate(self) -> Candidate | None:
        """Return the selected order."""
        position = self.currentRow()
        return self._candidates[position] if 0 <= position < len(self._candidates) else None

    def _on_row_changed(self, _: int) -> None:
        self.chosen.emit(self.candidate())


class _Rows(QStyledItemDelegate):
    """Paints an order in two lines: its number and matching items, its recipient and connections."""

    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of two lines."""
        return QSize(0, self._theme.tokens.px(_ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw an order."""
        candidate: Candidate = index.data(_CANDIDATE)
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
        small = typeface(tokens, tokens.secondary_px)
        matches = _match_count(candidate)
        width = QFontMetrics(small).horizontalAdvance(matches)
        painter.setFont(small)
        painter.setPen(tokens.color("good" if candidate.matches else "secondary"))
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, matches)
        painter.setPen(tokens.color("secondary"))
        _draw(painter, lower, _second_line(candidate), Qt.TextElideMode.ElideRight)
        painter.setFont(typeface(tokens, tokens.text_px, QFont.Weight.DemiBold))
        painter.setPen(tokens.color("text"))
        upper.setRight(upper.right() - width - px(10))
        _draw(painter, upper, candidate.number, Qt.TextElideMode.ElideMiddle)
        painter.restore()


def _match_count(candidate: Candidate) -> str:
    count = len(candidate.lines)
    return text("link_orders.matches", same=candidate.matches, count=count) if count else text("link_orders.no_items")


def _second_line(candidate: Candidate) -> str:
    """Return the recipient of an order, and the connections that have it."""
    connections = ", ".join(candidate.connections) or text("link_orders.no_connection")
    return " · ".join(part for part in (candidate.recipient, connections) if part)


def _draw(painter: QPainter, room: QRect, value: str, mode: Qt.TextElideMode) -> None:
    painter.drawText(room, _LEFT, painter.fontMetrics().elidedText(plain(value), mode, room.width()))


class UnlinkPage(QWidget):
    """A radio button for each connection that has the order. Signal: changed(), when another is chosen."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize without connections."""
        super().__init__()
        self.buttons: dict[int, QRadioButton] = {}
        self._connections: dict[int, Connection] = {}
        self._meaning = wrapped("", "secondary", name="unlink_means")
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(theme.tokens.px(14))
        self._rows.setVerticalSpacing(theme.tokens.px(8))
        self._rows.setColumnStretch(1, 1)
        heading = widgets.label(text("link_orders.unlink_which"), "heading")
        inside = column(theme, heading, self._rows, self._meaning, 1, spacing=10, margins=(16, 13, 16, 13))
        column(theme, widgets.card(inside), parent=self)

    def show_links(self, links: Sequence[Link], connections: Sequence[Connection], free: Collection[int]) -> None:
        """Show the connections that have the order, and offer those with a free ID; the chosen one stays chosen."""
        chosen = self.chosen()
        clear(self._rows)
        self.buttons.clear()
        self._connections = {connection.id: connection for connection in connections}
        for position, link in enumerate(links):
            name = self._connections[link.connection_id].name
            button = QRadioButton(widgets.button_text(name))
            button.setObjectName(f"unlink_{link.connection_id}")
            button.setAccessibleName(plain(name))
            button.setEnabled(link.connection_id in free)
            button.setChecked(chosen is not None and chosen.id == link.connection_id and button.isEnabled())
            button.toggled.connect(self.changed)
            self._rows.addWidget(button, position, 0)
            self._rows.addWidget(widgets.Elided(_remote_names(link), "secondary"), position, 1)
            self.buttons[link.connection_id] = button
        self._meaning.setText(_unlink_means(len(links), len(free)))

    def chosen(self) -> Connection | None:
        """Return the chosen connection."""
        chosen_id = next((id_ for id_, button in self.buttons.items() if button.isChecked()), None)
        return self._connections.get(chosen_id) if chosen_id is not None else None

    def go_to_first(self) -> None:
        """Put the focus on the first connection that can be chosen."""
        first = next((button for button in self.buttons.values() if button.isEnabled()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


def _remote_names(link: Link) -> str:
    """Return the number and ID of the order in a connection."""
    number = text("link_orders.remote_number", number=link.remote_number) if link.remote_number else ""
    remote_id = text("link_orders.remote_id", id=link.remote_id) if link.remote_id else ""
    return " · ".join(part for part in (number, remote_id) if part)


def _unlink_means(links: int, free: int) -> str:
    """Return what unlinking means, or why no connection can be unlinked."""
    if not links:
        return text("link_orders.unlink_no_connection")
    if links == 1 and not free:
        return text("link_orders.unlink_one_connection")
    means = text("link_orders.unlink_means") if free else ""
    held = text("link_orders.unlink_held") if free < links else ""
    return " ".join(part for part in (means, held) if part)
