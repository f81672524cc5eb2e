"""The views of the order list as tabs, each with how many orders it has, in as many rows as they need."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from shipconsole.messages import number as in_figures
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme, button

SHOWN_VIEWS = ("to_ship", "partly", "shipped", "needs_attention", "late")
URGENT_VIEWS = ("needs_attention", "late")
TITLES = {
    "to_ship": "order_view.to_ship",
    "partly": "order_view.partly",
    "shipped": "order_view.shipped",
    "needs_attention": "order_view.needs_attention",
    "late": "order_view.late",
}
"""Ids of messages."""
_STAGES = ((1, SHOWN_VIEWS), (1, URGENT_VIEWS), (2, SHOWN_VIEWS), (2, URGENT_VIEWS), (len(SHOWN_VIEWS), ()))
"""In how many rows at most the tabs stand, and which have a count: the first of these that there is room for."""


class ViewTabs(QWidget):
    """One tab is chosen at a time. Signal: chosen(str view) for a click."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Begin without counts, the tab of delivery issues hidden."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._gap = theme.tokens.px(2)
        self._counts: dict[str, str] = {}
        self.tabs = {view: button(text(title), "tab") for view, title in TITLES.items()}
        group = QButtonGroup(self)
        for view, tab in self.tabs.items():
            tab.setObjectName(f"view_{view}")
            tab.setParent(self)
            group.addButton(tab)
            tab.clicked.connect(partial(self._on_clicked, view))
        self.tabs["late"].hide()

    def show_count(self, view: str, number: int) -> None:
        """Say on a tab how many orders its view has; `fit` gives it the room."""
        self._counts[view] = short_count(number)
        self.tabs[view].setAccessibleName(text("order_view.with_count", view=text(TITLES[view]), count=number))

    def fit(self) -> None:
        """Place the tabs in the room that there is, with as many counts as that lets stand."""
        shown = [tab for tab in self.tabs.values() if not tab.isHidden()]
        rows: list[list[int]] = []
        for most, counted in _STAGES:
            for view, tab in self.tabs.items():
                tab.set_key(self._counts.get(view, "") if view in counted else "")
            rows = _in_rows([tab.sizeHint().width() for tab in shown], self._gap, self.width())
            if len(rows) <= most:
                break
        height = max(tab.sizeHint().height() for tab in shown)
        for row, places in enumerate(rows):
            left = 0
            for place in places:
                width = shown[place].sizeHint().width()
                shown[place].setGeometry(left, row * (height + self._gap), width, height)
                left += width + self._gap
        self.setFixedHeight(len(rows) * (height + self._gap) - self._gap)

    def minimumSizeHint(self) -> QSize:
        """The longest of them without its count."""
        gap = self.fontMetrics().height() * 2
        widest = max(self.fontMetrics().horizontalAdvance(tab.text()) for tab in self.tabs.values())
        return QSize(widest + gap, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """As much room as there is."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the tabs to the new width."""
        super().resizeEvent(event)
        self.fit()

    def _on_clicked(self, view: str, _checked: bool = True) -> None:
        self.chosen.emit(view)


def short_count(number: int) -> str:
    """Return a count where there is little room: 950, 9,500, 71k, 1.2M."""
    if number < 10_000:
        return in_figures(number)
    if number < 1_000_000:
        return text("order_list.thousands", count=number // 1_000)
    return text("order_list.millions", count=number // 100_000 / 10)


def _in_rows(widths: Sequence[int], gap: int, room: int) -> list[list[int]]:
    """Return the positions of what stands in each row, one after the other as far as there is room."""
    rows: list[list[int]] = []
    used = 0
    for place, width in enumerate(widths):
        if rows and used + gap + width <= room:
            rows[-1].append(place)
            used += gap + width
        else:
            rows.append([place])
            used = width
    return rows
