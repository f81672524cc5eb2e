"""The details of one update: its attempts, requests and responses, and, where a person has to decide, the decision."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from shipconsole.domain.call import NEEDS_ATTENTION, Attempt, Call
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import path_text
from shipconsole.messages import text
from shipconsole.operations.importing.platform_drift import PlatformDrift
from shipconsole.operations.outbox.evidence import UpdateEvidence
from shipconsole.operations.outbox.resolve import Decision
from shipconsole.ui.kit import strings, widgets
from shipconsole.ui.kit.dialog import Dialog
from shipconsole.ui.kit.formats import at
from shipconsole.ui.kit.layout import action, column, document, row, wrapped
from shipconsole.ui.kit.prompt import ask_reason
from shipconsole.ui.kit.theme import Theme

WIDTH_PX, HEIGHT_PX, HEIGHT_TO_DECIDE_PX = 680, 440, 600
NO_EVIDENCE = UpdateEvidence()
MAY_HAVE_ARRIVED = ("unknown", "needs_attention", "dead")
DECIDE = {
    "unknown": "call_details.decide_no_response",
    "needs_attention": "call_details.decide_needs_attention",
    "rejected": "call_details.decide_rejected",
    "blocked": "call_details.decide_blocked",
    "dead": "call_details.decide_failed",
}
"""The message of what a person has to decide, by the update's state."""
RESTORED = "restore.unknown"
"""The message of an update that was unfinished in a restored backup."""


class CallDetails(Dialog):
    """One update. Opened with `open()`. Signal: resolved(call id, decision, reason), when a person decided."""

    resolved = Signal(int, str, str)

    def __init__(
        self,
        parent: QWidget | None,
        theme: Theme,
        call: Call,
        attempts: Sequence[Attempt],
        changes: Sequence[PlatformDrift] = (),
        evidence: UpdateEvidence = NO_EVIDENCE,
    ) -> None:
        """Show an update, what its platform changed, and the evidence whether it arrived."""
        super().__init__(parent, theme, "call_details", text("call_details.title"))
        self._call = call
        needs_decision = call.state in NEEDS_ATTENTION
        details = details_text(call, attempts, changes, evidence)
        request_id = request_id_of(call, attempts)
        record = document(theme, "record", text("call_details.attempts"))
        record.setPlainText(plain(details, lines=True))
        copy = action("copy", text("button.copy"), lambda: widgets.copy(details))
        close = action("close", text("button.close"), self.accept, key="Esc")
        close.setDefault(True)
        main = self._column(10)
        main.addWidget(wrapped(first_line(call), "number"))
        for change in changes:
            main.addWidget(wrapped(change_text(call.connection, change), "", "wait", name="vendor_changed"))
        if needs_decision:
            main.addWidget(self._decision(evidence))
        if request_id:
            shown = text("call_details.request_id", connection=call.connection, id=request_id)
            label = wrapped(shown, "secondary", name="request_id", selectable=True)
            button_text = text("call_details.copy_request_id")
            copy_id = action("copy_request_id", button_text, lambda: widgets.copy(request_id), "quiet")
            main.addLayout(row(theme, (label, 1), copy_id, spacing=8))
        main.addWidget(record, 1)
        main.addLayout(row(theme, 1, close, copy))
        # No key that was meant for something else may decide anything.
        close.setFocus()
        self._fit((WIDTH_PX, HEIGHT_TO_DECIDE_PX if needs_decision else HEIGHT_PX))

    def _decision(self, evidence: UpdateEvidence) -> QWidget:
        """Return the card with the evidence and a button for each decision."""
        px, call = self._theme.tokens.px, self._call
        restored = call.message.id == RESTORED
        message_id = "call_details.decide_restored" if restored else DECIDE[call.state]
        advice = wrapped(text(message_id, connection=call.connection), "strong", name="decide")
        inside = column(self._theme, advice, spacing=6, margins=(14, 10, 14, 12))
        choices: list[tuple[str, Decision, str, str]] = [
            ("retry", "retry", text("button.retry"), text("call_details.retry_means", connection=call.connection)),
            ("discard", "discard", text("button.discard"), text("call_details.discard_means")),
        ]
        if call.state in MAY_HAVE_ARRIVED:
            lines = "\n".join(evidence_lines(call, evidence))
            inside.addWidget(wrapped(lines, "secondary", name="evidence", selectable=True))
            means = text("call_details.mark_confirmed_means", connection=call.connection)
            choices.insert(0, ("mark_confirmed", "mark_confirmed", text("button.mark_confirmed"), means))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        for position, (name, decision, label, means) in enumerate(choices):
            button = action(name, label, partial(self._ask_reason, decision))
            button.setAccessibleDescription(plain(means))
            grid.addWidget(button, position, 0)
            grid.addWidget(wrapped(means, "secondary"), position, 1)
        inside.addLayout(grid)
        return widgets.card(inside)

    def _ask_reason(self, decision: Decision, _checked: bool = False) -> None:
        connection = self._call.connection
        title, explained = {
            "retry": (text("button.retry"), _retry_meaning(connection, self._call.state)),
            "mark_confirmed": (text("button.mark_confirmed"), strings.mark_confirmed_meaning(connection)),
            "discard": (text("button.discard"), strings.discard_meaning(connection)),
        }[decision]
        prompt = ask_reason(self, self._theme, title, explained)
        prompt.answered.connect(partial(self._on_reason_given, decision))
        prompt.open()

    def _on_reason_given(self, decision: Decision, reason: str) -> None:
        self.resolved.emit(self._call.id, decision, reason)
        self.accept()


