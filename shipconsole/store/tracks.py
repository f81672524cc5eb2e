"""Tracks: what platforms report about each package, one row per tracking number and connection, each event once."""

import hashlib
import json
from collections.abc import Collection
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.message import from_stored
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.track_events import key_of
from shipconsole.store.database import Db

_KEY_LONGEST = 500


class StoredTrack(NamedTuple):
    """A package as a connection reports it; `order_id` is None while its order is unknown.

    `checks` is how often the platform was queried since the last change; `subscribed` is True if it accepted a
    subscription to tracking events.
    """

    id: int
    connection_id: int
    connection: str
    order_id: int | None
    track: RemoteTrack
    changed_at_ms: int
    checks: int
    subscribed: bool


class TrackedPackage(NamedTuple):
    """A package to query a platform about."""

    tracking_number: str
    carrier: str
    order_id: int


def get(db: Db, connection_id: int, tracking_number: str) -> StoredTrack | None:
    """Return what a connection reports about a number, None if nothing."""
    row = db.row("tracks.get", connection_id=connection_id, tracking_key=_key(tracking_number))
    return _stored(db, *row) if row else None


def of_order(db: Db, order_id: int) -> tuple[StoredTrack, ...]:
    """Return what is reported about an order's packages, whether they shipped here or elsewhere."""
    rows = (*db.rows("tracks.of_order", order_id=order_id), *db.rows("tracks.of_packages", order_id=order_id))
    return tuple(_stored(db, *row) for row in sorted(set(rows)))


def orders_shipped_with(db: Db, tracking_number: str) -> tuple[tuple[int, str], ...]:
    """Return the orders whose packages have a number, newest first, each with the number as written there."""
    rows = db.rows("tracks.orders_shipped_with", tracking_key=_key(tracking_number))
    return tuple((order_id, number) for order_id, number in rows)


def put(
    db: Db,
    connection_id: int,
    track: RemoteTrack,
    *,
    order_id: int | None,
    now_ms: int,
    next_check_at_ms: int,
    known: Collection[RemoteEvent] = (),
) -> None:
    """Store what is reported about a package; `known` are the events that are already stored.

    A known event that is missing from the track is deleted, because a more detailed one replaced it. Without a change
    the platform is queried at `next_check_at_ms`.
    """
    track_id = db.value(
        "tracks.put",
        connection_id=connection_id,
        tracking_number=track.tracking_number,
        tracking_key=_key(track.tracking_number),
        carrier=track.carrier,
        order_id=order_id,
        status=track.status,
        expected=track.expected.text,
        expected_at_ms=track.expected.at_ms,
        delivered=track.delivered.text,
        details=track.model_dump_json(exclude={"events"}),
        now_ms=now_ms,
        next_check_at_ms=next_check_at_ms,
    )
    keys = {_event_key(event) for event in track.events}
    for gone in {_event_key(event) for event in known} - keys:
        db.change("tracks.drop_event", track_id=track_id, event_key=gone)
    stored = frozenset(known)
    for event in (event for event in track.events if event not in stored):
        put_event(db, track_id, event)
    if order_id is not None:
        db.note("order", order_id)


def put_event(db: Db, track_id: int, event: RemoteEvent) -> None:
    """Store an event of a package, or its further details."""
    db.change(
        "tracks.put_event",
        track_id=track_id,
        event_key=_event_key(event),
        occurred_at=event.occurred.text,
        occurred_at_ms=event.occurred.at_ms,
        **{**event.model_dump(exclude={"occurred", "message"}), "message": event.message},
    )


def events_of(db: Db, track_id: int) -> tuple[RemoteEvent, ...]:
    """Return the events of a package, newest first."""
    return tuple(_event(*row) for row in db.rows("tracks.events", track_id=track_id))


def assign_order(db: Db, tracking_number: str, order_id: int) -> None:
    """Assign an order to tracks that were received before its package shipped here."""
    db.change("tracks.assign_order", tracking_key=_key(tracking_number), order_id=order_id)


def record_check(db: Db, connection_id: int, tracking_number: str, *, next_check_at_ms: int) -> None:
    """Store that a query brought no change, and when the next one is due."""
    key = _key(tracking_number)
    db.change("tracks.record_check", connection_id=connection_id, tracking_key=key, next_check_at_ms=next_check_at_ms)


def mark_subscribed(db: Db, connection_id: int, tracking_number: str) -> None:
    """Store that a platform accepted a subscription to a package's events."""
    db.change("tracks.mark_subscribed", connection_id=connection_id, tracking_key=_key(tracking_number))


def next_to_check(db: Db, connection_id: int, *, from_ms: int, to_ms: int) -> TrackedPackage | None:
    """Return the undelivered package whose query is due first in a period, None if there is none."""
    row = db.row("tracks.next_to_check", connection_id=connection_id, from_ms=from_ms, to_ms=to_ms)
    return TrackedPackage(*row) if row else None


def packages_of_call(db: Db, call_id: int) -> tuple[TrackedPackage, ...]:
    """Return the packages that an update is about."""
    return tuple(TrackedPackage(*row) for row in db.rows("tracks.packages_of_call", call_id=call_id))


def to_be_subscribed(db: Db, order_id: int, connection_id: int) -> tuple[tuple[str, str], ...]:
    """Return numbers and carriers of an order's packages that a connection has no subscription for yet."""
    return tuple(
        (number, carrier)
        for number, carrier in db.rows("tracks.to_be_subscribed", order_id=order_id, connection_id=connection_id)
    )


def last_check(db: Db, connection_id: int) -> tuple[int, int]:
    """Return when a connection was last queried (0: never), and how many queries in a row failed."""
    row = db.row("tracks.last_check", connection_id=connection_id)
    return (row[0], row[1]) if row else (0, 0)


def put_last_check(db: Db, connection_id: int, *, at_ms: int, failures: int) -> None:
    """Store when a connection was last queried, and how many queries in a row failed."""
    db.change("tracks.put_last_check", connection_id=connection_id, at_ms=at_ms, failures=failures)


def _stored(
    db: Db,
    id_: int,
    connection_id: int,
    connection: str,
    order_id: int | None,
    details: str,
    changed_at_ms: int,
    checks: int,
    subscribed: int,
) -> StoredTrack:
    track = RemoteTrack.model_validate_json(details)
    track = track.model_copy(update={"events": events_of(db, id_)})
    return StoredTrack(id_, connection_id, connection, order_id, track, changed_at_ms, checks, bool(subscribed))


def _key(number: str) -> str:
    """Return the key that numbers are compared by; a number without letters and digits is compared as it is."""
    return code.tracking_key(number) or number


def _event_key(event: RemoteEvent) -> str:
    key = json.dumps(key_of(event), ensure_ascii=False)
    # An index has no room for a description of any length.
    return key if len(key) <= _KEY_LONGEST else f"{key[:_KEY_LONGEST]}{hashlib.sha256(key.encode()).hexdigest()}"


def _event(occurred_at: str, occurred_at_ms: int | None, *rest: object) -> RemoteEvent:
    names = (
        "code",
        "message",
        "location",
        "description",
        "status",
        "platform_text",
        "local_time",
        "company",
        "signer",
        "proof_url",
        "latitude",
        "longitude",
        "postal_code",
        "event_code",
        "detail_code",
    )
    occurred = RemoteTime(text=occurred_at, at_ms=occurred_at_ms)
    values = dict(zip(names, rest, strict=True))
    values["message"] = from_stored(str(values["message"]))
    return RemoteEvent.model_validate({"occurred": occurred, **values})
