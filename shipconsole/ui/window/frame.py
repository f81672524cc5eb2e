"""The window's frame: the top bar, the verdict strip and the columns, and what is laid over them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.arrangement import Arrangement, arrangement
from shipconsole.ui.window.columns import Columns
from shipconsole.ui.window.lock_edge import LockEdge
from shipconsole.ui.window.top_bar import LOW_MARGIN_PX, MARGIN_PX, TopBar
from shipconsole.ui.window.verdict_strip import VerdictStrip

if TYPE_CHECKING:
    from shipconsole.ui.window.banner import Banner

OVERLAY_MOST_PX = 720


class Frame(QWidget):
    """Arranges its parts by the window's size and the text scale. Nothing that is laid over moves anything."""

    def __init__(self, theme: Theme, top_bar: TopBar, strip: VerdictStrip, columns: Columns) -> None:
        """Put the parts below each other."""
        super().__init__()
        self._theme = theme
        self.top_bar, self.strip, self.columns = top_bar, strip, columns
        self.arrangement = Arrangement()
        self._is_bench = False
        self._overlay: QWidget | None = None
        self._around_strip = QWidget()
        self._strip_column = QVBoxLayout(self._around_strip)
        self._strip_column.addWidget(strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top_bar)
        column.addWidget(self._around_strip)
        column.addWidget(columns, 1)
        self.edge = LockEdge(self, theme)
        columns.overlay_moved.connect(self.place_overlay)
        theme.changed.connect(self.arrange)

    def set_bench(self, is_bench: bool) -> None:
        """Arrange the window for bench mode, or as its size asks for."""
        self._is_bench = is_bench
        self.arrange()

    def set_overlay(self, overlay: "Banner") -> None:
        """Lay the banner over the bottom of the items; it takes the height that it asks for."""
        self._overlay = overlay
        overlay.setParent(self)
        overlay.changed.connect(self.place_overlay)
        self.place_overlay()

    def show_locked(self, is_locked: bool) -> None:
        """Show that scanning is locked: the red edge, and all but the items dim."""
        self.edge.show_locked(is_locked)
        self.columns.show_locked(is_locked)

    def arrange(self) -> None:
        """Arrange the parts for the present size and text scale."""
        scale = self._theme.tokens.scale
        self.arrangement = arrangement(self.width(), self.height(), scale, is_bench=self._is_bench)
        here, px = self.arrangement, self._theme.tokens.px
        margin = px(MARGIN_PX if here.chrome >= scale else LOW_MARGIN_PX)
        gap = round(12 * min(here.chrome, 1.0))
        self._strip_column.setContentsMargins(margin, 0 if here.is_bench else gap, margin, gap)
        self.top_bar.arrange(here)
        self.top_bar.set_plain(here.is_bench)
        self.strip.arrange(here.chrome)
        self.columns.arrange(here)
        self.place_overlay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts for the new size."""
        super().resizeEvent(event)
        self.arrange()

    def place_overlay(self) -> None:
        """Keep the overlay at the bottom of the items."""
        if self._overlay is None or self._overlay.isHidden():
            return
        # Rows inside know the heights of the texts before until the layout is worked out anew.
        if (layout := self._overlay.layout()) is not None:
            layout.activate()
        px, middle = self._theme.tokens.px, self.columns.middle_area()
        area = QRect(self.columns.mapTo(self, middle.topLeft()), middle.size())
        width = min(px(OVERLAY_MOST_PX), area.width() - 2 * px(12))
        hint = self._overlay.heightForWidth(width) if self._overlay.hasHeightForWidth() else 0
        height = min(max(hint, self._overlay.minimumSizeHint().height()), area.height() - px(12))
        self._overlay.setGeometry(
            area.left() + (area.width() - width) // 2, area.bottom() + 1 - px(12) - height, width, height
        )
        self._overlay.raise_()
        self.edge.raise_()
