"""Texts that several parts of the window show, chosen by a state or made of one's parts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from shipconsole import messages
from shipconsole.domain.call import CallState
from shipconsole.domain.connection import ConnectionState
from shipconsole.messages import text
from shipconsole.ui.kit.theme import Tone
from shipconsole.ui.kit.times import at, at_second, when

__all__ = ["at", "at_second", "when"]

_LONG_NUMBER = re.compile(r"\b(?=[A-Z]*[0-9])[0-9A-Z]{13,}\b")
CONNECTION_TONES: dict[ConnectionState, Tone] = {
    ConnectionState.BLOCKED: "bad",
    ConnectionState.SYNC_FAILED: "bad",
    ConnectionState.SILENT: "wait",
    ConnectionState.WORKS: "good",
    ConnectionState.UNCHECKED: "quiet",
}
"""The color of a connection in each state; the worst comes first."""


class _Rendered(Mapping[ConnectionState, str]):
    """The text of each state, in the language of the moment."""

    def __init__(self, ids: Mapping[ConnectionState, str]) -> None:
        self._ids = ids

    def __getitem__(self, state: ConnectionState) -> str:
        return text(self._ids[state])

    def __iter__(self) -> Iterator[ConnectionState]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


CONNECTION_WORDS: Mapping[ConnectionState, str] = _Rendered(
    {
        ConnectionState.BLOCKED: "connection_state.blocked",
        ConnectionState.SYNC_FAILED: "connection_state.failed",
        ConnectionState.SILENT: "connection_state.silent",
        ConnectionState.WORKS: "connection_state.ok",
        ConnectionState.UNCHECKED: "connection_state.unchecked",
    }
)

_ORDER_STATES: dict[str, tuple[str, Tone]] = {
    "open": ("order_state.open", "accent"),
    "partly_shipped": ("order_state.partly_shipped", "wait"),
    "shipped": ("order_state.shipped", "good"),
    "cancelled": ("order_state.cancelled", "bad"),
}


def order_state(state: str) -> tuple[str, Tone]:
    """Return the label of an order's state and its tone."""
    message_id, tone = _ORDER_STATES[state]
    return text(message_id), tone


class CallWords(NamedTuple):
    """What is said of an update in one state, the same everywhere.

    `label_id` is the state alone, `of_id` says it of a connection, `time_id` with the time that it has beside an order.
    `joint` goes before the platform's own text in the list of updates; without it that text is not shown there.
    """

    tone: Tone
    label_id: str
    of_id: str
    time_id: str = ""
    joint: str = ""

    @property
    def word(self) -> str:
        """The label of the state."""
        return text(self.label_id)


CALL_STATES: dict[CallState, CallWords] = {
    "held": CallWords("wait", "update_state.held", "update_of.held", "update_time.held"),
    "pending": CallWords("accent", "update_state.pending", "update_of.pending"),
    "sending": CallWords("accent", "update_state.sending", "update_of.sending"),
    "retry_wait": CallWords("wait", "update_state.retry_wait", "update_of.retry_wait", "update_time.retry_wait", " · "),
    "unknown": CallWords("bad", "update_state.unknown", "update_of.unknown"),
    "checking": CallWords("accent", "update_state.checking", "update_of.checking"),
    "needs_attention": CallWords("bad", "update_state.needs_attention", "update_of.needs_attention", joint=" · "),
    "confirmed": CallWords("good", "update_state.confirmed", "update_of.confirmed", "update_time.confirmed", " · "),
    "rejected": CallWords("bad", "update_state.rejected", "update_of.rejected", "update_time.rejected", " · "),
    "blocked": CallWords("bad", "update_state.blocked", "update_of.blocked", joint=" · "),
    "dead": CallWords("bad", "update_state.dead", "update_of.dead", joint=" · "),
    "cancelled": CallWords("quiet", "update_state.cancelled", "update_of.cancelled"),
    "superseded": CallWords("quiet", "update_state.superseded", "update_of.superseded"),
}


def call_state(state: CallState, *, due_at_ms: int, changed_at_ms: int) -> str:
    """Return how an update stands, in a few words: with the time that it is due, or that it ended."""
    known = CALL_STATES[state]
    if not known.time_id:
        return known.word
    ended = state in ("confirmed", "rejected")
    return text(known.time_id, time=at(changed_at_ms) if ended else at_second(due_at_ms))


def activity(connection: str, state: CallState, words: str) -> str:
    """Return an update in a line of the activity list, with the platform's own text where that says more."""
    known = CALL_STATES[state]
    said = text(known.of_id, connection=connection)
    return f"{said}{known.joint}{words}" if words and known.joint else said


_ATTEMPTS = {
    "sending": "update_attempt.sending",
    "answered": "update_attempt.answered",
    "not_sent": "update_attempt.not_sent",
    "lost": "update_attempt.lost",
    "abandoned": "update_attempt.abandoned",
    "person": "update_attempt.person",
    "read_back": "update_attempt.read_back",
}


def attempt_word(what: str) -> str:
    """Return what an entry of an update's attempts says."""
    return text(_ATTEMPTS[what]) if what in _ATTEMPTS else what.replace("_", " ")


def quoted(said: str) -> str:
    """Return a platform's own text, in quotation marks."""
    return text("quote.said", text=said.strip().strip("“”"))


def pieces(done: int, ordered: int) -> str:
    """Return how many units of an order have shipped or are packed."""
    return f"{messages.number(done)} / {messages.number(ordered)}"


def contents(items: Sequence[tuple[str, int | None]]) -> str:
    """Return what is in a package; a question mark where a platform does not say how many."""
    return ", ".join(f"{'?' if quantity is None else messages.number(quantity)} × {sku}" for sku, quantity in items)


def shortened(number: str) -> str:
    """Return a long number by its two ends: 9400…8357."""
    return number if len(number) <= 12 else f"{number[:4]}…{number[-4:]}"


def with_short_numbers(said: str) -> str:
    """Return a text with the long numbers of packages shortened, so that there is room for what is said of them."""
    return _LONG_NUMBER.sub(lambda found: shortened(found[0]), said)


def pulling(connection: str, done: int, total: int | None) -> str:
    """Return how far the sync of a connection has come."""
    if not done:
        return text("sync_progress.begun", connection=connection)
    if not total:
        return text("sync_progress.done", connection=connection, done=done)
    return text("sync_progress.of_total", connection=connection, done=done, total=total)


def open_at(host: str) -> str:
    """Return where a link leads."""
    return text("track_panel.open_at", host=host)


def tell_again_risk(connection: str) -> str:
    """Return what retrying means where it is not known whether the update arrived."""
    return text("resolve_choice.retry", connection=connection)


def mark_confirmed_meaning(connection: str) -> str:
    """Return what marking an update as confirmed means."""
    return text("resolve_choice.mark_confirmed", connection=connection)


def dealt_with_meaning(connection: str) -> str:
    """Return what discarding an update means."""
    return text("resolve_choice.discard", connection=connection)
