"""Deliveries: webhooks just as they came, each event once, and what became of them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Literal, NamedTuple

from shipconsole.domain.message import NO_MESSAGE, Message, from_stored
from shipconsole.store import platform_notices
from shipconsole.store.database import Db, Row
from shipconsole.store.orders import match_key

State = Literal["new", "processed", "failed", "ignored"]
NO_MATTER = 2**62


class Delivery(NamedTuple):
    """One webhook as it came.

    `headers` are those that say who sent it, by their names in lower case. `verified` is True where its signature is
    right, False where nobody looked at it, None where there was nothing to look at: its platform signs nothing, or a
    person brought it in. `duplicates` is how many times it came once more, `words` what it did.
    """

    id: int
    connection_id: int
    received_at_ms: int
    headers: Mapping[str, str]
    body: bytes
    sha256: str
    dedupe_key: str
    verified: bool | None
    verify_message: Message
    state: State
    message: Message
    duplicates: int
    processed_at_ms: int | None


class ReceivedWebhook(NamedTuple):
    """One webhook as a list shows it, without its body."""

    id: int
    connection: str
    vendor: str
    received_at_ms: int
    size_bytes: int
    verified: bool | None
    verify_message: Message
    state: State
    message: Message
    duplicates: int
    processed_at_ms: int | None


class Added(NamedTuple):
    """Which delivery an event is, and whether it had come before."""

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
    """Keep a webhook, or count it where the same event came before; one that `recurs` is to be worked off again."""
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
    db.note("delivery", id_)
    return Added(id_, duplicates > 0)


def new(db: Db, most: int) -> tuple[WebhookEvent, ...]:
    """Those that nobody worked off yet, the first that came first."""
    return tuple(_delivery(row) for row in db.rows("webhook_events.unprocessed", most=most))


def new_of(db: Db, connection_id: int, *, after: int, most: int) -> tuple[WebhookEvent, ...]:
    """Those of a connection that nobody worked off yet, behind an id, the first that came first."""
    rows = db.rows("webhook_events.unprocessed_of", connection_id=connection_id, after=after, most=most)
    return tuple(_delivery(row) for row in rows)


def senders(db: Db) -> tuple[int, ...]:
    """The connections of which something came that nobody worked off yet."""
    return tuple(connection_id for (connection_id,) in db.rows("webhook_events.senders"))


def get(db: Db, id_: int) -> WebhookEvent | None:
    """The delivery of an id."""
    row = db.row("webhook_events.get", id=id_)
    return _delivery(row) if row else None


def processed(
    db: Db,
    id_: int,
    state: State,
    message: Message,
    now_ms: int,
    *,
    duplicates: int = NO_MATTER,
    waits_for: str = "",
    unconfirmed_of: str = "",
) -> None:
    """Write down what a delivery did; again where it was worked off again.

    `duplicates` is how many there were of one that recurs when that began: with one more since, it is to be worked off
    once more. So it is once an order of the number `waits_for` comes in, or the platform's order of the id
    `unconfirmed_of` shows what it tells.
    """
    values = {
        "state": state,
        "message": message,
        "now_ms": now_ms,
        "duplicates": duplicates,
        "unconfirmed_of": unconfirmed_of,
    }
    if db.change("webhook_events.processed", id=id_, waits_for=match_key(waits_for), **values):
        db.note("delivery", id_)


def order_came(db: Db, number: str) -> None:
    """Have those worked off again that waited for an order of this number."""
    db.change("webhook_events.requeue_waiting", match_key=match_key(number))


def unconfirmed(db: Db, connection_id: int, remote_id: str) -> tuple[WebhookEvent, ...]:
    """Return those that tell of a platform's order what it does not show yet, the first that came first."""
    rows = db.rows("webhook_events.unconfirmed", connection_id=connection_id, remote_id=remote_id)
    return tuple(_delivery(row) for row in rows)


def again(db: Db, id_: int) -> None:
    """Have one worked off again."""
    if db.change("webhook_events.requeue", id=id_):
        db.note("delivery", id_)


def latest(db: Db, most: int) -> tuple[ReceivedWebhook, ...]:
    """The newest ones, newest first; all of them where `most` is below zero."""
    return tuple(_came(row) for row in db.rows("webhook_events.latest", most=most))


def remove_old(db: Db, before_ms: int, now_ms: int, most: int) -> int:
    """Remove what came, and was worked off, before a moment; return how many were removed.

    What each is known by stays, so that the same one sent again is no new one. What is not worked off, failed, or waits
    for an order stays whole.
    """
    found = db.rows("webhook_events.old", before_ms=before_ms, most=most)
    for (id_,) in found:
        platform_notices.forget_from(db, id_, 0)
        db.change("webhook_events.remove", id=id_, nothing=b"", now_ms=now_ms)
        db.note("delivery", id_)
    return len(found)


def is_removed(db: Db, id_: int) -> bool:
    """Return whether the body of a webhook was removed for its age."""
    return db.value("webhook_events.removed", id=id_) is not None


def _delivery(row: Row) -> WebhookEvent:
    id_, connection_id, received_at_ms, headers, body, sha256, dedupe_key, verified, signature, state, did, *rest = row
    known = (id_, connection_id, received_at_ms, json.loads(headers), body, sha256, dedupe_key, _truth(verified))
    return Delivery(*known, from_stored(signature), state, from_stored(did), *rest)


def _came(row: Row) -> ReceivedWebhook:
    id_, connection, vendor, received_at_ms, size_bytes, verified, signature, state, did, *rest = row
    known = (id_, connection, vendor, received_at_ms, size_bytes, _truth(verified))
    return ReceivedWebhook(*known, from_stored(signature), state, from_stored(did), *rest)


def _truth(stored: int | None) -> bool | None:
    return None if stored is None else bool(stored)
