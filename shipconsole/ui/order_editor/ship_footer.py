"""The foot of the right column, and the bar at the bottom of bench mode: who is notified, and the button that ships."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.order_editor.notified import NotifiedLine
from shipconsole.ui.order_editor.package_head import PackageSummary
from shipconsole.ui.order_editor.ship_button import ShipButton
from shipconsole.ui.order_editor.updates_card import UndoBar

SIDE_PX = 12


class ShipFooter(QWidget):
    """Who is notified in one line, what can be undone, and the button that ships."""

    def __init__(self, theme: Theme, clock: Clock, ship_button: ShipButton) -> None:
        """Hold the button while this is shown."""
        super().__init__()
        self.setObjectName("ship_footer")
        px = theme.tokens.px
        self._button = ship_button
        self.undo_bar = UndoBar(theme, clock)
        self.notified = NotifiedLine(theme)
        self._reason = wrapped("", "secondary", name="ship_refused")
        self._reason.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(SIDE_PX), px(4), px(SIDE_PX), px(SIDE_PX))
        self._column.setSpacing(px(6))
        self._column.addWidget(self.undo_bar)
        self._column.addWidget(self.notified)
        self._column.addWidget(self._reason)
        self._column.addWidget(ship_button)

    def show_reason(self, reason: str) -> None:
        """Say why nothing can ship, where the button has no room to say it whole."""
        self._reason.setText(plain(reason))
        self._fit_reason()

    def _fit_reason(self) -> None:
        reason = self._reason.text()
        is_above = bool(reason) and not self._button.has_room_for(reason)
        self._reason.setVisible(is_above)
        self._button.show_reason_above(is_above)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say the reason once, in the button or above it."""
        super().resizeEvent(event)
        self._fit_reason()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the button."""
        super().showEvent(event)
        if self._button.parentWidget() is not self:
            self._button.set_low(False)
            self._fit_reason()
            self._column.addWidget(self._button)
            self._button.show()


class PackageBar(QFrame):
    """The open package in one line, with the buttons of bench mode.

    Signals: packages_requested() for all packages, new_package_requested().
    """

    packages_requested = Signal()
    new_package_requested = Signal()

    def __init__(self, theme: Theme, ship_button: ShipButton) -> None:
        """Hold the button while this is shown."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setObjectName("package_bar")
        self._button = ship_button
        self._title = widgets.Elided("", "strong")
        self._title.setObjectName("bar_package")
        self._second = widgets.Elided("", "secondary")
        self._second.setObjectName("bar_details")
        self._packages = widgets.button(text("order_editor.packages"), "quiet")
        self._packages.setObjectName("bar_packages")
        self._packages.clicked.connect(self.packages_requested)
        self._new = widgets.button(text("package_card.package"), "plain", icon="plus")
        self._new.setObjectName("bar_new_package")
        self._new.setAccessibleName(text("order_editor.new_package"))
        self._new.clicked.connect(self.new_package_requested)
        px = theme.tokens.px
        target = px(52)
        for button in (self._packages, self._new):
            button.setMinimumHeight(target)
        lines = QVBoxLayout()
        lines.setSpacing(px(2))
        lines.addStretch(1)
        lines.addWidget(self._title)
        lines.addWidget(self._second)
        lines.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(16), px(6), px(10), px(6))
        self._row.setSpacing(px(10))
        self._row.addLayout(lines, 1)
        self._row.addWidget(self._packages)
        self._row.addWidget(self._new)
        self.hide()

    def show_package(self, summary: PackageSummary, second: str) -> None:
        """Show the open package, and what else there is to say."""
        self._title.set_text(" · ".join(part for part in (summary.title, summary.details) if part))
        self._second.set_text(second)

    def show_locked(self, is_locked: bool) -> None:
        """Take no input while scanning is locked."""
        for part in (self._title, self._second, self._packages, self._new):
            part.setEnabled(not is_locked)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the button."""
        super().showEvent(event)
        if self._button.parentWidget() is not self:
            self._button.set_low(True)
            self._button.show_reason_above(False)
            self._row.addWidget(self._button)
            self._button.show()
