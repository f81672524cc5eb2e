"""The bar at the top: whose bench it is, the scan field, how the connections are, and what is under way."""

import time
from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy

from shipconsole.domain.connection import Connection, ConnectionState
from shipconsole.messages import text
from shipconsole.ui.kit.keys import key_name
from shipconsole.ui.kit.strings import CONNECTION_TONES, CONNECTION_WORDS
from shipconsole.ui.kit.theme import Badge, Elided, Theme, Tone, badge, button, fit_hint, label, plain, set_tooltip
from shipconsole.ui.kit.times import MINUTE_S, lasting

BADGES_MOST = 4
NAME_MOST = 16
ROOMY_PX = 1_150
LEAST_SCAN_PX = 220
AGE_EVERY_MS = 5_000
NEEDS_ATTENTION_KEY, SYNC_KEY = "F8", "F5"
PROGRAM = "Shipconsole"
SCAN_HINTS = ("scan_field.hint", "scan_field.hint_shorter", "scan_field.hint_shortest")
"""Ids of messages, the longest first."""


class TopBar(QFrame):
    """Always in sight.

    Signals: scanned(str text), as it was scanned; menu_requested(); needs_attention_requested(); late_requested();
    forward_requested().
    """

    scanned = Signal(str)
    menu_requested = Signal()
    needs_attention_requested = Signal()
    late_requested = Signal()
    forward_requested = Signal()

    def __init__(self, theme: Theme, station: str, *, practice: bool = False) -> None:
        """Name the station, and say where nothing is real."""
        super().__init__()
        self.setObjectName("top_bar")
        self.setProperty("variant", "bar")
        self._theme = theme
        self._connections: tuple[Connection, ...] = ()
        self._silent: frozenset[int] = frozenset()
        self._under_way = 0
        self._oldest_ms: int | None = None
        self._aging = QTimer(self)
        self._aging.setInterval(AGE_EVERY_MS)
        self._aging.timeout.connect(self._say_under_way)
        px = theme.tokens.px
        self.scan_field = ScanField(theme)
        self.scan_field.scanned.connect(self.scanned)
        self._practice = badge(text("program.demo"), "wait")
        set_tooltip(self._practice, text("demo.means"))
        self._program = label(PROGRAM, "title")
        self._station_name = station
        self._station = Elided(station, "secondary")
        self._station.setObjectName("station")
        self._station.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(px(10))
        self._sending = badge("", "accent")
        self._late = PressableBadge(text("top_bar.show_late"), "wait")
        self._late.pressed.connect(self.late_requested)
        self._late.setObjectName("late_count")
        self._to_pass_on = PressableBadge(text("top_bar.show_review"), "wait")
        self._to_pass_on.pressed.connect(self.forward_requested)
        self._to_pass_on.setObjectName("to_pass_on_count")
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
        row.addWidget(self._practice)
        row.addWidget(self.scan_field, 1)
        row.addLayout(self._badges)
        row.addWidget(self._sending)
        row.addWidget(self._to_pass_on)
        row.addWidget(self._late)
        row.addWidget(self._needs_attention)
        row.addWidget(self.menu_button)
        self._practice.setVisible(practice)
        self.show_counts(sending=0, needs_attention=0)
        self.show_late(0)
        self.show_to_pass_on(0)

    def show_connections(self, connections: Sequence[Connection], silent: Collection[int] = ()) -> None:
        """Show a pill for each connection, or one for all where there is no room; `silent` are those without answer."""
        self._connections = tuple(connections)
        self._silent = frozenset(silent)
        self._fill()

    def show_operator(self, operator: str) -> None:
        """Show who packs, beside the bench's name."""
        self._station.set_text(f"{self._station_name} · {operator}" if operator else self._station_name)

    def show_counts(
        self, *, sending: int | None = None, oldest_ms: int | None = None, needs_attention: int | None = None
    ) -> None:
        """Show how many calls are under way, since when the oldest is, and how many orders need a person."""
        if sending is not None:
            self._under_way, self._oldest_ms = sending, oldest_ms
            self._sending.setVisible(sending > 0)
            self._say_under_way()
            if sending:
                self._aging.start()
            else:
                self._aging.stop()
        if needs_attention is not None:
            self._needs_attention.setText(text("top_bar.needs_attention", count=needs_attention))
            self._needs_attention.setVisible(needs_attention > 0)

    def show_late(self, number: int) -> None:
        """Show how many orders have a package that is late, quiet or in trouble."""
        self._late.setText(text("top_bar.late", count=number))
        self._late.setVisible(number > 0)

    def show_to_pass_on(self, number: int) -> None:
        """Show how many packages that shipped elsewhere wait for a yes, or could not be passed on."""
        self._to_pass_on.setText(text("top_bar.review", count=number))
        self._to_pass_on.setVisible(number > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the pills together where the bar is narrow."""
        super().resizeEvent(event)
        if self._roomy(event.oldSize().width()) != self._roomy(self.width()):
            self._fill()

    def _say_under_way(self) -> None:
        oldest_s = 0.0 if self._oldest_ms is None else time.time() - self._oldest_ms / 1_000
        number, duration = self._under_way, lasting(oldest_s)
        if oldest_s < MINUTE_S:
            said = means = text("top_bar.sending", count=number)
        else:
            said = text("top_bar.waiting", count=number, duration=duration)
            means = text("top_bar.waiting_means", count=number, duration=duration)
        self._sending.setText(said)
        set_tooltip(self._sending, means)

    def _roomy(self, width: int) -> bool:
        return width >= self._theme.tokens.px(ROOMY_PX)

    def _fill(self) -> None:
        roomy = self._roomy(self.width())
        # The scan field needs the room more than the program's name does, which stands in the window's title.
        self._program.setVisible(roomy)
        self._station.setVisible(roomy)
        self.menu_button.set_key(key_name("F10") if roomy else "")
        while (item := self._badges.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        known = self._connections
        if len(known) <= BADGES_MOST and roomy:
            shown = [(one.name, (one,)) for one in known]
        else:
            shown = (
                [(text("connections.count", count=len(known)) if roomy else str(len(known)), known)] if known else []
            )
        if known and self._silent.issuperset(one.id for one in known):
            self._badges.addWidget(self._offline_badge())
            shown = []
        for title, members in shown:
            states = [self._state_of(one) for one in members]
            worst = next(state for state in ConnectionState if state in states)
            number = states.count(worst)
            short = title if len(title) <= NAME_MOST else title[: NAME_MOST - 1] + "…"
            made = badge(_named(short, worst, number, len(members)), CONNECTION_TONES[worst], dot=True)
            name = text("connections.count", count=len(members)) if len(members) > 1 else title
            said = _named(name, worst, number, len(members))
            if said == name and worst != ConnectionState.WORKS:
                said = f"{name}, {CONNECTION_WORDS[worst]}"
            made.setAccessibleName(plain(said))
            set_tooltip(made, "\n".join(self._said_of(one) for one in members))
            self._badges.addWidget(made)

    def _offline_badge(self) -> QLabel:
        made = badge(text("offline.title"), "bad", dot=True)
        made.setObjectName("offline")
        made.setAccessibleName(plain(f"{text('offline.title')}. {text('offline.means')}"))
        set_tooltip(made, "\n".join([text("offline.means"), *(self._said_of(one) for one in self._connections)]))
        return made

    def _said_of(self, one: Connection) -> str:
        state = self._state_of(one)
        said = one.blocked_message if state == ConnectionState.BLOCKED else one.failing_message
        return _sentence(one.name, state, str(said))

    def _state_of(self, one: Connection) -> ConnectionState:
        return one.state(is_silent=one.id in self._silent)


def _named(title: str, state: ConnectionState, number: int, members: int) -> str:
    """A connection, or several drawn together, of which so many are in the worst state."""
    if state not in (ConnectionState.BLOCKED, ConnectionState.SYNC_FAILED):
        return title
    if members == 1:
        return f"{title} · {CONNECTION_WORDS[state]}"
    counted = "connections.blocked" if state == ConnectionState.BLOCKED else "connections.failed"
    return f"{title} · {text(counted, count=number)}"


def _sentence(name: str, state: ConnectionState, said: str) -> str:
    """How a connection is, with what its platform said."""
    match state:
        case ConnectionState.BLOCKED:
            return text("connection_now.blocked", name=name, reason=said)
        case ConnectionState.SYNC_FAILED:
            return text("connection_now.failed", name=name, key=key_name(SYNC_KEY))
        case ConnectionState.SILENT:
            return f"{text('connection_now.silent', name=name)} {said}".strip()
        case ConnectionState.UNCHECKED:
            return text("connection_now.unchecked", name=name, key=key_name(SYNC_KEY))
        case _:
            return text("connection_now.ok", name=name)


class PressableBadge(Badge):
    """A pill that is a button as well. Signal: pressed()."""

    pressed = Signal()

    def __init__(self, meaning: str, tone: Tone = "bad", key: str = "") -> None:
        """Say what pressing it does."""
        super().__init__("", tone, dot=False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleDescription(plain(meaning))
        set_tooltip(self, f"{meaning}   {key_name(key)}" if key else meaning)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Take a click; the key is the window's."""
        self.pressed.emit()


class ScanField(QLineEdit):
    """Takes what is typed in place of a scan. Signal: scanned(str text) when a line ends with Enter."""

    scanned = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Wait for a scan."""
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
        fit_hint(self, [f"{text(one)}   {key_name('F2')}" for one in SCAN_HINTS])

    def take(self, text: str) -> None:
        """Take a text as if it had been entered here."""
        self.setText(text)
        self.go()
        self._entered()

    def go(self) -> None:
        """Go to the field; what stands there is replaced by what is typed next."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def taken(self) -> str:
        """Take away what stands in the field, and return it."""
        text = self.text()
        self.clear()
        return text

    def leave_keys(self) -> None:
        """Leave some keys to the window, which has more use for them; not before it is painted, for it slows that."""
        self.installEventFilter(_LeftKeys(self))

    def _entered(self) -> None:
        # Empty it says that the next Enter is an answer.
        text = self.taken()
        if text.strip():
            self.scanned.emit(text)


class _LeftKeys(QObject):
    """Leaves Ctrl+Z to the window, and Ctrl+A where nothing more can be selected: then it means all that is left."""

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
