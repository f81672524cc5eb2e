"""A scroll area as tall as its content, which scrolls only where there is less room."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.ui.kit.screen_fit import FoldingScrollArea, fold_rows


class ShrinkingColumn(QVBoxLayout):
    """A column in a scroll area whose widgets shrink as far as they can before it scrolls.

    A scroll area gives content with wrapping text its preferred height and never less. Given the minimum height for
    a width instead, it uses the room there is.
    """

    _is_asking = False

    def heightForWidth(self, width: int) -> int:
        """Return the minimum height."""
        if self._is_asking:
            return super().heightForWidth(width)
        # Qt computes the minimum height by calling this for the preferred height first.
        self._is_asking = True
        minimum = super().minimumHeightForWidth(width)
        self._is_asking = False
        return minimum

    def preferred_height(self, width: int) -> int:
        """Return the height at which no widget shrinks."""
        return super().heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()


class FittingScrollArea(QScrollArea):
    """Takes the height of its content, at most `max_px`, at minimum `min_px`."""

    def __init__(self, content: QWidget, *, min_px: int = 60, max_px: int = 16_777_215) -> None:
        """Show a widget."""
        super().__init__()
        self._min_px = min_px
        self._max_px = max_px
        self._content = content
        content.setProperty("variant", "scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(content)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_max(self, max_px: int) -> None:
        """Allow another maximum height."""
        self._max_px = max_px
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the content's size."""
        hint, column = self._content.sizeHint(), self._content.layout()
        if self._is_scrolled_with_others():
            return QSize(hint.width() + 2 * self.frameWidth(), self._whole_height())
        height = hint.height()
        if isinstance(column, ShrinkingColumn) and self.width() > 0:
            height = column.preferred_height(self.width())
        edges = 2 * self.frameWidth()
        return QSize(hint.width() + edges, min(height + edges, self._max_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the height, which wrapping text changes with the width."""
        super().resizeEvent(event)
        if self.isVisible():
            fold_rows(self._content.layout(), self.viewport().width())
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Return the content's width and the minimum height; where the whole dialog scrolls, all of the height."""
        minimum = self._content.minimumSizeHint()
        if self._is_scrolled_with_others():
            return QSize(minimum.width(), self._whole_height())
        return QSize(minimum.width(), min(self._min_px, self.sizeHint().height()))

    def _is_scrolled_with_others(self) -> bool:
        outer = self.parentWidget()
        while outer is not None and not outer.isWindow():
            if isinstance(outer, FoldingScrollArea):
                return True
            outer = outer.parentWidget()
        return False

    def _whole_height(self) -> int:
        """Return the height at which nothing scrolls here."""
        column = self._content.layout()
        height = self._content.sizeHint().height()
        if column is not None and column.hasHeightForWidth() and self.width() > 0:
            height = column.totalHeightForWidth(self.viewport().width())
        return min(height + 2 * self.frameWidth(), self._max_px)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Update the height when the content changes."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
