"""The sign of a verdict: its shape shows the severity, not its color alone."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from shipconsole.domain.verdict import VerdictKind, VerdictSeverity
from shipconsole.ui.kit.theme import Theme

SIZE_PX = 44
_OCTAGON = ((15, 3), (29, 3), (41, 15), (41, 29), (29, 41), (15, 41), (3, 29), (3, 15))
_TRIANGLE = ((22, 4), (42, 39), (2, 39))
_CROSS = (VerdictKind.WRONG_ITEM,)
_QUESTION = (VerdictKind.UNKNOWN_CODE, VerdictKind.NO_ORDER)


class VerdictSign(QWidget):
    """An octagon while scanning is locked, a triangle for a question or a notice."""

    def __init__(self, theme: Theme) -> None:
        """Initialize without a sign."""
        super().__init__()
        self._theme = theme
        self._severity = VerdictSeverity.IDLE
        self._kind = VerdictKind.IDLE
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, kind: VerdictKind, severity: VerdictSeverity) -> None:
        """Show the sign of a verdict."""
        self._kind, self._severity = kind, severity
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of a square."""
        size = self._theme.tokens.px(SIZE_PX)
        return QSize(size, size)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the shape and the character in it, in the color of the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        locked = self._severity == VerdictSeverity.LOCKED
        color = self._theme.tokens.color("on_bad" if locked else "on_wait")
        painter.scale(self.width() / SIZE_PX, self.height() / SIZE_PX)
        pen = QPen(color, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in (_OCTAGON if locked else _TRIANGLE)]))
        if locked and self._kind in _CROSS:
            painter.drawLine(QPointF(15, 15), QPointF(29, 29))
            painter.drawLine(QPointF(29, 15), QPointF(15, 29))
            return
        character = "!"
        if locked:
            character = "+1" if self._kind == VerdictKind.ONE_TOO_MANY else "?" if self._kind in _QUESTION else "!"
        font = self.font()
        font.setPixelSize(18 if len(character) > 1 else 22)
        font.setBold(True)
        painter.setFont(font)
        top = 2 if locked else 9
        painter.drawText(QRectF(2, top, 40, 40 if locked else 32), Qt.AlignmentFlag.AlignCenter, character)
