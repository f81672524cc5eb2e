"""The move of a database to another engine, as both databases know it."""

from typing import Any, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreError
from shipconsole.store.mark import Mark


class Move(NamedTuple):
    """A move: the columns of the table `move`; `mark` is the file's last commit when it began."""

    move_id: str
    state: str
    other: str
    began_at_ms: int
    ended_at_ms: int | None
    mark: Mark
    steady_offset_ms: int
    deferred: str = "[]"


class RowRefusedError(StoreError):
    """The server refused a row of a batch: `place` is its place in it (1 is the first, 0 unknown)."""

    def __init__(self, message: Message, place: int, column: str) -> None:
        """Store the reason and the place."""
        super().__init__(message)
        self.place, self.column = place, column


def of(db: Db) -> Move | None:
    """Return the move of a database; None if there was none."""
    row = db.row("moving.get")
    if row is None:
        return None
    move_id, state, other, began_at_ms, ended_at_ms, database_id, commits, steady_offset_ms, deferred = row
    mark = Mark(database_id, commits)
    return Move(move_id, state, other, began_at_ms, ended_at_ms, mark, steady_offset_ms, deferred)


def columns(move: Move, deferred: str = "[]") -> dict[str, Any]:
    """Return the values with which a move begins, except its state."""
    return {
        "move_id": move.move_id,
        "other": move.other,
        "began_at_ms": move.began_at_ms,
        "database_id": move.mark.database_id,
        "commits": move.mark.commits,
        "steady_offset_ms": move.steady_offset_ms,
        "deferred": deferred,
    }
