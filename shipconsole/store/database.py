"""The open database: one writer thread, two reader threads, durable group commits, and a feed of changes.

Every write is a whole transaction given as a plain function. The writer takes all that wait, runs each in its own
savepoint and commits once (BEGIN IMMEDIATE, WAL, synchronous FULL: one sync per commit), then resolves their futures.
So nothing is reported as stored before it is on disk, and many writes at once cost one sync.

Reads that may take long have a thread and a connection of their own, so that no page waits for them, and each can be
interrupted.

A database that is damaged, incomplete or older than it was is refused and left unchanged; `store.fitness` checks that,
`store.restoring` replaces it.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import engine, fitness, mark, migrations
from shipconsole.store.engine import Connection, as_failure, connect
from shipconsole.store.errors import StoreDamagedError, StoreError, StoreHeldError, StoreUnfitError, unusable
from shipconsole.store.mark import Mark, Marker
from shipconsole.store.queries import Value, Values, bind, query

P = ParamSpec("P")
T = TypeVar("T")
Row = tuple[Any, ...]

GROUP_SIZE = 64
RETRY_S = 1.0
_STOP = None


class Db:
    """What a store function can do inside its transaction: run named queries and note changes for the feed."""

    __slots__ = ("connection", "noted")

    def __init__(self, connection: Connection) -> None:
        """Work on a connection; its transaction belongs to the caller."""
        self.connection = connection
        self.noted = 0

    def rows(self, name: str, /, **values: Any) -> list[Row]:
        """Return all rows of a named query."""
        try:
            return self._run(name, values).fetchall()
        except UnicodeDecodeError as error:
            raise engine.undecodable(self.connection) from error

    def row(self, name: str, /, **values: Any) -> Row | None:
        """Return the first row of a named query, None if there is none."""
        try:
            found = self._run(name, values)
            row = found.fetchone()
            # An unfinished statement would keep its view of the database open.
            found.close()
        except UnicodeDecodeError as error:
            raise engine.undecodable(self.connection) from error
        return row

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
        return self.connection.executemany(query(name).text, rows).fetchall()

    def note(self, kind: str, ref_id: int) -> None:
        """Note for the change feed that a row of a kind changed, in the same transaction."""
        self._run("changes.note", {"kind": kind, "ref_id": ref_id, "at_ms": time.time_ns() // 1_000_000})
        self.noted += 1

    def _run(self, name: str, values: Values) -> engine.Cursor:
        stored = {key: value.stored() if isinstance(value, Message) else value for key, value in values.items()}
        text, bound = bind(query(name), stored)
        return self.connection.execute(text, bound)


class LongRead(Future[T]):
    """The result of a read that can be interrupted, before or while it runs; then it fails with `StoreError`."""

    def __init__(self) -> None:
        """Begin to wait."""
        super().__init__()
        self.is_interrupted = False

    def interrupt(self) -> None:
        """End the read soon: nobody waits for it any more."""
        self.is_interrupted = True


class Store:
    """The open database; `write`, `read`, and `read_long` can be called from any thread and never block the caller."""

    def __init__(
        self, file: Path, steps: Sequence[migrations.Migration] | None = None, *, expected: bool = False
    ) -> None:
        """Prepare to open the file; `steps` are its migrations, by default all of this program.

        A missing file is created, unless there are signs that there was one, or the caller `expected` one.
        """
        self.file = file
        self._steps = steps
        self._expected = expected
        self._marker: Marker | None = None
        self.backup_failure = NO_MESSAGE
        """Why no backup could be made before a migration; empty if all is well."""
        self._before_migration: Callable[[Path, int], object] | None = None
        self._report: Callable[[EnvironmentFailure | None], None] | None = None
        self._closing = threading.Event()
        self._on_change: Callable[[], None] | None = None
        self._writes: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._long_reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._long_job: _Job | None = None
        """The long read that runs."""
        self._opened = threading.Event()
        self._failure: EnvironmentFailure | None = None
        self._threads = [
            threading.Thread(target=self._write_all, name="store-writer", daemon=True),
            threading.Thread(target=self._read_all, args=(self._reads,), name="store-reader", daemon=True),
            threading.Thread(target=self._read_all, args=(self._long_reads,), name="store-long-reader", daemon=True),
        ]

    def open(
        self,
        report: Callable[[EnvironmentFailure | None], None] | None = None,
        before_migration: Callable[[Path, int], object] | None = None,
    ) -> None:
        """Start the threads, which open and migrate the file; a failure is raised by the first read or write.

        With `report`, a file that another program holds is waited for without a limit, and reads and writes wait too.
        `report` is called on the writer's thread with each failure, and with None once the database is open after all.
        `before_migration` is called there too, with the file and the first missing migration, before the schema of a
        database in use is changed.
        """
        self._report, self._before_migration = report, before_migration
        for thread in self._threads:
            thread.start()

    @property
    def is_open(self) -> bool:
        """Return whether the file is open and usable."""
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
        """Have a function called on the writer's thread after each commit that noted a change."""
        self._on_change = on_change

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what waits, then close, within a time limit; later reads and writes raise `StoreError`."""
        deadline_s = time.monotonic() + timeout_s
        self._closing.set()
        # The readers first: two connections that close at the same moment each leave the -wal to the other.
        queues = (self._long_reads, self._reads, self._writes)
        for jobs, thread in zip(queues, reversed(self._threads), strict=True):
            jobs.put(_STOP)
            if thread.is_alive():
                thread.join(max(0.0, deadline_s - time.monotonic()))

    def _put(
        self, jobs: "queue.SimpleQueue[_Job | None]", do: Callable[[Db], T], future: "Future[T] | None" = None
    ) -> "Future[T]":
        future = Future() if future is None else future
        future.set_running_or_notify_cancel()
        if self._failure is not None:
            future.set_exception(self._failure)
        else:
            jobs.put(_Job(do, future))
        return future

    def _write_all(self) -> None:
        try:
            connection = self._connect_patiently(self._open_to_write)
        except EnvironmentFailure as failure:
            self._failure = failure
            self._opened.set()
            if self._report is not None and not self._closing.is_set():
                self._report(failure)
            self._refuse_all(self._writes, failure)
            return
        self._opened.set()
        identity = _identity(self.file)
        stopping = False
        while not stopping:
            jobs, stopping = self._next_group()
            if jobs:
                self._write_group(connection, jobs, identity)
            if not stopping and _identity(self.file) not in (identity, None):
                # Another file is in its place, such as a restored backup: from now on that one is the database.
                connection.close()
                try:
                    connection, identity = self._open_to_write(), _identity(self.file)
                except (engine.Error, OSError, EnvironmentFailure) as error:
                    self._failure = as_failure(error, self.file)
                    if self._report is not None:
                        self._report(self._failure)
                    self._refuse_all(self._writes, self._failure)
                    return
        self._failure = StoreError(Message("database.closed"))
        connection.close()
        if self._marker is not None:
            self._marker.close()

    def _open_to_write(self) -> Connection:
        fitness.refuse_lost(self.file, expected=self._expected)
        # Read before the database, which other processes may change meanwhile.
        known = fitness.last_known(self.file)
        connection = connect(self.file, writing=True)
        try:
            # Read on this thread, which the window does not wait for while it starts.
            steps = migrations.known() if self._steps is None else self._steps
            if migrations.is_blank(connection):
                fitness.refuse_blank(self.file, expected=self._expected)
            migrations.refuse_other_layout(connection, self.file, steps)
            fitness.refuse_behind(connection, self.file, known)
            waiting = migrations.waiting(connection, steps)
            if waiting and waiting[0].number > 1 and self._before_migration is not None:
                self._back_up_before(waiting[0].number)
            migrations.migrate(connection, steps)
            self._keep_mark(connection)
        except StoreUnfitError:
            engine.close_untouched(connection, self.file)
            raise
        except BaseException:
            connection.close()
            raise
        return connection

    def _keep_mark(self, connection: Connection) -> None:
        if self._marker is not None:
            self._marker.close()
            self._marker = None
        try:
            self._marker = Marker(self.file)
        except OSError as error:
            name, reason = mark.file_of(self.file).name, error.strerror or str(error)
            raise StoreError(
                unusable(self.file, Message("database.folder_not_writable", file=name, reason=reason))
            ) from error
        if (reached := fitness.reached(connection)) is not None:
            self._marker.reached(reached)

    def _back_up_before(self, number: int) -> None:
        """Have a backup made; without one the schema is migrated all the same, in one transaction."""
        assert self._before_migration is not None
        try:
            self._before_migration(self.file, number)
        except StoreDamagedError:
            raise
        except EnvironmentFailure as error:
            self.backup_failure = error.message

    def _connect_patiently(self, connect: Callable[[], Connection]) -> Connection:
        """Connect; with a `report` function, wait for a file that another program holds."""
        waited = False
        while True:
            try:
                connection = connect()
                break
            except (engine.Error, OSError, ValueError, EnvironmentFailure) as error:
                failure = as_failure(error, self.file)
            if self._report is None or not isinstance(failure, StoreHeldError) or self._closing.is_set():
                raise failure
            self._report(failure)
            waited = True
            self._closing.wait(RETRY_S)
        if waited and self._report is not None:
            self._report(None)
        return connection

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

    def _write_group(self, connection: Connection, jobs: "list[_Job]", identity: "_Identity | None") -> None:
        db = Db(connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            changed = [job.run_in_savepoint(connection, db) for job in jobs]
            # A group that changes nothing costs no sync, so it is not counted.
            reached = Mark(*db.rows("info.count_commit")[0]) if any(changed) else None
            if _identity(self.file) != identity:
                raise StoreError(unusable(self.file, Message("database.moved")))
            connection.execute("COMMIT")
        except (engine.Error, StoreError) as error:
            _roll_back(connection)
            failure = as_failure(error, self.file)
            not_saved = type(failure)(Message("database.not_saved", reason=failure.message))
            for job in jobs:
                job.fail(not_saved)
            return
        if reached is not None and self._marker is not None:
            self._marker.reached(reached)
        if db.noted and self._on_change is not None:
            self._on_change()
        for job in jobs:
            job.finish()

    def _read_all(self, jobs: "queue.SimpleQueue[_Job | None]") -> None:
        self._opened.wait()
        if self._failure is not None:
            self._refuse_all(jobs, self._failure)
            return
        is_long = jobs is self._long_reads
        connection: Connection | None = None
        if not is_long:
            # Only so that the first read need not wait; a failure is raised by that read.
            with contextlib.suppress(EnvironmentFailure):
                connection = self._connect_patiently(self.open_to_read)
        identity = _identity(self.file)
        while (job := jobs.get()) is not None:
            try:
                if connection is not None and _identity(self.file) not in (identity, None):
                    connection.close()
                    connection = None
                if connection is None:
                    if self._closing.is_set():
                        raise StoreError(Message("database.closed"))
                    connection, identity = self.open_to_read(), _identity(self.file)
                    if is_long:
                        engine.interrupt_when(connection, self._is_interrupted)
                if is_long:
                    self._long_job = job
                connection.execute("BEGIN")
                job.run(Db(connection))
                connection.execute("COMMIT")
            except (engine.Error, OSError, EnvironmentFailure) as error:
                job.fail(as_failure(error, self.file))
                if connection is not None:
                    _roll_back(connection)
            job.finish()
        if connection is not None:
            connection.close()

    def _is_interrupted(self) -> bool:
        return self._closing.is_set() or (self._long_job is not None and self._long_job.is_interrupted)

    def open_to_read(self) -> Connection:
        """Open a connection for a reader's thread."""
        return connect(self.file, writing=False)

    def _refuse_all(self, jobs: "queue.SimpleQueue[_Job | None]", failure: EnvironmentFailure) -> None:
        while (job := jobs.get()) is not None:
            job.fail(failure)
            job.finish()


