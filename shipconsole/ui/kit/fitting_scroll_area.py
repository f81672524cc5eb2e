"""A scroll area that is as tall as what is in it, and scrolls only where there is not so much room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget


class ShrinkingColumn(QVBoxLayout):
    """A column in a scroll area that gives up height where its parts can, before anything is scrolled.

    A scroll area gives content with wrapping text its preferred height, never less; told the least height for
    that width instead, it gives what room there is.
    """

    _asking = False

    def heightForWidth(self, width: int) -> int:
        """The least height."""
        if self._asking:
            return super().heightForWidth(width)
        # Qt finds the least height by asking for the preferred one first.
        self._asking = True
        least = super().minimumHeightForWidth(width)
        self._asking = False
        return least

    def preferred_height(self, width: int) -> int:
        """The height at which nothing is squeezed."""
        return super().heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()


class FittingScrollArea(QScrollArea):
    """Wants the height of its content, at most `most_px`, and can do with `least_px`."""

    def __init__(self, content: QWidget, *, least_px: int = 60, most_px: int = 16_777_215) -> None:
        """Show a widget."""
        super().__init__()
        self._least_px = least_px
        self._most_px = most_px
        self._content = content
        content.setProperty("variant", "scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(content)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_most(self, most_px: int) -> None:
        """Allow another height."""
        self._most_px = most_px
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """The content's own."""
        hint, column = self._content.sizeHint(), self._content.layout()
        height = hint.height()
        if isinstance(column, ShrinkingColumn) and self.width() > 0:
            height = column.preferred_height(self.width())
        return QSize(hint.width(), min(height, self._most_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrapping text needs another height in another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """The content's width, and little height."""
        least = self._content.minimumSizeHint()
        return QSize(least.width(), min(self._least_px, self.sizeHint().height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the content does."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