def _retry_meaning(connection: str, state: str) -> str:
    if state in MAY_HAVE_ARRIVED:
        return strings.retry_meaning(connection)
    return text("call_details.sent_again", connection=connection)


def first_line(call: Call) -> str:
    """Return what happened with an update, in one line."""
    if call.problems:
        message = strings.quoted(str(call.problems[0].message))
    elif call.state == "confirmed":
        message = str(call.summary)
    else:
        message = str(call.message)
    return plain(strings.activity(call.connection, call.state, message))


def request_id_of(call: Call, attempts: Sequence[Attempt]) -> str:
    """Return the platform's ID of an update's last exchange that had one."""
    ids = (attempt.vendor_request_id for attempt in reversed(attempts) if attempt.vendor_request_id)
    return next(ids, call.vendor_request_id)


def unquoted(value: str) -> str:
    """Return a platform's text without quotation marks around it, for a message that has its own."""
    return value.strip().strip("“”")


def change_text(connection: str, change: PlatformDrift) -> str:
    """Return how a platform changed a value: from the one that was sent, else from the one that it had."""
    before, now = unquoted(change.before if change.sent is None else change.sent), unquoted(change.now)
    if not before:
        return text("call_details.changed_from_empty", connection=connection, title=change.field_title, now=now)
    if not now:
        return text("call_details.changed_to_empty", connection=connection, title=change.field_title, before=before)
    return text("call_details.changed", connection=connection, title=change.field_title, before=before, now=now)


def evidence_lines(call: Call, evidence: UpdateEvidence) -> list[str]:
    """Return the evidence for and against an update's arrival, oldest first."""
    name, before = call.connection, unquoted(evidence.before)
    if not evidence.sent:
        lines = [text("call_details.nothing_sent")]
    elif before:
        lines = [text("call_details.before", connection=name, status=before)]
    else:
        lines = [text("call_details.before_unknown", connection=name)]
    lines += [text("call_details.checked_at", time=at(check.at_ms), result=check.message) for check in evidence.checks]
    if not evidence.checks:
        lines.append(text("call_details.not_checked", connection=name))
    if evidence.now:
        status = unquoted(evidence.now)
        lines.append(text("call_details.now", connection=name, time=at(evidence.now_at_ms), status=status))
    return [plain(line) for line in lines]


def details_text(
    call: Call,
    attempts: Sequence[Attempt],
    changes: Sequence[PlatformDrift] = (),
    evidence: UpdateEvidence = NO_EVIDENCE,
) -> str:
    """Return everything that is known of an update, as text to be copied."""
    state = strings.CALL_LABELS[call.state].label
    parts = [
        f"{call.connection} · {call.order_number} · {call.summary!s}",
        " · ".join(part for part in (state, str(call.message)) if part),
    ]
    parts += [f"{path_text(problem.path)} {problem.message} {problem.advice}".strip() for problem in call.problems]
    parts += [change_text(call.connection, change) for change in changes]
    for attempt in attempts:
        head = [strings.at_second(attempt.at_ms), strings.attempt_label(attempt.what)]
        if attempt.status is not None:
            head.append(str(attempt.status))
        if attempt.elapsed_ms is not None:
            head.append(f"{attempt.elapsed_ms} ms")
        if attempt.vendor_request_id:
            head.append(attempt.vendor_request_id)
        parts.append("\n".join(part for part in ("  ".join(head), str(attempt.message), attempt.answer) if part))
    if evidence.sent:
        parts.append(f"{text('call_details.request')}\n{evidence.sent}")
    return "\n\n".join(parts)
