"""Webhook events: requests as received, each event once, and the result of processing them."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from shipconsole.domain.message import NO_MESSAGE, Message, from_stored
from shipconsole.domain.received_webhook import ReceivedWebhook, State, WebhookEvent
from shipconsole.store import platform_notices
from shipconsole.store.database import Db, Row
from shipconsole.store.orders import match_key
from shipconsole.store.queries import NO_LIMIT

ANY_COUNT = 2**62


class Added(NamedTuple):
    """The id of a stored event, and whether it was received before."""

    id: int
    is_duplicate: bool


def add(
    db: Db,
    *,
    connection_id: int,
    headers: Mapping[str, str],
    body: bytes,
    dedupe_key: str,
    verified: bool | None,
    verify_message: Message = NO_MESSAGE,
    now_ms: int,
    recurs: bool = False,
) -> Added:
    """Store an event, or count it if it is a duplicate; a duplicate that `recurs` is processed again."""
    row = db.row(
        "webhook_events.add",
        connection_id=connection_id,
        received_at_ms=now_ms,
        headers=json.dumps(dict(headers), sort_keys=True),
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        dedupe_key=dedupe_key,
        verified=None if verified is None else int(verified),
        verify_message=verify_message,
        recurs=int(recurs),
    )
    assert row is not None
    id_, duplicates = row
    db.note("webhook_event", id_)
    return Added(id_, duplicates > 0)


def unprocessed(db: Db, most: int) -> tuple[WebhookEvent, ...]:
    """Return the unprocessed events, oldest first."""
    return tuple(_event(row) for row in db.rows("webhook_events.unprocessed", most=most))


def unprocessed_of(db: Db, connection_id: int, *, after: int, most: int) -> tuple[WebhookEvent, ...]:
    """Return a connection's unprocessed events after an id, oldest first."""
    rows = db.rows("webhook_events.unprocessed_of", connection_id=connection_id, after=after, most=most)
    return tuple(_event(row) for row in rows)


def senders(db: Db) -> tuple[int, ...]:
    """Return the connections with unprocessed events."""
    return tuple(connection_id for (connection_id,) in db.rows("webhook_events.senders"))


def get(db: Db, id_: int) -> WebhookEvent | None:
    """Return an event by its id, None if there is none."""
    row = db.row("webhook_events.get", id=id_)
    return _event(row) if row else None


def store_result(
    db: Db,
    id_: int,
    state: State,
    message: Message,
    now_ms: int,
    *,
    duplicates: int = ANY_COUNT,
    waits_for: str = "",
    unconfirmed_of: str = "",
) -> None:
    """Store the result of processing an event.

    `duplicates` is the count when processing began: with one more since, the event is processed again. The
    event is also reprocessed once an order with the number `waits_for` is stored, or once the platform's order
    `unconfirmed_of` shows what it reports.
    """
    values = {
        "state": state,
        "message": message,
        "now_ms": now_ms,
        "duplicates": duplicates,
        "unconfirmed_of": unconfirmed_of,
    }
    if db.change("webhook_events.store_result", id=id_, waits_for=match_key(waits_for), **values):
        db.note("webhook_event", id_)


def requeue_waiting(db: Db, number: str) -> None:
    """Have the events processed again that waited for an order with this number."""
    db.change("webhook_events.requeue_waiting", match_key=match_key(number))


def unconfirmed(db: Db, connection_id: int, remote_id: str) -> tuple[WebhookEvent, ...]:
    """Return the events about a platform's order that it did not confirm yet, oldest first."""
    rows = db.rows("webhook_events.unconfirmed", connection_id=connection_id, remote_id=remote_id)
    return tuple(_event(row) for row in rows)


def requeue(db: Db, id_: int) -> None:
    """Have an event processed again."""
    if db.change("webhook_events.requeue", id=id_):
        db.note("webhook_event", id_)


def latest(db: Db, most: int | None) -> tuple[ReceivedWebhook, ...]:
    """Return the newest events whose bodies are stored, newest first; all of them if `most` is None."""
    return tuple(from_row(row) for row in db.rows("webhook_events.latest", most=NO_LIMIT if most is None else most))


def received(db: Db, id_: int) -> ReceivedWebhook:
    """Return an event without its body; raise LookupError for an unknown id."""
    row = db.row("webhook_events.received", id=id_)
    if row is None:
        raise LookupError(id_)
    return from_row(row)


def count(db: Db) -> int:
    """Return how many events there are whose bodies are stored."""
    return db.value("webhook_events.count")


def old(db: Db, before_ms: int, most: int) -> tuple[int, ...]:
    """Return events that were received and processed before a time; unprocessed, failed and waiting ones are none."""
    return tuple(id_ for (id_,) in db.rows("webhook_events.old", before_ms=before_ms, most=most))


def remove_old(db: Db, before_ms: int, now_ms: int, most: int, among: Collection[int] | None = None) -> int:
    """Delete the bodies of the oldest events that `old` returns, or of those `among` some; return how many.

    Their keys stay, so that a duplicate is still recognized.
    """
    found = [id_ for id_ in old(db, before_ms, most) if among is None or id_ in among]
    for id_ in found:
        remove(db, id_, now_ms)
    return len(found)


def remove(db: Db, id_: int, now_ms: int) -> None:
    """Delete the body of an event, and its notices."""
    platform_notices.forget_from(db, id_, 0)
    db.change("webhook_events.remove", id=id_, empty=b"", now_ms=now_ms)
    db.note("webhook_event", id_)


def is_removed(db: Db, id_: int) -> bool:
    """Return whether the body of an event was deleted for its age."""
    return db.value("webhook_events.removed", id=id_) is not None


def _event(row: Row) -> WebhookEvent:
    id_, connection_id, received_at_ms, headers, body, sha256, key, verified, verify_message, state, message, *rest = (
        row
    )
    start = (id_, connection_id, received_at_ms, json.loads(headers), body, sha256, key, _boolean(verified))
    return WebhookEvent(*start, from_stored(verify_message), state, from_stored(message), *rest)


def from_row(row: Row) -> ReceivedWebhook:
    """Return the event of a row of `webhook_events.latest`."""
    id_, connection, vendor, received_at_ms, size_bytes, verified, verify_message, state, message, *rest = row
    start = (id_, connection, vendor, received_at_ms, size_bytes, _boolean(verified))
    return ReceivedWebhook(*start, from_stored(verify_message), state, from_stored(message), *rest)


def _boolean(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)
