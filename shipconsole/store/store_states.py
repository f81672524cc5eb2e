"""Source states: how far a platform is with reading each shop that its orders come from, as last seen."""

from typing import NamedTuple

from shipconsole.store.database import Db


class Seen(NamedTuple):
    """One shop of a connection: the platform's word for its state, since when it has been busy, when it was seen.

    `since_ms` is None while the platform is not reading it; `refreshed_at` is the platform's own text.
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
    """Write down how far a platform is; a name that is not known here leaves the one that was."""
    db.change(
        "source_states.put",
        connection_id=connection_id,
        source_id=source_id,
        name=name,
        status=status,
        refreshed_at=refreshed_at,
        since_ms=None if idle else at_ms,
        at_ms=at_ms,
    )
    db.note("source", connection_id)


def every(db: Db) -> tuple[Seen, ...]:
    """All that was seen, by connection and shop."""
    return tuple(Seen(*row) for row in db.rows("source_states.every"))
