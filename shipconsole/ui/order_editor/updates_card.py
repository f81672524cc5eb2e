"""The card of updates: what the platforms will receive, what became of it, and the button that ships."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.undo import can_be_undone
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea, ShrinkingColumn
from shipconsole.ui.kit.formats import MINUTE_S, lasting
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.kit.widgets import KeyButton
from shipconsole.ui.order_editor.updates import UpdateLine

ROWS_SHOWN = 4
SIDE_PX = 16
COUNTDOWN_MS = 250


class UpdatesCard(QFrame):
    """The card below the packages.

    Signals: preview_requested(), ship_requested(), retry_requested(call id), mark_confirmed_requested(call id),
    discard_requested(call id).
    """

    preview_requested = Signal()
    ship_requested = Signal()
    retry_requested = Signal(int)
    mark_confirmed_requested = Signal(int)
    discard_requested = Signal(int)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        """Initialize without updates."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._theme = theme
        self._is_low = False
        self._rows: list[UpdateRow] = []
        self._lines: tuple[UpdateLine, ...] | None = None
        self._title = widgets.label(text("requests.title"), "heading")
        self.preview_button = widgets.button(text("order_editor.preview"), "quiet", "Alt+P")
        self.preview_button.setObjectName("preview_button")
        self.preview_button.clicked.connect(self.preview_requested)
        self._empty = widgets.label(text("order_editor.nothing_to_send"), "secondary")
        self._empty.setWordWrap(True)
        self._list = QWidget()
        self._column = ShrinkingColumn(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.tokens.px(2))
        self._column.addWidget(self._empty)
        self._scroll = FittingScrollArea(self._list, min_px=theme.tokens.px(88))
        self.undo_bar = UndoBar(theme, clock)
        self._reason = widgets.label("", "secondary")
        self._reason.setObjectName("ship_refused")
        self._reason.setWordWrap(True)
        self.ship_button = widgets.button(text("ship_button.ship"), "primary", "Ctrl+Enter")
        self.ship_button.setObjectName("ship_button")
        self.ship_button.clicked.connect(self.ship_requested)
        self.ship_button.setEnabled(False)
        self._ship_text = self._short_ship_text = text("ship_button.ship")
        self._margins = theme.tokens.px(2 * SIDE_PX)

        px = theme.tokens.px
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self.preview_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(SIDE_PX), px(8), px(SIDE_PX), px(14))
        column.setSpacing(px(5))
        column.addLayout(top)
        column.addWidget(self._scroll)
        column.addWidget(self.undo_bar)
        column.addWidget(self._reason)
        column.addWidget(self.ship_button)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def show_lines(self, lines: Sequence[UpdateLine], *, all_sent: bool) -> None:
        """Show rows; `all_sent` changes the title."""
        self._title.setText(text("order_editor.was_sent") if all_sent else text("requests.title"))
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        while len(self._rows) > len(lines):
            removed = self._rows.pop()
            self._column.removeWidget(removed)
            removed.hide()
            removed.deleteLater()
        while len(self._rows) < len(lines):
            row = UpdateRow(self._theme)
            row.retry_requested.connect(self.retry_requested)
            row.mark_confirmed_requested.connect(self.mark_confirmed_requested)
            row.discard_requested.connect(self.discard_requested)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, line in zip(self._rows, lines, strict=True):
            row.show_line(line)
        self._empty.setVisible(not lines)

    def show_ship(self, label: str, short_label: str, *, enabled: bool, reason: str) -> None:
        """Show the label of the button, the short one in little room, and the reason why it is not enabled."""
        self._ship_text, self._short_ship_text = label, short_label
        self.ship_button.setAccessibleName(plain(label))
        self.ship_button.setEnabled(enabled)
        self._fit_ship()
        self._reason.setText(plain(reason))
        self._reason.setVisible(bool(reason))
        self.ship_button.setAccessibleDescription(plain(reason))
        self.preview_button.setEnabled(enabled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the label of the button to the new width."""
        super().resizeEvent(event)
        self._fit_ship()

    def _fit_ship(self) -> None:
        self.ship_button.setText(widgets.button_text(self._ship_text))
        fits = self.ship_button.sizeHint().width() <= self.width() - self._margins
        if not fits:
            self.ship_button.setText(widgets.button_text(self._short_ship_text))
        widgets.set_tooltip(self.ship_button, "" if fits else self._ship_text)
        self.ship_button.updateGeometry()

    def set_low(self, is_low: bool) -> None:
        """Take less height in a low window: the rows scroll."""
        if is_low != self._is_low:
            self._is_low = is_low
            self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        tokens = self._theme.tokens
        self.preview_button.setStyleSheet(
            f"QPushButton {{ font-size: {tokens.px(tokens.secondary_px)}px; font-weight: 400;"
            f" padding: 0 {tokens.px(4)}px; }}"
        )
        self._scroll.set_max(tokens.px(30) if self._is_low else tokens.px(30) * ROWS_SHOWN + tokens.px(34))


class UpdateRow(QWidget):
    """One update: its connection, text and state; below it what is wrong and what a person can do."""

    retry_requested = Signal(int)
    mark_confirmed_requested = Signal(int)
    discard_requested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Initialize empty."""
        super().__init__()
        px = theme.tokens.px
        self._line: UpdateLine | None = None
        self._badge = widgets.badge("", "accent")
        self._text = widgets.Elided("", "secondary")
        self._state = widgets.label("", "secondary")
        self._problem = _selectable("problem", "bad")
        self._notice = _selectable("notice", "wait")
        self._retry = self._button("retry", text("button.retry"), self.retry_requested.emit)
        self._mark_confirmed = self._button(
            "mark_confirmed", text("button.mark_confirmed"), self.mark_confirmed_requested.emit
        )
        self._discard = self._button("discard", text("button.discard"), self.discard_requested.emit, variant="quiet")
        top = QHBoxLayout()
        top.setSpacing(px(9))
        top.addWidget(self._badge)
        top.addWidget(self._text, 1)
        top.addWidget(self._state)
        choices = QHBoxLayout()
        choices.setSpacing(px(6))
        for button in (self._retry, self._mark_confirmed, self._discard):
            choices.addWidget(button)
        choices.addStretch(1)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, px(4))
        below.setSpacing(px(4))
        below.addWidget(self._problem)
        below.addWidget(self._notice)
        below.addLayout(choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(3), 0, px(3))
        column.setSpacing(px(4))
        column.addLayout(top)
        column.addWidget(self._below)

    def show_line(self, line: UpdateLine) -> None:
        """Show one update."""
        if line == self._line:
            return
        self._line = line
        self._badge.setText(plain(line.connection))
        self._text.set_text(line.text)
        self._state.setText(plain(line.state))
        widgets.set_severity(self._state, line.severity)
        self._problem.setText(plain(line.problem))
        self._problem.setVisible(bool(line.problem))
        self._notice.setText(plain(line.notice))
        self._notice.setVisible(bool(line.notice))
        self._below.setVisible(bool(line.problem or line.notice))
        self._retry.setVisible(bool(line.problem))
        self._discard.setVisible(bool(line.problem))
        self._mark_confirmed.setVisible(line.may_be_confirmed)
        accessible_text = f"{line.connection}: {line.text}, {line.state}"
        self.setAccessibleName(plain(f"{accessible_text}. {line.notice}" if line.notice else accessible_text))

    def _button(self, name: str, title: str, choose: Callable[[int], object], *, variant: str = "plain") -> KeyButton:
        button = widgets.button(title, variant)
        button.setObjectName(name)
        button.clicked.connect(partial(self._on_clicked, choose))
        return button

    def _on_clicked(self, choose: Callable[[int], object], _checked: bool = False) -> None:
        if self._line is not None and self._line.call_id is not None:
            choose(self._line.call_id)


