"""The window's columns: the orders, the items, the packages, and tracking with activity; what has no room folds."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from shipconsole.messages import text
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import button, button_text, card, label, refresh_style, set_tooltip
from shipconsole.ui.window.arrangement import FOURTH_PX, Arrangement
from shipconsole.ui.window.bar_button import BarButton
from shipconsole.ui.window.top_bar import LOW_MARGIN_PX, MARGIN_PX

TABS = {"packages": "frame.packages", "tracking": "frame.tracking", "activity": "shared.activity"}
"""The parts of the right column, each with the id of its title."""
LEAST_PX = (200, 300, 280, 240)
SHEET_PX = (380, 420)
"""The widths of the orders and of the packages while they are opened over the items."""
KINDS = {"four": 4, "three": 4, "two": 4, "one": 3}
"""The ways in which the columns are arranged, with the number of their places."""
_DIM = 0.5


class Columns(QWidget):
    """Holds the panels.

    Signals: overlay_moved(), when the room in the middle has another place; bar_shown(whether the packages are a bar).
    """

    overlay_moved = Signal()
    bar_shown = Signal(bool)

    def __init__(self, orders: QWidget, theme: Theme) -> None:
        """Show the order list, and empty cards until the other panels are set."""
        super().__init__()
        self._theme = theme
        self._arrangement = Arrangement()
        self._by_person: dict[str, list[int]] = {}
        """The widths that a person gave the columns, by the arrangement."""
        self._orders = orders
        self._footer: QWidget | None = None
        self._bar: QWidget | None = None
        self._panels: dict[str, QWidget] = {
            "order": _empty_card(theme, text("order_editor.scan_to_begin")),
            "packages": _empty(theme, ""),
            "tracking": _empty(theme, text("track_panel.none")),
            "activity": _empty(theme, text("activity.none")),
        }
        self._left = Holder()
        self._left.layout_().addWidget(orders)
        self._middle = Holder()
        self._right = RightColumn(theme)
        self._fourth = Holder()
        self._fourth.layout_().setSpacing(theme.tokens.px(theme.tokens.gap_px))
        self._sheets = {"orders": Sheet(self), "packages": Sheet(self)}
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for position, part in enumerate((self._left, self._middle, self._right, self._fourth)):
            self._splitter.addWidget(part)
            self._splitter.setStretchFactor(position, int(part is self._middle))
        self._splitter.splitterMoved.connect(self._on_moved)
        self._bottom = QFrame()
        self._bottom.setObjectName("bottom_bar")
        self._open_packages = BarButton(theme, "show_packages", "box", has_list=True)
        self._open_packages.show_text(text("frame.packages"), "", text("frame.show_packages"))
        self._open_packages.clicked.connect(partial(self.toggle, "packages"))
        self._bottom_row = QHBoxLayout(self._bottom)
        self._bottom_row.addWidget(self._open_packages)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._splitter, 1)
        self._column.addWidget(self._bottom)
        self._veils = [Veil(self._left, theme), Veil(self._right, theme), Veil(self._fourth, theme)]
        self._set_margins()
        self._place_panels()
        theme.changed.connect(self._set_margins)

    def set_panels(
        self,
        *,
        order: QWidget,
        packages: QWidget,
        tracking: QWidget,
        activity: QWidget,
        footer: QWidget | None = None,
        bar: QWidget | None = None,
    ) -> None:
        """Replace the empty cards. `footer` stands below the packages, whichever tab is chosen; `bar` at the bottom."""
        old = self._panels
        self._panels = {"order": order, "packages": packages, "tracking": tracking, "activity": activity}
        self._footer, self._bar = footer, bar
        for panel in old.values():
            panel.hide()
            panel.setParent(None)
            panel.deleteLater()
        self._open_packages.setVisible(bar is None)
        if bar is not None:
            self._bottom_row.addWidget(bar, 1)
        self._place_panels()

    def arrange(self, arrangement: Arrangement) -> None:
        """Fold or unfold what the window's size asks for."""
        before, self._arrangement = self._arrangement, arrangement
        if before._replace(width=0, chrome=0) != arrangement._replace(width=0, chrome=0):
            self.close_sheets()
            self._place_panels()
        self._set_sizes()

    def show_panel(self, name: str, _checked: bool = True) -> None:
        """Select a part of the right column; `order` closes what lies over the items."""
        if name == "order":
            self.close_sheets()
        else:
            self._right.select(name)

    def show_counts(self, counts: Mapping[str, str]) -> None:
        """Show a number beside the title of some tabs."""
        self._right.show_counts(counts)

    def toggle(self, name: str, _checked: bool = False) -> None:
        """Open the orders or the packages over the items, or close them."""
        self.open_sheet(name) if not self._sheets[name].isVisible() else self.close_sheets()

    def open_sheet(self, name: str) -> bool:
        """Open the orders or the packages over the items; return False where they have a column."""
        self.close_sheets()
        is_folded = self._arrangement.is_folded if name == "orders" else self._arrangement.has_bar
        if is_folded:
            self._place_sheets()
            self._sheets[name].show()
            self._sheets[name].raise_()
        return is_folded

    def close_sheets(self) -> bool:
        """Close what lies over the items; return whether there was anything."""
        open_ = [sheet for sheet in self._sheets.values() if not sheet.isHidden()]
        for sheet in open_:
            sheet.hide()
        return bool(open_)

    def show_locked(self, is_locked: bool) -> None:
        """Dim all but the items while scanning is locked."""
        for veil in self._veils:
            veil.setVisible(is_locked)
            veil.raise_()

    def areas(self) -> tuple[QWidget, ...]:
        """Return the columns and what lies over them, in reading order."""
        return (
            self._sheets["orders"],
            self._left,
            self._middle,
            self._sheets["packages"],
            self._right,
            self._fourth,
            self._bottom,
        )

    def middle_area(self) -> QRect:
        """Return the place of the items."""
        return QRect(self._middle.mapTo(self, self._middle.rect().topLeft()), self._middle.size())

    def widths(self) -> dict[str, list[int]]:
        """Return the widths that a person gave the columns, for the settings."""
        return dict(self._by_person)

    def restore_widths(self, widths: Mapping[str, Sequence[int]]) -> None:
        """Restore the widths of the columns; those that are not valid are ignored."""
        for kind, sizes in widths.items():
            if (
                kind in KINDS
                and len(sizes) == KINDS[kind]
                and all(0 <= size < 100_000 for size in sizes)
                and any(sizes)
            ):
                self._by_person[kind] = list(sizes)
        self._set_sizes()

    def sizes(self) -> list[int]:
        """Return the widths of the columns as they are."""
        return self._splitter.sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the items in its place."""
        super().resizeEvent(event)
        self._set_sizes()
        self._place_sheets()
        self.overlay_moved.emit()

    def sizeHint(self) -> QSize:
        """Return what is left of a small window."""
        return QSize(640, 320)

    def minimumSizeHint(self) -> QSize:
        """Return the least width of the columns that are shown."""
        shown = [part.isVisibleTo(self) for part in (self._left, self._middle, self._right, self._fourth)]
        width = sum(least for least, is_shown in zip(LEAST_PX, shown, strict=True) if is_shown)
        return QSize(self._theme.tokens.px(width), self._theme.tokens.px(160))

    def _set_margins(self) -> None:
        px, tokens = self._theme.tokens.px, self._theme.tokens
        gap = px(tokens.gap_px)
        margin = px(MARGIN_PX if self._arrangement.chrome >= tokens.scale else LOW_MARGIN_PX)
        self._column.setContentsMargins(margin, 0, margin, margin)
        self._column.setSpacing(gap)
        self._splitter.setHandleWidth(gap)
        self._bottom_row.setContentsMargins(0, 0, 0, 0)

    def _kind(self) -> str:
        here = self._arrangement
        if here.has_fourth:
            return "four"
        return "three" if not here.is_folded else "one" if here.has_bar else "two"

    def _place_panels(self) -> None:
        """Put each panel where the arrangement has it."""
        here = self._arrangement
        orders_at = self._sheets["orders"] if here.is_folded else self._left
        orders_at.layout_().addWidget(self._orders)
        self._orders.show()
        self._left.setVisible(not here.is_folded)
        self._middle.layout_().addWidget(self._panels["order"])
        self._panels["order"].show()
        tabs = {name: self._panels[name] for name in TABS}
        if here.has_fourth:
            for name in ("tracking", "activity"):
                panel = tabs.pop(name)
                _set_variant(panel, "card")
                self._fourth.layout_().addWidget(panel, int(name == "activity"))
                panel.show()
        self._fourth.setVisible(here.has_fourth)
        for panel in tabs.values():
            _set_variant(panel, "part")
        self._right.set_panels(tabs, None if here.has_bar else self._footer)
        if here.has_bar:
            self._sheets["packages"].layout_().addWidget(self._right)
            self._right.show()
            if self._footer is not None:
                self._footer.setParent(self)
                self._footer.hide()
        else:
            self._splitter.insertWidget(2, self._right)
            self._splitter.setStretchFactor(2, 0)
            self._right.show()
        # A screen reader reads in the order in which they lie over one another.
        for part in (self._left, self._middle, self._right, self._fourth):
            if part.parentWidget() is self._splitter:
                part.raise_()
        self._bottom.setVisible(here.has_bar)
        if self._bar is not None:
            self._bar.setVisible(here.has_bar)
        self.bar_shown.emit(here.has_bar)
        self._set_margins()

    def _on_moved(self) -> None:
        self._by_person[self._kind()] = self._splitter.sizes()
        self.overlay_moved.emit()

    def _set_sizes(self) -> None:
        px, here = self._theme.tokens.px, self._arrangement
        for part, least in zip((self._left, self._middle, self._right, self._fourth), LEAST_PX, strict=True):
            part.setMinimumWidth(px(least))
        sizes = self._by_person.get(self._kind())
        total = self._splitter.width()
        if sizes is None:
            left = 0 if here.is_folded else px(here.orders_px)
            right = 0 if here.has_bar else px(here.right_px)
            fourth = px(FOURTH_PX) if here.has_fourth else 0
            gaps = self._splitter.handleWidth() * sum(map(bool, (left, right, fourth)))
            middle = total - left - right - fourth - gaps
            sizes = [left, middle, right, fourth]
            if here.has_bar:
                sizes = [left, middle, fourth]
        self._splitter.setSizes(sizes)

    def _place_sheets(self) -> None:
        px, area = self._theme.tokens.px, self._splitter.geometry()
        for name, width in zip(("orders", "packages"), SHEET_PX, strict=True):
            wide = min(px(width), area.width())
            left = area.left() if name == "orders" else area.right() + 1 - wide
            self._sheets[name].setGeometry(left, area.top(), wide, area.height())


class Holder(QWidget):
    """The place of a panel."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def layout_(self) -> QVBoxLayout:
        """Return the column of panels."""
        return self._column


