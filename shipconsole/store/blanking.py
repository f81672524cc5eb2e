"""Blanking: names, addresses, contact data, scans and packers' names are removed some days after the end of an order.

This is the only way in which rows of append-only tables ever change. It works in small groups, each in one transaction
that also adds its entry to the audit log: a group is blanked completely or not at all.
"""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Literal, NamedTuple

from shipconsole.domain import blanking
from shipconsole.domain.address import Address
from shipconsole.domain.blanking import MARK
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.store import manual_changes, orders, tracks, webhook_events
from shipconsole.store.database import Db

_BLANKED = "audit.blanked"
EVERYTHING = Message(_BLANKED).stored()[:-1] + "%"
"""What the entries of all such groups begin with, whatever they counted."""
NOTE = "order.blanked"
_CLEANED = "cleaned by "
Kind = Literal["scans", "manual_changes", "attempts", "hand_overs"]
DAY_MS = 86_400_000
KINDS: tuple[Kind, ...] = ("scans", "manual_changes", "attempts", "hand_overs")


class Cursor(NamedTuple):
    """How far a run has come among the orders that are due: those up to this one are blanked or were not due."""

    at_ms: int = 0
    order_id: int = 0


class Cleaner(NamedTuple):
    """The station that removes what is old for all, by its id and its name, and when it did so last."""

    station_id: str
    name: str
    at_ms: int


class Age(NamedTuple):
    """What is old enough: what ended before a time, some days ago; and the store's steady time now."""

    days: int
    before_ms: int
    steady_ms: int

    @property
    def values(self) -> dict[str, int]:
        """Return the times that queries compare with; claims, whose times are steady, are as many days old."""
        claimed_ms = self.steady_ms - self.days * DAY_MS
        return {"before_ms": self.before_ms, "steady_ms": self.steady_ms, "claimed_ms": claimed_ms}


def due(db: Db, age: Age, cursor: Cursor, most: int) -> list[Cursor]:
    """Return the finished orders that are due after a cursor, the oldest first."""
    rows = db.rows("blanking.due", after_ms=cursor.at_ms, after_id=cursor.order_id, most=most, **age.values)
    return [Cursor(at_ms, order_id) for order_id, at_ms in rows]


def waiting(db: Db, before_ms: int, most: int) -> int:
    """Return how many finished orders changed last before a time and are not blanked, at most `most`."""
    return int(db.value("blanking.waiting", before_ms=before_ms, most=most))


def waiting_events(db: Db, before_ms: int, most: int) -> int:
    """Return how many webhook events received before a time still have their bodies, at most `most`.

    Those about an order that still has its names don't count.
    """
    return int(db.value("blanking.waiting_events", before_ms=before_ms, most=most))


def unfinished(db: Db, before_ms: int, most: int) -> int:
    """Return how many orders that changed last before a time keep their names because something is left of them."""
    return int(db.value("blanking.unfinished", before_ms=before_ms, most=most))


def leave_finished(db: Db, before_ms: int) -> None:
    """End what would keep orders that were finished before a time for ever, and that no person or station will end."""
    db.change("blanking.leave_open_orders", before_ms=before_ms)
    db.change("blanking.leave_tasks", before_ms=before_ms)


def cleaner(db: Db) -> Cleaner | None:
    """Return the station that removed what is old from a shared database last."""
    row = db.row("blanking.cleaners", pattern=f"{_CLEANED}%")
    if row is None:
        return None
    kind, at_ms, name = row
    station_id = kind.removeprefix(_CLEANED)
    return Cleaner(station_id, name or station_id, at_ms)


def note_cleaner(db: Db, station_id: str, at_ms: int) -> None:
    """Store that a station removes what is old for all, from now on it alone."""
    kind = _CLEANED + station_id
    db.change("blanking.forget_cleaners", pattern=f"{_CLEANED}%", kind=kind)
    db.change("blanking.put_until", kind=kind, at_ms=at_ms)


def was_ever_on(db: Db) -> bool:
    """Return whether anything was ever blanked."""
    return db.row("blanking.any_blanked", pattern=EVERYTHING) is not None


def is_blanked(db: Db, order_id: int) -> bool:
    """Return whether an order was blanked, and not filled again since."""
    row = db.row("blanking.blanked_at", order_id=order_id)
    return row is not None and row[0] is not None


def unblank(db: Db, order_id: int) -> None:
    """Let an order that is open again be filled by its platform."""
    db.change("blanking.unblank", order_id=order_id)


def blank_orders(db: Db, order_ids: Sequence[int], age: Age, *, station: str, now_ms: int) -> int:
    """Blank those of some orders that are still due, in the caller's transaction; return how many."""
    found = [id_ for id_ in order_ids if db.row("blanking.is_due", order_id=id_, **age.values) is not None]
    if found:
        with removal(db, "blank", Message("audit.blanked", count=len(found), days=age.days), station, now_ms):
            for order_id in found:
                _blank_order(db, order_id, age, now_ms)
    return len(found)


@contextmanager
def removal(db: Db, kind: Literal["blank", "remove"], what: Message, station: str, now_ms: int) -> Generator[None]:
    """Let the append-only tables give way, in the caller's transaction, after an entry in the audit log."""
    manual_changes.add(db, 0, station=station, operator="", what=what, reason="", now_ms=now_ms)
    db.change("blanking.begin", kind=kind)
    db.rows("blanking.begin_search")
    yield
    db.rows("blanking.end_search")
    db.change("blanking.end")


