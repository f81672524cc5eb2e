"""The rows of the activity list, and the texts that they show."""

from collections.abc import Container, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QObject

from shipconsole.domain.call import ENDED, Call
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.plain_text import plain
from shipconsole.messages import number, text
from shipconsole.operations.connections.store_refresh import StoreImport
from shipconsole.operations.inbound.webhook_log import PlatformNotice
from shipconsole.operations.worker import Backlog
from shipconsole.ui.dialogs.call_details import first_line
from shipconsole.ui.kit.binding.model_table import Column, ModelTable
from shipconsole.ui.kit.formats import ago, at, lasting, within
from shipconsole.ui.kit.strings import CALL_LABELS, paused_by, with_short_numbers
from shipconsole.ui.kit.theme import Severity
from shipconsole.ui.kit.widgets import tooltip

UPDATES_SHOWN = 200
IMMEDIATE_MS = 100
"""A response that takes less is shown as immediate."""
_NEEDS_FIX = ("needs_attention", "rejected", "dead")

Blocker = Literal["", "earlier_update", "connection", "pause"]


class ActivityRow(Frozen):
    """An update, or an event that a platform reported, as the list shows it.

    `short_headline` is the headline with its long numbers shortened; `status` is the second line.
    """

    kind: Literal["update", "event"]
    record_id: int
    order_id: int | None
    severity: Severity
    sign: str
    """The icon that says the state without its color."""
    state: str
    headline: str
    short_headline: str
    status: str

    @property
    def id(self) -> tuple[str, int]:
        """The kind of the record and its id."""
        return self.kind, self.record_id

    @property
    def accessible_text(self) -> str:
        """The row for screen readers."""
        return f"{self.state}. {self.headline.rstrip('.')}. {self.status}"


class ActivityModel(ModelTable[ActivityRow]):
    """Updates and reported events, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Initialize without rows."""
        column = Column[ActivityRow](
            "headline",
            text("shared.activity"),
            shown=lambda row: row.short_headline,
            accessible_text=lambda row: row.accessible_text,
            tooltip=lambda row: tooltip(f"{row.headline}\n{row.status}"),
        )
        super().__init__(ActivityRow, (column,), parent)
        self._records: tuple[Call | PlatformNotice, ...] = ()
        self._response_ms: Mapping[int, int] = {}
        self._behind_earlier: frozenset[int] = frozenset()
        self._backlogs: dict[str, Backlog] = {}
        self._known: dict[tuple[str, int], tuple[Call | PlatformNotice, ActivityRow]] = {}
        self.written = 0
        """How many statuses were written as text, for tests."""

    def show(
        self,
        updates: Sequence[Call],
        response_ms: Mapping[int, int],
        backlogs: Sequence[Backlog] = (),
        events: Sequence[PlatformNotice] = (),
        *,
        now_ms: int,
    ) -> None:
        """Show these updates and events; the same records in the same order keep the scroll position."""
        self._records = _by_time(updates, events)
        before, self._response_ms = self._response_ms, dict(response_ms)
        answered = {call_id for call_id, ms in response_ms.items() if before.get(call_id) != ms}
        self._behind_earlier = _behind_earlier_update(updates)
        self._backlogs = {backlog.connection: backlog for backlog in backlogs}
        rows = [self._row(record, now_ms, answered) for record in self._records]
        self._known = {row.id: (record, row) for record, row in zip(self._records, rows, strict=True)}
        self.set_rows(rows)

    def tick(self, now_ms: int) -> None:
        """Update ages and countdowns."""
        self.set_rows(
            [
                row if _is_ended(record) else self._with_status(row, record, now_ms)
                for row, record in zip(self.rows, self._records, strict=True)
            ]
        )

    def position_of(self, call_id: int) -> int:
        """Return the position of an update; -1 where it is not listed."""
        ids = [row.id for row in self.rows]
        return ids.index(("update", call_id)) if ("update", call_id) in ids else -1

    def update_at(self, position: int) -> Call | None:
        """Return the update at a position; None for an event or an unknown position."""
        record = self._records[position] if 0 <= position < len(self._records) else None
        return record if isinstance(record, Call) else None

    def _row(self, record: Call | PlatformNotice, now_ms: int, answered: Container[int]) -> ActivityRow:
        """Return the row of a record; most are as they were, and only some of these show the present time."""
        before, row = self._known.get((_kind(record), record.id), (None, None))
        if row is None or before != record:
            return self._new_row(record, now_ms)
        if _is_ended(record) and record.id not in answered:
            return row
        return self._with_status(row, record, now_ms)

    def _with_status(self, row: ActivityRow, record: Call | PlatformNotice, now_ms: int) -> ActivityRow:
        status = self._status(record, now_ms)
        return row if row.status == status else row.model_copy(update={"status": status})

    def _new_row(self, record: Call | PlatformNotice, now_ms: int) -> ActivityRow:
        if isinstance(record, Call):
            state = CALL_LABELS[record.state]
            headline = short_headline = first_line(record)
            label, severity = state.label, state.severity
        else:
            headline = plain(f"{record.connection}: {record.message!s}")
            short_headline = with_short_numbers(headline)
            label, severity = text("activity.event"), "bad" if record.stands_out else "quiet"
        return ActivityRow(
            kind=_kind(record),
            record_id=record.id,
            order_id=record.order_id,
            severity=severity,
            sign=_sign(record, severity),
            state=label,
            headline=headline,
            short_headline=short_headline,
            status=self._status(record, now_ms),
        )

    def _status(self, record: Call | PlatformNotice, now_ms: int) -> str:
        self.written += 1
        if not isinstance(record, Call):
            return plain(f"{text('activity.event')} · {ago((now_ms - record.at_ms) / 1_000)}")
        is_queued = record.state in ("pending", "retry_wait")
        backlog = self._backlogs.get(record.connection) if is_queued else None
        blocker: Blocker = "earlier_update" if record.id in self._behind_earlier else ""
        if backlog is not None and backlog.reason in ("blocked", "paused"):
            blocker = "connection" if backlog.reason == "blocked" else "pause"
        next_at_ms = (record.check_at_ms or 0) if record.state == "unknown" else record.due_at_ms
        if backlog is not None:
            next_at_ms = max(next_at_ms, backlog.next_at_ms)
        parts = update_status(record, blocker, next_at_ms, now_ms)
        if record.state == "confirmed" and record.id in self._response_ms:
            parts = *parts, _response_time(self._response_ms[record.id])
        return plain(" · ".join((record.order_number, *parts)))


