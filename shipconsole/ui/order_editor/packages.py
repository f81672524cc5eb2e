"""The packages of the order: tabs, the fields of the open package, and shipped packages to read."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from shipconsole.domain.packing_session import PackingSession
from shipconsole.domain.plain_text import plain
from shipconsole.domain.shipment import draft_of
from shipconsole.messages import text
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.binding.bind import Binding
from shipconsole.ui.kit.package_label import CarrierField, LabelFields, carrier_name
from shipconsole.ui.kit.theme import Severity, Theme, typeface
from shipconsole.ui.order_editor.marks import PACKAGE, Marks, ShippedPackage

FIELDS = ("tracking_number", "carrier", "service", "weight")
TITLES = {
    "tracking_number": "order_editor.tracking_number",
    "carrier": "order_editor.carrier",
    "service": "order_editor.service",
    "weight": "order_editor.weight",
}
"""Message ids."""
_NARROW_PX = 541


class PackagesCard(QFrame):
    """Tabs of packages above the fields of the open one, bound to the packing session.

    Signals: number_edited() while a person types a tracking number, number_entered() when they leave the field,
    new_package_requested().
    """

    number_edited = Signal()
    number_entered = Signal()
    new_package_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        """Initialize with no package."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._theme = theme
        self._session: PackingSession | None = None
        self._shipped: tuple[ShippedPackage, ...] = ()
        self._marks = Marks()
        self._bound_shipped: int | None = None
        self._shown_shipped: int | None = None
        """The position of the shipped package that is shown; None while a package of the draft is shown."""
        self.tabs = PackageTabs(theme)
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self._new = widgets.button(f"+  {text('order_editor.new_package')}", "quiet", "Ctrl+N")
        self._new.setObjectName("new_package")
        self._new.setAccessibleName(text("order_editor.new_package"))
        self._new.setStyleSheet(f"QPushButton {{ padding: 0 {theme.tokens.px(4)}px; }}")
        self._new.clicked.connect(self.new_package_requested)
        self._remove = widgets.button("×", "quiet")
        self._remove.setObjectName("remove_package")
        self._remove.setAccessibleName(text("order_editor.remove_package"))
        widgets.set_tooltip(self._remove, text("order_editor.remove_package"))
        self._remove.clicked.connect(self._on_remove_clicked)

        self._label = LabelFields(self, theme, text("order_editor.carrier"), text("order_editor.carrier_found"))
        self._label.check.setObjectName("tracking_check")
        self.tracking_number, self.carrier = self._label.number, self._label.carrier
        self.service, self.weight = self._label.service, QLineEdit()
        self._inputs: dict[str, QLineEdit | CarrierField] = {
            "tracking_number": self.tracking_number,
            "carrier": self.carrier,
            "service": self.service,
            "weight": self.weight,
        }
        titles = {name: text(TITLES[name]) for name in FIELDS}
        self._cells: dict[str, QWidget] = {}
        for name, title in titles.items():
            self._cells[name] = self._cell(name, title)
        self.tracking_number.setPlaceholderText(text("order_editor.tracking_hint"))

        self._problem = widgets.label("", "secondary", "bad")
        self._problem.setObjectName("package_problem")
        self._problem.setWordWrap(True)
        self._bind_widgets()

        px = theme.tokens.px
        top = QHBoxLayout()
        top.setSpacing(px(5))
        top.addWidget(widgets.label(text("order_editor.packages"), "heading"))
        top.addWidget(self.tabs, 0)
        top.addWidget(self._remove)
        top.addWidget(self._new)
        top.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(9))
        self._grid.setVerticalSpacing(px(8))
        self._columns = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(10), px(16), px(13))
        column.setSpacing(px(8))
        column.addLayout(top)
        column.addLayout(self._grid)
        column.addLayout(self._label.check_row)
        column.addWidget(self._problem)
        self._arrange(4)
        theme.changed.connect(self._on_theme_changed)

    @property
    def shows_draft(self) -> bool:
        """Whether the open tab is a package of the draft."""
        return self._shown_shipped is None

    def bind(self, session: PackingSession) -> None:
        """Show the packages of a session, and edit its open one."""
        self._session = session
        self._packing.bind(session)

    def show_shipped(self, shipped: Sequence[ShippedPackage], marks: Marks) -> None:
        """Show the shipped packages, and the marks of those of the draft."""
        is_same, self._shipped, self._marks = tuple(shipped) == self._shipped, tuple(shipped), marks
        if self._shown_shipped is not None and self._shown_shipped >= len(shipped):
            self._shown_shipped = None
        self._fill_tabs()
        self._show_open(rebind=not is_same)

    def show_draft(self) -> None:
        """Show the open package of the draft."""
        if self._shown_shipped is not None:
            self._shown_shipped = None
            self._fill_tabs()
            self._show_open()

    def minimumSizeHint(self) -> QSize:
        """Return a size for two rows of fields."""
        return QSize(self._theme.tokens.px(330), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the fields in one row, or in two where that is too narrow."""
        super().resizeEvent(event)
        self._arrange(4 if self.width() >= self._theme.tokens.px(_NARROW_PX) else 2)

    def _cell(self, name: str, title: str) -> QWidget:
        field = self._inputs[name]
        field.setObjectName(name)
        field.setAccessibleName(plain(title))
        label = self._label.carrier_title if name == "carrier" else widgets.Elided(title, "field")
        label.setBuddy(field)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.tokens.px(4))
        column.addWidget(label)
        column.addWidget(field)
        column.addStretch(1)
        return cell

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        stretches = {4: (40, 30, 17, 13), 2: (60, 40, 0, 0)}[columns]
        for position, name in enumerate(FIELDS):
            self._grid.addWidget(self._cells[name], position // columns, position % columns)
            self._grid.setColumnStretch(position, stretches[position])
        self._set_widths()

    def _set_widths(self) -> None:
        px = self._theme.tokens.px
        label_font = typeface(self._theme.tokens, self._theme.tokens.secondary_px)
        found = QFontMetrics(label_font).horizontalAdvance(text("order_editor.carrier_found")) + 4
        least = {"tracking_number": px(205), "carrier": min(found, px(160)), "service": px(54), "weight": px(66)}
        for name, width in least.items():
            self._cells[name].setMinimumWidth(width)

    def _bind_widgets(self) -> None:
        self._packing = Binding(self)
        self._packing.follow(self._show_session, "revision", "current", "is_locked")
        self._label.binding.text(self.weight, "weight_kg")
        self.tracking_number.textEdited.connect(self.number_edited)
        self.tracking_number.editingFinished.connect(self._on_number_entered)

    def _show_session(self, _: PackingSession) -> None:
        self._fill_tabs()
        self._show_open()

    def _fill_tabs(self) -> None:
        if self._session is None:
            return
        packages = self._session.draft.packages
        titles: list[tuple[str, Severity]] = [
            (_shipped_tab(number, shipped.package.tracking_number, shipped.state), shipped.severity)
            for number, shipped in enumerate(self._shipped, 1)
        ]
        first = len(self._shipped) + 1
        for position in range(len(packages)):
            is_wrong = bool(self._marks.of_package(position))
            titles.append((text("package_tab.number", number=first + position), "bad" if is_wrong else ""))
        current = self._shown_shipped if self._shown_shipped is not None else len(self._shipped) + self._session.current
        self.tabs.show_tabs(titles, current)
        self._remove.setVisible(self.shows_draft and len(packages) > 1)

    def _show_open(self, *, rebind: bool = False) -> None:
        """Bind the fields to the package of the open tab."""
        if self._session is None:
            return
        self._label.finds_carrier = self._shown_shipped is None
        if self._shown_shipped is None:
            self._label.binding.bind(self._session.package)
            self._mark(self._marks.of_package(self._session.current))
        else:
            shipped = self._shipped[self._shown_shipped]
            if rebind or self._bound_shipped != self._shown_shipped:
                draft = draft_of(shipped.package)
                self._label.binding.bind(draft.model_copy(update={"carrier": carrier_name(draft.carrier)}))
            self._mark(shipped.marks)
        self._bound_shipped = self._shown_shipped
        is_fixed = self._shown_shipped is not None or self._session.is_locked
        for field in (self.tracking_number, self.service, self.weight):
            field.setReadOnly(is_fixed)
        self.carrier.setEnabled(not is_fixed)

    def _mark(self, marks: Mapping[str, str]) -> None:
        for name, field in self._inputs.items():
            problem = marks.get(name, "")
            widgets.set_wrong(field, bool(problem))
            field.setAccessibleDescription(plain(problem))
        problems = [marks[name] for name in (*FIELDS, PACKAGE) if marks.get(name)]
        self._problem.setText(plain("\n".join(problems), lines=True))
        self._problem.setVisible(bool(problems))

    def _on_tab_changed(self, tab: int) -> None:
        if self._session is None or tab < 0:
            return
        shipped = len(self._shipped)
        self._shown_shipped = tab if tab < shipped else None
        if tab >= shipped:
            self._session.current = tab - shipped
        self._remove.setVisible(self.shows_draft and len(self._session.draft.packages) > 1)
        self._show_open()

    def _on_remove_clicked(self) -> None:
        if self._session is not None and self.shows_draft and not self._session.is_locked:
            self._session.remove_package(self._session.current)

    def _on_number_entered(self) -> None:
        if self._shown_shipped is None and self.tracking_number.text():
            self.number_entered.emit()

    def _on_theme_changed(self) -> None:
        self._set_widths()
        self._columns = 0
        self._arrange(4 if self.width() >= self._theme.tokens.px(_NARROW_PX) else 2)


class PackageTabs(QTabBar):
    """The packages as tabs, drawn like the window's other tabs, with a dot for their severity."""

    def __init__(self, theme: Theme) -> None:
        """Initialize without tabs."""
        super().__init__()
        self._theme = theme
        self._severities: list[Severity] = []
        self.setObjectName("package_tabs")
        self.setAccessibleName(text("order_editor.packages"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_tabs(self, titles: Sequence[tuple[str, Severity]], current: int) -> None:
        """Show these tabs, each a title and a severity, and open one without a signal."""
        with QSignalBlocker(self):
            while self.count() > len(titles):
                self.removeTab(self.count() - 1)
            self._severities = [severity for _, severity in titles]
            for position, (title, _) in enumerate(titles):
                tab_text = widgets.button_text(title)
                if position >= self.count():
                    self.addTab(tab_text)
                elif self.tabText(position) != tab_text:
                    self.setTabText(position, tab_text)
            self.setCurrentIndex(current)
        self.updateGeometry()
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        """Return room for the title, and for the dot where there is one."""
        px = self._theme.tokens.px
        metrics = QFontMetrics(typeface(self._theme.tokens, self._theme.tokens.text_px, QFont.Weight.DemiBold))
        dot = px(14) if index < len(self._severities) and self._severities[index] else 0
        return QSize(metrics.horizontalAdvance(self._text(index)) + px(18) + dot, px(34))

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the full size: tabs scroll, they are not cut."""
        return self.tabSizeHint(index)

    def sizeHint(self) -> QSize:
        """Return room for all tabs."""
        return QSize(sum(self.tabSizeHint(index).width() for index in range(self.count())), self._theme.tokens.px(34))

    def minimumSizeHint(self) -> QSize:
        """Return room for one tab and the arrows."""
        return QSize(min(self._theme.tokens.px(90), self.sizeHint().width()), self._theme.tokens.px(34))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the tabs."""
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(typeface(tokens, tokens.text_px, QFont.Weight.DemiBold))
        hovered = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for index in range(self.count()):
            self._paint_tab(painter, index, hovered == index)

    def leaveEvent(self, event: QEvent) -> None:
        """Unmark the tab that was under the mouse."""
        super().leaveEvent(event)
        self.update()

    def _on_theme_changed(self) -> None:
        tokens = self._theme.tokens
        # The style draws the scroll arrows in gray by itself.
        self.setStyleSheet(
            f"QTabBar QToolButton {{ background: {tokens.card}; color: {tokens.secondary};"
            f" border: 1px solid {tokens.line}; border-radius: {tokens.px(6)}px; }}"
        )
        self.updateGeometry()

    def _paint_tab(self, painter: QPainter, index: int, hovered: bool) -> None:
        tokens = self._theme.tokens
        rect = QRectF(self.tabRect(index)).adjusted(1, 1, -1, -1)
        current = index == self.currentIndex()
        ground = "accent_soft" if current else "hover" if hovered else ""
        ring = current and self.hasFocus()
        painter.setPen(QPen(tokens.color("accent"), 2) if ring else Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color(ground) if ground else Qt.BrushStyle.NoBrush)
        if ground or ring:
            painter.drawRoundedRect(rect, tokens.px(8), tokens.px(8))
        left = rect.left() + tokens.px(8)
        severity = self._severities[index] if index < len(self._severities) else ""
        if severity:
            size = tokens.px(7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("secondary" if severity == "quiet" else severity))
            painter.drawEllipse(QRectF(left, rect.center().y() - size / 2, size, size))
            left += tokens.px(14)
        painter.setPen(tokens.color("accent_text" if current else "secondary"))
        space = QRectF(left, rect.top(), rect.right() - left, rect.height())
        painter.drawText(space, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text(index))

    def _text(self, index: int) -> str:
        return self.tabText(index).replace("&&", "&")


def _shipped_tab(number: int, tracking_number: str, state: str) -> str:
    """Return the tab title of a shipped package: the end of its number, and the state of its updates."""
    tail = f"…{tracking_number[-4:]}" if len(tracking_number) > 6 else tracking_number
    return " · ".join(part for part in (text("package_tab.number", number=number), tail, state) if part)
