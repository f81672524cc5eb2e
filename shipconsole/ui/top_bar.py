"""The bar at the top: whose bench it is, the scan field, how the connections are, and what is under way."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy

from shipconsole.domain.connection import Connection
from shipconsole.ui import words
from shipconsole.ui.look import Elided, Look, Tone, button, fit_hint, label, pill, set_tooltip

PILLS_MOST = 4
NAME_MOST = 16
ROOMY_PX = 1_150
LEAST_SCAN_PX = 220


class TopBar(QFrame):
    """Always in sight. Signals: scanned(str text), as it was scanned; menu_wanted()."""

    scanned = Signal(str)
    menu_wanted = Signal()

    def __init__(self, look: Look, station: str, *, practice: bool = False) -> None:
        """Name the station, and say where nothing is real."""
        super().__init__()
        self.setObjectName("top_bar")
        self.setProperty("look", "bar")
        self._look = look
        self._connections: tuple[Connection, ...] = ()
        px = look.tokens.px
        self.scan_field = ScanField(look)
        self.scan_field.scanned.connect(self.scanned)
        self._practice = pill(words.PRACTICE, "wait")
        set_tooltip(self._practice, words.PRACTICE_MEANS)
        self._program = label(words.PROGRAM, "title")
        self._station_name = station
        self._station = Elided(station, "secondary")
        self._station.setObjectName("station")
        self._station.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._pills = QHBoxLayout()
        self._pills.setSpacing(px(10))
        self._sending = pill("", "accent")
        self._needs_you = pill("", "bad")
        self._sending.setObjectName("sending_count")
        self._needs_you.setObjectName("needs_you_count")
        self.menu_button = button(words.MENU, "quiet", "F10")
        self.menu_button.setObjectName("menu_button")
        self.menu_button.clicked.connect(self.menu_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(18), px(10), px(14), px(10))
        row.setSpacing(px(12))
        row.addWidget(self._program)
        row.addWidget(self._station)
        row.addWidget(self._practice)
        row.addWidget(self.scan_field, 1)
        row.addLayout(self._pills)
        row.addWidget(self._sending)
        row.addWidget(self._needs_you)
        row.addWidget(self.menu_button)
        self._practice.setVisible(practice)
        self.show_counts(sending=0, needs_you=0)

    def show_connections(self, connections: Sequence[Connection]) -> None:
        """Show a pill for each connection, or one for all where there is no room."""
        self._connections = tuple(connections)
        self._fill()

    def show_operator(self, operator: str) -> None:
        """Show who packs, beside the bench's name."""
        self._station.set_text(f"{self._station_name} · {operator}" if operator else self._station_name)

    def show_counts(self, *, sending: int | None = None, needs_you: int | None = None) -> None:
        """Show how many calls are under way and how many orders need a person; none is not shown."""
        if sending is not None:
            self._sending.setText(words.sending(sending))
            self._sending.setVisible(sending > 0)
        if needs_you is not None:
            self._needs_you.setText(words.needs_you(needs_you))
            self._needs_you.setVisible(needs_you > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the pills together where the bar is narrow."""
        super().resizeEvent(event)
        if self._roomy(event.oldSize().width()) != self._roomy(self.width()):
            self._fill()

    def _roomy(self, width: int) -> bool:
        return width >= self._look.tokens.px(ROOMY_PX)

    def _fill(self) -> None:
        roomy = self._roomy(self.width())
        # The scan field needs the room more than the program's name does, which stands in the window's title.
        self._program.setVisible(roomy)
        self._station.setVisible(roomy)
        self.menu_button.set_key("F10" if roomy else "")
        while (item := self._pills.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        known = self._connections
        if len(known) <= PILLS_MOST and roomy:
            shown = [(one.name, (one,)) for one in known]
        else:
            shown = [(words.counted(len(known), "connection") if roomy else str(len(known)), known)] if known else []
        for title, members in shown:
            blocked = [one for one in members if one.blocked_words]
            tone: Tone = "bad" if blocked else "good"
            short = title if len(title) <= NAME_MOST else title[: NAME_MOST - 1] + "…"
            text = words.connection_blocked(short, len(blocked), len(members)) if blocked else short
            made = pill(text, tone, dot=True)
            name = words.counted(len(members), "connection") if len(members) > 1 else title
            made.setAccessibleName(words.connection_blocked(name, len(blocked), len(members)) if blocked else name)
            set_tooltip(made, "\n".join(words.connection_state(one.name, one.blocked_words) for one in members))
            self._pills.addWidget(made)


class ScanField(QLineEdit):
    """Takes everything that is scanned. Signal: scanned(str text) when a scan or a typed line ends with Enter."""

    scanned = Signal(str)

    def __init__(self, look: Look) -> None:
        """Wait for a scan."""
        super().__init__()
        self.setObjectName("scan_field")
        self.setProperty("look", "scan")
        self.setAccessibleName(words.SCAN_FIELD)
        self.setMaxLength(2_000)
        self.setMinimumWidth(look.tokens.px(LEAST_SCAN_PX))
        self.returnPressed.connect(self._entered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the hint to the room there is."""
        super().resizeEvent(event)
        fit_hint(self, words.SCAN_HINTS)

    def take(self, text: str) -> None:
        """Take a scan that came while the focus was elsewhere, as if it had been scanned here."""
        self.setText(text)
        self.go()
        self._entered()

    def go(self) -> None:
        """Go to the field; what stands there is replaced by the next scan."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window, and Ctrl+A where nothing more can be selected: then it means all that is left."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            all_selected = self.selectedText() == self.text()
            if event.matches(QKeySequence.StandardKey.Undo) or (
                event.matches(QKeySequence.StandardKey.SelectAll) and all_selected
            ):
                event.ignore()
                return True
        return super().event(event)

    def _entered(self) -> None:
        text = self.text()
        self.selectAll()
        if text.strip():
            self.scanned.emit(text)
