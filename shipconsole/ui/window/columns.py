"""The window's three columns: the orders, the open order, and its tracking and activity; the third folds into tabs."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button, card, label

FOLDS_BELOW_PX = 1_100
WIDTHS_PX = (412, 560, 252)
NARROWEST_PX = (0, 400, 220)
FOLDED_LIST_SHARE = 0.38
TABS = {"order": "shared.order", "tracking": "shared.tracking", "activity": "shared.activity"}
"""The tabs of the folded window, each with the id of its title."""


class Columns(QWidget):
    """Holds the panels. Below 1,100 pixels tracking and activity become tabs beside the order."""

    def __init__(self, left: QWidget, theme: Theme) -> None:
        """Show the order list, and empty cards until the other panels are set."""
        super().__init__()
        self._theme = theme
        px = theme.tokens.px
        self._panels: dict[str, QWidget] = {
            "order": _empty_card(theme, "", text("order_editor.scan_to_begin")),
            "tracking": _empty_card(theme, text("shared.tracking"), text("track_panel.none")),
            "activity": _empty_card(theme, text("shared.activity"), text("activity.none")),
        }
        self._folded = False
        self._has_restored = False
        self._tabs = {name: button(text(TABS[name]), "tab") for name in TABS}
        self._tab_row = QWidget()
        tab_row = QHBoxLayout(self._tab_row)
        tab_row.setContentsMargins(0, 0, 0, 0)
        group = QButtonGroup(self)
        for name, tab in self._tabs.items():
            tab.setObjectName(f"tab_{name}")
            group.addButton(tab)
            tab_row.addWidget(tab)
            tab.clicked.connect(partial(self.show_panel, name))
        tab_row.addStretch()
        self._tabs["order"].setChecked(True)
        self._stack = QStackedWidget()
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tab_row)
        column.addWidget(self._stack, 1)
        self._right = QWidget()
        self._right_column = QVBoxLayout(self._right)
        self._right_column.setContentsMargins(0, 0, 0, 0)
        self._right_column.setSpacing(px(14))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(px(14))
        self._splitter.setChildrenCollapsible(False)
        for part, narrowest, stretch in zip((left, middle, self._right), NARROWEST_PX, (1, 3, 1), strict=True):
            if narrowest:  # the list has its own
                part.setMinimumWidth(px(narrowest))
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(self._splitter.count() - 1, stretch)
        self._splitter.setSizes([px(width) for width in WIDTHS_PX])
        row = QVBoxLayout(self)
        row.setContentsMargins(px(14), px(14), px(14), px(12))
        row.addWidget(self._splitter)
        self._arrange()

    @property
    def folded(self) -> bool:
        """Whether the third column is folded into tabs."""
        return self._folded

    def set_panels(self, *, order: QWidget, tracking: QWidget, activity: QWidget) -> None:
        """Replace the empty cards."""
        old = self._panels
        self._panels = {"order": order, "tracking": tracking, "activity": activity}
        for panel in old.values():
            panel.hide()
            panel.setParent(None)
            panel.deleteLater()
        self._arrange()

    def show_panel(self, name: str, _checked: bool = True) -> None:
        """Select a panel's tab, if there are tabs."""
        if self._folded:
            self._tabs[name].setChecked(True)
            self._stack.setCurrentWidget(self._panels[name])

    def sizes(self) -> list[int]:
        """Return the widths of the columns, for the settings."""
        return self._splitter.sizes()

    def set_sizes(self, sizes: Sequence[int]) -> None:
        """Restore the widths of the columns; widths that are not valid are ignored."""
        if len(sizes) == len(WIDTHS_PX) and all(0 <= size < 100_000 for size in sizes) and sizes[0] and sizes[1]:
            self._has_restored = True
            is_hidden = not sizes[2]
            self._splitter.setSizes([*sizes[:2], self._theme.tokens.px(WIDTHS_PX[2])] if is_hidden else list(sizes))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold the third column."""
        super().resizeEvent(event)
        folded = self.width() < self._theme.tokens.px(FOLDS_BELOW_PX)
        if folded != self._folded:
            self._folded = folded
            self._arrange()

    def _arrange(self) -> None:
        order, tracking, activity = (self._panels[name] for name in TABS)
        if self._folded:
            for panel in (order, tracking, activity):
                self._stack.addWidget(panel)
        else:
            self._stack.addWidget(order)
            self._right_column.addWidget(tracking)
            self._right_column.addWidget(activity, 1)
            tracking.show()
            activity.show()
        if self._folded and not self._has_restored and self.width() > 0:
            listed = round(self.width() * FOLDED_LIST_SHARE)
            self._splitter.setSizes([listed, self.width() - listed, 0])
        self._right.setVisible(not self._folded)
        self._tab_row.setVisible(self._folded)
        self._stack.setCurrentWidget(order)
        self._tabs["order"].setChecked(True)


def _empty_card(theme: Theme, title: str, message: str) -> QWidget:
    px = theme.tokens.px
    column = QVBoxLayout()
    column.setContentsMargins(px(16), px(14), px(16), px(14))
    if title:
        column.addWidget(label(title, "heading"))
        column.addWidget(label(message, "secondary"))
        column.addStretch()
    else:
        centered = label(message, "secondary")
        centered.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(centered)
    return card(column)
