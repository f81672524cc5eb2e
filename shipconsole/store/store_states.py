"""Store states: each platform's import from a store, as last seen."""

from typing import NamedTuple

from shipconsole.store.database import Db


class SeenState(NamedTuple):
    """One store of a connection: the platform's status, since when it has been importing, and when that was seen.

    `since_ms` is None while the platform is not importing; `refreshed_at` is the platform's own text.
    """

    connection_id: int
    connection: str
    source_id: str
    name: str
    status: str
    refreshed_at: str
    since_ms: int | None
    at_ms: int


def put(
    db: Db,
    *,
    connection_id: int,
    source_id: str,
    name: str,
    status: str,
    refreshed_at: str,
    idle: bool,
    at_ms: int,
) -> None:
    """Store the state of a store; an empty name keeps the previous one."""
    db.change(
        "store_states.put",
        connection_id=connection_id,
        source_id=source_id,
        name=name,
        status=status,
        refreshed_at=refreshed_at,
        since_ms=None if idle else at_ms,
        at_ms=at_ms,
    )
    db.note("store", connection_id)


def every(db: Db) -> tuple[SeenState, ...]:
    """Return all states, by connection and store."""
    return tuple(SeenState(*row) for row in db.rows("store_states.every"))
