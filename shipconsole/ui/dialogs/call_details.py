"""The details of one call, to be read, copied and, where a person has to decide, decided."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION
from shipconsole.domain.problem import path_text
from shipconsole.messages import text
from shipconsole.operations.importing.platform_drift import VendorChanged
from shipconsole.operations.outbox.evidence import Evidence
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.operations.worker import Attempt, Call
from shipconsole.ui.dialogs.phrases import unquoted
from shipconsole.ui.kit import strings as said_everywhere
from shipconsole.ui.kit import theme as kit
from shipconsole.ui.kit.prompt import ask_reason
from shipconsole.ui.kit.strings import at
from shipconsole.ui.kit.theme import Theme

NOTHING_SEEN = Evidence()
MAY_HAVE_ARRIVED = ("unknown", "needs_attention", "dead")
DECIDE = {
    "unknown": "call_details.decide_no_response",
    "needs_attention": "call_details.decide_needs_attention",
    "rejected": "call_details.decide_rejected",
    "blocked": "call_details.decide_blocked",
    "dead": "call_details.decide_failed",
}
"""The message of what a person has to decide, by the update's state."""


class CallDetails(QDialog):
    """The record of one call. Opened with `open()`. Signal: settled(call id, decision, why), when a person decided."""

    settled = Signal(int, str, str)

    def __init__(
        self,
        parent: QWidget | None,
        theme: Theme,
        call: Call,
        attempts: Sequence[Attempt],
        changes: Sequence[VendorChanged] = (),
        seen: Evidence = NOTHING_SEEN,
    ) -> None:
        """Show one call, what its platform made of it, and what speaks for and against its having arrived."""
        super().__init__(parent)
        self.setObjectName("call_details")
        self.setWindowTitle(text("call_details.title"))
        self._call = call
        self._theme = theme
        px = theme.tokens.px
        title = kit.label(first_line(call), "heading")
        title.setWordWrap(True)
        self._text = details_text(call, attempts, changes, seen)
        self._request_id = request_id_of(call, attempts)
        record = QPlainTextEdit()
        record.setObjectName("record")
        record.setAccessibleName(text("call_details.attempts"))
        record.setReadOnly(True)
        record.setTabChangesFocus(True)
        typeface = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        typeface.setPixelSize(px(12))
        record.setFont(typeface)
        record.setPlainText(kit.plain(self._text, lines=True))
        copy = kit.button(text("button.copy"))
        copy.setObjectName("copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy_clicked)
        close = kit.button(text("button.close"), "plain", "Esc")
        close.setObjectName("close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(16), px(18), px(16))
        column.setSpacing(px(10))
        column.addWidget(title)
        for one in changes:
            changed = kit.label(changed_words(call.connection, one), "", "wait")
            changed.setObjectName("vendor_changed")
            changed.setWordWrap(True)
            column.addWidget(changed)
        if call.state in NEEDS_ATTENTION:
            column.addWidget(self._decision(seen))
        if self._request_id:
            column.addLayout(self._request_id_row(call, theme))
        column.addWidget(record, 1)
        column.addLayout(buttons)
        # Nothing is decided by a key that was meant for something else.
        close.setFocus()
        self.resize(px(680), px(600 if call.state in NEEDS_ATTENTION else 440))

    def _decision(self, seen: Evidence) -> QWidget:
        """The card with what was seen, and a button for each thing that a person may say of it."""
        px, call = self._theme.tokens.px, self._call
        column = QVBoxLayout()
        column.setContentsMargins(px(14), px(10), px(14), px(12))
        column.setSpacing(px(6))
        advice = kit.label(text(DECIDE[call.state], connection=call.connection), "strong")
        advice.setObjectName("decide")
        advice.setWordWrap(True)
        column.addWidget(advice)
        if call.state in MAY_HAVE_ARRIVED:
            told = kit.label("\n".join(evidence_lines(call, seen)), "secondary")
            told.setObjectName("evidence")
            told.setWordWrap(True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(told)
        choices: list[tuple[str, Decision, str, str]] = [
            (
                "tell_again",
                "retry",
                text("button.retry"),
                text("call_details.retry_means", connection=call.connection),
            ),
            ("give_up", "discard", text("button.discard"), text("call_details.discard_means")),
        ]
        if call.state in MAY_HAVE_ARRIVED:
            meant = text("call_details.mark_confirmed_means", connection=call.connection)
            choices.insert(0, ("mark_confirmed", "mark_confirmed", text("button.mark_confirmed"), meant))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        for row, (name, decision, title, means) in enumerate(choices):
            button = kit.button(title, "plain")
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.setAccessibleDescription(kit.plain(means))
            button.clicked.connect(partial(self._ask_why, decision))
            grid.addWidget(button, row, 0)
            grid.addWidget(kit.label(means, "secondary"), row, 1)
        column.addLayout(grid)
        return kit.card(column)

    def _ask_why(self, decision: Decision, _checked: bool = False) -> None:
        connection = self._call.connection
        title, explained = {
            "retry": (text("button.retry"), _retry_meaning(connection, self._call.state)),
            "mark_confirmed": (text("button.mark_confirmed"), said_everywhere.mark_confirmed_meaning(connection)),
            "discard": (text("button.discard"), said_everywhere.dealt_with_meaning(connection)),
        }[decision]
        ask = ask_reason(self, self._theme, title, explained)
        ask.answered.connect(partial(self._on_reason_given, decision))
        ask.open()

    def _on_reason_given(self, decision: Decision, reason: str) -> None:
        self.settled.emit(self._call.id, decision, reason)
        self.accept()

    def _request_id_row(self, call: Call, theme: Theme) -> QHBoxLayout:
        said = kit.label(text("call_details.request_id", connection=call.connection, id=self._request_id), "secondary")
        said.setObjectName("request_id")
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = kit.button(text("call_details.copy_request_id"), "quiet")
        copy.setObjectName("copy_request_id")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy_request_id_clicked)
        row = QHBoxLayout()
        row.setSpacing(theme.tokens.px(8))
        row.addWidget(said, 1)
        row.addWidget(copy)
        return row

    def _on_copy_request_id_clicked(self) -> None:
        kit.copy(self._request_id)

    def _on_copy_clicked(self) -> None:
        kit.copy(self._text)


def _retry_meaning(connection: str, state: str) -> str:
    if state in MAY_HAVE_ARRIVED:
        return said_everywhere.tell_again_risk(connection)
    return text("call_details.sent_again", connection=connection)


def first_line(call: Call) -> str:
    """What happened, in one line."""
    if call.problems:
        said = said_everywhere.quoted(str(call.problems[0].message))
    elif call.state == "confirmed":
        said = str(call.summary)
    else:
        said = str(call.message)
    return kit.plain(said_everywhere.activity(call.connection, call.state, said))


def request_id_of(call: Call, attempts: Sequence[Attempt]) -> str:
    """The platform's id of a call's last exchange that had one."""
    return next((one.vendor_request_id for one in reversed(attempts) if one.vendor_request_id), call.vendor_request_id)


def changed_words(connection: str, one: VendorChanged) -> str:
    """What a platform made of a value: from what it was sent, else from what it had."""
    before, now = unquoted(one.before if one.sent is None else one.sent), unquoted(one.now)
    if not before:
        return text("call_details.changed_from_empty", connection=connection, title=one.title, now=now)
    if not now:
        return text("call_details.changed_to_empty", connection=connection, title=one.title, before=before)
    return text("call_details.changed", connection=connection, title=one.title, before=before, now=now)


def evidence_lines(call: Call, seen: Evidence) -> list[str]:
    """What speaks for and against a call's having arrived, oldest first."""
    name, before = call.connection, unquoted(seen.before)
    if not seen.sent:
        lines = [text("call_details.nothing_sent")]
    elif before:
        lines = [text("call_details.before", connection=name, status=before)]
    else:
        lines = [text("call_details.before_unknown", connection=name)]
    lines += [text("call_details.checked_at", time=at(one.at_ms), result=one.message) for one in seen.looks]
    if not seen.looks:
        lines.append(text("call_details.not_checked", connection=name))
    if seen.now:
        lines.append(text("call_details.now", connection=name, time=at(seen.now_at_ms), status=unquoted(seen.now)))
    return [kit.plain(line) for line in lines]


def details_text(
    call: Call, attempts: Sequence[Attempt], changes: Sequence[VendorChanged] = (), seen: Evidence = NOTHING_SEEN
) -> str:
    """Everything that is known of a call, as text to be copied."""
    state = said_everywhere.CALL_STATES[call.state].word
    parts = [
        f"{call.connection} · {call.order_number} · {call.summary!s}",
        " · ".join(part for part in (state, str(call.message)) if part),
    ]
    parts += [f"{path_text(problem.path)} {problem.message} {problem.advice}".strip() for problem in call.problems]
    parts += [changed_words(call.connection, one) for one in changes]
    for one in attempts:
        head = [said_everywhere.at_second(one.at_ms), said_everywhere.attempt_word(one.what)]
        if one.status is not None:
            head.append(str(one.status))
        if one.elapsed_ms is not None:
            head.append(f"{one.elapsed_ms} ms")
        if one.vendor_request_id:
            head.append(one.vendor_request_id)
        parts.append("\n".join(part for part in ("  ".join(head), str(one.message), one.answer) if part))
    if seen.sent:
        parts.append(f"{text('call_details.request')}\n{seen.sent}")
    return "\n\n".join(parts)
