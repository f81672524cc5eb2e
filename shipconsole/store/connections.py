"""Connections as stored: names, addresses and settings, never keys."""

import json
from collections.abc import Mapping

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message, from_stored
from shipconsole.store.database import Db, Row


def every(db: Db) -> tuple[Connection, ...]:
    """All connections, oldest first."""
    return tuple(_connection(_with_truths(row)) for row in db.rows("connections.all"))


def find(db: Db, name: str) -> Connection | None:
    """The connection of a name, upper and lower case being the same."""
    wanted = name.strip().casefold()
    return next((one for one in every(db) if one.name.casefold() == wanted), None)


def put(db: Db, *, name: str, vendor: str, base_url: str, options: Mapping[str, str]) -> int:
    """Add a connection, or change the one of that name; tell its id."""
    text = json.dumps(dict(options), sort_keys=True)
    id_ = int(db.value("connections.put", name=name, vendor=vendor, base_url=base_url, options=text))
    db.note("connection", id_)
    return id_


def block(db: Db, connection_id: int, message: Message) -> None:
    """Let no call of the connection pass, whatever the reason is worth in words."""
    if db.change("connections.block", id=connection_id, is_blocked=1, message=message):
        db.note("connection", connection_id)


def unblock(db: Db, connection_id: int) -> None:
    """Let the calls of the connection pass again."""
    if db.change("connections.block", id=connection_id, is_blocked=0, message=NO_MESSAGE):
        db.note("connection", connection_id)


def path_changed(db: Db, connection_id: int) -> None:
    """Write down that the path of its webhooks is another one from now on."""
    db.change("connections.path_changed", id=connection_id)
    db.note("connection", connection_id)


def sync_ended(db: Db, connection_id: int, at_ms: int, trouble: str = "") -> None:
    """Write down how reading its orders ended; without trouble they were read to the end at that time."""
    db.change("connections.sync_ended", id=connection_id, at_ms=at_ms, trouble=trouble)
    db.note("connection", connection_id)


def hold(db: Db, connection_id: int, *, until_ms: int) -> None:
    """Let no call of the connection go before a time: its platform asked for that."""
    if db.change("connections.hold", id=connection_id, until_ms=until_ms):
        db.note("connection", connection_id)


def failed(db: Db, connection_id: int, message: Message, *, steady_ms: int, within_ms: int, failures_most: int) -> int:
    """Count a call that found nobody there; tell how many in a row that makes.

    Failures further apart than `within_ms` are not a row, unless it is at its end already.
    """
    values = {"id": connection_id, "message": message, "steady_ms": steady_ms, "since_ms": steady_ms - within_ms}
    failures = int(db.value("connections.failed", **values, failures_most=failures_most))
    if failures >= failures_most:
        db.note("connection", connection_id)
    return failures


def works(db: Db, connection_id: int, *, failures_most: int) -> None:
    """Write down that the platform answered: the row of failures is at its end."""
    if db.change("connections.mark_reachable", id=connection_id, failures_most=failures_most):
        db.note("connection", connection_id)


def to_ask(db: Db, *, steady_ms: int, failures_most: int) -> tuple[int, ...]:
    """Connections that did not answer and may be asked now whether they do again."""
    return tuple(id_ for (id_,) in db.rows("connections.due_probes", steady_ms=steady_ms, failures_most=failures_most))


def ask_later(db: Db, connection_id: int, *, until_ms: int, failures_most: int) -> None:
    """Ask a connection that does not answer no more before a time."""
    if db.change("connections.postpone_probe", id=connection_id, until_ms=until_ms, failures_most=failures_most):
        db.note("connection", connection_id)


def answered_in(db: Db, connection_id: int, elapsed_ms: int) -> None:
    """Remember the longest time that an answer took."""
    is_first = not longest_response_ms(db, connection_id)
    if db.change("connections.record_response_time", id=connection_id, elapsed_ms=elapsed_ms) and is_first:
        db.note("connection", connection_id)


def longest_response_ms(db: Db, connection_id: int) -> int:
    """The longest time that an answer of the connection took."""
    return int(db.value("connections.longest_answer", id=connection_id))


def _with_truths(row: Row) -> Row:
    """Return a row with its last two values, whether it has answered and is blocked, as truths."""
    return (*row[:-2], bool(row[-2]), bool(row[-1]))


def _connection(row: Row) -> Connection:
    id_, name, vendor, base_url, options, blocked, held_until_ms, synced_at_ms, failures, failing, *state = row
    known = (id_, name, vendor, base_url, json.loads(options), from_stored(blocked))
    return Connection(*known, held_until_ms, synced_at_ms, failures, from_stored(failing), *state)
