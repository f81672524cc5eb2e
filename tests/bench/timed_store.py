"""A store on a server that notes how long each group of writes waited for the lock of all writers, and held it."""

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from shipconsole.store.postgresql.checks import Lineage
from shipconsole.store.postgresql.engine import Connection, Rows
from shipconsole.store.postgresql.schema import BEGIN_GROUP, SYNC
from shipconsole.store.postgresql.store import PostgresqlStore


class Group(NamedTuple):
    """One group: seconds until it had the lock, seconds until it was committed, and round trips while it held it."""

    waited_s: float
    held_s: float
    round_trips: int


class _TimedConnection(Connection):
    """A connection that times the transactions that take the lock."""

    def __init__(self, connection: Connection, groups: list[Group]) -> None:
        super().__init__(connection._driver)
        self._groups = groups
        self._asked_s = self._began_s = 0.0
        self._trips = -1

    def execute(
        self,
        statements: str,
        bindings: Mapping[str, Any] | Sequence[Any] | None = None,
        *,
        is_planned_anew: bool = False,
        is_binary: bool = False,
    ) -> Rows:
        if statements == BEGIN_GROUP:
            self._asked_s = perf_counter()
        elif self._trips >= 0:
            self._trips += 1
            if statements.startswith(("COMMIT", "ROLLBACK")):
                self._end()
        found = super().execute(statements, bindings, is_planned_anew=is_planned_anew, is_binary=is_binary)
        if statements == BEGIN_GROUP:
            self._began_s, self._trips = perf_counter(), 0
        return found

    def execute_all(self, statements: str) -> list[Rows]:
        """Run the end of a group in two trips, so that the time until its commit is known apart from the disk's."""
        ending = f"; {SYNC}"
        assert statements.endswith(ending)
        self._trips += 1
        found = super().execute_all(statements.removesuffix(ending))
        self._end()
        return found + super().execute_all(SYNC)

    def _end(self) -> None:
        now_s = perf_counter()
        self._groups.append(Group(self._began_s - self._asked_s, now_s - self._began_s, self._trips))
        self._trips = -1


class TimedStore(PostgresqlStore):
    """The store of the program; `groups` has what its writer did, oldest first."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Prepare to open, as the store of the program."""
        super().__init__(*args, **options)
        self.groups: list[Group] = []

    def _connect(self, name: str) -> tuple[Connection, Lineage]:
        connection, lineage = super()._connect(name)
        if name != "writer":
            return connection, lineage
        return _TimedConnection(connection, self.groups), lineage

    @property
    def writer_pid(self) -> int:
        """Return the id of the server's process for the writer."""
        assert self._writer is not None, "the store is not open"
        return self._writer.connection.backend_pid
