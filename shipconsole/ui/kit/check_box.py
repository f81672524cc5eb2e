"""A check box and a radio button whose edges are visible on dark backgrounds too."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QRadioButton

from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.theme import Theme

SIDE_PX, GAP_PX, RING_PX = 16, 8, 2
TARGET_PX = 32


class CheckBox(QCheckBox):
    """A check box drawn with the theme's colors."""

    def __init__(self, text: str, theme: Theme) -> None:
        """Initialize unchecked."""
        super().__init__(widgets.button_text(text))
        self._theme = theme

    def sizeHint(self) -> QSize:
        """Return the size of the box and its label."""
        return _size(self, self._theme)

    def hitButton(self, pos: QPoint) -> bool:
        """Let a click on the label count too."""
        return self.rect().contains(pos)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the box, its tick and the label."""
        painter = QPainter(self)
        box = _begin(painter, self, self._theme)
        tokens = self._theme.tokens
        radius = tokens.px(4)
        painter.drawRoundedRect(box, radius, radius)
        if self.isChecked():
            painter.setPen(QPen(tokens.color("on_accent"), tokens.px(2)))
            side, left, top = box.width(), box.left(), box.top()
            tick = ((0.24, 0.52), (0.44, 0.72), (0.78, 0.30))
            painter.drawPolyline([QPointF(left + x * side, top + y * side) for x, y in tick])


class RadioButton(QRadioButton):
    """A radio button drawn with the theme's colors."""

    def __init__(self, text: str, theme: Theme) -> None:
        """Initialize unchecked."""
        super().__init__(widgets.button_text(text))
        self._theme = theme
        self.setStyleSheet("QRadioButton { font-weight: 600; }")

    def sizeHint(self) -> QSize:
        """Return the size of the ring and its label."""
        return _size(self, self._theme)

    def hitButton(self, pos: QPoint) -> bool:
        """Let a click on the label count too."""
        return self.rect().contains(pos)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the ring, its dot and the label."""
        painter = QPainter(self)
        box = _begin(painter, self, self._theme)
        painter.drawEllipse(box)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.tokens.color("on_accent"))
            painter.drawEllipse(box.center(), box.width() * 0.2, box.width() * 0.2)


def _size(button: QCheckBox | QRadioButton, theme: Theme) -> QSize:
    px, metrics = theme.tokens.px, button.fontMetrics()
    width = px(SIDE_PX) + px(GAP_PX) + metrics.horizontalAdvance(_label(button)) + 2 * px(RING_PX) + 2
    return QSize(width, max(px(TARGET_PX), metrics.height() + 2 * px(RING_PX) + 2))


def _begin(painter: QPainter, button: QCheckBox | QRadioButton, theme: Theme) -> QRectF:
    """Draw the label, prepare the painter for the mark, and return the mark's rectangle."""
    tokens = theme.tokens
    px = tokens.px
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    left, side = px(RING_PX) + 1, px(SIDE_PX)
    label = QRectF(button.rect()).adjusted(left + side + px(GAP_PX), 0, 0, 0)
    painter.setPen(tokens.color("text"))
    painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, _label(button))
    box = QRectF(left, (button.height() - side) / 2, side, side)
    if button.hasFocus():
        painter.setPen(QPen(tokens.color("accent"), px(RING_PX)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = box.adjusted(-px(RING_PX), -px(RING_PX), px(RING_PX), px(RING_PX))
        painter.drawRoundedRect(ring, px(6), px(6))
    is_checked = button.isChecked()
    painter.setPen(QPen(tokens.color("accent" if is_checked else "secondary"), max(1.0, 1.3 * tokens.scale)))
    painter.setBrush(tokens.color("accent" if is_checked else "field"))
    return box.adjusted(1, 1, -1, -1)


def _label(button: QCheckBox | QRadioButton) -> str:
    return button.text().replace("&&", "&")
