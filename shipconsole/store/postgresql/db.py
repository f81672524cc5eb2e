"""What a store function can do inside its transaction on a server."""

import sys
import time
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from shipconsole.store.database import Db, Engine, Row, stored
from shipconsole.store.postgresql.engine import ERRORS, VALUE_ERRORS, Connection, Rows
from shipconsole.store.queries import LIST_SIZES, Value, query

ID_OF_4_BYTES_MAX = 2**31 - 1
_FEED = "changes."
_PLANNED_ANEW = "browse.containing"
"""How the names of the statements begin whose best plan follows from their values: the parts of a text.

One plan for all texts reads every order that has the text: 190 ms instead of 0.04 for a digit in 40,000 orders.
"""


class PostgresqlDb(Db):
    """The same as for a file, with the server's statements and clock."""

    engine: ClassVar[Engine] = "postgresql"
    errors: ClassVar[tuple[type[Exception], ...]] = ERRORS
    value_errors: ClassVar[tuple[type[Exception], ...]] = VALUE_ERRORS

    def __init__(self, connection: Connection) -> None:
        """Work on a connection; its transaction belongs to the caller."""
        self._notes: list[tuple[str, int]] | None = None
        super().__init__(connection)
        self._server: Connection = connection

    def hold_notes(self) -> None:
        """Keep what is noted until the group ends, which stores it with its commit, in the same round trip."""
        self._notes = []

    @property
    def notes(self) -> Sequence[tuple[str, int]]:
        """What was noted and is kept, each thing once, the last at the end."""
        return tuple(reversed(dict.fromkeys(reversed(self._notes or ()))))

    @property
    def noted(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride] - a count that follows the notes
        """How much was noted."""
        return self._noted if self._notes is None else len(self._notes)

    @noted.setter
    def noted(self, count: int) -> None:
        """Forget what was noted after the first ones."""
        self._noted = count
        if self._notes is not None:
            del self._notes[count:]

    def note(self, kind: str, ref_id: int) -> None:
        """Note for the change feed that a row of a kind changed, in the same transaction."""
        if self._notes is None:
            super().note(kind, ref_id)
        else:
            self._notes.append((kind, ref_id))

    def change_all(self, name: str, rows: Iterable[Mapping[str, Value]]) -> list[Row]:
        """Run a named statement once for all rows, whose values it takes as arrays; return what its RETURNING gives.

        The server does for each row what it would do for a statement of its own; what costs is a statement.
        """
        many = [stored(row) for row in rows]
        if not many:
            return []
        return self.rows(name, **{key: [row[key] for row in many] for key in many[0]})

    def ids(self, name: str, /, **values: Any) -> "array[int]":
        """Return the ids that a named query returns, which may be a million: the server sends them as one value."""
        text, bound = query(name, "postgresql").text, stored(values)
        found, are_large = self._server.execute(_as_bytes(text), bound, is_binary=True).fetchall()[0]
        if are_large:
            ((found,),) = self._server.execute(_as_long_bytes(text), bound, is_binary=True).fetchall()
        ids = array("q" if are_large else "i", found or b"")
        if sys.byteorder == "little":
            ids.byteswap()
        return ids

    def is_new_view(self) -> bool:
        """Return, once, whether the connection took the place of another one, whose server may have had more."""
        is_new, self._server.replaces_another = self._server.replaces_another, False
        return is_new

    def server_ms(self) -> int:
        """Return the time of the server's clock in milliseconds since 1970, UTC."""
        return int(self.value("steady_time.server_ms"))

    def _run(self, name: str, values: Mapping[str, Any]) -> Rows:
        if self._notes and name.startswith(_FEED):
            # Seen here, and stored again when the group ends: each thing is read once, with its last change.
            self._store_notes()
        statement = query(name, "postgresql")
        bound = stored(values)
        if statement.list:
            # The driver makes an array of a list alone, and a row of a tuple.
            ids = bound[statement.list] = list(bound[statement.list])
            if len(ids) > LIST_SIZES[-1]:
                raise ValueError(f"{statement.list} holds more than {LIST_SIZES[-1]} ids")
        return self._server.execute(statement.text, bound, is_planned_anew=name.startswith(_PLANNED_ANEW))

    def _store_notes(self) -> None:
        kinds, ref_ids = zip(*self.notes, strict=True)
        values = {"kinds": list(kinds), "ref_ids": list(ref_ids), "at_ms": time.time_ns() // 1_000_000}
        self._server.execute(query("changes.note_all", "postgresql").text, values)


@cache
def _as_bytes(text: str) -> str:
    """Return a statement for the ids of another as one value, 4 bytes each, and for whether one needs more."""
    fits = f"listed.id <= {ID_OF_4_BYTES_MAX}"
    ids = f"string_agg(CASE WHEN {fits} THEN int4send(listed.id::INT) END, ''::bytea)"
    return f"SELECT {ids}, COALESCE(NOT bool_and({fits}), FALSE) FROM ({text}) AS listed"  # noqa: S608 - a named query


@cache
def _as_long_bytes(text: str) -> str:
    """Return a statement for the ids of another as one value, 8 bytes each."""
    return f"SELECT string_agg(int8send(listed.id), ''::bytea) FROM ({text}) AS listed"  # noqa: S608 - a named query
