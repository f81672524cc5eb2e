"""What the platforms will be told, what became of what they were told, and the one button that ships."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION, Call
from shipconsole.messages import text
from shipconsole.operations.shipping.ship import PlannedUpdate
from shipconsole.station.clock import Clock
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.fitting_scroll_area import FittingScrollArea, ShrinkingColumn
from shipconsole.ui.kit.strings import CALL_LABELS, call_state, quoted
from shipconsole.ui.kit.theme import Severity, Theme
from shipconsole.ui.order_editor.undo_bar import UndoBar

ROWS_SHOWN = 4
SIDE_PX = 16


@dataclass(frozen=True, slots=True)
class CallLine:
    """One row of the card: whom, what, how it stands, what to know of it, and what a person may do about it."""

    connection: str
    text: str
    state: str
    severity: Severity
    trouble: str = ""
    notice: str = ""
    call_id: int | None = None
    may_go_through: bool = False


class WhatWillBeSent(QFrame):
    """The card at the foot of the order.

    Signals: preview_requested(), ship_requested(), resend_requested(call id), mark_confirmed_requested(call id),
    dismiss_requested(call id).
    """

    preview_requested = Signal()
    ship_requested = Signal()
    resend_requested = Signal(int)
    mark_confirmed_requested = Signal(int)
    dismiss_requested = Signal(int)

    def __init__(self, theme: Theme, clock: Clock) -> None:
        """Begin with nothing to send."""
        super().__init__()
        self.setProperty("variant", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._theme = theme
        self._few = False
        self._rows: list[CallRow] = []
        self._lines: tuple[CallLine, ...] | None = None
        self._title = kit.label(text("requests.title"), "heading")
        self.preview_button = kit.button(text("order_editor.preview"), "quiet", "Alt+P")
        self.preview_button.setObjectName("preview_button")
        self.preview_button.clicked.connect(self.preview_requested)
        self._nothing = kit.label(text("order_editor.nothing_to_send"), "secondary")
        self._nothing.setWordWrap(True)
        self._list = QWidget()
        self._column = ShrinkingColumn(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.tokens.px(2))
        self._column.addWidget(self._nothing)
        self._scroll = FittingScrollArea(self._list, min_px=theme.tokens.px(88))
        self.undo_bar = UndoBar(theme, clock)
        self._why = kit.label("", "secondary")
        self._why.setObjectName("why_not")
        self._why.setWordWrap(True)
        self.ship_button = kit.button(text("ship_button.ship"), "primary", "Ctrl+Enter")
        self.ship_button.setObjectName("ship_button")
        self.ship_button.clicked.connect(self.ship_requested)
        self.ship_button.setEnabled(False)
        self._does = self._brief = text("ship_button.ship")
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
        column.addWidget(self._why)
        column.addWidget(self.ship_button)
        self._on_theme_changed()
        theme.changed.connect(self._on_theme_changed)

    def show_lines(self, lines: Sequence[CallLine], *, past: bool) -> None:
        """Show rows; `past` says that all of them were sent already."""
        self._title.setText(text("order_editor.was_sent") if past else text("requests.title"))
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        while len(self._rows) > len(lines):
            gone = self._rows.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self._rows) < len(lines):
            row = CallRow(self._theme)
            row.resend_requested.connect(self.resend_requested)
            row.mark_confirmed_requested.connect(self.mark_confirmed_requested)
            row.dismiss_requested.connect(self.dismiss_requested)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, line in zip(self._rows, lines, strict=True):
            row.show_line(line)
        self._nothing.setVisible(not lines)

    def show_ship(self, does: str, brief: str, *, usable: bool, why: str) -> None:
        """Say on the button what it will do, in brief where there is little room, and under the list why it cannot."""
        self._does, self._brief = does, brief
        self.ship_button.setAccessibleName(kit.plain(does))
        self.ship_button.setEnabled(usable)
        self._fit_ship()
        self._why.setText(kit.plain(why))
        self._why.setVisible(bool(why))
        self.ship_button.setAccessibleDescription(kit.plain(why))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit what stands on the button to the new width."""
        super().resizeEvent(event)
        self._fit_ship()

    def _fit_ship(self) -> None:
        self.ship_button.setText(kit.button_text(self._does))
        fits = self.ship_button.sizeHint().width() <= self.width() - self._margins
        if not fits:
            self.ship_button.setText(kit.button_text(self._brief))
        kit.set_tooltip(self.ship_button, "" if fits else self._does)
        self.ship_button.updateGeometry()

    def show_few_rows(self, few: bool) -> None:
        """Leave the room to the items where the window is low: the rows are scrolled then."""
        if few != self._few:
            self._few = few
            self._on_theme_changed()

    def show_preview_usable(self, usable: bool) -> None:
        """Let the messages be looked at, where there are any."""
        self.preview_button.setEnabled(usable)

    def _on_theme_changed(self) -> None:
        tokens = self._theme.tokens
        self.preview_button.setStyleSheet(
            f"QPushButton {{ font-size: {tokens.px(tokens.secondary_px)}px; font-weight: 400;"
            f" padding: 0 {tokens.px(4)}px; }}"
        )
        self._scroll.set_max(tokens.px(30) if self._few else tokens.px(30) * ROWS_SHOWN + tokens.px(34))


