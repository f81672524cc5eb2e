"""The store in an SQLite file.

A group of writes is one transaction: BEGIN IMMEDIATE, WAL, synchronous FULL, so one sync per commit. A database that is
damaged, incomplete or older than it was is refused and left unchanged; `store.fitness` checks that, `store.restoring`
replaces it.
"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import engine, fitness, mark, migrations
from shipconsole.store.database import RETRY_S, Db, Job, Jobs, Store
from shipconsole.store.engine import Connection, as_failure, connect
from shipconsole.store.errors import (
    StoreDamagedError,
    StoreError,
    StoreHeldError,
    StoreMovedError,
    StoreUnfitError,
    unusable,
)
from shipconsole.store.mark import Mark, Marker

_log = logging.getLogger(__name__)


class SqliteStore(Store):
    """The open database in a file."""

    engine = "sqlite"

    def __init__(
        self, file: Path, steps: Sequence[migrations.Migration] | None = None, *, expected: bool = False
    ) -> None:
        """Prepare to open the file; `steps` are its migrations, by default all of this program.

        A missing file is created, unless there are signs that there was one, or the caller `expected` one.
        """
        super().__init__()
        self._file = file
        self._steps = steps
        self._expected = expected
        self._marker: Marker | None = None

    @property
    def file(self) -> Path:
        """Return the database's file."""
        return self._file

    @property
    def label(self) -> str:
        """Return the file's name."""
        return self._file.name

    def _write_all(self) -> None:
        try:
            connection = self._connect_patiently(self._open_to_write)
        except EnvironmentFailure as failure:
            self._failure = failure
            self._opened.set()
            if not self._closing.is_set():
                self._say(failure)
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
                    self._say(self._failure)
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
            if not migrations.is_blank(connection):
                fitness.refuse_moved(connection, self.file)
            waiting = migrations.waiting(connection, steps)
            if waiting and waiting[0].number > 1 and self._before_migration is not None:
                self._back_up_before(waiting[0].number)
            migrations.migrate(connection, steps)
            self._keep_mark(connection)
        except (StoreUnfitError, StoreMovedError):
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
            self._say(failure)
            waited = True
            self._closing.wait(RETRY_S)
        if waited:
            self._say(None)
        return connection

    def _write_group(self, connection: Connection, jobs: list[Job], identity: "_Identity | None") -> None:
        db = Db(connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            changed = [job.run_in_savepoint(connection, db) for job in jobs]
            # A group that changes nothing costs no sync, so it is not counted.
            reached = Mark(*db.rows("info.count_commit")[0]) if any(changed) else None
            if _identity(self.file) != identity:
                raise StoreError(unusable(self.file, Message("database.moved")))
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, this thread goes on
            if not isinstance(error, (engine.Error, OSError, EnvironmentFailure)):
                _log.exception("writing to the database failed")
            _roll_back(connection)
            failure = as_failure(error, self.file)
            not_saved = type(failure)(Message("database.not_saved", reason=failure.message))
            for job in jobs:
                job.fail(not_saved)
            return
        if reached is not None and self._marker is not None:
            self._marker.reached(reached)
        if db.noted:
            self._tell()
        for job in jobs:
            job.finish()

    def _read_all(self, jobs: Jobs) -> None:
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
                        engine.keep_few_pages(connection)
                if is_long:
                    self._long_job = job
                connection.execute("BEGIN")
                job.run(Db(connection))
                connection.execute("COMMIT")
            except Exception as error:  # noqa: BLE001 - whatever it is, this thread goes on
                if not isinstance(error, (engine.Error, OSError, EnvironmentFailure)):
                    _log.exception("reading the database failed")
                job.fail(as_failure(error, self.file))
                if connection is not None:
                    _roll_back(connection)
            job.finish()
        if connection is not None:
            connection.close()

    def open_to_read(self) -> Connection:
        """Open a connection for a reader's thread."""
        return connect(self.file, writing=False)


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