def _selectable(name: str, severity: Severity) -> QLabel:
    label = widgets.label("", "secondary", severity)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class UndoBar(QFrame):
    """Shown while no platform was notified of the last shipment yet. Signal: undo_requested()."""

    undo_requested = Signal()

    def __init__(self, theme: Theme, clock: Clock) -> None:
        """Initialize hidden."""
        super().__init__()
        self.setObjectName("undo_bar")
        self._clock = clock
        self._sends_at_s = 0.0
        self._is_held = False
        self._countdown = widgets.label("", "secondary", "wait")
        self._countdown.setObjectName("undo_countdown")
        undo = widgets.button(text("button.undo"), "plain", "Ctrl+Z")
        undo.setObjectName("undo_shipment")
        undo.clicked.connect(self.undo_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, theme.tokens.px(2))
        row.addWidget(self._countdown, 1)
        row.addWidget(undo)
        self._timer = QTimer(self)
        self._timer.setInterval(COUNTDOWN_MS)
        self._timer.timeout.connect(self._show_countdown)
        self.hide()

    def show_sheet(self, sheet: OrderSheet) -> None:
        """Show whether the last shipment of an order can be undone."""
        last = sheet.shipments[-1] if sheet.shipments else None
        if last is None or not can_be_undone(last, sheet.calls):
            self._timer.stop()
            self.hide()
            return
        held = [call.due_at_ms for call in sheet.calls if call.shipment_id == last.id and call.state == "held"]
        self._is_held = any(held)
        # Counted by the monotonic clock, as the undo window is: setting the computer's clock changes neither.
        self._sends_at_s = self._clock.monotonic_s() + (min(held, default=0) - self._clock.now_ms()) / 1_000
        self._show_countdown()
        self._timer.start()
        self.show()

    def _show_countdown(self) -> None:
        seconds = max(0, math.ceil(self._sends_at_s - self._clock.monotonic_s()))
        self._countdown.setText(sends_in(seconds if self._is_held else 0))


def sends_in(seconds: int) -> str:
    """Return how long a shipment can be undone: in seconds, from a minute on as m:ss."""
    if seconds <= 0:
        return text("order_editor.sends_now")
    time = f"{seconds // 60}:{seconds % 60:02}" if seconds >= MINUTE_S else lasting(seconds)
    return text("order_editor.sends_in", time=time)
