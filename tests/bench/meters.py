"""Counts of what a store function costs: statements, rows or steps visited, and memory; the same on every computer."""

import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import apsw

from shipconsole.store import engine
from shipconsole.store.database import Db, Store


class Cost(NamedTuple):
    """How many statements ran, what they visited (SQLite: steps, PostgreSQL: rows), and the bytes held at most."""

    statements: int
    visited: int
    held: int


class _Counting:
    """A store's connection that counts its statements."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.statements = 0

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        self.statements += 1
        return self._connection.execute(*args, **kwargs)

    def executemany(self, *args: Any) -> Any:
        self.statements += 1
        return self._connection.executemany(*args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _Undone(Exception):
    pass


def cost_of(store: Store, do: Callable[[Db], object], *, before: Callable[[Db], object] = id) -> Cost:
    """Return what a function costs in a transaction of which nothing is kept; `before` prepares it."""
    found: list[Cost] = []

    def measure(db: Db) -> None:
        before(db)
        inner = db.connection
        do(db)  # statements are compiled, and caches filled
        counting = _Counting(inner)
        put_connection(db, counting)
        tracemalloc.start()
        try:
            visited = _steps(inner, lambda: do(db)) if db.engine == "sqlite" else _rows(inner, lambda: do(db))
            held = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            put_connection(db, inner)
        found.append(Cost(counting.statements, visited, held))
        raise _Undone

    try:
        store.write(measure).result()
    except _Undone:
        return found[0]
    raise AssertionError("the transaction was kept")


def put_connection(db: Db, connection: Any) -> None:
    """Have a store function work on another connection, such as one that counts."""
    db.connection = connection
    if hasattr(db, "_server"):
        cast("Any", db)._server = connection


def _steps(connection: engine.Connection, do: Callable[[], object]) -> int:
    """Return the steps of SQLite's virtual machine, which follow the rows visited."""
    found = [0]

    def note(event: dict[str, Any]) -> None:
        # What the full-text index does inside follows from how many orders match; `poe bench` measures it.
        if "'order_search_" not in event["sql"]:
            found[0] += event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"]

    driver = engine.driver_connection(connection)
    driver.trace_v2(apsw.SQLITE_TRACE_PROFILE, note)
    try:
        do()
    finally:
        driver.trace_v2(0, None)
    return found[0]


_VISITED = "SELECT SUM(seq_tup_read) + SUM(idx_tup_fetch), SUM(seq_tup_read) FROM pg_stat_xact_user_tables"


def _rows(connection: Any, do: Callable[[], object]) -> int:
    """Return the rows that the server visited, where it never reads a whole table that has an index."""
    connection.execute("SET LOCAL enable_seqscan = off")
    before = connection.execute(_VISITED).fetchall()[0][0]
    do()
    return int(connection.execute(_VISITED).fetchall()[0][0] - before)
