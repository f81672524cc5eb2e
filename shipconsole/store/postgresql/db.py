"""What a store function can do inside its transaction on a server."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from shipconsole.store.database import Db, Engine, Row, stored
from shipconsole.store.postgresql.engine import ERRORS, VALUE_ERRORS, Connection, Rows
from shipconsole.store.queries import LIST_SIZES, Value, query


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
        """Run a named statement once for each row of values and return what its RETURNING gives, if it has one."""
        return self._server.executemany(query(name, "postgresql").text, map(stored, rows)).fetchall()

    def server_ms(self) -> int:
        """Return the time of the server's clock in milliseconds since 1970, UTC."""
        return int(self.value("steady_time.server_ms"))

    def _run(self, name: str, values: Mapping[str, Any]) -> Rows:
        statement = query(name, "postgresql")
        bound = stored(values)
        if statement.list and len(bound[statement.list]) > LIST_SIZES[-1]:
            raise ValueError(f"{statement.list} holds more than {LIST_SIZES[-1]} ids")
        return self._server.execute(statement.text, bound)
