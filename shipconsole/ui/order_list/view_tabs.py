"""The views of the order list as tabs with their order counts, in as many rows as they need."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from shipconsole.messages import number, text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button

SHOWN_VIEWS = ("to_ship", "partly", "shipped", "needs_attention", "late")
URGENT_VIEWS = ("needs_attention", "late")
TITLES = {
    "to_ship": "order_view.to_ship",
    "partly": "order_view.partly",
    "shipped": "order_view.shipped",
    "needs_attention": "order_view.needs_attention",
    "late": "order_view.late",
}
"""Message ids."""
_LAYOUTS = ((1, SHOWN_VIEWS), (1, URGENT_VIEWS), (2, SHOWN_VIEWS), (2, URGENT_VIEWS), (len(SHOWN_VIEWS), ()))
"""The most rows of tabs, and the views with a count; the first layout that fits is used."""


class ViewTabs(QWidget):
    """Tabs of which one is chosen. Signal: chosen(view) for a click."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Initialize without counts; the tab of delivery issues is hidden."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._gap = theme.tokens.px(2)
        self._counts: dict[str, str] = {}
        self._counted_views: Sequence[str] = ()
        self.tabs = {view: button(text(title), "tab") for view, title in TITLES.items()}
        group = QButtonGroup(self)
        for view, tab in self.tabs.items():
            tab.setObjectName(f"view_{view}")
            tab.setParent(self)
            group.addButton(tab)
            tab.clicked.connect(partial(self._on_clicked, view))
        self.tabs["late"].hide()

    def choose(self, view: str) -> None:
        """Mark the tab of a view as chosen."""
        self.tabs[view].setChecked(True)

    def set_shown(self, view: str, shown: bool) -> None:
        """Show or hide the tab of a view."""
        self.tabs[view].setVisible(shown)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many orders some views have, where there is room."""
        for view, count in counts.items():
            self._counts[view] = short_count(count)
            self.tabs[view].setAccessibleName(text("order_view.with_count", view=text(TITLES[view]), count=count))
        self.fit()

    def count_shown(self, view: str) -> str:
        """Return the count that a tab shows; empty where there is no room for it."""
        return self._counts.get(view, "") if view in self._counted_views else ""

    def fit(self) -> None:
        """Arrange the tabs in the width, with as many counts as fit."""
        shown = [tab for tab in self.tabs.values() if not tab.isHidden()]
        rows: list[list[int]] = []
        for most_rows, self._counted_views in _LAYOUTS:
            for view, tab in self.tabs.items():
                tab.set_key(self.count_shown(view))
            rows = _in_rows([tab.sizeHint().width() for tab in shown], self._gap, self.width())
            if len(rows) <= most_rows:
                break
        height = max(tab.sizeHint().height() for tab in shown)
        for row, positions in enumerate(rows):
            left = 0
            for position in positions:
                width = shown[position].sizeHint().width()
                shown[position].setGeometry(left, row * (height + self._gap), width, height)
                left += width + self._gap
        self.setFixedHeight(len(rows) * (height + self._gap) - self._gap)

    def minimumSizeHint(self) -> QSize:
        """Return room for the longest title without its count."""
        gap = self.fontMetrics().height() * 2
        widest = max(self.fontMetrics().horizontalAdvance(tab.text()) for tab in self.tabs.values())
        return QSize(widest + gap, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the least size: the tabs take the width that they are given."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the tabs in the new width."""
        super().resizeEvent(event)
        self.fit()

    def _on_clicked(self, view: str, _checked: bool = True) -> None:
        self.chosen.emit(view)


def short_count(count: int) -> str:
    """Return a count in little room: 950, 9,500, 71k, 1.2M."""
    if count < 10_000:
        return number(count)
    if count < 1_000_000:
        return text("order_list.thousands", count=count // 1_000)
    return text("order_list.millions", count=count // 100_000 / 10)


def _in_rows(widths: Sequence[int], gap: int, row_width: int) -> list[list[int]]:
    """Return the positions of the tabs in each row, filled from the first on."""
    rows: list[list[int]] = []
    used = 0
    for position, width in enumerate(widths):
        if rows and used + gap + width <= row_width:
            rows[-1].append(position)
            used += gap + width
        else:
            rows.append([position])
            used = width
    return rows
