"""The painting of a row of the order list: number, recipient, units shipped, due date."""

from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from shipconsole.domain.order_row import OrderRow, PackageIssue
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.formats import due
from shipconsole.ui.kit.theme import typeface
from shipconsole.ui.kit.tokens import Tokens
from shipconsole.ui.order_list.model import ISSUE_LABELS, items_text

_ELIDED_MOST = 2_000


class Cells(NamedTuple):
    """The left edge and the width of each column, in pixels."""

    number: tuple[int, int]
    recipient: tuple[int, int]
    items: tuple[int, int]
    due: tuple[int, int]


class RowPainter:
    """Paints rows with colors, fonts and shortened texts that it prepared before."""

    def __init__(self, tokens: Tokens) -> None:
        """Prepare colors and fonts once, not for each row."""
        self.tokens = tokens
        self.height = tokens.px(tokens.row_px)
        self._pad = tokens.px(8)
        self._font = typeface(tokens, tokens.text_px)
        self._small = typeface(tokens, tokens.secondary_px)
        self._strong = typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self._small_metrics = QFontMetrics(self._small)
        color = tokens.color
        self.card, self.line = color("card"), color("line")
        self.selection, self.hover, self.glow = color("selection"), color("hover"), color("glow")
        self._text, self._secondary, self._track = color("text"), color("secondary"), color("track")
        self._good, self._accent, self._overdue = color("good"), color("accent"), color("wait")
        self._bad = color("bad")
        self._issue_colors: dict[PackageIssue, QColor] = {
            "exception": color("bad"),
            "late": color("wait"),
            "quiet": color("secondary"),
        }
        self._elided: dict[tuple[str, int, bool], str] = {}

    def fill_row(self, painter: QPainter, rect: QRect, color: QColor, strength: float = 1.0) -> None:
        """Fill a row with a color of a strength from 0 to 1."""
        if strength < 1.0:
            color = QColor(color)
            color.setAlphaF(max(0.0, strength))
        fill(painter, rect, color)

    def rule(self, painter: QPainter, rect: QRect) -> None:
        """Draw the line under a row."""
        fill(painter, QRect(rect.left(), rect.bottom(), rect.width(), 1), self.line)

    def focus(self, painter: QPainter, rect: QRect) -> None:
        """Frame the row that has the keyboard focus."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._accent, 2))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -2), 5, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def row(
        self,
        painter: QPainter,
        top: int,
        cells: Cells,
        row: OrderRow,
        today: date,
        packing: int,
        issue: PackageIssue | None = None,
    ) -> None:
        """Draw the texts and the bar of one row; `packing` units are in the open packages.

        The `issue` of its packages is a stripe before the row, and replaces the due date where nothing is left to ship.
        """
        pad = self._pad
        base = top + (self.height + self._metrics.ascent() - self._metrics.descent()) // 2
        painter.setFont(self._font)
        painter.setPen(self._text)
        left, width = cells.number
        painter.drawText(left + pad, base, self.elided(row.label, width - pad, middle=True))
        left, width = cells.recipient
        painter.drawText(left + pad, base, self.elided(row.recipient, width - pad, middle=False))
        due_text, is_overdue = due(row.due_at_ms, today)
        left, width = cells.due
        if issue is not None:
            self._stripe(painter, top, self._issue_colors[issue])
        if issue is not None and not row.left:
            due_text = text(ISSUE_LABELS[issue])
            painter.setPen(self._issue_colors[issue])
            painter.setFont(self._strong)
        elif is_overdue:
            painter.setPen(self._overdue)
            painter.setFont(self._strong)
        painter.drawText(left + pad, base, self.elided(due_text, width - pad, middle=False))
        self._items(painter, top, cells.items, row, packing)

    def _stripe(self, painter: QPainter, top: int, color: QColor) -> None:
        px = self.tokens.px
        fill(painter, QRect(0, top + px(6), px(3), self.height - 2 * px(6)), color)

    def waiting(self, painter: QPainter, top: int, cells: Cells) -> None:
        """Draw bars where a row is not loaded yet."""
        height = self.tokens.px(8)
        for (left, width), part in zip(cells, (0.6, 0.75, 0.5, 0.6), strict=True):
            top_of_bar = top + (self.height - height) // 2
            fill(painter, QRect(left + self._pad, top_of_bar, int((width - self._pad) * part), height), self._track)

    def full_text(self, row: OrderRow, cells: Cells, today: date) -> str:
        """Return the full texts of a row where one of them does not fit, else an empty string."""
        pad = self._pad
        due_text, _ = due(row.due_at_ms, today)
        due_fits = self.elided(due_text, cells.due[1] - pad, middle=False) == due_text
        number_fits = self.elided(row.label, cells.number[1] - pad, middle=True) == plain(row.label)
        name_fits = self.elided(row.recipient, cells.recipient[1] - pad, middle=False) == plain(row.recipient)
        if number_fits and name_fits and due_fits:
            return ""
        return "\n".join(part for part in (row.label, row.recipient, "" if due_fits else due_text) if part)

    def _items(self, painter: QPainter, top: int, cell: tuple[int, int], row: OrderRow, packing: int) -> None:
        left, width = cell
        counted = items_text(row, packing)
        painter.setFont(self._small)
        painter.setPen(self._overdue if row.unresolved else self._secondary)
        text_width = self._small_metrics.horizontalAdvance(counted)
        base = top + (self.height + self._small_metrics.ascent() - self._small_metrics.descent()) // 2
        px = self.tokens.px
        width -= px(4)
        painter.drawText(left + width - text_width, base, counted)
        # Of one width in every row, so that bars can be compared; left out where the number needs the room.
        bar = min(px(40), width - self._pad - px(36))
        if bar < px(20) or row.wanted <= 0 or self._pad + bar + px(4) + text_width > width:
            return
        thick = px(6)
        frame = QRectF(left + self._pad, top + (self.height - thick) / 2, bar, thick)
        shipped = bar * min(1.0, row.shipped / row.wanted)
        both = bar * min(1.0, (row.shipped + packing) / row.wanted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        _bar(painter, frame, bar, self._track)
        _bar(painter, frame, both if packing else 0, self._accent)
        # Shipped is not green while a platform has not confirmed it.
        _bar(painter, frame, shipped, self._bad if row.needs_attention else self._good)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def elided(self, text: str, width: int, *, middle: bool) -> str:
        """Return a text as plain text that fits a width in pixels, shortened in its middle or at its end."""
        key = (text, width, middle)
        elided = self._elided.get(key)
        if elided is None:
            if len(self._elided) > _ELIDED_MOST:
                self._elided.clear()
            mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
            elided = self._metrics.elidedText(plain(text), mode, max(0, width - self._pad // 2))
            self._elided[key] = elided
        return elided


def fill(painter: QPainter, rect: QRect, color: QColor) -> None:
    """Fill a rectangle. `fillRect` would have PySide make an enum of 169 named gradients first, to rule them out."""
    painter.setBackground(color)
    painter.eraseRect(rect)


def _bar(painter: QPainter, frame: QRectF, width: float, color: QColor) -> None:
    if width > 0:
        painter.setBrush(color)
        round_ = frame.height() / 2
        painter.drawRoundedRect(
            QRectF(frame.left(), frame.top(), max(width, frame.height()), frame.height()), round_, round_
        )