class Sheet(QFrame):
    """The place of a card that lies over the items until it is closed."""

    def __init__(self, parent: QWidget) -> None:
        """Begin closed."""
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def layout_(self) -> QVBoxLayout:
        """Return the column of panels."""
        return self._column


class RightColumn(QFrame):
    """The packages, and as tabs beside them what has no column of its own; the footer stays below all of them."""

    def __init__(self, theme: Theme) -> None:
        """Begin without panels."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("right_column")
        self._theme = theme
        self._panels: dict[str, QWidget] = {}
        self._footer: QWidget | None = None
        self._tabs = {name: button(text(title), "tab") for name, title in TABS.items()}
        self._title = label(text("frame.packages"), "heading")
        self._count = label("", "secondary")
        self._head = QWidget()
        row = self._row = QHBoxLayout(self._head)
        row.setContentsMargins(theme.tokens.px(12), theme.tokens.px(9), theme.tokens.px(12), theme.tokens.px(9))
        row.setSpacing(theme.tokens.px(4))
        group = QButtonGroup(self)
        for name, tab in self._tabs.items():
            tab.setObjectName(f"tab_{name}")
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            group.addButton(tab)
            row.addWidget(tab)
            tab.clicked.connect(partial(self.select, name))
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._count)
        self._tabs["packages"].setChecked(True)
        self._head.setMinimumHeight(theme.tokens.px(52))
        self._stack = QStackedWidget()
        line = QFrame()
        line.setProperty("variant", "line")
        line.setFixedHeight(1)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(0, 0, 0, 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self._head)
        self._column.addWidget(line)
        self._column.addWidget(self._stack, 1)
        self._column.addLayout(self._foot)

    def set_panels(self, panels: Mapping[str, QWidget], footer: QWidget | None) -> None:
        """Show these panels as tabs; a single one has a title."""
        chosen = next((name for name, tab in self._tabs.items() if tab.isChecked()), "packages")
        self._panels = dict(panels)
        for panel in panels.values():
            self._stack.addWidget(panel)
        for name, tab in self._tabs.items():
            tab.setVisible(len(panels) > 1 and name in panels)
        self._title.setVisible(len(panels) == 1)
        self._count.setVisible(len(panels) == 1)
        self._footer = footer
        if footer is not None:
            self._foot.addWidget(footer)
            footer.show()
        self.select(chosen if chosen in panels else "packages")

    def select(self, name: str, _checked: bool = True) -> None:
        """Show a panel; one that has a column of its own is shown anyway."""
        if name in self._panels:
            self._tabs[name].setChecked(True)
            self._stack.setCurrentWidget(self._panels[name])

    def show_counts(self, counts: Mapping[str, str]) -> None:
        """Show numbers beside the titles."""
        for name, number in counts.items():
            self._tabs[name].set_key(number)
            if name == "packages":
                self._count.setText(number)
        self._fit_tabs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the titles to the width."""
        super().resizeEvent(event)
        self._fit_tabs()

    def _fit_tabs(self) -> None:
        """Shorten the longest title where there is no room for all."""
        shown = {name: tab for name, tab in self._tabs.items() if not tab.isHidden()}
        for name, tab in self._tabs.items():
            tab.setText(button_text(text(TABS[name])))
            set_tooltip(tab, "")
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 - self._theme.tokens.px(5) * len(shown)
        over = sum(tab.sizeHint().width() for tab in shown.values()) - room
        if over > 0 and shown:
            name = max(shown, key=lambda name: len(text(TABS[name])))
            title, metrics = text(TABS[name]), shown[name].fontMetrics()
            width = metrics.horizontalAdvance(title) - over
            shown[name].setText(button_text(metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(0, width))))
            set_tooltip(shown[name], title)


