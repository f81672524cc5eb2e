"""One button for the state of all connections; it opens a list with a row for each."""

import time
from collections.abc import Collection, Sequence

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.connection import Connection, ConnectionState
from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.ui.kit.formats import MINUTE_S, key_name, lasting
from shipconsole.ui.kit.layout_items import clear
from shipconsole.ui.kit.strings import CONNECTION_SEVERITIES, connection_state, paused_by
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import KeyButton, badge, button, label
from shipconsole.ui.window.bar_button import BarButton

SYNC_KEY = "F5"
WIDTH_PX = 380
_OF_ONE = {
    ConnectionState.BLOCKED: "connection_group.one_blocked",
    ConnectionState.SYNC_FAILED: "connection_group.one_failed",
    ConnectionState.UNRESPONSIVE: "connection_group.one_silent",
    ConnectionState.PAUSED: "connection_group.one_paused",
}
"""The messages about the only connection in a state."""


class ConnectionGroup:
    """The state of all connections, and of the updates that are under way."""

    def __init__(self, connections: Sequence[Connection] = (), silent: Collection[int] = ()) -> None:
        """Take the connections; `silent` are the ids of those that do not respond."""
        self.connections = tuple(connections)
        self._silent = frozenset(silent)

    def state_of(self, connection: Connection) -> ConnectionState:
        """Return the last known state of a connection."""
        return connection.state(is_unresponsive=connection.id in self._silent)

    @property
    def is_offline(self) -> bool:
        """Whether no connection responds."""
        known = self.connections
        return bool(known) and self._silent.issuperset(connection.id for connection in known)

    def summary(self) -> tuple[str, str, Severity]:
        """Return all states in a few words, the short form, and the severity."""
        if not self.connections:
            return text("connection_group.none"), "", "quiet"
        if self.is_offline:
            return text("offline.title"), text("offline.title"), "bad"
        states = [self.state_of(connection) for connection in self.connections]
        fine, unchecked = states.count(ConnectionState.WORKS), states.count(ConnectionState.UNCHECKED)
        failing = [number for number, state in enumerate(states) if state in _OF_ONE]
        parts = [text("connection_group.all_ok", count=fine)] if fine else []
        if unchecked:
            parts.append(text("connection_group.checking", count=unchecked))
        if len(failing) == 1:
            parts.append(text(_OF_ONE[states[failing[0]]], name=self.connections[failing[0]].name))
        elif failing:
            parts.append(text("connection_group.need_attention", count=len(failing)))
        worst = next(state for state in ConnectionState if state in states)
        severity = CONNECTION_SEVERITIES[worst]
        short = f"{fine}/{len(states)}" if failing else str(len(states))
        return " · ".join(parts), short, severity

    def sentence(self, connection: Connection) -> str:
        """Return how a connection works, with its platform's own message."""
        state = self.state_of(connection)
        paused = f"{text('connection_now.paused', name=connection.name)} {paused_by(connection.pause)}"
        if state == ConnectionState.PAUSED:
            return paused
        sentence = self._of_state(connection, state)
        return f"{sentence} {paused}" if connection.pause else sentence

    @staticmethod
    def _of_state(connection: Connection, state: ConnectionState) -> str:
        name = connection.name
        match state:
            case ConnectionState.BLOCKED:
                return text("connection_now.blocked", name=name, reason=str(connection.blocked_message))
            case ConnectionState.SYNC_FAILED:
                return text("connection_now.failed", name=name, key=key_name(SYNC_KEY))
            case ConnectionState.UNRESPONSIVE:
                return f"{text('connection_now.silent', name=name)} {connection.failing_message}".strip()
            case ConnectionState.UNCHECKED:
                return text("connection_now.unchecked", name=name, key=key_name(SYNC_KEY))
            case _:
                return text("connection_now.ok", name=name)


