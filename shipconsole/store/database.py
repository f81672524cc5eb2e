"""The database: one writer thread, one reader thread, durable group commits, and a feed of what changed.

Every write is a whole transaction given as a plain function. The writer takes all that wait, runs each in its
own savepoint and commits once (BEGIN IMMEDIATE, WAL, synchronous FULL: one sync a commit), then answers each.
So nobody is told "stored" before it is on the disk, and many at once cost one sync.
"""

import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from shipconsole.domain.problem import OutsideError
from shipconsole.store import migrations
from shipconsole.store.queries import Values, bind, query

P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]

GROUP_SIZE = 64
BUSY_TIMEOUT_S = 5.0
_STOP = None


class StoreError(OutsideError):
    """The store cannot be used: full, locked, read-only, damaged, or made by a newer program."""


class Db:
    """What a function of the store may do inside its transaction: run named queries and note what changed."""

    __slots__ = ("_connection", "noted")

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Work on a connection whose transaction the caller holds."""
        self._connection = connection
        self.noted = 0

    def rows(self, name: str, /, **values: Any) -> list[Row]:
        """All rows of a named query."""
        return self._run(name, values).fetchall()

    def row(self, name: str, /, **values: Any) -> Row | None:
        """The first row of a named query, if there is one."""
        return self._run(name, values).fetchone()

    def value(self, name: str, /, **values: Any) -> Any:
        """The first column of the first row; the query has to give one."""
        row = self.row(name, **values)
        if row is None:
            raise LookupError(name)
        return row[0]

    def change(self, name: str, /, **values: Any) -> int:
        """Run a named statement and tell how many rows it touched."""
        return self._run(name, values).rowcount

    def note(self, kind: str, ref_id: int) -> None:
        """Tell the feed that something of a kind changed, in the same transaction as the change itself."""
        self._run("changes.note", {"kind": kind, "ref_id": ref_id, "at_ms": time.time_ns() // 1_000_000})
        self.noted += 1

    def _run(self, name: str, values: Values) -> sqlite3.Cursor:
        text, bound = bind(query(name), values)
        return self._connection.execute(text, bound)


class Store:
    """The open database. `write` and `read` may be called from any thread; they never block the caller."""

    def __init__(self, file: Path) -> None:
        """Make ready to open the file."""
        self.file = file
        self._on_change: Callable[[], None] | None = None
        self._writes: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._opened = threading.Event()
        self._trouble: OutsideError | None = None
        self._threads = [
            threading.Thread(target=self._write_all, name="store-writer", daemon=True),
            threading.Thread(target=self._read_all, name="store-reader", daemon=True),
        ]

    def open(self) -> None:
        """Start the threads; the file is opened and migrated on them, and trouble is told by the first call."""
        for thread in self._threads:
            thread.start()

    def write(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run a function in one write transaction; the future is done when it is committed and synced."""
        return self._put(self._writes, lambda db: do(db, *args, **kwargs))

    def read(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run a function on one consistent view of what is committed."""
        return self._put(self._reads, lambda db: do(db, *args, **kwargs))

    def listen(self, on_change: Callable[[], None]) -> None:
        """Call this, on the writer's thread, after each commit that noted a change."""
        self._on_change = on_change

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what waits, then close; later calls are answered with a `StoreError`."""
        self._writes.put(_STOP)
        self._reads.put(_STOP)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout_s)

    def _put(self, jobs: "queue.SimpleQueue[_Job | None]", do: Callable[[Db], T]) -> "Future[T]":
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        if self._trouble is not None:
            future.set_exception(self._trouble)
        else:
            jobs.put(_Job(do, future))
        return future

    def _write_all(self) -> None:
        connection: sqlite3.Connection | None = None
        try:
            connection = _connect(self.file, writing=True)
            migrations.migrate(connection)
        except (sqlite3.Error, OSError, OutsideError) as error:
            if connection is not None:
                connection.close()
            self._trouble = error if isinstance(error, OutsideError) else _in_words(error, self.file)
            self._opened.set()
            self._refuse_all(self._writes, self._trouble)
            return
        self._opened.set()
        stopping = False
        while not stopping:
            jobs, stopping = self._next_group()
            if jobs:
                self._write_group(connection, jobs)
        self._trouble = StoreError("The store is closed.")
        connection.close()

    def _next_group(self) -> "tuple[list[_Job], bool]":
        group: list[_Job] = []
        job = self._writes.get()
        while job is not None:
            group.append(job)
            if len(group) >= GROUP_SIZE:
                return group, False
            try:
                job = self._writes.get_nowait()
            except queue.Empty:
                return group, False
        return group, True

    def _write_group(self, connection: sqlite3.Connection, jobs: "list[_Job]") -> None:
        db = Db(connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                job.run_in_savepoint(connection, db)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            trouble = StoreError(f"Not saved. {_in_words(error, self.file).words}")
            for job in jobs:
                job.fail(trouble)
            return
        if db.noted and self._on_change is not None:
            self._on_change()
        for job in jobs:
            job.answer()

    def _read_all(self) -> None:
        self._opened.wait()
        try:
            if self._trouble is not None:
                raise self._trouble
            connection = _connect(self.file, writing=False)
        except (sqlite3.Error, OSError, OutsideError) as error:
            self._refuse_all(self._reads, error)
            return
        while (job := self._reads.get()) is not None:
            try:
                connection.execute("BEGIN")
                job.run(Db(connection))
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                job.fail(_in_words(error, self.file))
            job.answer()
        connection.close()

    def _refuse_all(self, jobs: "queue.SimpleQueue[_Job | None]", error: Exception) -> None:
        trouble = error if isinstance(error, OutsideError) else _in_words(error, self.file)
        while (job := jobs.get()) is not None:
            job.fail(trouble)
            job.answer()


class _Job:
    """A function that waits for its turn, and the future that its caller holds."""

    __slots__ = ("_do", "_error", "_future", "_result")

    def __init__(self, do: Callable[[Db], Any], future: "Future[Any]") -> None:
        self._do = do
        self._future = future
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self, db: Db) -> None:
        try:
            self._result = self._do(db)
        except sqlite3.IntegrityError as error:
            self._error = error
        except sqlite3.DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - the caller gets it from the future, whatever it is
            self._error = error

    def run_in_savepoint(self, connection: sqlite3.Connection, db: Db) -> None:
        """Run so that an error takes back this job's changes and nobody else's."""
        noted = db.noted
        connection.execute("SAVEPOINT job")
        self.run(db)
        if self._error is not None:
            connection.execute("ROLLBACK TO job")
            db.noted = noted
        connection.execute("RELEASE job")

    def fail(self, error: BaseException) -> None:
        self._error = error
        if not self._future.done():
            self._future.set_exception(error)

    def answer(self) -> None:
        if self._future.done():
            return
        if self._error is not None:
            self._future.set_exception(self._error)
        else:
            self._future.set_result(self._result)


def _connect(file: Path, *, writing: bool) -> sqlite3.Connection:
    """Open with every safety setting set and read back; raises `StoreError` where one does not hold."""
    if writing:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Made private before SQLite opens it: the -wal and -shm files take over its mode.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(
        file, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        _set_safely(connection, file, writing=writing)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_safely(connection: sqlite3.Connection, file: Path, *, writing: bool) -> None:
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": int(not writing)}
    for name, wanted in settings.items():
        connection.execute(f"PRAGMA {name} = {wanted}")
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found != wanted:
            raise StoreError(f"{file.name} cannot be opened safely: {name} is {found}, not {wanted}.")


def _in_words(error: Exception, file: Path) -> StoreError:
    """A driver's error as a sentence for the packer."""
    text = str(error)
    reasons = {
        "locked": "another program holds it",
        "full": "the disk is full",
        "readonly": "it may not be written to",
        "malformed": "it is damaged",
        "not a database": "it is damaged",
        "unable to open": "it cannot be opened",
    }
    reason = next((words for part, words in reasons.items() if part in text), text)
    return StoreError(f"The store {file.name} cannot be used: {reason}.")
