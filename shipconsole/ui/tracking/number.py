"""A package's number: shortened to what there is room for, and copied whole."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolButton

from shipconsole.messages import text
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.strings import shortened
from shipconsole.ui.kit.theme import Theme


class PackageTitle(kit.Elided):
    """A package's number, shortened; the whole of it is in the tooltip, whether there is room or not."""

    _title = _brief = _number = ""

    def set_package(self, title: str, brief: str, number: str) -> None:
        """Show the title, or where there is little room only carrier and number, or the number alone."""
        self._title, self._brief, self._number = title, brief, number
        self._choose()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        texts = (self._title, self._brief, shortened(self._number))
        fitting = (one for one in texts if self.fontMetrics().horizontalAdvance(one) <= self.width())
        self.set_text(next(fitting, texts[-1]))
        self.setAccessibleName(kit.plain(f"{self._title}: {self._number}"))
        kit.set_tooltip(self, self._number)


class CopyButton(QToolButton):
    """Two sheets, one behind the other: copies the whole number."""

    def __init__(self, theme: Theme) -> None:
        """Draw with the tokens of a look."""
        super().__init__()
        self._theme = theme
        self.setObjectName("copy_number")
        self.setAccessibleName(text("track_panel.copy_number"))
        kit.set_tooltip(self, text("track_panel.copy_number"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """A target that is easily hit."""
        side = self._theme.tokens.px(self._theme.tokens.target_px)
        return QSize(side, side)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw it, with a ring where the focus is."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(tokens.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.px(8), tokens.px(8))
        painter.setPen(QPen(tokens.color("secondary"), max(1.2, 1.3 * tokens.scale)))
        painter.setBrush(tokens.color("card"))
        center, side = QRectF(self.rect()).center(), tokens.px(8)
        painter.drawRoundedRect(QRectF(center.x() - side + 2, center.y() - side + 1, side, side + 2), 2, 2)
        painter.drawRoundedRect(QRectF(center.x() - 2, center.y() - 3, side, side + 2), 2, 2)
