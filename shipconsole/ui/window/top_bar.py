"""The bar at the top: the station, the scan field, the connections' state, and counts of what is under way."""

import time
from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy

from shipconsole.domain.connection import Connection, ConnectionState
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.formats import MINUTE_S, key_name, lasting
from shipconsole.ui.kit.strings import CONNECTION_SEVERITIES, connection_state
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import Badge, Elided, badge, button, fit_hint, label, set_tooltip

BADGES_MOST = 4
NAME_MOST = 16
ROOMY_PX = 1_150
LEAST_SCAN_PX = 220
AGE_INTERVAL_MS = 5_000
NEEDS_ATTENTION_KEY, SYNC_KEY = "F8", "F5"
PROGRAM = "Shipconsole"
SCAN_HINTS = ("scan_field.hint", "scan_field.hint_shorter", "scan_field.hint_shortest")
"""Ids of messages, the longest first."""


class TopBar(QFrame):
    """Always visible. Signals: menu_requested(); needs_attention_requested(); late_requested(); forward_requested()."""

    menu_requested = Signal()
    needs_attention_requested = Signal()
    late_requested = Signal()
    forward_requested = Signal()

    def __init__(self, theme: Theme, station: str, *, demo: bool = False) -> None:
        """Name the station, and mark a demo."""
        super().__init__()
        self.setObjectName("top_bar")
        self.setProperty("variant", "bar")
        self._theme = theme
        self._connections: tuple[Connection, ...] = ()
        self._unresponsive: frozenset[int] = frozenset()
        self._under_way = 0
        self._oldest_ms: int | None = None
        self._age_timer = QTimer(self)
        self._age_timer.setInterval(AGE_INTERVAL_MS)
        self._age_timer.timeout.connect(self._show_under_way)
        px = theme.tokens.px
        self.scan_field = ScanField(theme)
        self._demo = badge(text("program.demo"), "wait")
        self._demo.setObjectName("demo")
        set_tooltip(self._demo, text("demo.means"))
        self._program = label(PROGRAM, "title")
        self._station_name, self._operator = station, ""
        self._station = Elided(station, "secondary")
        self._station.setObjectName("station")
        self._station.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(px(10))
        self._sending = badge("", "accent")
        self._late = PressableBadge(text("top_bar.show_late"), "wait")
        self._late.pressed.connect(self.late_requested)
        self._late.setObjectName("late_count")
        self._review = PressableBadge(text("top_bar.show_review"), "wait")
        self._review.pressed.connect(self.forward_requested)
        self._review.setObjectName("forward_review_count")
        self._needs_attention = PressableBadge(text("top_bar.show_needs_attention"), key=NEEDS_ATTENTION_KEY)
        self._needs_attention.pressed.connect(self.needs_attention_requested)
        self._sending.setObjectName("sending_count")
        self._needs_attention.setObjectName("needs_attention_count")
        self.menu_button = button(text("menu.title"), "quiet", "F10")
        self.menu_button.setObjectName("menu_button")
        self.menu_button.clicked.connect(self.menu_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(18), px(10), px(14), px(10))
        row.setSpacing(px(12))
        row.addWidget(self._program)
        row.addWidget(self._station)
        row.addWidget(self._demo)
        row.addWidget(self.scan_field, 1)
        row.addLayout(self._badges)
        row.addWidget(self._sending)
        row.addWidget(self._review)
        row.addWidget(self._late)
        row.addWidget(self._needs_attention)
        row.addWidget(self.menu_button)
        self._demo.setVisible(demo)
        self.show_counts(sending=0, needs_attention=0)
        self.show_late(0)
        self.show_forward_review(0)

    def show_connections(self, connections: Sequence[Connection], unresponsive: Collection[int] = ()) -> None:
        """Show a badge for each connection, or one for all in a narrow bar; `unresponsive` are ids."""
        self._connections = tuple(connections)
        self._unresponsive = frozenset(unresponsive)
        self._fill()

    def show_station(self, name: str) -> None:
        """Show another name of the station."""
        self._station_name = name
        self.show_operator(self._operator)

    def show_operator(self, operator: str) -> None:
        """Show the packer beside the station's name."""
        self._operator = operator
        self._station.set_text(f"{self._station_name} · {operator}" if operator else self._station_name)

    def show_counts(
        self, *, sending: int | None = None, oldest_ms: int | None = None, needs_attention: int | None = None
    ) -> None:
        """Show how many updates are under way, since when the oldest is, and how many orders need attention."""
        if sending is not None:
            self._under_way, self._oldest_ms = sending, oldest_ms
            self._sending.setVisible(sending > 0)
            self._show_under_way()
            if sending:
                self._age_timer.start()
            else:
                self._age_timer.stop()
        if needs_attention is not None:
            self._needs_attention.setText(text("top_bar.needs_attention", count=needs_attention))
            self._needs_attention.setVisible(needs_attention > 0)

    def show_late(self, number: int) -> None:
        """Show how many orders have a delivery issue."""
        self._late.setText(text("top_bar.late", count=number))
        self._late.setVisible(number > 0)

    def show_forward_review(self, number: int) -> None:
        """Show how many shipments made elsewhere are under review, or could not be forwarded."""
        self._review.setText(text("top_bar.review", count=number))
        self._review.setVisible(number > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Combine the badges where the bar is narrow."""
        super().resizeEvent(event)
        if self._is_roomy(event.oldSize().width()) != self._is_roomy(self.width()):
            self._fill()

    def _show_under_way(self) -> None:
        oldest_s = 0.0 if self._oldest_ms is None else time.time() - self._oldest_ms / 1_000
        number, duration = self._under_way, lasting(oldest_s)
        if oldest_s < MINUTE_S:
            label = meaning = text("top_bar.sending", count=number)
        else:
            label = text("top_bar.waiting", count=number, duration=duration)
            meaning = text("top_bar.waiting_means", count=number, duration=duration)
        self._sending.setText(label)
        set_tooltip(self._sending, meaning)

    def _is_roomy(self, width: int) -> bool:
        return width >= self._theme.tokens.px(ROOMY_PX)

    def _fill(self) -> None:
        is_roomy = self._is_roomy(self.width())
        # The scan field needs the room more than the program's name, which the window's title has too.
        self._program.setVisible(is_roomy)
        self._station.setVisible(is_roomy)
        self.menu_button.set_key(key_name("F10") if is_roomy else "")
        while (item := self._badges.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        known = self._connections
        if len(known) <= BADGES_MOST and is_roomy:
            shown = [(connection.name, (connection,)) for connection in known]
        else:
            shown = (
                [(text("connections.count", count=len(known)) if is_roomy else str(len(known)), known)] if known else []
            )
        if known and self._unresponsive.issuperset(connection.id for connection in known):
            self._badges.addWidget(self._offline_badge())
            shown = []
        for title, members in shown:
            states = [self._state_of(connection) for connection in members]
            worst = next(state for state in ConnectionState if state in states)
            number = states.count(worst)
            short = title if len(title) <= NAME_MOST else title[: NAME_MOST - 1] + "…"
            shown_badge = badge(_named(short, worst, number, len(members)), CONNECTION_SEVERITIES[worst], dot=True)
            name = text("connections.count", count=len(members)) if len(members) > 1 else title
            accessible_text = _named(name, worst, number, len(members))
            if accessible_text == name and worst != ConnectionState.WORKS:
                accessible_text = f"{name}, {connection_state(worst)}"
            shown_badge.setObjectName("connection")
            shown_badge.setAccessibleName(plain(accessible_text))
            set_tooltip(shown_badge, "\n".join(map(self._sentence, members)))
            self._badges.addWidget(shown_badge)

    def _offline_badge(self) -> QLabel:
        made = badge(text("offline.title"), "bad", dot=True)
        made.setObjectName("offline")
        made.setAccessibleName(plain(f"{text('offline.title')}. {text('offline.means')}"))
        set_tooltip(made, "\n".join([text("offline.means"), *map(self._sentence, self._connections)]))
        return made

    def _sentence(self, connection: Connection) -> str:
        state = self._state_of(connection)
        reason = connection.blocked_message if state == ConnectionState.BLOCKED else connection.failing_message
        return _sentence(connection.name, state, str(reason))

    def _state_of(self, connection: Connection) -> ConnectionState:
        return connection.state(is_unresponsive=connection.id in self._unresponsive)


def _named(title: str, state: ConnectionState, number: int, members: int) -> str:
    """Return the label of a connection, or of several, of which `number` are in the worst state."""
    if state not in (ConnectionState.BLOCKED, ConnectionState.SYNC_FAILED):
        return title
    if members == 1:
        return f"{title} · {connection_state(state)}"
    counted = "connections.blocked" if state == ConnectionState.BLOCKED else "connections.failed"
    return f"{title} · {text(counted, count=number)}"


def _sentence(name: str, state: ConnectionState, reason: str) -> str:
    """Return how a connection works, with its platform's own message."""
    match state:
        case ConnectionState.BLOCKED:
            return text("connection_now.blocked", name=name, reason=reason)
        case ConnectionState.SYNC_FAILED:
            return text("connection_now.failed", name=name, key=key_name(SYNC_KEY))
        case ConnectionState.UNRESPONSIVE:
            return f"{text('connection_now.silent', name=name)} {reason}".strip()
        case ConnectionState.UNCHECKED:
            return text("connection_now.unchecked", name=name, key=key_name(SYNC_KEY))
        case _:
            return text("connection_now.ok", name=name)


class PressableBadge(Badge):
    """A badge that is a button as well. Signal: pressed()."""

    pressed = Signal()

    def __init__(self, meaning: str, severity: Severity = "bad", key: str = "") -> None:
        """Describe what pressing it does; `key` does the same."""
        super().__init__("", severity, dot=False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleDescription(plain(meaning))
        set_tooltip(self, f"{meaning}   {key_name(key)}" if key else meaning)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Take a click; the key is the window's."""
        self.pressed.emit()


class ScanField(QLineEdit):
    """Takes what is typed in place of a scan. Signal: scanned(text), on Enter."""

    scanned = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Initialize empty."""
        super().__init__()
        self.setObjectName("scan_field")
        self.setProperty("variant", "scan")
        self.setAccessibleName(text("scan_field.name"))
        self.setMaxLength(2_000)
        self.setMinimumWidth(theme.tokens.px(LEAST_SCAN_PX))
        self.returnPressed.connect(self._entered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the room there is."""
        super().resizeEvent(event)
        fit_hint(self, [f"{text(hint)}   {key_name('F2')}" for hint in SCAN_HINTS])

    def take(self, text: str) -> None:
        """Take a text as if it had been entered here."""
        self.setText(text)
        self.focus()
        self._entered()

    def focus(self) -> None:
        """Focus the field; typing replaces its text."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def take_text(self) -> str:
        """Clear the field, and return its text."""
        text = self.text()
        self.clear()
        return text

    def leave_keys(self) -> None:
        """Leave some keys to the window. Called after the first paint, which it would slow down."""
        self.installEventFilter(_LeftKeys(self))

    def _entered(self) -> None:
        # While it is empty, Enter is an answer.
        text = self.take_text()
        if text.strip():
            self.scanned.emit(text)


class _LeftKeys(QObject):
    """Leaves Ctrl+Z to the window, and Ctrl+A where all is selected: then it packs all that is left."""

    def __init__(self, field: ScanField) -> None:
        super().__init__(field)
        self._field = field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        from PySide6.QtGui import QKeySequence

        all_selected = self._field.selectedText() == self._field.text()
        is_left = event.matches(QKeySequence.StandardKey.Undo) or (
            event.matches(QKeySequence.StandardKey.SelectAll) and all_selected
        )
        if is_left:
            event.ignore()
        return is_left
