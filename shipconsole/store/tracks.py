"""Tracks: what platforms told of each package on its way, one row a number and connection, each event once."""

import json
from collections.abc import Collection
from typing import NamedTuple

from shipconsole.domain import code
from shipconsole.domain.message import from_stored
from shipconsole.domain.remote_track import RemoteEvent, RemoteTime, RemoteTrack
from shipconsole.domain.track_events import key_of
from shipconsole.store.database import Db


class Stored(NamedTuple):
    """A package as a connection told of it; `order_id` is None while nobody knows which order it belongs to.

    `asks` is how often the platform was asked since the last news; `subscribed` says that it promised to tell of more.
    """

    id: int
    connection_id: int
    connection: str
    order_id: int | None
    track: RemoteTrack
    changed_at_ms: int
    asks: int
    subscribed: bool


class Silent(NamedTuple):
    """A package of which nothing was heard for long enough."""

    tracking_number: str
    carrier: str
    order_id: int


def get(db: Db, connection_id: int, tracking_number: str) -> Stored | None:
    """What a connection told of a number."""
    row = db.row("tracks.get", connection_id=connection_id, tracking_key=_key(tracking_number))
    return _stored(db, *row) if row else None


def of_order(db: Db, order_id: int) -> tuple[Stored, ...]:
    """What was told of an order's packages, whether they left here or elsewhere."""
    rows = (*db.rows("tracks.of_order", order_id=order_id), *db.rows("tracks.of_packages", order_id=order_id))
    return tuple(_stored(db, *row) for row in sorted(set(rows)))


def left_with(db: Db, tracking_number: str) -> tuple[tuple[int, str], ...]:
    """The orders that packages of a number left for, newest first, each with the number as it is written there."""
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
    """Store what is known of a package now; those events that are `known` stand there already.

    One of them that was told more fully since goes.

    Without news it is asked for at `next_check_at_ms`.
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
        told=track.model_dump_json(exclude={"events"}),
        now_ms=now_ms,
        next_check_at_ms=next_check_at_ms,
    )
    keys = {_known_by(event) for event in track.events}
    for gone in {_known_by(event) for event in known} - keys:
        db.change("tracks.drop_event", track_id=track_id, known_by=gone)
    there = frozenset(known)
    for event in (one for one in track.events if one not in there):
        values = {**event.model_dump(exclude={"occurred", "message"}), "message": event.message}
        occurred = event.occurred
        db.change(
            "tracks.put_event",
            track_id=track_id,
            known_by=_known_by(event),
            occurred_at=occurred.text,
            occurred_at_ms=occurred.at_ms,
            **values,
        )
    if order_id is not None:
        db.note("order", order_id)


def left_for(db: Db, tracking_number: str, order_id: int) -> None:
    """Write down for which order a package left of which news may have come before."""
    db.change("tracks.assign_order", tracking_key=_key(tracking_number), order_id=order_id)


def asked(db: Db, connection_id: int, tracking_number: str, *, next_check_at_ms: int) -> None:
    """Write down that a platform was asked and told nothing new; it is not asked again before `next_check_at_ms`."""
    key = _key(tracking_number)
    db.change("tracks.record_check", connection_id=connection_id, tracking_key=key, next_check_at_ms=next_check_at_ms)


def subscribed(db: Db, connection_id: int, tracking_number: str) -> None:
    """Write down that a platform promised to tell of news."""
    db.change("tracks.mark_subscribed", connection_id=connection_id, tracking_key=_key(tracking_number))


def silent(db: Db, connection_id: int, *, from_ms: int, to_ms: int) -> Silent | None:
    """The package whose time to be asked about comes first in a span, of those that have not arrived."""
    row = db.row("tracks.next_to_check", connection_id=connection_id, from_ms=from_ms, to_ms=to_ms)
    return Silent(*row) if row else None


def told_by(db: Db, call_id: int) -> tuple[Silent, ...]:
    """The packages that a call told of."""
    return tuple(Silent(*row) for row in db.rows("tracks.packages_of_call", call_id=call_id))


def to_subscribe(db: Db, order_id: int, connection_id: int) -> tuple[tuple[str, str], ...]:
    """Numbers and carriers of an order's packages whose news a connection was not asked for yet."""
    return tuple(
        (number, carrier)
        for number, carrier in db.rows("tracks.to_be_subscribed", order_id=order_id, connection_id=connection_id)
    )


def asking(db: Db, connection_id: int) -> tuple[int, int]:
    """When a connection was asked last, 0 for never, and how often in a row that came to nothing."""
    row = db.row("tracks.last_check", connection_id=connection_id)
    return (row[0], row[1]) if row else (0, 0)


def put_asking(db: Db, connection_id: int, *, at_ms: int, failures: int) -> None:
    """Write down when a connection was asked last, and how often in a row that came to nothing."""
    db.change("tracks.put_last_check", connection_id=connection_id, at_ms=at_ms, failures=failures)


def _stored(
    db: Db,
    id_: int,
    connection_id: int,
    connection: str,
    order_id: int | None,
    told: str,
    changed_at_ms: int,
    asks: int,
    subscribed: int,
) -> Stored:
    track = RemoteTrack.model_validate_json(told)
    events = tuple(_event(*row) for row in db.rows("tracks.events", track_id=id_))
    whole = track.model_copy(update={"events": events})
    return Stored(id_, connection_id, connection, order_id, whole, changed_at_ms, asks, bool(subscribed))


def _key(number: str) -> str:
    """Return what numbers are compared by; one of signs alone, which a platform may tell, is compared as it is."""
    return code.tracking_key(number) or number


def _known_by(event: RemoteEvent) -> str:
    return json.dumps(key_of(event), ensure_ascii=False)


def _event(occurred_at: str, occurred_at_ms: int | None, *rest: object) -> RemoteEvent:
    names = (
        "code",
        "message",
        "place",
        "description",
        "status",
        "said",
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
