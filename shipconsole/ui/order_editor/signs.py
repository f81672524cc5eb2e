"""Small signs, painted: tick, cross, question mark, box, label, arrows, printer, lock, picture tile."""

import math
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from shipconsole.ui.kit.tokens import Tokens

Sign = Callable[[QPainter, QRectF, QColor], None]
"""Paints a sign in a square."""


class Stamps:
    """Pictures of small things that look the same in many rows: each is painted once and copied from then on."""

    def __init__(self) -> None:
        """Begin without pictures."""
        self._made: dict[Hashable, QPixmap] = {}
        self.painted = 0
        """How many pictures were painted, for tests."""

    def draw(self, painter: QPainter, place: QRectF, look: Hashable, paint: Callable[[QPainter, QRectF], None]) -> None:
        """Draw what `paint` paints at a place; `look` is all that it depends on beside the size.

        Where the corner of the picture would be between two pixels of the screen, it is painted directly.
        """
        left, top = math.floor(place.left()) - _STAMP_MARGIN, math.floor(place.top()) - _STAMP_MARGIN
        to_screen = painter.deviceTransform()
        ratio, corner = to_screen.m11(), to_screen.map(QPointF(left, top))
        is_even = ratio == to_screen.m22() and corner.x().is_integer() and corner.y().is_integer()
        if not is_even or to_screen.m12() or to_screen.m21():
            paint(painter, place)
            return
        inner = place.translated(-left, -top)
        key = (look, inner.x(), inner.y(), inner.width(), inner.height(), ratio)
        found = self._made.get(key)
        if found is None:
            if len(self._made) >= _STAMPS_MOST:
                self._made.clear()
            found = self._made[key] = self._paint(inner, ratio, paint)
        painter.drawPixmap(QPointF(left, top), found)

    def _paint(self, inner: QRectF, ratio: float, paint: Callable[[QPainter, QRectF], None]) -> QPixmap:
        width, height = (math.ceil(end) + _STAMP_MARGIN for end in (inner.right(), inner.bottom()))
        made = QPixmap(QSize(math.ceil(width * ratio), math.ceil(height * ratio)))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, inner)
        painter.end()
        self.painted += 1
        return made


_STAMPS_MOST = 64
_STAMP_MARGIN = 2


def tick(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw a tick."""
    _lines(painter, square, color, ((2.5, 8.5), (6.5, 12.5), (13.5, 4)), width=1.9)


def cross(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw a cross."""
    _lines(painter, square, color, ((3.5, 3.5), (12.5, 12.5)), width=1.9)
    _lines(painter, square, color, ((12.5, 3.5), (3.5, 12.5)), width=1.9)


def chevron_right(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw an arrow to the right."""
    _lines(painter, square, color, ((6, 3.5), (10.5, 8), (6, 12.5)))


def chevron_down(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw an arrow down."""
    _lines(painter, square, color, ((3.5, 6), (8, 10.5), (12.5, 6)))


def box(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw a box."""
    _lines(painter, square, color, ((8, 1.5), (14, 4.8), (14, 11.2), (8, 14.5), (2, 11.2), (2, 4.8), (8, 1.5)))
    _lines(painter, square, color, ((2, 4.8), (8, 8.1), (14, 4.8)))
    _lines(painter, square, color, ((8, 8.1), (8, 14.5)))


def lock(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw a padlock."""
    _lines(painter, square, color, ((2.5, 7), (13.5, 7), (13.5, 14), (2.5, 14), (2.5, 7)))
    _lines(painter, square, color, ((4.8, 7), (4.8, 4.6), (6.2, 2.5), (9.8, 2.5), (11.2, 4.6), (11.2, 7)))


def printer(painter: QPainter, square: QRectF, color: QColor) -> None:
    """Draw a printer."""
    _lines(painter, square, color, ((4.5, 6), (4.5, 2), (11.5, 2), (11.5, 6)))
    _lines(painter, square, color, ((4.5, 11.5), (2, 11.5), (2, 6), (14, 6), (14, 11.5), (11.5, 11.5)))
    _lines(painter, square, color, ((4.5, 9.5), (4.5, 14), (11.5, 14), (11.5, 9.5), (4.5, 9.5)))


def tile(painter: QPainter, square: QRectF, tokens: Tokens, *, is_faint: bool = False) -> None:
    """Draw the tile of an item without a picture."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.color("tile"))
    painter.drawRoundedRect(square, tokens.px(6), tokens.px(6))
    color = QColor("#5a6377")
    color.setAlphaF(0.35 if is_faint else 0.6)
    size = square.width() * 0.46
    box(
        painter,
        QRectF(square.center() - QPointF(size / 2, size / 2), square.center() + QPointF(size / 2, size / 2)),
        color,
    )


def _lines(
    painter: QPainter, square: QRectF, color: QColor, points: tuple[tuple[float, float], ...], *, width: float = 1.5
) -> None:
    """Draw lines between points on a grid of 16."""
    unit = square.width() / 16
    pen = QPen(color, width * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([square.topLeft() + QPointF(x * unit, y * unit) for x, y in points])
