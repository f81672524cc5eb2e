"""Draws a row of the order list: number, recipient, how much has shipped, when it is due."""

from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from shipconsole.domain.order_row import OrderRow, PackageTrouble
from shipconsole.messages import text
from shipconsole.ui.kit.formats import due
from shipconsole.ui.kit.theme import font, plain
from shipconsole.ui.kit.tokens import Tokens
from shipconsole.ui.order_list.issues import LABELS
from shipconsole.ui.order_list.model import items

_ELIDED_KEPT = 2_000


class Cells(NamedTuple):
    """Where each column begins and how wide it is, in pixels."""

    number: tuple[int, int]
    recipient: tuple[int, int]
    items: tuple[int, int]
    due: tuple[int, int]


class RowPainter:
    """Holds what painting needs: colors, typefaces and the texts as they were shortened last."""

    def __init__(self, tokens: Tokens) -> None:
        """Make everything ready once, not for each row."""
        self.tokens = tokens
        self.height = tokens.px(tokens.row_px)
        self._pad = tokens.px(8)
        self._font = font(tokens, tokens.text_px)
        self._small = font(tokens, tokens.secondary_px)
        self._strong = font(tokens, tokens.text_px, QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self._small_metrics = QFontMetrics(self._small)
        color = tokens.color
        self.card, self.line = color("card"), color("line")
        self.selection, self.hover, self.glow = color("selection"), color("hover"), color("glow")
        self._text, self._secondary, self._track = color("text"), color("secondary"), color("track")
        self._good, self._accent, self._late = color("good"), color("accent"), color("wait")
        self._bad = color("bad")
        self._troubles: dict[PackageTrouble, QColor] = {
            "exception": color("bad"),
            "late": color("wait"),
            "quiet": color("secondary"),
        }
        self._elided: dict[tuple[str, int, bool], str] = {}

    def ground(self, painter: QPainter, rect: QRect, color: QColor, strength: float = 1.0) -> None:
        """Fill a row's ground, by strength."""
        if strength < 1.0:
            color = QColor(color)
            color.setAlphaF(max(0.0, strength))
        fill(painter, rect, color)

    def rule(self, painter: QPainter, rect: QRect) -> None:
        """Draw the faint line under a row."""
        fill(painter, QRect(rect.left(), rect.bottom(), rect.width(), 1), self.line)

    def focus(self, painter: QPainter, rect: QRect) -> None:
        """Frame the row that the keys act on."""
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
        trouble: PackageTrouble | None = None,
    ) -> None:
        """Draw the words and the bar of one row; `packing` units are in the open packages.

        The `trouble` of its packages is a stripe before the row, and a word where nothing is left to be due.
        """
        pad = self._pad
        base = top + (self.height + self._metrics.ascent() - self._metrics.descent()) // 2
        painter.setFont(self._font)
        painter.setPen(self._text)
        left, width = cells.number
        painter.drawText(left + pad, base, self._fitting(row.label, width - pad, middle=True))
        left, width = cells.recipient
        painter.drawText(left + pad, base, self._fitting(row.recipient, width - pad, middle=False))
        when, late = due(row.due_at_ms, today)
        left, width = cells.due
        if trouble is not None:
            self._stripe(painter, top, self._troubles[trouble])
        if trouble is not None and not row.left:
            when = text(LABELS[trouble])
            painter.setPen(self._troubles[trouble])
            painter.setFont(self._strong)
        elif late:
            painter.setPen(self._late)
            painter.setFont(self._strong)
        painter.drawText(left + pad, base, self._fitting(when, width - pad, middle=False))
        self._items(painter, top, cells.items, row, packing)

    def _stripe(self, painter: QPainter, top: int, color: QColor) -> None:
        px = self.tokens.px
        fill(painter, QRect(0, top + px(6), px(3), self.height - 2 * px(6)), color)

    def waiting(self, painter: QPainter, top: int, cells: Cells) -> None:
        """Draw faint bars where a row is not known yet."""
        height = self.tokens.px(8)
        for (left, width), part in zip(cells, (0.6, 0.75, 0.5, 0.6), strict=True):
            top_of_bar = top + (self.height - height) // 2
            fill(painter, QRect(left + self._pad, top_of_bar, int((width - self._pad) * part), height), self._track)

    def shortened(self, row: OrderRow, cells: Cells, today: date) -> str:
        """The whole texts of a row where one of them did not fit, else nothing."""
        pad = self._pad
        when, _ = due(row.due_at_ms, today)
        is_due_cut = self._fitting(when, cells.due[1] - pad, middle=False) != when
        number_fits = self._fitting(row.label, cells.number[1] - pad, middle=True) == plain(row.label)
        name_fits = self._fitting(row.recipient, cells.recipient[1] - pad, middle=False) == plain(row.recipient)
        texts = (row.label, row.recipient, when if is_due_cut else "")
        return "" if number_fits and name_fits and not is_due_cut else "\n".join(one for one in texts if one)

    def _items(self, painter: QPainter, top: int, cell: tuple[int, int], row: OrderRow, packing: int) -> None:
        left, width = cell
        counted = items(row, packing)
        painter.setFont(self._small)
        painter.setPen(self._late if row.unresolved else self._secondary)
        text_width = self._small_metrics.horizontalAdvance(counted)
        base = top + (self.height + self._small_metrics.ascent() - self._small_metrics.descent()) // 2
        px = self.tokens.px
        width -= px(4)
        painter.drawText(left + width - text_width, base, counted)
        # As wide in every row, so that bars can be compared; left out where the number needs the room.
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
        # Shipped and not known everywhere is not fine.
        _bar(painter, frame, shipped, self._bad if row.needs_attention else self._good)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _fitting(self, text: str, width: int, *, middle: bool) -> str:
        key = (text, width, middle)
        known = self._elided.get(key)
        if known is None:
            if len(self._elided) > _ELIDED_KEPT:
                self._elided.clear()
            mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
            known = self._metrics.elidedText(plain(text), mode, max(0, width - self._pad // 2))
            self._elided[key] = known
        return known


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