def _sign(record: Call | PlatformNotice, severity: Severity) -> str:
    """Return the icon of an update's state, or of an event."""
    if not isinstance(record, Call):
        return "warning" if severity == "bad" else "tag"
    if record.state in ("unknown", "checking"):
        return "question"
    return {"good": "tick", "bad": "cross", "wait": "clock"}.get(severity, "minus")


def _kind(record: Call | PlatformNotice) -> Literal["update", "event"]:
    return "update" if isinstance(record, Call) else "event"


def _is_ended(record: Call | PlatformNotice) -> bool:
    """Return whether the status of a record stays the same, however much time passes."""
    return isinstance(record, Call) and record.state in ENDED


def update_status(call: Call, blocker: Blocker, next_at_ms: int, now_ms: int) -> tuple[str, ...]:
    """Return when an update changed or what happens next, and what a person can do, in parts."""
    age = ago((now_ms - call.created_at_ms) / 1_000)
    in_state = lasting((now_ms - call.changed_at_ms) / 1_000)
    next_time = within(next_at_ms, now_ms)
    if blocker == "earlier_update":
        return text("activity.behind"), age
    if blocker == "pause":
        return text("activity.paused"), age
    if blocker == "connection" or call.state == "blocked":
        return age, text("activity.fix_connection")
    if call.state in _NEEDS_FIX:
        return age, text("activity.fix_order")
    match call.state:
        case "held":
            return (text("activity.sends", time=next_time),)
        case "pending":
            return text("activity.sends", time=next_time), age
        case "sending":
            return (text("activity.sending_for", duration=in_state),)
        case "retry_wait":
            return text("activity.retries", time=next_time), age
        case "unknown":
            return text("activity.checks", time=next_time), age, text("activity.resolve_now")
        case "checking":
            return text("activity.checking_for", duration=in_state), age
        case _:
            return (at(call.changed_at_ms),)


def backlog_text(backlog: Backlog, now_ms: int) -> str:
    """Return how many updates wait for a connection that accepts none at present, for how long and until when."""
    duration = lasting((now_ms - backlog.since_ms) / 1_000)
    counts = {"connection": backlog.connection, "count": backlog.count, "duration": duration}
    if backlog.reason == "blocked":
        return text("activity.waits_blocked", **counts)
    if backlog.reason == "paused":
        return f"{text('activity.waits_paused', **counts)} {paused_by(backlog.pause)}"
    message_id = "activity.waits_silent" if backlog.reason == "unresponsive" else "activity.waits_limited"
    return text(message_id, **counts, time=within(backlog.next_at_ms, now_ms))


def refreshing_text(reading: StoreImport, now_ms: int) -> str:
    """Return that a platform is importing from a store, with its own status and the seconds since it began."""
    arguments = {
        "connection": reading.connection,
        "status": reading.status.replace("_", " "),
        "seconds": max(0, now_ms - reading.since_ms) // 1_000,
    }
    if not reading.source:
        return text("activity.refreshing", **arguments)
    return text("activity.refreshing_store", **arguments, store=reading.source)


def _by_time(updates: Sequence[Call], events: Sequence[PlatformNotice]) -> tuple[Call | PlatformNotice, ...]:
    """Return the updates in their order, each event before the first older update.

    Events older than the last update are left out where more updates exist than are shown.
    """
    records: list[Call | PlatformNotice] = []
    remaining = list(events)
    for update in updates:
        while remaining and remaining[0].at_ms >= update.created_at_ms:
            records.append(remaining.pop(0))
        records.append(update)
    return (*records, *(remaining if len(updates) < UPDATES_SHOWN else ()))


def _behind_earlier_update(updates: Sequence[Call]) -> frozenset[int]:
    """Return the queued updates that wait for an earlier update of the same order and connection."""
    found: set[int] = set()
    unfinished: set[tuple[int, int]] = set()
    for update in sorted(updates, key=lambda update: update.id):
        target = update.order_id, update.connection_id
        if target in unfinished and update.state in ("pending", "retry_wait"):
            found.add(update.id)
        if update.state not in ENDED:
            unfinished.add(target)
    return frozenset(found)


def _response_time(response_ms: int) -> str:
    if response_ms < IMMEDIATE_MS:
        return text("activity.at_once")
    return text("activity.took", seconds=number(round(response_ms / 1_000, 1)))
