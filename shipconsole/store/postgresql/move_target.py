"""The server that a database moves to: filled in batches, each with its progress in the same transaction.

While rows are copied, the tables have no foreign keys, no further indexes and no triggers; their definitions are stored
with the move, and created again in the transaction that ends it. So a killed program leaves a database that either is
being moved, and says how far, or has everything.
"""

import json
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shipconsole.domain.message import Message, verbatim
from shipconsole.store import moves, roles
from shipconsole.store.errors import StoreAwayError, StoreError
from shipconsole.store.moved_rows import FILLED_WHEN_NEW, Batch, Progress, Table, Tally, tally
from shipconsole.store.moves import Move, RowRefusedError
from shipconsole.store.postgresql import checks, engine, reasons, schema
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection, Password
from shipconsole.store.postgresql.known import Place

LONGEST_STATEMENT_S = 6 * 3_600.0
"""Creating the indexes of millions of rows takes long, and a server that is gone is noticed by its connection."""
OTHERS_GONE_S = 15.0
NAME = "shipconsole move"
CHECKS_CLIENT = 14_00_00
"""The first version of a server that notices during a statement that its client is gone."""
_PLACE = re.compile(r"COPY \S+, \S+ (\d+)(?:, \S+ (\w+))?")


class Target:
    """A database on a server, for one move at a time."""

    def __init__(self, url: str, password: Password = None) -> None:
        """Store how to connect."""
        self._url, self._password, self._address = url, password, parsed(url)
        self._opened: Connection | None = None

    @property
    def label(self) -> str:
        """Return the database's name for people."""
        return self._address.label

    def connect(self) -> None:
        """Connect, again if needed; raises `StoreAwayError` if that fails."""
        self.close()
        try:
            opened = engine.connect(self._url, password=self._password, name=NAME)
        except (engine.Error, OSError, ValueError) as error:
            code = engine.refusal(error, self._url, password=self._password)
            raise reasons.as_failure(error, self._address, code) from error
        self._opened = opened
        with self._failures():
            checks.prepare(opened, self._address)
            opened.silence_s = LONGEST_STATEMENT_S
            if opened.server_version >= CHECKS_CLIENT:
                # So that the server ends a long statement, and its transaction, after this program was killed.
                opened.execute("SET client_connection_check_interval = '1s'")

    def close(self) -> None:
        """Close the connection; the server undoes what was not committed."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def move(self) -> Move | None:
        """Return the move that the database is part of; None if there is none."""
        with self._failures():
            return None if schema.is_blank(self._connection) else moves.of(self._db)

    def steady_ms(self) -> int:
        """Return the server's clock, by which its times are measured."""
        with self._failures():
            return self._db.server_ms()

    def prepare(self, tables: Sequence[Table]) -> Message:
        """Create the tables where there are none; return why the database can't be filled, or an empty message."""
        with self._failures():
            if schema.is_blank(self._connection):
                if self._db.rows("moving.tables"):
                    return Message("move.target_has_other_tables", database=self._address.label)
                schema.migrate(self._connection, self._address)
            schema_problem = self._unlike(tables)
            if schema_problem:
                return schema_problem
            if moves.of(self._db) is not None:
                return Message("")
            for table in tables:
                if table.name not in FILLED_WHEN_NEW and self._has_rows(table):
                    return Message("move.target_has_rows", database=self._address.label, table=table.name)
        return Message("")

    def refuse_others(self) -> None:
        """Raise `StoreError` while another program is connected; one that was killed is gone after a moment."""
        until_s = time.monotonic() + OTHERS_GONE_S
        with self._failures():
            while (count := int(self._db.value("moving.others"))) and time.monotonic() < until_s:
                time.sleep(0.2)
        if count:
            raise StoreError(Message("move.target_in_use", database=self._address.label, count=count))

    def begin(self, move: Move, tables: Sequence[Table]) -> None:
        """Empty the tables, drop what slows the copying down, and store the move, in one transaction."""
        with self._transaction():
            # Of an earlier move; then its keys and indexes are dropped already.
            before = moves.of(self._db)
            deferred: list[str] = json.loads(before.deferred) if before is not None else []
            drops: list[str] = []
            for name in ("moving.foreign_keys", "moving.indexes"):
                found = self._db.rows(name)
                drops += [str(drop) for _, drop in found]
                # Indexes first when they are created again: they are of use for the keys.
                deferred[:0] = [str(create) for create, _ in found]
            for statement in (*drops, *self._for_each(tables, "ALTER TABLE {} DISABLE TRIGGER USER")):
                self._connection.execute(statement)
            self._connection.execute(f"TRUNCATE {', '.join(_quoted(table.name) for table in tables)}")
            self._db.change("moving.forget")
            self._db.change("moving.forget_progress")
            self._db.change("moving.begin", state="arriving", **moves.columns(move, json.dumps(deferred)))

    def progress(self, table: Table) -> Progress:
        """Return how far a table was copied."""
        with self._failures():
            row = self._db.row("moving.progress", name=table.name)
        if row is None:
            return Progress()
        last_row, copied, row_sum, replaced, verified = row
        return Progress(last_row, copied, int(row_sum), replaced, bool(verified))

    def copy(self, table: Table, batch: Batch) -> Progress:
        """Store a batch with its progress in one transaction; returns the progress.

        The transaction is not synced by itself: a server that loses it loses both.
        """
        before = batch.progress
        with self._transaction(alone=False):
            self._connection.execute("SET LOCAL synchronous_commit = off")
            columns = ", ".join(map(_quoted, table.columns))
            self._connection.copy_in(f"COPY {_quoted(table.name)} ({columns}) FROM STDIN", batch)
            now = batch.progress
            if not self._db.change(
                "moving.go_on",
                name=table.name,
                last_row=now.last_row,
                copied=now.copied,
                row_sum=str(now.row_sum),
                replaced=now.replaced,
                copied_before=before.copied,
            ):
                raise StoreError(Message("move.two_at_once"))
        return now

    def tally(self, table: Table) -> Tally:
        """Read a table again and return how many rows it has, and their sum."""
        with self._failures():
            types = dict(self._db.rows("moving.columns", name=table.name))
            columns = ", ".join(map(_quoted, table.columns))
            text = f"COPY (SELECT {columns} FROM {_quoted(table.name)}) TO STDOUT"  # noqa: S608 - names of the schema
            return tally(self._connection.copy_out(text, [types[column] for column in table.columns]))

    def verified(self, table: Table) -> None:
        """Store that a table has all its rows."""
        with self._failures():
            self._db.change("moving.verified", name=table.name)

    def finish(
        self,
        move: Move,
        tables: Sequence[Table],
        last_ids: Mapping[str, int],
        show: Callable[[int, int], object],
    ) -> None:
        """Create what was dropped and have the database go on where the file ended, in one transaction.

        `show` is called with how many statements of how many are done. From its commit on the server's database counts.
        """
        with self._transaction():
            self._restore_schema(move, tables, show)
            for name, _, counter in self._db.rows("moving.counted_columns"):
                if last := last_ids.get(str(name), 0):
                    self._db.rows("moving.continue_ids", counter=counter, last_id=last)
            for table in tables:
                self._connection.execute(f"ANALYZE {_quoted(table.name)}")
            self._db.change("moving.continue_from", database_id=move.mark.database_id, commits=move.mark.commits)
            self._db.change("moving.change_state", state="arrived", ended_at_ms=self._db.server_ms())

    def give_up(self, tables: Sequence[Table]) -> None:
        """Empty the tables of an unfinished move, so that the database is like a new one."""
        with self._transaction():
            move = moves.of(self._db)
            if move is None or move.state != "arriving":
                return
            self._connection.execute(f"TRUNCATE {', '.join(_quoted(table.name) for table in tables)}")
            self._restore_schema(move, tables, lambda _done, _total: None)
            self._db.change("moving.forget_progress")
            self._db.change("moving.forget")

    def _restore_schema(self, move: Move, tables: Sequence[Table], show: Callable[[int, int], object]) -> None:
        stored = moves.of(self._db)
        if stored is None or (stored.move_id, stored.state) != (move.move_id, "arriving"):
            raise StoreError(Message("move.two_at_once"))
        self._connection.execute("SET LOCAL maintenance_work_mem = '128MB'")
        deferred: list[str] = json.loads(stored.deferred)
        for number, statement in enumerate(deferred):
            show(number, len(deferred))
            self._connection.execute(statement)
        for statement in self._for_each(tables, "ALTER TABLE {} ENABLE TRIGGER USER"):
            self._connection.execute(statement)
        self._connection.execute(roles.rights())

    def forget_mark(self, folder: Path) -> None:
        """Forget what a profile knew of the database before it was filled; the next connection begins anew."""
        Place(folder, self._address).forget()

    @property
    def _connection(self) -> Connection:
        if self._opened is None or self._opened.is_gone:
            raise StoreAwayError(Message("move.no_connection", database=self._address.label))
        return self._opened

    @property
    def _db(self) -> PostgresqlDb:
        return PostgresqlDb(self._connection)

    def _unlike(self, tables: Sequence[Table]) -> Message:
        """Return the message that the tables are not those of the file, empty if they are."""
        for table in tables:
            columns = {str(name) for name, _ in self._db.rows("moving.columns", name=table.name)}
            if not columns.issuperset(table.columns):
                return Message("move.target_has_other_tables", database=self._address.label)
        return Message("")

    def _has_rows(self, table: Table) -> bool:
        return bool(self._connection.execute(f"SELECT 1 FROM {_quoted(table.name)} LIMIT 1").fetchall())  # noqa: S608 - a name of the schema

    def _for_each(self, tables: Sequence[Table], statement: str) -> list[str]:
        return [statement.format(_quoted(table.name)) for table in tables]

    @contextmanager
    def _transaction(self, *, alone: bool = True) -> Generator[None]:
        """Run a transaction, by default while no other program writes."""
        with self._failures():
            connection = self._connection
            connection.execute(schema.BEGIN if alone else "BEGIN")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if not connection.is_gone and connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _failures(self) -> Generator[None]:
        """Have the driver's errors raised as `StoreError`."""
        try:
            yield
        except engine.ERRORS as error:
            failure = reasons.as_failure(error, self._address)
            if self._opened is not None and self._opened.is_gone and not isinstance(failure, StoreAwayError):
                failure = StoreAwayError(failure.message)
            elif found := _PLACE.search(engine.context(error)):
                failure = RowRefusedError(verbatim(engine.sentence(error)), int(found[1]), found[2] or "")
            raise failure from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
