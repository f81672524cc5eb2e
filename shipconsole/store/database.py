"""The open database: one writer thread, two reader threads, durable group commits, and a feed of changes.

Every write is a whole transaction given as a plain function. The writer takes all that wait, runs each in its own
savepoint and commits once, then resolves their futures. So nothing is reported as stored before it is on disk, and many
writes at once cost one sync.

Reads that may take long have a thread and a connection of their own, so that no page waits for them, and each can be
interrupted.

`store.sqlite` has the store in a file, `store.postgresql` the one on a server; here is what both share.
"""

import logging
import queue
import threading
import time
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Concatenate, Literal, ParamSpec, TypeVar, cast

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.engine import VALUE_ERRORS, Connection, Cursor, Error, FileConnection, undecodable
from shipconsole.store.errors import StoreError
from shipconsole.store.queries import Value, bind, query

Engine = Literal["sqlite", "postgresql"]
P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]

GROUP_SIZE = 64
RETRY_S = 1.0
_STOP = None
_log = logging.getLogger(__name__)
Report = Callable[[EnvironmentFailure | None], None]
"""Called on a thread of the store when the database cannot be used, and with None once it can be after all."""


class Db:
    """What a store function can do inside its transaction: run named queries and note changes for the feed."""

    engine: ClassVar[Engine] = "sqlite"
    errors: ClassVar[tuple[type[Exception], ...]] = (Error,)
    """What the driver raises."""
    value_errors: ClassVar[tuple[type[Exception], ...]] = VALUE_ERRORS
    """Those of them that are a fault in one statement's values, not in the database."""

    def __init__(self, connection: Connection) -> None:
        """Work on a connection; its transaction belongs to the caller."""
        self.connection = connection
        self.noted = 0

    def rows(self, name: str, /, **values: Any) -> list[Row]:
        """Return all rows of a named query."""
        try:
            return self._run(name, values).fetchall()
        except UnicodeDecodeError as error:
            raise undecodable(self.connection) from error

    def row(self, name: str, /, **values: Any) -> Row | None:
        """Return the first row of a named query, None if there is none."""
        try:
            found = self._run(name, values)
            row = found.fetchone()
            # An unfinished statement would keep its view of the database open.
            found.close()
        except UnicodeDecodeError as error:
            raise undecodable(self.connection) from error
        return row

    def ids(self, name: str, /, **values: Any) -> "array[int]":
        """Return the ids that a named query returns, which may be a million: no row is kept beside them.

        4 bytes each, 8 where one needs more.
        """
        try:
            return array("i", chain.from_iterable(self._run(name, values)))
        except OverflowError:
            return array("q", chain.from_iterable(self._run(name, values)))

    def value(self, name: str, /, **values: Any) -> Any:
        """Return the first column of the first row; raises LookupError if there is no row."""
        row = self.row(name, **values)
        if row is None:
            raise LookupError(name)
        return row[0]

    def change(self, name: str, /, **values: Any) -> int:
        """Run a named statement and return how many rows it changed."""
        self._run(name, values)
        return self.connection.changes()

    def change_all(self, name: str, rows: Iterable[Mapping[str, Value]]) -> list[Row]:
        """Run a named statement once for each row of values and return what its RETURNING gives, if it has one."""
        connection = cast("FileConnection", self.connection)
        return connection.executemany(query(name, self.engine).text, rows).fetchall()

    def is_new_view(self) -> bool:
        """Return, once, whether what was read before may have been of another state of the database, which is gone."""
        return False

    def server_ms(self) -> int | None:
        """Return the time of the server's clock in milliseconds since 1970, UTC; None for a database in a file."""
        return None

    def note(self, kind: str, ref_id: int) -> None:
        """Note for the change feed that a row of a kind changed, in the same transaction."""
        self._run("changes.note", {"kind": kind, "ref_id": ref_id, "at_ms": time.time_ns() // 1_000_000})
        self.noted += 1

    def _run(self, name: str, values: Mapping[str, Any]) -> Cursor:
        text, bound = bind(query(name, self.engine), stored(values))
        return self.connection.execute(text, bound)


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as they are stored: messages as JSON."""
    return {key: value.stored() if isinstance(value, Message) else value for key, value in values.items()}


class LongRead(Future[T]):
    """The result of a read that can be interrupted, before or while it runs; then it fails with `StoreError`."""

    def __init__(self) -> None:
        """Begin to wait."""
        super().__init__()
        self.is_interrupted = False

    def interrupt(self) -> None:
        """End the read soon: no one waits for it any more."""
        self.is_interrupted = True


class Store(ABC):
    """The open database; `write`, `read`, and `read_long` can be called from any thread and never block the caller."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        """Prepare to open."""
        self.backup_failure = NO_MESSAGE
        """Why no backup could be made before a migration; empty if all is well."""
        self._before_migration: Callable[[Path, int], object] | None = None
        self._report: Report | None = None
        self._closing = threading.Event()
        self._on_change: Callable[[], None] | None = None
        self._writes: Jobs = queue.SimpleQueue()
        self._reads: Jobs = queue.SimpleQueue()
        self._long_reads: Jobs = queue.SimpleQueue()
        self._long_job: Job | None = None
        """The long read that runs."""
        self._opened = threading.Event()
        self._failure: EnvironmentFailure | None = None
        self._threads = [
            threading.Thread(target=self._write_all, name="store-writer", daemon=True),
            threading.Thread(target=self._read_all, args=(self._reads,), name="store-reader", daemon=True),
            threading.Thread(target=self._read_all, args=(self._long_reads,), name="store-long-reader", daemon=True),
        ]

    @property
    @abstractmethod
    def file(self) -> Path | None:
        """Return the database's file; None for a database on a server."""

    @property
    @abstractmethod
    def label(self) -> str:
        """Return the database's name for people."""

    def open(self, report: Report | None = None, before_migration: Callable[[Path, int], object] | None = None) -> None:
        """Start the threads, which open the database; a failure is raised by the first read or write.

        With `report`, a file that another program holds and a server that is away are waited for without a limit.
        `report` is called on a thread of the store with each failure, and with None once the database can be used after
        all. `before_migration` is called there too, with the file and the first missing migration, before the schema of
        a database in use is changed.
        """
        self._report, self._before_migration = report, before_migration
        for thread in self._threads:
            thread.start()

    @property
    def is_open(self) -> bool:
        """Return whether the database is open and usable."""
        return self._opened.is_set() and self._failure is None

    def write(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run a function in a write transaction; the future is done once it is committed and synced."""
        return self._put(self._writes, lambda db: do(db, *args, **kwargs))

    def read(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Run a function on one consistent view of the committed data."""
        return self._put(self._reads, lambda db: do(db, *args, **kwargs))

    def read_long(self, do: Callable[Concatenate[Db, P], T], /, *args: P.args, **kwargs: P.kwargs) -> "LongRead[T]":
        """Run a function like `read`, beside the other reads: a search, an export, anything that reads many rows."""
        future: LongRead[T] = LongRead()
        self._put(self._long_reads, lambda db: do(db, *args, **kwargs), future)
        return future

    def listen(self, on_change: Callable[[], None]) -> None:
        """Have a function called on a thread of the store after each commit that noted a change."""
        self._on_change = on_change

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what waits, then close, within a time limit; later reads and writes raise `StoreError`."""
        deadline_s = time.monotonic() + timeout_s
        self._closing.set()
        # The readers first: two connections that close at the same moment each leave the -wal to the other.
        queues = (self._long_reads, self._reads, self._writes)
        for jobs, thread in zip(queues, reversed(self._threads[:3]), strict=True):
            jobs.put(_STOP)
            if thread.is_alive():
                thread.join(max(0.0, deadline_s - time.monotonic()))

    def _put(self, jobs: "Jobs", do: Callable[[Db], T], future: "Future[T] | None" = None) -> "Future[T]":
        future = Future() if future is None else future
        future.set_running_or_notify_cancel()
        # Read once: a thread of the store ends it as soon as the server is back.
        failure = self._failure
        if failure is not None:
            future.set_exception(failure.again())
        else:
            jobs.put(Job(do, future))
        return future

    def _say(self, failure: EnvironmentFailure | None) -> None:
        """Report a failure, or with None its end; what fails in the one who is told is not a fault of the database."""
        if self._report is not None:
            try:
                self._report(failure)
            except Exception:  # noqa: BLE001 - whatever it is
                _log.exception("reporting the state of the database failed")

    def _tell(self) -> None:
        """Have it known that something was committed; what fails in the one who is told does not end the thread."""
        if self._on_change is not None:
            try:
                self._on_change()
            except Exception:  # noqa: BLE001 - whatever it is
                _log.exception("telling of a commit failed")

    @abstractmethod
    def _write_all(self) -> None:
        """Run on the writer's thread until the store is closed."""

    @abstractmethod
    def _read_all(self, jobs: "Jobs") -> None:
        """Run on a reader's thread until the store is closed."""

    def _next_group(self) -> "tuple[list[Job], bool]":
        group: list[Job] = []
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

    def _is_interrupted(self) -> bool:
        return self._closing.is_set() or (self._long_job is not None and self._long_job.is_interrupted)

    def _refuse_all(self, jobs: "Jobs", failure: EnvironmentFailure) -> None:
        while (job := jobs.get()) is not None:
            job.fail(failure)


class Job:
    """A queued function, and the future of its caller."""

    __slots__ = ("_do", "_error", "_future", "_result")

    def __init__(self, do: Callable[[Db], Any], future: "Future[Any]") -> None:
        """Queue a function."""
        self._do = do
        self._future = future
        self._result: Any = None
        self._error: BaseException | None = None

    @property
    def is_interrupted(self) -> bool:
        """Whether no one waits for the result any more."""
        return isinstance(self._future, LongRead) and self._future.is_interrupted

    @property
    def has_failed(self) -> bool:
        """Whether it ended with an error."""
        return self._error is not None

    def run(self, db: Db) -> None:
        """Run, and keep the result or the error; raises the driver's errors."""
        self._error = None
        if self.is_interrupted:
            self._error = StoreError(Message("database.interrupted"))
            return
        try:
            self._result = self._do(db)
        except db.value_errors as error:
            self._error = error
        except db.errors:
            raise
        except Exception as error:  # noqa: BLE001 - the caller gets any error from the future
            self._error = error

    def run_in_savepoint(self, connection: Connection, db: Db) -> bool:
        """Run so that an error rolls back this job's changes only; return whether it changed anything."""
        noted, before = db.noted, connection.total_changes()
        connection.execute("SAVEPOINT job")
        self.run(db)
        if self._error is not None:
            connection.execute("ROLLBACK TO job")
            db.noted = noted
        connection.execute("RELEASE job")
        return self._error is None and connection.total_changes() != before

    def fail(self, failure: EnvironmentFailure) -> None:
        """Answer the caller with a failure of its own."""
        self._error = failure.again()
        self.finish()

    def finish(self) -> None:
        """Answer the caller."""
        if self._future.done():
            return
        if self._error is not None:
            # The error keeps the caller's stack, and only the GUI thread may destroy a widget there. In a cycle only
            # the garbage collection frees it, which a window runs on that thread.
            self._error.__dict__["job"] = self
            self._future.set_exception(self._error)
        else:
            self._future.set_result(self._result)


Jobs = queue.SimpleQueue[Job | None]
