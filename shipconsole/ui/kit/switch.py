"""A switch: on or off at once, as a check box is for screen readers and keys."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit.theme import Theme

WIDTH_PX, HEIGHT_PX, RING_PX = 40, 24, 4


class Switch(QCheckBox):
    """Drawn with the theme's colors; a tick besides the color says that it is on."""

    def __init__(self, title: str, theme: Theme) -> None:
        """Begin off; the title is for screen readers, since it stands beside the switch."""
        super().__init__()
        self.setAccessibleName(plain(title))
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of the switch and its focus ring."""
        px = self._theme.tokens.px
        return QSize(px(WIDTH_PX) + 2 * px(RING_PX), px(HEIGHT_PX) + 2 * px(RING_PX))

    def hitButton(self, pos: QPoint) -> bool:
        """Let a click anywhere on it count."""
        return self.rect().contains(pos)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the track, the knob, the tick, and the focus."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = tokens.px(RING_PX)
        track = QRectF(self.rect()).adjusted(ring, ring, -ring, -ring)
        radius = track.height() / 2
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("accent"), 2))
            outer = track.adjusted(-ring + 1, -ring + 1, ring - 1, ring - 1)
            painter.drawRoundedRect(outer, outer.height() / 2, outer.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        is_on = self.isChecked()
        painter.setBrush(tokens.color("accent" if is_on else "secondary"))
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.drawRoundedRect(track, radius, radius)
        edge = max(2.0, track.height() / 9)
        side = track.height() - 2 * edge
        left = track.right() - edge - side if is_on else track.left() + edge
        painter.setBrush(QColor(tokens.card))
        knob = QRectF(left, track.top() + edge, side, side)
        painter.drawEllipse(knob)
        if is_on:
            painter.setPen(QPen(tokens.color("accent"), max(1.5, side / 9)))
            points = ((0.28, 0.52), (0.44, 0.68), (0.74, 0.34))
            painter.drawPolyline([_at(knob, x, y) for x, y in points])


def _at(box: QRectF, x: float, y: float) -> QPointF:
    return QPointF(box.left() + x * box.width(), box.top() + y * box.height())
