"""The program's mark, painted."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shipconsole.ui.kit import icons
from shipconsole.ui.kit.theme import Theme


class Mark(QWidget):
    """The program's mark: an open box on a blue square."""

    def __init__(self, theme: Theme, side_px: int = 32) -> None:
        """Take the side, at a text scale of 1."""
        super().__init__()
        self._theme, self._side_px = theme, side_px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size."""
        side = self._theme.tokens.px(self._side_px)
        return QSize(side, side)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the mark, as the program's icon shows it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 256, self.height() / 256)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BLUE)
        painter.drawRoundedRect(QRectF(8, 8, 240, 240), 52, 52)
        box = QPainterPath()
        box.moveTo(128, 48)
        for x, y in ((204, 88), (204, 168), (128, 208), (52, 168), (52, 88)):
            box.lineTo(x, y)
        box.closeSubpath()
        painter.setBrush(_WHITE)
        painter.drawPath(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width, points in (
            (_BLUE, 12, ((52, 88), (128, 128), (204, 88))),
            (_BLUE, 12, ((128, 128), (128, 208))),
            (_GREEN, 16, ((90, 68), (166, 108), (166, 142))),
        ):
            line = QPainterPath()
            line.moveTo(*points[0])
            for point in points[1:]:
                line.lineTo(*point)
            painter.setPen(icons.pen(color, width))
            painter.drawPath(line)


_BLUE, _WHITE, _GREEN = QColor("#2457e6"), QColor("#ffffff"), QColor("#12805c")
