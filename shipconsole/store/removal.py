"""Removal of what is old: drafts of finished orders, notices, details of ended updates, and finished orders.

Nothing that is unfinished, unknown or needs attention is removed: each statement says so itself, and says it again in
the transaction that removes. All of it works on a few rows at a time.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic_core import to_jsonable_python

from shipconsole.domain.blanking import blanked_request
from shipconsole.domain.message import Message
from shipconsole.store import calls, drafts, manual_changes, orders, package_changes, shipments, tracks
from shipconsole.store.blanking import Age, Cursor, removal
from shipconsole.store.database import Db

DETAILS = "details"
ENDED = ("confirmed", "cancelled", "superseded")
_PARTS = (
    "drift",
    "attempts",
    "calls",
    "reviews",
    "hand_over_packages",
    "package_changes",
    "contents",
    "packages",
    "shipments",
    "scans",
    "manual_changes",
    "track_events",
    "tracks",
    "notices",
    "line_links",
    "links",
    "claim",
    "kept_separate",
    "joined",
    "lines",
    "order",
)
"""What belongs to an order, each before what it refers to."""


class Details(NamedTuple):
    """A group of updates in time: until when it goes, and the ids of those that ended and have details."""

    until_ms: int
    call_ids: tuple[int, ...]


class Notice(NamedTuple):
    """An old notice."""

    id: int
    at_ms: int
    connection: str
    order: str | None
    message: str


class Waiting(NamedTuple):
    """How much of each kind is old enough to be removed, each counted up to a limit."""

    orders: int
    updates: int
    webhook_events: int


def waiting(db: Db, *, order_ms: int, update_ms: int, event_ms: int, most: int) -> Waiting:
    """Return how much is older than these times."""
    after_ms = _until(db)
    return Waiting(
        int(db.value("removal.count_old", before_ms=order_ms, most=most)),
        int(db.value("removal.count_calls", after_ms=after_ms, before_ms=update_ms, most=most)),
        int(db.value("removal.count_events", before_ms=event_ms, most=most)),
    )


def drop_old_drafts(db: Db, before_ms: int, most: int) -> int:
    """Delete drafts of orders that were finished before a time; return how many."""
    rows = db.rows("removal.old_drafts", before_ms=before_ms, most=most)
    for (order_id,) in rows:
        drafts.drop(db, order_id)
    return len(rows)


def old_notices(db: Db, after: int, before_ms: int, most: int) -> list[Notice]:
    """Return old notices after an id, which no person has to see."""
    return [Notice(*row) for row in db.rows("removal.old_notices", after=after, before_ms=before_ms, most=most)]


def drop_notices(db: Db, ids: Sequence[int], before_ms: int) -> None:
    """Delete those of some notices that are still old."""
    if ids:
        old = {notice.id for notice in old_notices(db, min(ids) - 1, before_ms, len(ids))}
        for id_ in old.intersection(ids):
            db.change("removal.drop_notice", id=id_)


def old_details(db: Db, before_ms: int, steady_ms: int, most: int) -> Details | None:
    """Return the next updates whose details are old; None where there are no more."""
    rows = db.rows("removal.next_calls", after_ms=_until(db), before_ms=before_ms, most=most)
    if not rows:
        return None
    ended = (row[0] for row in rows if row[2] in ENDED and row[5] <= steady_ms and row[3] is not None)
    return Details(rows[-1][1], tuple(ended))


def drop_details(db: Db, details: Details, age: Age, *, station: str, now_ms: int) -> int:
    """Remove requests and responses of those of some updates that have ended; return how many."""
    found = [call for id_ in details.call_ids if (call := calls.get(db, id_)) is not None and call.state in ENDED]
    if found:
        what = Message("audit.removed_details", count=len(found), days=age.days)
        with removal(db, "blank", what, station, now_ms):
            for call in found:
                request = None if call.request is None else blanked_request(call.request)
                if db.change("removal.drop_details", id=call.id, request=request, steady_ms=age.steady_ms):
                    db.change("removal.drop_answers", id=call.id)
                    db.change("blanking.put_drift", id=call.id, now_ms=now_ms)
    db.change("blanking.put_until", kind=DETAILS, at_ms=details.until_ms)
    return len(found)


def old_orders(db: Db, age: Age, cursor: Cursor, most: int, *, blanked: bool) -> list[Cursor]:
    """Return finished orders that are old, after a cursor; with `blanked` only those without names and addresses."""
    values = {**age.values, "blanked": int(blanked), "most": most}
    rows = db.rows("removal.old_orders", after_ms=cursor.at_ms, after_id=cursor.order_id, **values)
    return [Cursor(at_ms, order_id) for order_id, at_ms in rows]


def drop_orders(db: Db, order_ids: Sequence[int], age: Age, *, blanked: bool, station: str, now_ms: int) -> int:
    """Remove those of some orders that are still finished and old, with all that belongs to them; return how many."""
    values = {**age.values, "blanked": int(blanked)}
    found = [id_ for id_ in order_ids if db.row("removal.is_old", order_id=id_, **values) is not None]
    if found:
        numbers = tuple(orders.get(db, order_id).number for order_id in found)
        what = Message("audit.removed_orders", count=len(found), numbers=numbers, days=age.days)
        with removal(db, "remove", what, station, now_ms):
            for order_id in found:
                db.change("removal.note_links", order_id=order_id, now_ms=now_ms)
                db.change("removal.forget_superseded", order_id=order_id)
                for part in _PARTS:
                    db.change(f"removal.drop_{part}", order_id=order_id)
                db.note("order", order_id)
    return len(found)


def was_removed(db: Db, connection_id: int, remote_id: str) -> bool:
    """Return whether a connection's order was here, finished, and was removed for its age."""
    return db.row("removal.was_removed", connection_id=connection_id, remote_id=remote_id) is not None


def archived_order(db: Db, order_id: int) -> dict[str, Any]:
    """Return an order with all that belongs to it, as JSON values for the archive."""
    updates = calls.of_order(db, order_id)
    return {
        "kind": "order",
        "id": order_id,
        "order": _json(orders.get(db, order_id)),
        "links": _json(orders.links(db, order_id)),
        "shipments": _json(shipments.of_order(db, order_id)),
        "updates": _json(updates),
        "attempts": {str(call.id): _json(calls.attempts(db, call.id)) for call in updates},
        "tracks": _json(tracks.of_order(db, order_id)),
        "tracking_edits": _json(package_changes.of_order(db, order_id)),
        "changes": _json(manual_changes.of_order(db, order_id)),
    }


def archived_update(db: Db, call_id: int, *, blanked: bool) -> dict[str, Any]:
    """Return an update with its attempts, as JSON values for the archive; `blanked` leaves out what was sent."""
    call = calls.get(db, call_id)
    if call is None:
        return {}
    attempts: list[dict[str, Any]] = _json(calls.attempts(db, call_id))
    values: dict[str, Any] = _json(call)
    if blanked:
        values |= {"request": None if call.request is None else blanked_request(call.request), "evidence": "{}"}
        values |= {"intent": None, "message": "", "problems": []}
        attempts = [{**attempt, "answer": "", "message": "", "operator": ""} for attempt in attempts]
    return {"kind": "update", "id": call_id, "update": values, "attempts": attempts}


def _until(db: Db) -> int:
    row = db.row("blanking.until", kind=DETAILS)
    return int(row[0]) if row else -1


def _json(value: object) -> Any:
    return to_jsonable_python(value, fallback=_fallback)


def _fallback(value: object) -> object:
    return value.as_json() if isinstance(value, Message) else str(value)