class ConnectionsButton(BarButton):
    """Signals: open_requested() for the dialog; and late_requested(), forward_requested() and silent_requested()
    for the counts in the list.
    """

    open_requested = Signal()
    late_requested = Signal()
    forward_requested = Signal()
    silent_requested = Signal()

    def __init__(self, theme: Theme, *, demo: bool) -> None:
        """Begin without connections."""
        super().__init__(theme, "connections_button", "plug", has_list=True)
        self._theme = theme
        self._demo = demo
        self.state = ConnectionGroup()
        self.sending = self.late = self.review = self.silent = 0
        """Counts for the list: updates under way, delivery issues, shipments under review, packages never scanned."""
        self.oldest_ms: int | None = None
        self._list: ConnectionsList | None = None
        self.clicked.connect(self.show_list)
        self.refresh()

    def show_connections(self, group: ConnectionGroup) -> None:
        """Show the state of all."""
        self.state = group
        self.refresh()

    def refresh(self) -> None:
        """Show the state and the counts as they are now."""
        summary, short, severity = self.state.summary()
        ground: Severity = severity if severity in ("bad",) else ""
        spoken = text("connection_group.spoken", state=summary)
        self.show_text(summary, short, spoken, mark=severity, severity=ground)
        if self._list is not None:
            self._list.fill(self)

    def sending_text(self) -> str:
        """Return how many updates are under way, and for how long the oldest has waited; empty for none."""
        if not self.sending:
            return ""
        oldest_s = 0.0 if self.oldest_ms is None else time.time() - self.oldest_ms / 1_000
        if oldest_s < MINUTE_S:
            return text("top_bar.sending", count=self.sending)
        return text("top_bar.waiting_means", count=self.sending, duration=lasting(oldest_s))

    def show_list(self) -> None:
        """Open the list below the button."""
        if self._list is None:
            self._list = ConnectionsList(self, self._theme, demo=self._demo)
        shown = self._list
        shown.fill(self)
        shown.setFixedWidth(self._theme.tokens.px(WIDTH_PX))
        shown.fit()
        right = self.mapToGlobal(QPoint(self.width(), self.height() + self._theme.tokens.px(6)))
        screen = self.screen().availableGeometry()
        left = max(screen.left(), min(right.x() - shown.width(), screen.right() - shown.width()))
        shown.move(left, min(right.y(), max(screen.top(), screen.bottom() - shown.height())))
        shown.show()
        shown.open_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def hide_list(self) -> None:
        """Close the list."""
        if self._list is not None:
            self._list.hide()


class ConnectionsList(QFrame):
    """A row for each connection, the counts, and a button for the dialog; Esc closes it."""

    def __init__(self, owner: ConnectionsButton, theme: Theme, *, demo: bool) -> None:
        """Begin empty."""
        super().__init__(owner, Qt.WindowType.Popup)
        self.setObjectName("connections_list")
        self.setProperty("variant", "sheet")
        self.setAccessibleName(text("shared.connections"))
        px = theme.tokens.px
        self._px = px
        self._demo = badge(text("program.demo"), "wait")
        self._demo.setVisible(demo)
        self._demo_means = label(text("demo.means"), "secondary")
        self._demo_means.setWordWrap(True)
        self._demo_means.setVisible(demo)
        self.offline = label(text("offline.means"), severity="bad")
        self.offline.setObjectName("list_offline")
        self.offline.setWordWrap(True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(px(8))
        self.sending = label("", "secondary")
        self.sending.setObjectName("list_sending")
        self.sending.setWordWrap(True)
        self.late = _entry("list_late", owner.late_requested, self)
        self.review = _entry("list_review", owner.forward_requested, self)
        self.silent = _entry("list_silent", owner.silent_requested, self)
        self.open_button = _entry("open_connections", owner.open_requested, self)
        self.open_button.setText(text("connection_group.open"))
        self.open_button.setAccessibleName(text("connection_group.open"))
        top = QHBoxLayout()
        top.addWidget(label(text("shared.connections"), "heading"))
        top.addStretch()
        top.addWidget(self._demo)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(10))
        column.addLayout(top)
        column.addWidget(self._demo_means)
        column.addWidget(self.offline)
        column.addLayout(self._rows)
        for part in (self.sending, self.late, self.review, self.silent, self.open_button):
            column.addWidget(part)

    def fill(self, owner: ConnectionsButton) -> None:
        """Show the state of each connection, and the counts."""
        clear(self._rows)
        for connection in owner.state.connections:
            row = self._row(owner.state, connection)
            self._rows.addWidget(row)
            row.show()
        self.offline.setVisible(owner.state.is_offline)
        sending = owner.sending_text()
        self.sending.setText(sending)
        self.sending.setVisible(bool(sending))
        for entry, count, message in (
            (self.late, owner.late, "top_bar.late"),
            (self.review, owner.review, "top_bar.review"),
            (self.silent, owner.silent, "top_bar.silent"),
        ):
            entry.setText(text(message, count=count))
            entry.setAccessibleName(text(message, count=count))
            entry.setVisible(count > 0)
        if self.isVisible():
            self.fit()

    def fit(self) -> None:
        """Take the height that everything needs: `adjustSize` stops at two thirds of the screen."""
        self.resize(self.width(), self.heightForWidth(self.width()))

    def _row(self, group: ConnectionGroup, connection: Connection) -> QWidget:
        state = group.state_of(connection)
        row = QWidget()
        row.setObjectName("connection")
        row.setAccessibleName(plain(group.sentence(connection)))
        name = label(connection.name, "strong")
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line = QHBoxLayout()
        line.addWidget(name, 1)
        line.addWidget(badge(connection_state(state), CONNECTION_SEVERITIES[state], dot=True))
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._px(2))
        column.addLayout(line)
        if state != ConnectionState.WORKS:
            means = label(group.sentence(connection), "secondary")
            means.setWordWrap(True)
            column.addWidget(means)
        return row


def _entry(name: str, signal: SignalInstance, shown: QWidget) -> KeyButton:
    made = button("", "plain")
    made.setObjectName(name)
    made.setAutoDefault(False)
    made.clicked.connect(shown.hide)
    made.clicked.connect(signal)
    return made