def blank_span(db: Db, kind: Kind, age: Age, most: int, *, station: str, now_ms: int) -> bool:
    """Look through the next rows of a kind in time, older than an age; return False where there are no more.

    Rows of no order are blanked. An order to which something was added after its blanking becomes due again.
    """
    row = db.row("blanking.until", kind=kind)
    after_ms = int(row[0]) if row else -1
    moments = db.rows(f"blanking.next_{kind}", after_ms=after_ms, before_ms=age.before_ms, most=most)
    if not moments:
        return False
    span = {"after_ms": after_ms, "until_ms": int(moments[-1][0])}
    if kind != "hand_overs":
        for (order_id,) in db.rows(f"blanking.orders_of_{kind}", **span, mark=MARK):
            db.change("blanking.blank_again", order_id=order_id)
    if kind == "scans":
        db.change("blanking.loose_scans", **span, mark=MARK)
    elif kind == "hand_overs":
        db.change("blanking.hand_overs", **span, mark=MARK)
    elif kind == "manual_changes" and (rows := db.rows("blanking.loose_manual_changes", **span, mark=MARK)):
        with removal(db, "blank", Message("audit.blanked_entries", count=len(rows), days=age.days), station, now_ms):
            _blank_manual_changes(db, rows)
    db.change("blanking.put_until", kind=kind, at_ms=span["until_ms"])
    return True


def blank_rest(db: Db, before_ms: int) -> None:
    """Blank the packers' names in the small tables that belong to no order."""
    for name in ("cases", "mappings", "lost_packages"):
        db.change(f"blanking.{name}", before_ms=before_ms, mark=MARK)


def blank_loose_tracks(db: Db, after: int, before_ms: int, most: int) -> int:
    """Blank the packages of no order after an id, older than a time; return the last id, 0 where there are no more."""
    rows = db.rows("blanking.loose_tracks", after=after, before_ms=before_ms, most=most)
    for (track_id,) in rows:
        _blank_track(db, track_id)
    return int(rows[-1][0]) if rows else 0


def remove_loose_events(db: Db, after: int, before_ms: int, now_ms: int, most: int) -> tuple[int, int]:
    """Remove the bodies of old webhook events that are about no order with names; return the last id, and how many."""
    rows = db.rows("blanking.loose_events", after=after, before_ms=before_ms, most=most)
    for (event_id,) in rows:
        webhook_events.remove(db, event_id, now_ms)
    return (int(rows[-1][0]), len(rows)) if rows else (0, 0)


def _blank_order(db: Db, order_id: int, age: Age, now_ms: int) -> None:
    for track in db.rows("blanking.tracks", order_id=order_id):
        _blank_track(db, track[0])
    for (event_id,) in db.rows("blanking.events", order_id=order_id):
        webhook_events.remove(db, event_id, now_ms)
    for link_id, document in db.rows("blanking.documents", order_id=order_id):
        db.change("blanking.put_document", id=link_id, document=blanking.blanked_document(document))
    _blank_calls(db, order_id, now_ms)
    for attempt_id, message in db.rows("blanking.attempt_messages", order_id=order_id):
        db.change("blanking.put_attempt_message", id=attempt_id, message=_blanked(message))
    db.change("blanking.attempts", order_id=order_id, mark=MARK)
    for name in ("shipments", "packages", "package_changes", "scans", "imported_rows"):
        db.change(f"blanking.{name}", order_id=order_id, mark=MARK)
    _blank_manual_changes(db, db.rows("blanking.manual_changes", order_id=order_id))
    db.change("blanking.claims", order_id=order_id)
    for review_id, message in db.rows("blanking.reviews", order_id=order_id):
        db.change("blanking.put_review", id=review_id, message=_blanked(message))
    ship_to = blanking.blanked_address(Address.model_validate_json(db.value("blanking.order", order_id=order_id)))
    db.change(
        "blanking.put_order",
        order_id=order_id,
        ship_to=ship_to.model_dump_json(exclude_defaults=True),
        recipient=ship_to.recipient,
        note=Message(NOTE, count=age.days),
        search_text=orders.search_text_of(db, orders.get(db, order_id).model_copy(update={"ship_to": ship_to})),
        now_ms=now_ms,
    )
    db.note("order", order_id)


def _blank_calls(db: Db, order_id: int, now_ms: int) -> None:
    for call_id, request, intent, message, summary, problems in db.rows("blanking.calls", order_id=order_id):
        rejected = [[path, _blanked(text), _blanked(advice)] for path, text, advice in json.loads(problems)]
        db.change(
            "blanking.put_call",
            id=call_id,
            request=_or_none(blanking.blanked_request, request),
            intent=_or_none(blanking.blanked_intent, intent),
            message=_blanked(message),
            summary=_blanked(summary),
            problems=json.dumps(rejected, ensure_ascii=False),
        )
        db.change("blanking.put_drift", id=call_id, now_ms=now_ms)


def _blank_manual_changes(db: Db, rows: Sequence[tuple[int, str, str, str]]) -> None:
    for id_, operator, what, reason in rows:
        db.change(
            "blanking.put_manual_change",
            id=id_,
            operator=MARK if operator else "",
            what=_blanked(what),
            reason=MARK if reason else "",
        )


def _blank_track(db: Db, track_id: int) -> None:
    stored = RemoteTrack.model_validate_json(db.value("blanking.track", id=track_id))
    events = tracks.events_of(db, track_id)
    before = stored.model_copy(update={"events": events})
    after = blanking.blanked_track(before)
    if after == before:
        return
    db.change("blanking.put_track", id=track_id, details=after.model_dump_json(exclude={"events"}))
    db.change("blanking.drop_track_events", id=track_id)
    for event in after.events:
        tracks.put_event(db, track_id, event)


def _blanked(stored: str) -> str:
    return blanking.blanked_message(from_stored(stored)).stored()


def _or_none(blank: Callable[[str], str], text: str | None) -> str | None:
    return None if text is None else blank(text)