class Veil(QWidget):
    """Dims a column, which can be used all the same."""

    def __init__(self, column: QWidget, theme: Theme) -> None:
        """Cover a column, hidden."""
        super().__init__(column)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        column.installEventFilter(self)

    def eventFilter(self, watched: QObject, _event: QEvent) -> bool:
        """Follow the column's size."""
        parent = self.parentWidget()
        if watched is parent and parent is not None and self.size() != parent.size():
            self.setGeometry(parent.rect())
        return False

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw half of the window's color over it."""
        color = QColor(self._theme.tokens.window)
        color.setAlphaF(_DIM)
        QPainter(self).fillRect(self.rect(), color)


def _set_variant(panel: QWidget, variant: str) -> None:
    """Draw a panel as a card of its own, or as part of one."""
    if panel.property("variant") != variant and panel.property("variant") in ("card", "part"):
        panel.setProperty("variant", variant)
        # Before the first paint there is no style yet that would have to change.
        if panel.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            refresh_style(panel)


def _empty_card(theme: Theme, message: str) -> QWidget:
    px = theme.tokens.px
    column = QVBoxLayout()
    column.setContentsMargins(px(16), px(14), px(16), px(14))
    centered = label(message, "secondary")
    centered.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(centered)
    return card(column)


def _empty(theme: Theme, message: str) -> QWidget:
    made = QWidget()
    px = theme.tokens.px
    column = QVBoxLayout(made)
    column.setContentsMargins(px(16), px(14), px(16), px(14))
    column.addWidget(label(message, "secondary"))
    column.addStretch()
    return made
