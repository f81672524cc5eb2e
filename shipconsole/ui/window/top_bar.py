"""The bar at the top: the station, the scan field, the connections' state, and what needs attention."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection
from shipconsole.messages import text
from shipconsole.ui.kit.mark import Mark
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import Elided, badge, label, refresh_style, set_tooltip
from shipconsole.ui.window.arrangement import Arrangement
from shipconsole.ui.window.bar_button import BarButton
from shipconsole.ui.window.connections_button import SYNC_KEY, ConnectionGroup, ConnectionsButton
from shipconsole.ui.window.scan_field import ScanField

__all__ = ["NEEDS_ATTENTION_KEY", "PROGRAM", "SYNC_KEY", "ScanField", "TopBar"]

AGE_INTERVAL_MS = 5_000
NEEDS_ATTENTION_KEY = "F8"
BENCH_KEY = "F11"
PROGRAM = "Shipconsole"
HEIGHT_PX = 64
FIELD_PX, LEAST_AROUND_PX = 44, 14
MARGIN_PX, LOW_MARGIN_PX = 16, 8
"""At the sides: usually, and where bar and strip do not take the whole text scale."""
ROOM_FOR_SCANS_PX = 380
"""The scan field keeps at least this much before a button shows more than its icon."""
COUNTS_BESIDE_PX = 400
"""And this much before counts that the list of connections has too stand in the bar."""


class TopBar(QFrame):
    """Always visible; every button is reached by Tab.

    Signals: menu_requested(); orders_requested(), while the orders are folded; bench_left(); late_requested();
    needs_attention_requested(); forward_requested(); silent_requested(); connections_requested(), for the dialog.
    """

    menu_requested = Signal()
    orders_requested = Signal()
    bench_left = Signal()
    needs_attention_requested = Signal()
    late_requested = Signal()
    forward_requested = Signal()
    silent_requested = Signal()
    connections_requested = Signal()

    def __init__(self, theme: Theme, station: str, *, demo: bool = False) -> None:
        """Name the station, and mark a demo."""
        super().__init__()
        self.setObjectName("top_bar")
        self.setProperty("variant", "bar")
        self._theme = theme
        self._station_name, self._operator = station, ""
        self._arrangement = Arrangement()
        self._order_count: int | None = None
        self.scan_field = ScanField(theme)
        self._brand = Brand(theme, station, demo=demo)
        self.orders = BarButton(theme, "show_orders", "list")
        self.orders.clicked.connect(self.orders_requested)
        self.connections = ConnectionsButton(theme, demo=demo)
        self._late = BarButton(theme, "late_count", "truck", severity="wait")
        self._silent = BarButton(theme, "silent_count", "box", severity="wait")
        self._review = BarButton(theme, "forward_review_count", "question", severity="wait")
        self._needs_attention = BarButton(theme, "needs_attention_count", "warning", severity="bad")
        self.menu_button = BarButton(theme, "menu_button", "menu", key="F10")
        self.menu_button.show_text("", "", text("menu.title"))
        self._exit = BarButton(theme, "leave_bench_mode", "full_screen", key=BENCH_KEY)
        self._exit.show_text(text("frame.bench_exit"), "", text("frame.bench_exit_means"))
        for button, signal in (
            (self.connections.late_requested, self.late_requested),
            (self.connections.forward_requested, self.forward_requested),
            (self.connections.open_requested, self.connections_requested),
            (self.connections.silent_requested, self.silent_requested),
            (self._late.clicked, self.late_requested),
            (self._silent.clicked, self.silent_requested),
            (self._review.clicked, self.forward_requested),
            (self._needs_attention.clicked, self.needs_attention_requested),
            (self.menu_button.clicked, self.menu_requested),
            (self._exit.clicked, self.bench_left),
        ):
            button.connect(signal)
        self._row = QHBoxLayout(self)
        for part in (self._brand, self.orders):
            self._row.addWidget(part)
        self._row.addWidget(self.scan_field, 1)
        for part in (
            self.connections,
            self._review,
            self._late,
            self._silent,
            self._needs_attention,
            self.menu_button,
            self._exit,
        ):
            self._row.addWidget(part)
        self._age_timer = QTimer(self)
        self._age_timer.setInterval(AGE_INTERVAL_MS)
        self._age_timer.timeout.connect(self.connections.refresh)
        self._count = 0
        self.show_counts(sending=0, needs_attention=0)
        self.show_late(0)
        self.show_silent(0)
        self.show_forward_review(0)
        self.arrange(self._arrangement)

    def show_connections(self, connections: Sequence[Connection], silent: Collection[int] = ()) -> None:
        """Show the state of all connections; `silent` are ids that do not respond."""
        self.connections.show_connections(ConnectionGroup(connections, silent))
        self._fit()

    def show_station(self, name: str) -> None:
        """Show another name of the station."""
        self._station_name = name
        self.show_operator(self._operator)

    def show_operator(self, operator: str) -> None:
        """Show the packer beside the station's name."""
        self._operator = operator
        self._brand.station.set_text(f"{self._station_name} · {operator}" if operator else self._station_name)

    def show_counts(
        self, *, sending: int | None = None, oldest_ms: int | None = None, needs_attention: int | None = None
    ) -> None:
        """Show how many updates are under way, since when the oldest is, and how many orders need attention."""
        if sending is not None:
            self.connections.sending, self.connections.oldest_ms = sending, oldest_ms
            self.connections.refresh()
            if sending:
                self._age_timer.start()
            else:
                self._age_timer.stop()
        if needs_attention is not None:
            self._count = needs_attention
            shown = text("top_bar.needs_attention", count=needs_attention)
            means = text("top_bar.show_needs_attention")
            self._needs_attention.show_text(shown, str(needs_attention), f"{shown}. {means}", severity="bad")
            self._needs_attention.setVisible(needs_attention > 0)
            self._fit()

    def show_late(self, number: int) -> None:
        """Show how many orders have a delivery issue."""
        self.connections.late = number
        shown = text("top_bar.late", count=number)
        self._late.show_text(shown, str(number), f"{shown}. {text('top_bar.show_late')}", severity="wait")
        self._refresh()

    def show_silent(self, number: int) -> None:
        """Show how many packages were handed over and no carrier has scanned."""
        self.connections.silent = number
        shown = text("top_bar.silent", count=number)
        self._silent.show_text(shown, str(number), f"{shown}. {text('top_bar.show_silent')}", severity="wait")
        self._refresh()

    def show_forward_review(self, number: int) -> None:
        """Show how many shipments made elsewhere are under review, or could not be forwarded."""
        self.connections.review = number
        shown = text("top_bar.review", count=number)
        self._review.show_text(shown, str(number), f"{shown}. {text('top_bar.show_review')}", severity="wait")
        self._refresh()

    def show_order_count(self, number: int) -> None:
        """Show how many orders are listed, for the button while they are folded."""
        self._order_count = number
        self._show_orders()

    def set_plain(self, is_plain: bool) -> None:
        """Stand on the window's ground without a line below, as in bench mode."""
        variant = "plain" if is_plain else "bar"
        if self.property("variant") != variant:
            self.setProperty("variant", variant)
            refresh_style(self)

    def arrange(self, arrangement: Arrangement) -> None:
        """Fit the parts to the window's arrangement."""
        self._arrangement = arrangement
        px, chrome = self._theme.tokens.px, arrangement.chrome
        self.setFixedHeight(max(round(HEIGHT_PX * chrome), px(FIELD_PX) + LEAST_AROUND_PX))
        margin = px(MARGIN_PX if chrome >= self._theme.tokens.scale else LOW_MARGIN_PX)
        self._row.setContentsMargins(margin, 0, margin, 0)
        self._row.setSpacing(round(12 * min(1.25, chrome)))
        self._brand.setVisible(arrangement.has_brand)
        # The scan field begins where the items do.
        self._brand.setFixedWidth(self._brand.least_width() if arrangement.is_folded else px(arrangement.orders_px))
        self.orders.setVisible(arrangement.is_folded)
        # In bench mode the buttons are as high as the field beside them.
        least = px(FIELD_PX) if arrangement.is_bench else 0
        for button in self.findChildren(BarButton, options=Qt.FindChildOption.FindDirectChildrenOnly):
            button.setMinimumHeight(least)
        self.menu_button.setVisible(not arrangement.is_bench)
        self._exit.setVisible(arrangement.is_bench)
        self._show_orders()
        self._fit()

    def resizeEvent(self, _event: object) -> None:
        """Fit the buttons to the width."""
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the fixed height."""
        return QSize(640, self.height())

    def minimumSizeHint(self) -> QSize:
        """Return the width that the parts need at their shortest."""
        return QSize(self._theme.tokens.px(400), self.height())

    def _refresh(self) -> None:
        self.connections.refresh()
        self._fit()

    def _show_orders(self) -> None:
        count = self._order_count
        spoken = text("frame.show_orders") if count is None else text("frame.orders", count=count)
        self.orders.show_text("" if count is None else f"{count}", "", f"{spoken}. {text('frame.show_orders')}")
        set_tooltip(self.orders, text("frame.show_orders"))

    def _fit(self) -> None:
        """Shorten the buttons, from the least to the most important, until the scan field has room."""
        px = self._theme.tokens.px
        margins = self._row.contentsMargins()
        gap = self._row.spacing()
        fixed = [part for part in (self._brand, self.orders) if not part.isHidden()]
        taken = margins.left() + margins.right() + sum(part.sizeHint().width() + gap for part in fixed[1:])
        taken += (self._brand.maximumWidth() + gap) if self._brand in fixed else 0
        if fixed and self._brand not in fixed:
            taken += fixed[0].sizeHint().width() + gap
        counts = [
            part
            for part, number in (
                (self._review, self.connections.review),
                (self._late, self.connections.late),
                (self._silent, self.connections.silent),
            )
            if number
        ]
        shown: list[BarButton] = [self._exit if self._arrangement.is_bench else self.menu_button]
        if self._count:
            shown.append(self._needs_attention)
        shown.append(self.connections)
        free = self.width() - taken
        for button in (*shown, *counts):
            button.set_short(False)
        widths = {button: button.long_width() + gap for button in (*shown, *counts)}
        beside = sum(widths[button] for button in shown)
        for button in (self._silent, self._review, self._late):
            has_room = button in counts and free - beside - widths[button] >= px(COUNTS_BESIDE_PX)
            button.setVisible(has_room)
            beside += widths[button] if has_room else 0
        self.connections.set_dot(any(button.isHidden() for button in counts))
        least = px(ROOM_FOR_SCANS_PX) if self._arrangement.chrome <= 1 else round(340 * self._arrangement.chrome)
        for button in (self.connections, self._exit, self.menu_button, self._needs_attention):
            if button in widths and button in shown and free - beside < least:
                button.set_short(True)
                beside -= widths[button] - button.sizeHint().width() - gap


class Brand(QWidget):
    """The program's mark and name, the station with its packer, and the mark of a demo."""

    def __init__(self, theme: Theme, station: str, *, demo: bool) -> None:
        """Name the station."""
        super().__init__()
        px = theme.tokens.px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.station = Elided(station, "secondary")
        self.station.setObjectName("station")
        self._demo = badge(text("program.demo"), "wait")
        self._demo.setObjectName("demo")
        set_tooltip(self._demo, text("demo.means"))
        self._demo.setVisible(demo)
        name = self._name = QHBoxLayout()
        name.setSpacing(px(8))
        name.addWidget(label(PROGRAM, "title"))
        name.addWidget(self._demo)
        name.addStretch(1)
        texts = QVBoxLayout()
        texts.setSpacing(px(1))
        texts.setContentsMargins(0, 0, 0, 0)
        texts.addStretch(1)
        texts.addLayout(name)
        texts.addWidget(self.station)
        texts.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        self._mark = Mark(theme)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(texts, 1)

    def least_width(self) -> int:
        """Return the width in which the program's name is whole."""
        return self._mark.sizeHint().width() + 2 * self._name.spacing() + self._name.sizeHint().width()