class _Job:
    """A queued function, and the future of its caller."""

    __slots__ = ("_do", "_error", "_future", "_result")

    def __init__(self, do: Callable[[Db], Any], future: "Future[Any]") -> None:
        self._do = do
        self._future = future
        self._result: Any = None
        self._error: BaseException | None = None

    @property
    def is_interrupted(self) -> bool:
        """Whether nobody waits for the result any more."""
        return isinstance(self._future, LongRead) and self._future.is_interrupted

    def run(self, db: Db) -> None:
        if self.is_interrupted:
            self._error = StoreError(Message("database.interrupted"))
            return
        try:
            self._result = self._do(db)
        except engine.VALUE_ERRORS as error:
            self._error = error
        except engine.Error:
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

    def fail(self, error: BaseException) -> None:
        self._error = error
        if not self._future.done():
            self._future.set_exception(error)

    def finish(self) -> None:
        if self._future.done():
            return
        if self._error is not None:
            self._future.set_exception(self._error)
        else:
            self._future.set_result(self._result)


_Identity = tuple[int, int]


def _identity(file: Path) -> _Identity | None:
    """Return the device and inode of the file with this name; None if there is none."""
    try:
        stat = file.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _roll_back(connection: Connection) -> None:
    """Roll back a failed transaction; SQLite may have done so already, or the connection may be closed."""
    with contextlib.suppress(engine.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
