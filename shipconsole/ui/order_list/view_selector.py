"""The button that shows the chosen view with its count, and the menu of all views, sorts and saved filters."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from shipconsole.domain.plain_text import plain
from shipconsole.domain.saved_filter import SavedFilter
from shipconsole.messages import number, text
from shipconsole.operations.orders.order_list import VIEWS
from shipconsole.ui.kit.formats import key_name
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.theme import typeface as font
from shipconsole.ui.kit.widgets import button_text, set_tooltip, tooltip

TITLES: Mapping[str, str] = {
    "to_ship": "order_view.to_ship",
    "partly": "order_view.partly",
    "shipped": "order_view.shipped",
    "waiting": "order_view.waiting",
    "needs_attention": "order_view.needs_attention",
    "late": "order_view.late",
    "mine": "order_view.mine",
    "all": "order_view.all",
}
VIEW_KEYS: Mapping[str, str] = {view: f"Ctrl+{position}" for position, view in enumerate(TITLES, 1)}
"""The key of each view: its position in the menu."""
FILTER_KEYS = tuple(f"Alt+{position}" for position in range(1, 10))
"""The keys of the saved filters, in the order of the menu."""
SORT_TITLES: Mapping[str, str] = {
    "due": "order_sort.due",
    "number": "order_sort.number",
    "recipient": "order_sort.recipient",
}
"""Message ids, for the views in their order and for the sorts that can be chosen."""
_CHEVRON = (0.0, 0.25, 0.5, 0.75, 1.0, 0.25)


class ViewSelector(QPushButton):
    """Shows a view and its count; the menu below it chooses another.

    Signals: chosen(view); sort_chosen(sort); filter_chosen(SavedFilter); filter_deleted(id); save_requested().
    """

    chosen = Signal(str)
    sort_chosen = Signal(str)
    filter_chosen = Signal(object)
    filter_deleted = Signal(int)
    save_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Begin without counts."""
        super().__init__()
        self.setObjectName("view_selector")
        self.setProperty("variant", "selector")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._view, self._sort = next(iter(VIEWS)), ""
        self._counts: dict[str, int] = {}
        self._filters: Sequence[SavedFilter] = ()
        self._filter_name = ""
        self._can_save = False
        self.clicked.connect(self.open)
        self._name()

    def show_query(self, view: str, sort: str, filter_name: str = "") -> None:
        """Show the view and sort that the list has, and the saved filter that they are, if any."""
        self._view, self._sort, self._filter_name = view, sort, filter_name
        self._name()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many orders some views have."""
        self._counts |= counts
        self._name()

    def show_filters(self, filters: Sequence[SavedFilter]) -> None:
        """Offer saved filters."""
        self._filters = filters

    def allow_saving(self, is_allowed: bool) -> None:
        """Offer to save what the list shows as a filter, or no longer."""
        self._can_save = is_allowed

    def count_of(self, view: str) -> int | None:
        """Return the count that is shown of a view, None while it is not known."""
        return self._counts.get(view)

    def choose_filter(self, position: int) -> None:
        """Choose a saved filter by its position in the menu, if there are so many."""
        if position < len(self._filters):
            self.filter_chosen.emit(self._filters[position])

    def open(self) -> None:
        """Open the menu of views; its first entries are the views in their order."""
        menu = ViewMenu(self)
        menu.setObjectName("view_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(self.width())
        views = QActionGroup(menu)
        for view, title in TITLES.items():
            count = self._counts.get(view)
            label = f"{button_text(text(title))}\t{_beside(count, VIEW_KEYS[view])}"
            added = _add(menu, views, label, f"view_{view}", is_checked=view == self._view and not self._filter_name)
            added.triggered.connect(partial(self._emit_view, view))
        if len(VIEWS[self._view]) > 1:
            menu.addSection(text("order_list.sort"))
            sorts = QActionGroup(menu)
            for sort in VIEWS[self._view]:
                added = _add(menu, sorts, text(SORT_TITLES[sort]), f"sort_{sort}", is_checked=sort == self._sort)
                added.triggered.connect(partial(self._emit_sort, sort))
        if self._filters or self._can_save:
            menu.addSection(text("order_list.filters"))
        for position, saved in enumerate(self._filters):
            is_shown = saved.name == self._filter_name
            label = button_text(saved.name)
            label += f"\t{_beside(None, FILTER_KEYS[position])}" if position < len(FILTER_KEYS) else ""
            added = _add(menu, views, label, f"filter_{saved.id}", is_checked=is_shown)
            added.setData(saved.id)
            added.triggered.connect(partial(self._emit_filter, saved))
        if self._can_save:
            menu.addAction(text("order_list.save_filter"), self.save_requested.emit).setObjectName("save_filter")
        if self._filters:
            menu.addAction(text("order_list.delete_hint")).setEnabled(False)
        menu.delete_requested.connect(self.filter_deleted)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
        menu.setActiveAction(next((act for act in menu.actions() if act.isChecked()), menu.actions()[0]))

    def sizeHint(self) -> QSize:
        """Return room for the title and its count."""
        px = self._theme.tokens.px
        width = QFontMetrics(self._title_font()).horizontalAdvance(self._title()) + px(80)
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return room for the beginning of a title and its count."""
        return QSize(self._theme.tokens.px(104), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then the title, the count, and an arrow."""
        super().paintEvent(event)
        tokens = self._theme.tokens
        px, painter = tokens.px, QPainter(self)
        size = px(8)
        right = self.width() - px(12)
        middle = self.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("secondary"), px(1.5)))
        points = zip(_CHEVRON[::2], _CHEVRON[1::2], strict=True)
        painter.drawPolyline([QPointF(right - size + size * x, middle - size / 2 + size * y) for x, y in points])
        right -= size + px(8)
        count = self._count_text()
        small = font(tokens, tokens.secondary_px)
        painter.setFont(small)
        width = QFontMetrics(small).horizontalAdvance(count)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(right - width, 0, width + 1, self.height()), flags, count)
        right -= width + px(6)
        made = self._title_font()
        painter.setFont(made)
        painter.setPen(tokens.color("text"))
        left = px(10)
        shown = QFontMetrics(made).elidedText(self._title(), Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, 0, right - left, self.height()), flags, shown)
        full = "" if shown == self._title() else self._title()
        if tooltip(full) != self.toolTip():
            set_tooltip(self, full)

    def _title_font(self) -> QFont:
        return font(self._theme.tokens, self._theme.tokens.text_px, QFont.Weight.DemiBold)

    def _title(self) -> str:
        return plain(self._filter_name) or text(TITLES[self._view])

    def _count_text(self) -> str:
        count = self._counts.get(self._view)
        return "" if count is None or self._filter_name else short_count(count)

    def _name(self) -> None:
        count = self._counts.get(self._view)
        named = self._title()
        if count is not None and not self._filter_name:
            named = text("order_view.with_count", view=named, count=count)
        self.setAccessibleName(named)
        self.updateGeometry()
        self.update()

    def _emit_view(self, view: str, _checked: bool = False) -> None:
        self.chosen.emit(view)

    def _emit_sort(self, sort: str, _checked: bool = False) -> None:
        self.sort_chosen.emit(sort)

    def _emit_filter(self, saved: SavedFilter, _checked: bool = False) -> None:
        self.filter_chosen.emit(saved)


class ViewMenu(QMenu):
    """The menu of views; Delete removes the saved filter under the cursor. Signal: delete_requested(id)."""

    delete_requested = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete a saved filter by key; other keys are Qt's."""
        action = self.activeAction()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and action is not None and action.data():
            self.delete_requested.emit(int(action.data()))
            self.close()
        else:
            super().keyPressEvent(event)


def short_count(count: int) -> str:
    """Return a count in little room: 950, 9,500, 71k, 1.2M."""
    if count < 10_000:
        return number(count)
    if count < 1_000_000:
        return text("order_list.thousands", count=count // 1_000)
    return text("order_list.millions", count=count // 100_000 / 10)


def _beside(count: int | None, key: str) -> str:
    """Return what is shown at the right of a menu's entry: a count, if it is known, and the key."""
    return key_name(key) if count is None else f"{number(count)}   {key_name(key)}"


def _add(menu: QMenu, group: QActionGroup, label: str, name: str, *, is_checked: bool) -> QAction:
    added = menu.addAction(label)
    added.setObjectName(name)
    added.setCheckable(True)
    added.setChecked(is_checked)
    group.addAction(added)
    return added
