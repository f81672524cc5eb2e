"""What a store function can do inside its transaction on a server."""

import sys
from array import array
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from shipconsole.store.database import Db, Engine, Row, stored
from shipconsole.store.postgresql.engine import ERRORS, VALUE_ERRORS, Connection, Rows
from shipconsole.store.queries import LIST_SIZES, Value, query

_PLANNED_ANEW = frozenset({"browse.containing"})
"""Statements whose best plan follows from their values.

For a text that many orders have, the newest are compared until there are enough; for a rare one the index is used. One
plan for all texts reads every order that has the text: 190 ms instead of 0.04 for a digit in 40,000 orders.
"""


class PostgresqlDb(Db):
    """The same as for a file, with the server's statements and clock."""

    engine: ClassVar[Engine] = "postgresql"
    errors: ClassVar[tuple[type[Exception], ...]] = ERRORS
    value_errors: ClassVar[tuple[type[Exception], ...]] = VALUE_ERRORS

    def __init__(self, connection: Connection) -> None:
        """Work on a connection; its transaction belongs to the caller."""
        super().__init__(connection)
        self._server: Connection = connection

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
        found = self._server.execute(_as_bytes(query(name, "postgresql").text), stored(values)).fetchone()
        ids = array("q", found[0] or b"" if found is not None else b"")
        if sys.byteorder == "little":
            ids.byteswap()
        return ids

    def server_ms(self) -> int:
        """Return the time of the server's clock in milliseconds since 1970, UTC."""
        return int(self.value("steady_time.server_ms"))

    def _run(self, name: str, values: Mapping[str, Any]) -> Rows:
        statement = query(name, "postgresql")
        bound = stored(values)
        if statement.list and len(bound[statement.list]) > LIST_SIZES[-1]:
            raise ValueError(f"{statement.list} holds more than {LIST_SIZES[-1]} ids")
        return self._server.execute(statement.text, bound, is_planned_anew=name in _PLANNED_ANEW)


@cache
def _as_bytes(text: str) -> str:
    """Return a statement for the ids of another as one value, 8 bytes each, the highest first."""
    return f"SELECT string_agg(int8send(listed.id), ''::bytea) FROM ({text}) AS listed"  # noqa: S608 - a named query
