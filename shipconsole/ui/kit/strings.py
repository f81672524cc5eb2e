"""Texts that several parts of the window show."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from shipconsole import messages
from shipconsole.domain.connection import ConnectionState, Pause
from shipconsole.messages import text
from shipconsole.ui.kit.formats import at, at_second, when
from shipconsole.ui.kit.theme import Severity

if TYPE_CHECKING:
    from shipconsole.domain.call import CallState

SHORT_NUMBER = 8
"""A number of up to so many characters is read at a glance."""
_LONG_NUMBER = re.compile(r"\b(?=[A-Z]*[0-9])[0-9A-Z]{13,}\b")
CONNECTION_SEVERITIES: dict[ConnectionState, Severity] = {
    ConnectionState.BLOCKED: "bad",
    ConnectionState.SYNC_FAILED: "bad",
    ConnectionState.UNRESPONSIVE: "wait",
    ConnectionState.PAUSED: "wait",
    ConnectionState.WORKS: "good",
    ConnectionState.UNCHECKED: "quiet",
}
"""The severity of each state of a connection, the worst state first."""


_CONNECTION_STATES = {
    ConnectionState.BLOCKED: "connection_state.blocked",
    ConnectionState.SYNC_FAILED: "connection_state.failed",
    ConnectionState.UNRESPONSIVE: "connection_state.silent",
    ConnectionState.PAUSED: "connection_state.paused",
    ConnectionState.WORKS: "connection_state.ok",
    ConnectionState.UNCHECKED: "connection_state.unchecked",
}


def connection_state(state: ConnectionState) -> str:
    """Return the label of a connection's state."""
    return text(_CONNECTION_STATES[state])


def paused_by(pause: Pause | None) -> str:
    """Return who paused sending, where and since when; empty without a pause."""
    if pause is None:
        return ""
    today = datetime.now().astimezone().date()
    values = {"station": pause.station, "time": when(pause.at_ms, today)}
    if not pause.packer:
        return text("pause.at_station", **values)
    return text("pause.by_packer", packer=pause.packer, **values)


_ORDER_STATES: dict[str, tuple[str, Severity]] = {
    "open": ("order_state.open", "accent"),
    "partly_shipped": ("order_state.partly_shipped", "wait"),
    "shipped": ("order_state.shipped", "good"),
    "cancelled": ("order_state.cancelled", "bad"),
}


def order_state(state: str) -> tuple[str, Severity]:
    """Return the label of an order's state, and its severity."""
    message_id, severity = _ORDER_STATES[state]
    return text(message_id), severity


class CallLabels(NamedTuple):
    """The messages about an update in one state.

    `label_id` is the state alone, `of_id` with the connection, `time_id` with the time, shown beside an order.
    `joint` separates the platform's own text from it in lists; without one that text is not shown there.
    """

    severity: Severity
    label_id: str
    of_id: str
    time_id: str = ""
    joint: str = ""

    @property
    def label(self) -> str:
        """The label of the state."""
        return text(self.label_id)


CALL_LABELS: "dict[CallState, CallLabels]" = {
    "held": CallLabels("wait", "update_state.held", "update_of.held", "update_time.held"),
    "pending": CallLabels("accent", "update_state.pending", "update_of.pending"),
    "sending": CallLabels("accent", "update_state.sending", "update_of.sending"),
    "retry_wait": CallLabels(
        "wait", "update_state.retry_wait", "update_of.retry_wait", "update_time.retry_wait", " · "
    ),
    "unknown": CallLabels("bad", "update_state.unknown", "update_of.unknown"),
    "checking": CallLabels("accent", "update_state.checking", "update_of.checking"),
    "needs_attention": CallLabels("bad", "update_state.needs_attention", "update_of.needs_attention", joint=" · "),
    "confirmed": CallLabels("good", "update_state.confirmed", "update_of.confirmed", "update_time.confirmed", " · "),
    "rejected": CallLabels("bad", "update_state.rejected", "update_of.rejected", "update_time.rejected", " · "),
    "blocked": CallLabels("bad", "update_state.blocked", "update_of.blocked", joint=" · "),
    "dead": CallLabels("bad", "update_state.dead", "update_of.dead", joint=" · "),
    "cancelled": CallLabels("quiet", "update_state.cancelled", "update_of.cancelled"),
    "superseded": CallLabels("quiet", "update_state.superseded", "update_of.superseded"),
}


def call_state(state: "CallState", *, due_at_ms: int, changed_at_ms: int) -> str:
    """Return an update's state, with the time when it is due or when it ended."""
    known = CALL_LABELS[state]
    if not known.time_id:
        return known.label
    ended = state in ("confirmed", "rejected")
    return text(known.time_id, time=at(changed_at_ms) if ended else at_second(due_at_ms))


def activity(connection: str, state: "CallState", detail: str) -> str:
    """Return an update's line in the activity list, with the platform's own text where it adds something."""
    known = CALL_LABELS[state]
    line = text(known.of_id, connection=connection)
    return f"{line}{known.joint}{detail}" if detail and known.joint else line


_ATTEMPTS = {
    "sending": "update_attempt.sending",
    "answered": "update_attempt.answered",
    "not_sent": "update_attempt.not_sent",
    "lost": "update_attempt.lost",
    "abandoned": "update_attempt.abandoned",
    "person": "update_attempt.person",
    "read_back": "update_attempt.read_back",
}


def attempt_label(what: str) -> str:
    """Return the label of an entry in an update's attempts."""
    return text(_ATTEMPTS[what]) if what in _ATTEMPTS else what.replace("_", " ")


def quoted(message: str) -> str:
    """Return a platform's own message in quotation marks."""
    return text("quote.text", text=message.strip().strip("“”"))


def contents(items: Sequence[tuple[str, int | None]]) -> str:
    """Return a package's items; a quantity that the platform does not report is a question mark."""
    return ", ".join(f"{'?' if quantity is None else messages.number(quantity)} × {sku}" for sku, quantity in items)


def shortened(number: str) -> str:
    """Return a long number by its two ends: 9400…8357."""
    return number if len(number) <= 12 else f"{number[:4]}…{number[-4:]}"


def grouped(number: str) -> str:
    """Return a number in groups of four, as it is printed on labels; one with signs in it unchanged."""
    if len(number) <= SHORT_NUMBER or not number.isalnum():
        return number
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def shortly_grouped(number: str) -> str:
    """Return a long number by its ends, the first in groups of four: 9400 1001…8357."""
    if len(number) <= 16 or not number.isalnum():
        return shortened(number)
    return f"{number[:4]} {number[4:8]}…{number[-4:]}"


def with_short_numbers(line: str) -> str:
    """Return a line with its tracking numbers shortened."""
    return _LONG_NUMBER.sub(lambda found: shortened(found[0]), line)


def sync_progress(connection: str, done: int, total: int | None) -> str:
    """Return the progress of a connection's sync, in orders."""
    if not done:
        return text("sync_progress.begun", connection=connection)
    if not total:
        return text("sync_progress.done", connection=connection, done=done)
    return text("sync_progress.of_total", connection=connection, done=done, total=total)


def open_at(host: str) -> str:
    """Return the label of a link to a host."""
    return text("track_panel.open_at", host=host)


def retry_meaning(connection: str) -> str:
    """Explain retrying an update that may have arrived."""
    return text("resolve_choice.retry", connection=connection)


def mark_confirmed_meaning(connection: str) -> str:
    """Explain marking an update as confirmed."""
    return text("resolve_choice.mark_confirmed", connection=connection)


def discard_meaning(connection: str) -> str:
    """Explain discarding an update."""
    return text("resolve_choice.discard", connection=connection)
