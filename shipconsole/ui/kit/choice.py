"""A list to choose from, drawn with an angle, that the wheel only scrolls past."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """A combo box in a form that may be scrolled."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show by a small angle that there is something to choose."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self.height() / 9
        middle = QPointF(self.width() - 4 * size, self.height() / 2 + size / 2)
        painter.setPen(QPen(self.palette().placeholderText(), size / 2.5))
        painter.drawPolyline([middle - QPointF(size, size), middle, middle + QPointF(size, -size)])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form: nothing is chosen by scrolling."""
        event.ignore()
