"""A barcode on the screen, dark on white in every theme, so that a scanner reads it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from shipconsole.domain.code128 import QUIET_MODULES, modules
from shipconsole.domain.plain_text import plain
from shipconsole.ui.kit.theme import Theme

HEIGHT_PX = 72
MODULE_PX = 2


class BarcodeView(QFrame):
    """A text as Code 128 above the text itself. A module is a whole number of pixels, as wide as there is room."""

    def __init__(self, text: str, theme: Theme, *, height_px: int = HEIGHT_PX, caption: str | None = None) -> None:
        """Show a text; `caption` replaces it below the bars. Raises ValueError for a text without a barcode."""
        super().__init__()
        self._widths = modules(text)
        self._caption = plain(text if caption is None else caption)
        self._theme = theme
        self._height_px = height_px
        self.setAccessibleName(plain(text))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the size at the narrowest module that scanners read from a screen."""
        return QSize(self._modules() * MODULE_PX, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the size at the usual module."""
        px = self._theme.tokens.px
        caption = self.fontMetrics().height() + px(6) if self._caption else 0
        return QSize(self._modules() * max(MODULE_PX, px(MODULE_PX)), px(self._height_px) + caption + 2 * px(12))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the bars on white, and the text below."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(tokens.color("line"))
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), tokens.px(10), tokens.px(10))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        module = max(1, min(self.width() // self._modules(), max(MODULE_PX, tokens.px(MODULE_PX))))
        left = (self.width() - module * sum(self._widths)) // 2
        top, height = tokens.px(12), tokens.px(self._height_px)
        for position, width in enumerate(self._widths):
            if position % 2 == 0:
                painter.fillRect(left, top, width * module, height, QColor("#000000"))
            left += width * module
        painter.setPen(QColor("#171b26"))
        below = QRectF(0, top + height + tokens.px(6), self.width(), self.fontMetrics().height())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._caption)

    def _modules(self) -> int:
        return sum(self._widths) + 2 * QUIET_MODULES