class CallRow(QWidget):
    """One call: whom, what, how it stands; below it what is wrong and what may be done."""

    resend_requested = Signal(int)
    mark_confirmed_requested = Signal(int)
    dismiss_requested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Begin empty."""
        super().__init__()
        px = theme.tokens.px
        self._line: CallLine | None = None
        self._badge = kit.badge("", "accent")
        self._text = kit.Elided("", "secondary")
        self._state = kit.label("", "secondary")
        self._trouble = kit.label("", "secondary", "bad")
        self._trouble.setWordWrap(True)
        self._trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notice = kit.label("", "secondary", "wait")
        self._notice.setObjectName("notice")
        self._notice.setWordWrap(True)
        self._notice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._tell_again = kit.button(text("button.retry"), "plain")
        self._tell_again.setObjectName("retry")
        self._tell_again.clicked.connect(self._on_tell_again_clicked)
        self._mark_confirmed = kit.button(text("button.mark_confirmed"), "plain")
        self._mark_confirmed.setObjectName("mark_confirmed")
        self._mark_confirmed.clicked.connect(self._on_mark_confirmed_clicked)
        self._dismiss_button = kit.button(text("button.discard"), "quiet")
        self._dismiss_button.setObjectName("dismiss")
        self._dismiss_button.clicked.connect(self._on_dismiss_clicked)
        top = QHBoxLayout()
        top.setSpacing(px(9))
        top.addWidget(self._badge)
        top.addWidget(self._text, 1)
        top.addWidget(self._state)
        self._below = QWidget()
        choices = QHBoxLayout()
        choices.setSpacing(px(6))
        for button in (self._tell_again, self._mark_confirmed, self._dismiss_button):
            choices.addWidget(button)
        choices.addStretch(1)
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, px(4))
        below.setSpacing(px(4))
        below.addWidget(self._trouble)
        below.addWidget(self._notice)
        below.addLayout(choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(3), 0, px(3))
        column.setSpacing(px(4))
        column.addLayout(top)
        column.addWidget(self._below)

    def show_line(self, line: CallLine) -> None:
        """Show one call."""
        if line == self._line:
            return
        self._line = line
        self._badge.setText(kit.plain(line.connection))
        self._text.set_text(line.text)
        self._state.setText(kit.plain(line.state))
        kit.set_severity(self._state, line.severity)
        self._trouble.setText(kit.plain(line.trouble))
        self._trouble.setVisible(bool(line.trouble))
        self._notice.setText(kit.plain(line.notice))
        self._notice.setVisible(bool(line.notice))
        self._below.setVisible(bool(line.trouble or line.notice))
        self._tell_again.setVisible(bool(line.trouble))
        self._dismiss_button.setVisible(bool(line.trouble))
        self._mark_confirmed.setVisible(line.may_go_through)
        said = f"{line.connection}: {line.text}, {line.state}"
        self.setAccessibleName(kit.plain(f"{said}. {line.notice}" if line.notice else said))

    def _on_tell_again_clicked(self) -> None:
        if self._line is not None and self._line.call_id is not None:
            self.resend_requested.emit(self._line.call_id)

    def _on_mark_confirmed_clicked(self) -> None:
        if self._line is not None and self._line.call_id is not None:
            self.mark_confirmed_requested.emit(self._line.call_id)

    def _on_dismiss_clicked(self) -> None:
        if self._line is not None and self._line.call_id is not None:
            self.dismiss_requested.emit(self._line.call_id)


def told_line(told: PlannedUpdate) -> CallLine:
    """The row of a message that has not left."""
    return CallLine(
        connection=told.connection.name,
        text=" · ".join(part for part in (told.request.call, str(told.request.summary)) if part),
        state=text("order_editor.ready"),
        severity="quiet",
        notice=" ".join(str(warning.sentence) for warning in told.request.warnings),
    )


def call_line(call: Call) -> CallLine:
    """The row of a call in the outbox."""
    needs_attention = call.state in NEEDS_ATTENTION
    return CallLine(
        connection=call.connection,
        text=str(call.summary),
        state=call_state(call.state, due_at_ms=call.due_at_ms, changed_at_ms=call.changed_at_ms),
        severity=CALL_LABELS[call.state].severity,
        trouble=trouble_of(call) if needs_attention else "",
        notice=str(call.message) if call.state == "confirmed" else "",
        call_id=call.id,
        may_go_through=call.state in ("unknown", "needs_attention", "dead"),
    )


def trouble_of(call: Call) -> str:
    """What is wrong with a call in words, the platform's own in quotation marks, and what to do."""
    if call.problems:
        said = [f"{quoted(str(problem.message))} {problem.advice!s}".strip() for problem in call.problems]
        return " ".join(said)
    # Which platform it is stands beside it already.
    reason = call.message.arguments.get("reason") if call.message.id == "network.failed" else call.message
    said = str(reason)
    if call.state == "unknown":
        return f"{said} {text('order_editor.unknown_advice', connection=call.connection)}".strip()
    return quoted(said) if said and call.state == "rejected" else said or CALL_LABELS[call.state].label


def calls_shown(calls: Sequence[Call], *, last_shipment_id: int | None, packing: bool) -> list[Call]:
    """Which of an order's calls are worth a row: those not at their end, and the last shipment's told ones.

    Those that need a person come first, then the newest. While another package is being packed the told ones make room
    for what will be sent.
    """
    shown = [
        call
        for call in reversed(calls)
        if call.state not in ("confirmed", "cancelled", "superseded")
        or (call.state == "confirmed" and not packing and call.shipment_id == last_shipment_id)
    ]
    return sorted(shown, key=lambda call: call.state not in NEEDS_ATTENTION)
