"""The sign of a verdict: its shape shows how severe it is, before its color does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from shipconsole.ui.kit import icons
from shipconsole.ui.kit.theme import FAMILY

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

_SHARES = {"octagon": (0.46, 0.5), "triangle": (0.4, 0.63)}
"""For each shape, the size of what is in it, and where its middle is from the top."""
_LINE, _ICON_LINE = 1.9, 2.6
_INNER_LINES = {"cross": 4.0, "exclamation": 4.4, "question": 3.6}
_INNER_LINE = 2.9


def draw_sign(painter: QPainter, sign: str, rect: QRectF, color: QColor, font: "QFont") -> None:
    """Draw a sign in a square: an icon, or a shape with an icon or characters in it."""
    shape, _, inside = sign.partition(" ")
    icons.draw(painter, shape, rect, color, _LINE if inside else _ICON_LINE)
    if not inside:
        return
    share, middle = _SHARES[shape]
    side = rect.width() * share
    room = QRectF(0, 0, side, side)
    room.moveCenter(QPointF(rect.center().x(), rect.top() + rect.height() * middle))
    if inside[0] == "+":
        face = type(font)(FAMILY)
        face.setPixelSize(max(8, round(rect.width() * 0.4)))
        face.setBold(True)
        painter.setFont(face)
        painter.setPen(color)
        painter.drawText(rect.adjusted(-rect.width(), 0, rect.width(), 0), Qt.AlignmentFlag.AlignCenter, inside)
        return
    icons.draw(painter, inside, room, color, _INNER_LINES.get(inside, _INNER_LINE))
