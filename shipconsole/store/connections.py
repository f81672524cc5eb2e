"""Connections: names, URLs and options, never API keys."""

import json
from collections.abc import Mapping

from shipconsole.domain.connection import Connection, Pause
from shipconsole.domain.message import NO_MESSAGE, Message, from_stored
from shipconsole.store.database import Db, Row


def every(db: Db) -> tuple[Connection, ...]:
    """Return all connections, oldest first."""
    return tuple(_connection(_with_state(row)) for row in db.rows("connections.all"))


def by_id(db: Db) -> dict[int, Connection]:
    """Return all connections by their ids."""
    return {connection.id: connection for connection in every(db)}


def find(db: Db, name: str) -> Connection | None:
    """Return the connection with a name, whatever its case; None if there is none."""
    key = name.strip().casefold()
    return next((connection for connection in every(db) if connection.name.casefold() == key), None)


def put(db: Db, *, name: str, vendor: str, base_url: str, options: Mapping[str, str]) -> int:
    """Add a connection, or change the one with that name; return its id."""
    text = json.dumps(dict(options), sort_keys=True)
    id_ = int(db.value("connections.put", name=name, vendor=vendor, base_url=base_url, options=text))
    db.note("connection", id_)
    return id_


def block(db: Db, connection_id: int, message: Message) -> None:
    """Block the updates of a connection; `message` says why, and may be empty."""
    if db.change("connections.block", id=connection_id, is_blocked=1, message=message):
        db.note("connection", connection_id)


def unblock(db: Db, connection_id: int) -> None:
    """End the block of a connection."""
    if db.change("connections.block", id=connection_id, is_blocked=0, message=NO_MESSAGE):
        db.note("connection", connection_id)


def pause(db: Db, connection_id: int, *, by: str, station: str, at_ms: int) -> bool:
    """Send no update to the connection until `resume`; False if it is paused already."""
    if not db.change("connections.pause", id=connection_id, by=by, station=station, at_ms=at_ms):
        return False
    db.note("connection", connection_id)
    return True


def resume(db: Db, connection_id: int) -> bool:
    """End the pause of a connection; False if it is not paused."""
    if not db.change("connections.resume", id=connection_id):
        return False
    db.note("connection", connection_id)
    return True


def path_changed(db: Db, connection_id: int) -> None:
    """Count a rotation of the connection's webhook URL."""
    db.change("connections.path_changed", id=connection_id)
    db.note("connection", connection_id)


def sync_ended(db: Db, connection_id: int, at_ms: int, problem: str = "") -> None:
    """Store how a sync of the connection ended; without a problem it was complete."""
    db.change("connections.sync_ended", id=connection_id, at_ms=at_ms, problem=problem)
    db.note("connection", connection_id)


def hold(db: Db, connection_id: int, *, until_ms: int) -> None:
    """Send no request to the connection before a time, because its platform asked to wait."""
    if db.change("connections.hold", id=connection_id, until_ms=until_ms):
        db.note("connection", connection_id)


def count_failure(
    db: Db, connection_id: int, message: Message, *, steady_ms: int, within_ms: int, failures_most: int
) -> int:
    """Count a request without a response; return how many that makes in a row.

    A failure more than `within_ms` after the first starts a new count, unless the limit is reached.
    """
    values = {"id": connection_id, "message": message, "steady_ms": steady_ms, "since_ms": steady_ms - within_ms}
    failures = int(db.value("connections.count_failure", **values, failures_most=failures_most))
    if failures >= failures_most:
        db.note("connection", connection_id)
    return failures


def mark_reachable(db: Db, connection_id: int, *, failures_most: int) -> None:
    """Store that the platform responded, which ends the count of failures."""
    if db.change("connections.mark_reachable", id=connection_id, failures_most=failures_most):
        db.note("connection", connection_id)


def due_probes(db: Db, *, steady_ms: int, failures_most: int) -> tuple[int, ...]:
    """Return the unreachable connections whose next probe is due."""
    return tuple(id_ for (id_,) in db.rows("connections.due_probes", steady_ms=steady_ms, failures_most=failures_most))


def begin_probe(db: Db, connection_id: int, *, steady_ms: int, until_ms: int, failures_most: int) -> bool:
    """Begin the probe of an unreachable connection, so that no other begins before a time; False if one was begun."""
    values = {"steady_ms": steady_ms, "until_ms": until_ms, "failures_most": failures_most}
    return db.change("connections.begin_probe", id=connection_id, **values) == 1


def postpone_probe(db: Db, connection_id: int, *, until_ms: int, failures_most: int) -> None:
    """Probe an unreachable connection no sooner than a time."""
    if db.change("connections.postpone_probe", id=connection_id, until_ms=until_ms, failures_most=failures_most):
        db.note("connection", connection_id)


def record_response_time(db: Db, connection_id: int, elapsed_ms: int) -> None:
    """Store a response time if it is the connection's longest."""
    is_first = not longest_response_ms(db, connection_id)
    if db.change("connections.record_response_time", id=connection_id, elapsed_ms=elapsed_ms) and is_first:
        db.note("connection", connection_id)


def longest_response_ms(db: Db, connection_id: int) -> int:
    """Return the longest response time of the connection."""
    return int(db.value("connections.longest_response", id=connection_id))


def _with_state(row: Row) -> Row:
    """Return a row with `has_answered` and `is_blocked` as booleans, and the columns of the pause as one value."""
    *others, has_answered, is_blocked, paused_at_ms, station, packer = row
    pause = Pause(paused_at_ms, station, packer) if paused_at_ms else None
    return (*others, bool(has_answered), bool(is_blocked), pause)


def _connection(row: Row) -> Connection:
    id_, name, vendor, base_url, options, blocked, held_until_ms, synced_at_ms, failures, failing, *state = row
    start = (id_, name, vendor, base_url, json.loads(options), from_stored(blocked))
    return Connection(*start, held_until_ms, synced_at_ms, failures, from_stored(failing), *state)
