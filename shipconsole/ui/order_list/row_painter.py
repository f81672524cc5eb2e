"""Draws a row of the order list in two lines: number and due date or problem; recipient and units shipped."""

from datetime import date
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from shipconsole.domain.order_row import OrderRow, PackageIssue
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.formats import due
from shipconsole.ui.kit.theme import typeface
from shipconsole.ui.kit.tokens import Tokens
from shipconsole.ui.order_list.model import ISSUE_LABELS, claim_name, items_text, problem_label

ROW_PX = 56
LINES_PX = (18, 38)
"""The middle of each line below the top of the row."""
BAR_PX = 36
PAD_PX = 16
"""Beside the texts."""
_ELIDED_MOST = 4_000


class Marks(NamedTuple):
    """What is drawn of an order besides its row: all of it changes without the store."""

    today: date
    packing: int = 0
    issue: PackageIssue | None = None
    is_chosen: bool = False
    has_boxes: bool = False
    claims_since_ms: int = 0


class RowPainter:
    """Paints rows with colors, fonts and shortened texts that it prepared before."""

    def __init__(self, tokens: Tokens) -> None:
        """Prepare colors and fonts once, not for each row."""
        self.tokens = tokens
        self.height = tokens.px(ROW_PX)
        self._pad = tokens.px(PAD_PX)
        self.right_pad = self._pad
        """At the right; less where a scroll bar stands beside the rows."""
        self._gap = tokens.px(8)
        self._font = typeface(tokens, tokens.text_px)
        self._small = typeface(tokens, tokens.secondary_px)
        self._strong = typeface(tokens, tokens.text_px, QFont.Weight.DemiBold)
        self._small_strong = typeface(tokens, tokens.secondary_px, QFont.Weight.DemiBold)
        self._metrics = {id(made): QFontMetrics(made) for made in self._fonts()}
        color = tokens.color
        self.card, self.line = color("card"), color("line")
        self.selection, self.hover, self.glow = color("accent_soft"), color("hover"), color("glow")
        self._text, self._secondary, self._track = color("text"), color("secondary"), color("track")
        self._good, self._accent, self._overdue = color("good"), color("accent"), color("wait")
        self._bad, self._on_accent = color("bad"), color("on_accent")
        self._first, self._on_first = color("wait_solid"), color("on_wait")
        self._issue_colors: dict[PackageIssue, QColor] = {
            "exception": color("bad"),
            "late": color("wait"),
            "quiet": color("secondary"),
        }
        self._elided: dict[tuple[str, int, int], str] = {}

    def _fonts(self) -> tuple[QFont, ...]:
        return self._font, self._small, self._strong, self._small_strong

    def fill_row(self, painter: QPainter, rect: QRect, color: QColor, strength: float = 1.0) -> None:
        """Fill a row with a color of a strength from 0 to 1."""
        if strength < 1.0:
            color = QColor(color)
            color.setAlphaF(max(0.0, strength))
        fill(painter, rect, color)

    def mark_current(self, painter: QPainter, rect: QRect) -> None:
        """Fill the row that is chosen to be packed, with a bar before it."""
        fill(painter, rect, self.selection)
        fill(painter, QRect(rect.left(), rect.top(), self.tokens.px(4), rect.height()), self._accent)

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

    def row(self, painter: QPainter, frame: QRect, row: OrderRow, marks: Marks) -> None:
        """Draw the texts, the marks and the bar of one row.

        The issue of its packages is a stripe before the row, and stands in the place of the due date where nothing is
        left to ship; a problem of an update always does.
        """
        left, right = frame.left() + self._pad, frame.right() - self.right_pad
        if marks.has_boxes:
            left = self._box(painter, frame, left, is_chosen=marks.is_chosen)
        if marks.issue is not None:
            self._stripe(painter, frame.top(), self._issue_colors[marks.issue])
        first, second = (frame.top() + self.tokens.px(middle) for middle in LINES_PX)
        right_of_number = self._status(painter, left, right, first, row, marks)
        self._heading(painter, left, right_of_number - self._gap, first, row, marks)
        right_of_name = self._units(painter, left, right, second, row, marks.packing)
        width = right_of_name - self._gap - left
        self._draw(painter, self._font, self._secondary, left, second, self.elided(row.recipient, width, self._font))

    def waiting(self, painter: QPainter, frame: QRect) -> None:
        """Draw bars where a row is not loaded yet."""
        height = self.tokens.px(8)
        for middle, part in zip(LINES_PX, (0.3, 0.6), strict=True):
            top = frame.top() + self.tokens.px(middle) - height // 2
            fill(painter, QRect(frame.left() + self._pad, top, int(frame.width() * part), height), self._track)

    def full_text(self, row: OrderRow, width: int, marks: Marks) -> str:
        """Return the full texts of a row where one of them does not fit, else an empty string."""
        inner = width - self._pad - self.right_pad
        right = self._width(self._small, items_text(row, marks.packing)) + self.tokens.px(BAR_PX) + 2 * self._gap
        name_fits = self._width(self._font, plain(row.recipient)) <= inner - right
        number_fits = self._width(self._strong, plain(row.label)) <= inner - self._status_width(row, marks) - self._gap
        return "" if number_fits and name_fits else "\n".join(part for part in (row.label, row.recipient) if part)

    def _heading(self, painter: QPainter, left: int, right: int, middle: int, row: OrderRow, marks: Marks) -> None:
        """Draw the number, and after it what stands out: to pack first, claimed by whom, a draft."""
        shown = self.elided(row.label, right - left, self._strong, middle=True)
        self._draw(painter, self._strong, self._text, left, middle, shown)
        left += self._width(self._strong, shown) + self._gap
        if row.is_first and row.left:
            left = self._first_badge(painter, left, right, middle)
        if row.has_draft:
            left = self._pencil(painter, left, right, middle)
        name = claim_name(row, marks.claims_since_ms)
        if name:
            self._claim(painter, left, right, middle, name)

    def _status(self, painter: QPainter, left: int, right: int, middle: int, row: OrderRow, marks: Marks) -> int:
        """Draw the due date, a problem or an issue at the right; return where it begins."""
        shown, color, is_strong = self._status_text(row, marks)
        if not shown:
            return right
        made = self._small_strong if is_strong else self._small
        shown = self.elided(shown, (right - left) * 3 // 5, made)
        begin = right - self._width(made, shown)
        self._draw(painter, made, color, begin, middle, shown)
        if row.problem:
            begin = self._triangle(painter, begin, middle, color)
        return begin

    def _status_text(self, row: OrderRow, marks: Marks) -> tuple[str, QColor, bool]:
        if row.problem:
            return problem_label(row.problem), self._bad, True
        if marks.issue is not None and not row.left:
            return text(ISSUE_LABELS[marks.issue]), self._issue_colors[marks.issue], True
        if row.waiting and not row.left:
            return text("order_view.waiting"), self._secondary, False
        due_text, is_overdue = due(row.due_at_ms, marks.today)
        return (due_text, self._overdue, True) if is_overdue and row.left else (due_text, self._secondary, False)

    def _status_width(self, row: OrderRow, marks: Marks) -> int:
        shown, _, is_strong = self._status_text(row, marks)
        return self._width(self._small_strong if is_strong else self._small, shown)

    def _units(self, painter: QPainter, left: int, right: int, middle: int, row: OrderRow, packing: int) -> int:
        """Draw the bar and the units at the right; return where they begin."""
        counted = items_text(row, packing)
        begin = right - self._width(self._small, counted)
        color = self._overdue if row.unresolved else self._secondary
        self._draw(painter, self._small, color, begin, middle, counted)
        width = self.tokens.px(BAR_PX)
        if row.wanted <= 0 or begin - self._gap - width < left + 2 * width:
            return begin
        begin -= self._gap + width
        thick = self.tokens.px(6)
        frame = QRectF(begin, middle - thick / 2, width, thick)
        shipped = width * min(1.0, row.shipped / row.wanted)
        both = width * min(1.0, (row.shipped + packing) / row.wanted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        _bar(painter, frame, width, self._track)
        _bar(painter, frame, both if packing else 0, self._accent)
        # Shipped is not green while a platform has not confirmed it.
        _bar(painter, frame, shipped, self._bad if row.needs_attention else self._good)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        return begin

    def _stripe(self, painter: QPainter, top: int, color: QColor) -> None:
        px = self.tokens.px
        fill(painter, QRect(0, top + px(6), px(3), self.height - 2 * px(6)), color)

    def _box(self, painter: QPainter, frame: QRect, left: int, *, is_chosen: bool) -> int:
        """Draw a check box; return where the texts begin after it."""
        px, size = self.tokens.px, self.tokens.px(16)
        box = QRectF(left, frame.top() + (frame.height() - size) / 2, size, size)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._accent if is_chosen else self._secondary, px(1.5)))
        painter.setBrush(self._accent if is_chosen else self.card)
        painter.drawRoundedRect(box, px(4), px(4))
        if is_chosen:
            painter.setPen(QPen(self._on_accent, px(2)))
            tick = ((0.25, 0.52), (0.43, 0.7), (0.76, 0.32))
            painter.drawPolyline([QPointF(box.left() + size * x, box.top() + size * y) for x, y in tick])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        return left + size + px(10)

    def _first_badge(self, painter: QPainter, left: int, right: int, middle: int) -> int:
        px, label = self.tokens.px, text("order_list.first")
        width, height = self._width(self._small_strong, label) + px(10), px(18)
        if left + width > right:
            width, label = px(10), ""
            if left + width > right:
                return left
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._first)
        painter.drawRoundedRect(QRectF(left, middle - height / 2, width, height), px(4), px(4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._draw(painter, self._small_strong, self._on_first, left + px(5), middle, label)
        return left + width + self._gap

    def _pencil(self, painter: QPainter, left: int, right: int, middle: int) -> int:
        size = self.tokens.px(12)
        if left + size > right:
            return left
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._secondary, self.tokens.px(1.5)))
        outline = ((0.0, 1.0), (0.08, 0.7), (0.72, 0.06), (0.94, 0.28), (0.3, 0.92), (0.0, 1.0))
        top = middle - size / 2
        painter.drawPolyline([QPointF(left + size * x, top + size * y) for x, y in outline])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        return left + size + self._gap

    def _claim(self, painter: QPainter, left: int, right: int, middle: int, name: str) -> None:
        """Draw a person, and the name as far as there is room."""
        px = self.tokens.px
        size = px(12)
        if left + size > right:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._secondary)
        top = middle - size / 2
        painter.drawEllipse(QRectF(left + size * 0.28, top, size * 0.44, size * 0.44))
        painter.drawChord(QRectF(left + size * 0.08, top + size * 0.54, size * 0.84, size * 0.9), 0, 180 * 16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        left += size + px(4)
        if right - left >= px(20):
            shown = self.elided(name, right - left, self._small)
            self._draw(painter, self._small, self._secondary, left, middle, shown)

    def _triangle(self, painter: QPainter, right: int, middle: int, color: QColor) -> int:
        """Draw a warning sign before a text; return where it begins."""
        px, size = self.tokens.px, self.tokens.px(13)
        left, top = right - size - px(5), middle - size / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, px(1.5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        corners = ((0.5, 0.06), (0.98, 0.92), (0.02, 0.92))
        painter.drawPolygon(QPolygonF([QPointF(left + size * x, top + size * y) for x, y in corners]))
        for begin, end in ((0.38, 0.6), (0.75, 0.76)):
            painter.drawLine(QPointF(left + size / 2, top + size * begin), QPointF(left + size / 2, top + size * end))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        return left

    def _draw(self, painter: QPainter, made: QFont, color: QColor, left: int, middle: int, shown: str) -> None:
        metrics = self._metrics[id(made)]
        painter.setFont(made)
        painter.setPen(color)
        painter.drawText(left, middle + (metrics.ascent() - metrics.descent()) // 2, shown)

    def _width(self, made: QFont, shown: str) -> int:
        return self._metrics[id(made)].horizontalAdvance(shown)

    def elided(self, text: str, width: int, made: QFont | None = None, *, middle: bool = False) -> str:
        """Return a text as plain text that fits a width in pixels, shortened in its middle or at its end."""
        made = made or self._font
        key = (text, width, id(made))
        elided = self._elided.get(key)
        if elided is None:
            if len(self._elided) > _ELIDED_MOST:
                self._elided.clear()
            mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
            elided = self._metrics[id(made)].elidedText(plain(text), mode, max(0, width))
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
