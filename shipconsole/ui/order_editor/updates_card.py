"""The list of updates: one line a connection, and below it what is wrong and what a person can do."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.plain_text import plain
from shipconsole.messages import text
from shipconsole.operations.orders.orders import OrderSheet
from shipconsole.operations.shipping.undo import can_be_undone
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import widgets
from shipconsole.ui.kit.flow_layout import FlowLayout
from shipconsole.ui.kit.formats import MINUTE_S, lasting
from shipconsole.ui.kit.layout import wrapped
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.kit.widgets import KeyButton
from shipconsole.ui.order_editor.notified import NotifiedSign
from shipconsole.ui.order_editor.updates import UpdateLine

COUNTDOWN_MS = 250


class UpdatesCard(QFrame):
    """The updates of the order, shown where something is to be done about one, or a person opened them.

    Signals: retry_requested(call id), check_requested(call id), mark_confirmed_requested(call id),
    discard_requested(call id).
    """

    retry_requested = Signal(int)
    check_requested = Signal(int)
    mark_confirmed_requested = Signal(int)
    discard_requested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Begin without updates."""
        super().__init__()
        self.setProperty("variant", "package")
        self.setObjectName("updates")
        self._theme = theme
        self._rows: list[UpdateRow] = []
        self._lines: tuple[UpdateLine, ...] | None = None
        px = theme.tokens.px
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(px(12), px(8), px(12), px(8))
        self._column.setSpacing(px(4))
        self.hide()

    def show_lines(self, lines: Sequence[UpdateLine]) -> None:
        """Show a row for each update."""
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
            row.check_requested.connect(self.check_requested)
            row.mark_confirmed_requested.connect(self.mark_confirmed_requested)
            row.discard_requested.connect(self.discard_requested)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, line in zip(self._rows, lines, strict=True):
            row.show_line(line)


class UpdateRow(QWidget):
    """One update: its connection and state in one line; below it what is wrong and what a person can do."""

    retry_requested = Signal(int)
    check_requested = Signal(int)
    mark_confirmed_requested = Signal(int)
    discard_requested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Initialize empty."""
        super().__init__()
        px = theme.tokens.px
        self._line: UpdateLine | None = None
        self._sign = NotifiedSign(theme)
        self._connection = widgets.Elided("", "strong")
        self._connection.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._state = widgets.Elided("", "secondary")
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._problem = wrapped("", "secondary", "bad", name="problem", selectable=True)
        self._notice = wrapped("", "secondary", "wait", name="notice", selectable=True)
        self._check = self._button("check_now", text("notified.check_now"), self.check_requested.emit)
        self._retry = self._button("retry", text("button.retry"), self.retry_requested.emit)
        self._mark_confirmed = self._button(
            "mark_confirmed", text("notified.mark_confirmed"), self.mark_confirmed_requested.emit, variant="quiet"
        )
        self._discard = self._button("discard", text("label_fix.discard"), self.discard_requested.emit, variant="quiet")
        self._top = QGridLayout()
        self._top.setHorizontalSpacing(px(8))
        self._top.setVerticalSpacing(0)
        self._top.setColumnStretch(2, 1)
        self._top.addWidget(self._sign, 0, 0)
        self._top.addWidget(self._connection, 0, 1)
        self._top.addWidget(self._state, 0, 2)
        self._choices = QWidget()
        choices = FlowLayout(self._choices, spacing=px(4))
        for button in (self._check, self._retry, self._mark_confirmed, self._discard):
            choices.addWidget(button)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(px(24), 0, 0, px(4))
        below.setSpacing(px(4))
        below.addWidget(self._problem)
        below.addWidget(self._notice)
        below.addWidget(self._choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(3), 0, px(3))
        column.setSpacing(px(3))
        column.addLayout(self._top)
        column.addWidget(self._below)

    def show_line(self, line: UpdateLine) -> None:
        """Show one update."""
        if line == self._line:
            return
        self._line = line
        self._sign.show_severity(line.severity, is_unknown=line.may_be_confirmed)
        self._connection.set_text(line.connection)
        widgets.set_tooltip(self._connection, line.text)
        self._state.set_text(line.state)
        widgets.set_severity(self._state, line.severity)
        self._place_state()
        for label, shown in ((self._problem, line.problem), (self._notice, line.notice)):
            label.setText(plain(shown))
            label.setVisible(bool(shown))
        is_stuck = bool(line.problem) and not line.is_at_field
        widgets.set_severity(self._problem, "quiet" if line.may_be_checked else "bad")
        self._problem.setVisible(is_stuck)
        self._check.setVisible(line.may_be_checked)
        self._retry.setVisible(is_stuck and not line.may_be_checked)
        self._discard.setVisible(is_stuck and not line.may_be_checked)
        self._mark_confirmed.setVisible(line.may_be_confirmed)
        self._choices.setVisible(is_stuck or line.may_be_confirmed or line.may_be_checked)
        self._below.setVisible(is_stuck or bool(line.notice) or not self._choices.isHidden())
        spoken = f"{line.connection}: {line.text}, {line.state}"
        self.setAccessibleName(plain(f"{spoken}. {line.notice}" if line.notice else spoken))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the state where it is whole."""
        super().resizeEvent(event)
        self._place_state()

    def _place_state(self) -> None:
        """Put the state beside the connection, or below it where there is no room for both."""
        gaps = 2 * self._top.horizontalSpacing()
        needed = sum(part.sizeHint().width() for part in (self._sign, self._connection, self._state)) + gaps
        is_beside = needed <= self.width()
        self._top.removeWidget(self._state)
        if is_beside:
            self._top.addWidget(self._state, 0, 2)
        else:
            self._top.addWidget(self._state, 1, 1, 1, 2)
        side = Qt.AlignmentFlag.AlignRight if is_beside else Qt.AlignmentFlag.AlignLeft
        self._state.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def _button(self, name: str, title: str, choose: Callable[[int], object], *, variant: str = "plain") -> KeyButton:
        button = widgets.button(title, variant)
        button.setObjectName(name)
        button.clicked.connect(partial(self._on_clicked, choose))
        return button

    def _on_clicked(self, choose: Callable[[int], object], _checked: bool = False) -> None:
        if self._line is not None and self._line.call_id is not None:
            choose(self._line.call_id)


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
