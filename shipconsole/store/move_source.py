"""The file that a database moves from: held against every other program, read table by table, and marked in the end."""

import contextlib
from collections.abc import Generator, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.store import backup, engine, fitness, migrations, moves
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreDamagedError, StoreError, unusable
from shipconsole.store.mark import Mark
from shipconsole.store.moved_rows import LEFT_OUT, Batch, Progress, Row, Table, changes_of
from shipconsole.store.moves import Move


class Source:
    """A database file that no other program can open while this object has it."""

    def __init__(self, file: Path) -> None:
        """Open and hold a file; raises `StoreError` if it cannot be used, or if a program has it open."""
        self.file = file
        fitness.refuse_lost(file)
        if not file.exists():
            raise StoreError(Message("database.no_database", file=str(file)))
        known = fitness.last_known(file)
        if fitness.is_restore_unfinished(file):
            raise StoreError(Message("move.restore_unfinished"))
        self._connection = engine.open_exclusively(file)
        self.db = Db(self._connection)
        try:
            if migrations.is_blank(self._connection):
                fitness.refuse_blank(file, expected=True)
            migrations.refuse_other_layout(self._connection, file)
            fitness.refuse_behind(self._connection, file, known)
            if migrations.waiting(self._connection, migrations.known()):
                raise StoreError(Message("move.schema_is_old"))
            self.move = moves.of(self.db)
        except BaseException:
            self.close()
            raise

    @property
    def mark(self) -> Mark:
        """Return the last commit."""
        return Mark(*self.db.rows("moving.last_commit")[0])

    def refuse_damaged(self) -> None:
        """Raise `StoreDamagedError` if pages, rows or indexes are inconsistent; reads the whole file."""
        backup.refuse_damaged(self._connection, self.file)

    def tables(self) -> tuple[Table, ...]:
        """Return the tables that move, each after those that it refers to."""
        names = [str(name) for (name,) in self.db.rows("moving.tables") if name not in LEFT_OUT]
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for name in names:
            sorter.add(name, *(str(other) for (other,) in self.db.rows("moving.refers_to", name=name)))
        return tuple(
            Table(name, tuple(str(column) for (column,) in self.db.rows("moving.columns", name=name)))
            for name in sorter.static_order()
        )

    def last_ids(self) -> Mapping[str, int]:
        """Return the last id that each table gave away, also if its row is gone."""
        return {str(name): int(last) for name, last in self.db.rows("moving.last_ids")}

    def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        ((count,),) = self._connection.execute(f"SELECT COUNT(*) FROM {_quoted(table.name)}").fetchall()  # noqa: S608 - a name of the schema
        return int(count)

    @contextlib.contextmanager
    def batch(self, table: Table, after: Progress, steady_offset_ms: int) -> Generator[Batch]:
        """Yield the rows that follow, which are read one by one while they are used."""
        columns = ", ".join(map(_quoted, table.columns))
        text = f"SELECT rowid, {columns} FROM {_quoted(table.name)} WHERE rowid > ? ORDER BY rowid"  # noqa: S608 - names of the schema
        cursor = self._connection.execute(text, (after.last_row,))
        try:
            yield Batch(_numbered(cursor, table, self.file), changes_of(table, steady_offset_ms), after)
        finally:
            cursor.close()

    def row_number(self, table: Table, after: Progress, place: int) -> int | None:
        """Return the number of the row that is `place` rows (1 is the next) after those that were copied."""
        text = f"SELECT rowid FROM {_quoted(table.name)} WHERE rowid > ? ORDER BY rowid LIMIT 1 OFFSET ?"  # noqa: S608 - a name of the schema
        found = self._connection.execute(text, (after.last_row, place - 1)).fetchone()
        return None if found is None else int(found[0])

    def begin(self, move: Move) -> None:
        """Mark that the database is leaving: from now on no program works on it."""
        with self._committed():
            self.db.change("moving.forget")
            self.db.change("moving.begin", state="leaving", **moves.columns(move))
        self.move = moves.of(self.db)

    def change_state(self, state: str, *, ended_at_ms: int | None = None) -> None:
        """Store the move's state: 'ending', then 'left'."""
        with self._committed():
            self.db.change("moving.change_state", state=state, ended_at_ms=ended_at_ms)
        self.move = moves.of(self.db)

    def forget(self) -> None:
        """Take the mark away: the database is used here as before."""
        with self._committed():
            self.db.change("moving.forget")
        self.move = None

    def close(self) -> None:
        """Close the file; other programs can open it then, as far as it is not marked."""
        self._connection.close()

    @contextlib.contextmanager
    def _committed(self) -> Generator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except engine.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise engine.as_failure(error, self.file) from error


def _numbered(cursor: engine.Cursor, table: Table, file: Path) -> Iterator[tuple[int, Row]]:
    """Yield rows with their numbers; raises `StoreDamagedError` for a text that is not UTF-8."""
    try:
        for number, *row in cursor:
            yield number, tuple(row)
    except UnicodeDecodeError as error:
        reason = Message("move.damaged_text", table=table.name)
        raise StoreDamagedError(unusable(file, reason)) from error
    except engine.Error as error:
        raise engine.as_failure(error, file) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
