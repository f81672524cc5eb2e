"""The store on a PostgreSQL server, for many stations.

Each station has a connection for writing, one for reading, and one that listens; long reads open another one while they
are needed. A group of writes is one transaction that first takes an advisory lock: writers of all stations go one after
another, as in a file. A commit whose connection dies is looked up before anybody is answered, and a group is repeated
only when it is known to be rolled back.

While the server is away, reads and writes fail at once and nothing is queued; the listening thread comes back by
itself.
"""

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import migrations
from shipconsole.store.database import Job, Jobs, Store
from shipconsole.store.errors import (
    StoreBehindError,
    StoreError,
    StoreHeldError,
    StoreLayoutError,
    StoreUnsureError,
)
from shipconsole.store.mark import Mark, Marker
from shipconsole.store.postgresql import checks, engine, reasons
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.checks import Lineage
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection, Password
from shipconsole.store.postgresql.known import Place
from shipconsole.store.postgresql.schema import BEGIN

CHANNEL = "shipconsole_change"
ROUND_S = 1.0
"""How often a lost notification is made up for."""
STEP_S = 0.1
RETRY_MAX_S = 1.0
TRIES = 5
HEARTBEAT_S = 5.0
"""How long the listening connection may be silent."""
LONG_READ_S = 600.0
"""How long one statement of a long read may take."""
_READER_MAY_PAUSE = "SET idle_in_transaction_session_timeout = '10min'"
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_NOTIFY = f"NOTIFY {CHANNEL}"


class _Writer(NamedTuple):
    """A connection for writing, the history of its server, and the fingerprint of the schema it was checked with."""

    connection: Connection
    lineage: Lineage
    fingerprint: str
    database_id: str


class _Ready(NamedTuple):
    """A group that is about to be committed: what it reaches, and the id of its transaction."""

    reached: Mark | None = None
    transaction: str = ""
    noted: int = 0


class PostgresqlStore(Store):
    """The open database on a server."""

    engine = "postgresql"
    db_of: ClassVar[type[PostgresqlDb]] = PostgresqlDb
    """What the functions of this store get."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        password: Password = None,
        steps: Sequence[migrations.Migration] | None = None,
    ) -> None:
        """Prepare to open; `folder` is the profile's, where the mark of the database is kept.

        `password` is used unless the URL has one.
        """
        super().__init__()
        self.place = Place(folder, parsed(url))
        self.url = url
        self.password = password
        self._steps = steps
        self._token = ""
        self._marker: Marker | None = None
        self._writer: _Writer | None = None
        self._state = threading.Lock()
        self._has_opened = False
        """Whether it was ever usable: then it comes back by itself."""
        self._listener = threading.Thread(target=self._listen_to_others, name="store-listener", daemon=True)
        self._threads.append(self._listener)

    @property
    def file(self) -> None:
        """Return None: there is no file."""
        return None

    @property
    def label(self) -> str:
        """Return the database's name and its server."""
        return self.place.address.label

    # ---- connections

    def _connect(self, name: str) -> tuple[Connection, Lineage]:
        """Connect, and check what every connection needs; raises `EnvironmentFailure`."""
        if self._closing.is_set():
            raise StoreError(Message("database.closed"))
        address = self.place.address
        try:
            connection = engine.connect(self.url, password=self.password, name=f"shipconsole {name}")
        except (engine.Error, OSError, ValueError) as error:
            code = engine.refusal(error, self.url, password=self.password)
            raise reasons.as_failure(error, address, code) from error
        try:
            return connection, checks.prepare(connection, address)
        except engine.Error as error:
            connection.close()
            raise reasons.as_failure(error, address) from error
        except BaseException:
            connection.close()
            raise

    def _connect_checked(self, name: str) -> _Writer:
        """Connect, and check the database itself; raises `EnvironmentFailure`."""
        # Read before the database, which other programs may change meanwhile.
        known = self.place.known()
        connection, lineage = self._connect(name)
        try:
            reached, fingerprint = checks.refuse_unfit(connection, self.place.address, self._token, known, self._steps)
        except engine.Error as error:
            connection.close()
            raise reasons.as_failure(error, self.place.address) from error
        except BaseException:
            connection.close()
            raise
        return _Writer(connection, lineage, fingerprint, reached.database_id)

    def _keep_token(self) -> None:
        with self._named_failures():
            self.place.folder.mkdir(parents=True, exist_ok=True)
            self._token = self.place.token()

    def _open_to_write(self) -> _Writer:
        """Connect the writer, and have the mark of its database at hand; raises `EnvironmentFailure`."""
        writer = self._connect_checked("writer")
        try:
            with self._named_failures():
                self.place.keep(writer.database_id)
                self._close_marker()
                self._marker = self.place.marker(writer.database_id)
        except BaseException:
            writer.connection.close()
            raise
        return writer

    def _close_marker(self) -> None:
        if self._marker is not None:
            self._marker.close()
            self._marker = None

    @contextmanager
    def _named_failures(self) -> Generator[None]:
        """Have a folder that cannot be written named."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            text = Message("database.folder_not_writable", file=self.place.base.name, reason=reason)
            raise StoreError(Message("server.unusable", database=self.label, reason=text)) from error

    # ---- away and back

    def _is_away(self, failure: EnvironmentFailure) -> None:
        """Refuse reads and writes at once until the server is back, and report it once."""
        with self._state:
            if self._closing.is_set():
                return
            is_new = self._failure is None or self._failure.message != failure.message
            self._failure = failure
        if is_new and self._report is not None:
            self._report(failure)

    def _is_back(self) -> None:
        with self._state:
            if self._closing.is_set():
                return
            was_away = self._failure is not None
            self._failure = None
        if was_away:
            if self._report is not None:
                self._report(None)
            self._tell()

    def _tell(self) -> None:
        if self._on_change is not None:
            self._on_change()

    # ---- writing

    def _write_all(self) -> None:
        try:
            self._keep_token()
            self._writer = self._open_patiently()
        except EnvironmentFailure as failure:
            self._failure = failure
            self._opened.set()
            if self._report is not None and not self._closing.is_set():
                self._report(failure)
            self._refuse_all(self._writes, failure)
            return
        self._has_opened = True
        self._opened.set()
        stopping = False
        while not stopping:
            jobs, stopping = self._next_group()
            if jobs:
                self._write_group(jobs)
        with self._state:
            self._failure = StoreError(Message("database.closed"))
        self._drop_writer()
        self._close_marker()

    def _open_patiently(self) -> _Writer:
        """Open the database; with a `report` function, wait for a server that is away, or lacks commits."""
        waited, pause_s, said = False, STEP_S, ""
        while True:
            try:
                writer = self._open_to_write()
            except (StoreHeldError, StoreBehindError) as failure:
                if self._report is None or self._closing.is_set():
                    raise
                if str(failure) != said:
                    self._report(failure)
                    said = str(failure)
                waited = True
                self._closing.wait(pause_s)
                pause_s = min(RETRY_MAX_S, 2 * pause_s)
            else:
                break
        if waited and self._report is not None:
            self._report(None)
        return writer

    def _write_group(self, jobs: list[Job]) -> None:
        """Run and commit a group; repeat it only where it is known to be rolled back."""
        tries = 0
        while True:
            tries += 1
            if self._failure is not None:
                return _fail(jobs, self._failure)
            try:
                writer = self._writer or self._open_to_write()
                self._writer = writer
            except EnvironmentFailure as failure:
                self._is_away(failure)
                return _fail(jobs, failure)
            try:
                ready = self._run_group(writer, jobs)
            except (engine.Error, EnvironmentFailure) as error:
                if self._is_tried_again(error, writer.connection, tries):
                    continue
                failure = reasons.as_failure(error, self.place.address)
                if isinstance(failure, (StoreBehindError, StoreLayoutError)):
                    self._is_away(failure)
                return _fail(jobs, failure)
            if ready is None:
                return _finish(jobs)
            try:
                is_committed = self._commit(writer, ready)
            except EnvironmentFailure as failure:
                return _fail(jobs, failure)
            if not is_committed and tries < TRIES:
                continue
            if not is_committed:
                return _fail(jobs, StoreError(Message("server.rolled_back", database=self.label)))
            if ready.reached is not None and self._marker is not None:
                self._marker.reached(ready.reached)
            if ready.noted:
                self._tell()
            return _finish(jobs)

    def _is_tried_again(self, error: Exception, connection: Connection, tries: int) -> bool:
        """Leave a transaction that was not committed; return whether the group is worth another attempt."""
        if engine.is_gone(error, connection):
            # Nothing was committed: the server rolls back what a connection leaves behind.
            self._drop_writer()
            return tries < 2
        _roll_back(connection)
        return engine.is_to_be_repeated(error) and tries < TRIES

    def _run_group(self, writer: _Writer, jobs: list[Job]) -> _Ready | None:
        """Run a group up to its commit; None if nothing is left to commit."""
        connection = writer.connection
        db = self.db_of(connection)
        connection.execute(BEGIN)
        before = connection.total_changes()
        if len(jobs) == 1:
            # Without a savepoint, which would only repeat what the transaction does.
            jobs[0].run(db)
            if jobs[0].has_failed:
                connection.execute("ROLLBACK")
                return None
            has_changed = connection.total_changes() != before
        else:
            changed = [job.run_in_savepoint(connection, db) for job in jobs]
            has_changed = any(changed)
        if not has_changed:
            connection.execute("COMMIT")
            return None
        database_id, commits, fingerprint, transaction, lost = db.rows("info.count_commit", token=self._token)[0]
        if lost:
            raise checks.behind(self.place.address, lost)
        if fingerprint != writer.fingerprint:
            raise StoreLayoutError(Message("server.newer", database=self.label))
        if db.noted:
            connection.execute(_NOTIFY)
        return _Ready(Mark(database_id, commits), transaction, db.noted)

    def _commit(self, writer: _Writer, ready: _Ready) -> bool:
        """Commit and return whether that is so; raises `StoreUnsureError` where it cannot be known."""
        try:
            writer.connection.execute("COMMIT")
        except engine.Error as error:
            if not engine.is_gone(error, writer.connection):
                # The server said that it did not.
                _roll_back(writer.connection)
                if engine.is_to_be_repeated(error):
                    return False
                raise reasons.as_failure(error, self.place.address) from error
            self._drop_writer()
            return self._look_up(writer.lineage, ready.transaction)
        return True

    def _look_up(self, lineage: Lineage, transaction: str) -> bool:
        """Return whether a transaction was committed whose connection died; waits for the server as long as needed."""
        pause_s = STEP_S
        while True:
            try:
                connection, found = self._connect("writer")
            except EnvironmentFailure as failure:
                if self._closing.is_set():
                    raise self._unsure() from failure
                self._is_away(failure)
            else:
                try:
                    if found != lineage:
                        # Another history: there, the same id may be another transaction.
                        raise self._unsure()
                    ((status,),) = connection.execute(
                        "SELECT pg_xact_status(CAST(? AS XID8))", (transaction,)
                    ).fetchall()
                    if status in ("committed", "aborted"):
                        return status == "committed"
                    if status is None:
                        raise self._unsure()
                except engine.Error as error:
                    if not engine.is_gone(error, connection):
                        raise self._unsure() from error
                finally:
                    connection.close()
            self._closing.wait(pause_s)
            pause_s = min(RETRY_MAX_S, 2 * pause_s)

    def _unsure(self) -> StoreUnsureError:
        return StoreUnsureError(Message("server.unsure", database=self.label))

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.connection.close()
            self._writer = None

    # ---- reading

    def _read_all(self, jobs: Jobs) -> None:
        self._opened.wait()
        if self._failure is not None and not self._has_opened:
            self._refuse_all(jobs, self._failure)
            return
        is_long = jobs is self._long_reads
        connection: Connection | None = None
        while (job := jobs.get()) is not None:
            if is_long:
                self._long_job = job
            connection = self._read(job, connection, is_long=is_long)
            job.finish()
            if is_long and connection is not None and jobs.empty():
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _connect_to_read(self, *, is_long: bool) -> Connection:
        connection = self._connect("long reader" if is_long else "reader")[0]
        # Nobody waits for a reader: an export may work on what it read between two statements.
        connection.execute(_READER_MAY_PAUSE)
        if is_long:
            connection.silence_s = LONG_READ_S
            connection.interrupt_when(self._is_interrupted)
        return connection

    def _read(self, job: Job, connection: Connection | None, *, is_long: bool) -> Connection | None:
        """Run a read, once more if its connection had ended; returns the connection, None if it has ended."""
        for is_last in (False, True):
            if self._failure is not None:
                job.fail(self._failure)
                break
            try:
                if connection is None:
                    connection = self._connect_to_read(is_long=is_long)
            except EnvironmentFailure as failure:
                if not self._closing.is_set():
                    self._is_away(failure)
                job.fail(failure)
                return None
            try:
                connection.execute(_BEGIN_READING)
                job.run(self.db_of(connection))
                connection.execute("COMMIT" if not job.has_failed else "ROLLBACK")
            except (engine.Error, EnvironmentFailure) as error:
                is_gone = engine.is_gone(error, connection) and connection.is_gone
                if is_gone:
                    connection.close()
                    connection = None
                else:
                    _roll_back(connection)
                if not is_gone or is_last:
                    job.fail(reasons.as_failure(error, self.place.address))
                    break
            else:
                break
        return connection

    # ---- listening

    def _listen_to_others(self) -> None:
        """Call back after the commits of other stations, and come back after the server was away."""
        self._opened.wait()
        if not self._has_opened:
            return
        listening: Connection | None = None
        pause_s = STEP_S
        while not self._closing.is_set():
            try:
                listening = self._connect_checked("listener").connection
                listening.silence_s = HEARTBEAT_S
                self._listen_on(listening)
                self._is_back()
                began_s = time.monotonic()
                self._follow(listening)
                if time.monotonic() - began_s > HEARTBEAT_S:
                    pause_s = STEP_S
            except (engine.Error, OSError, EnvironmentFailure) as error:
                if listening is None or not self._can_connect():
                    self._is_away(reasons.as_failure(error, self.place.address))
            finally:
                if listening is not None:
                    listening.close()
                    listening = None
            self._closing.wait(pause_s)
            pause_s = min(RETRY_MAX_S, 2 * pause_s)

    def _can_connect(self) -> bool:
        """Return whether only the listening connection ended, so that the server is not away."""
        try:
            self._connect("listener")[0].close()
        except EnvironmentFailure:
            return False
        return True

    def _listen_on(self, connection: Connection) -> None:
        """Begin to listen, and make sure that a notification arrives."""
        connection.execute(f"LISTEN {CHANNEL}")
        connection.execute(_NOTIFY)
        until_s = time.monotonic() + HEARTBEAT_S
        while connection.backend_pid not in connection.notifications(STEP_S):
            if time.monotonic() > until_s:
                raise StoreError(Message("server.pooler", database=self.label))

    def _follow(self, connection: Connection) -> None:
        """Call back after each commit of others: at once where a notification tells of it, else within a second."""
        newest, next_round_s = None, time.monotonic()
        # Another connection that finds the server away has this one look again, too.
        while not self._closing.is_set() and self._failure is None:
            senders = connection.notifications(STEP_S)
            own = self._writer.connection.backend_pid if self._writer is not None else 0
            if any(pid not in (own, connection.backend_pid) for pid in senders):
                self._tell()
            if time.monotonic() < next_round_s:
                continue
            next_round_s = time.monotonic() + ROUND_S
            found = PostgresqlDb(connection).value("changes.newest")
            if found != newest:
                newest = found
                self._tell()

    def close(self, timeout_s: float = 10.0) -> None:
        """Finish what waits, then close, within a time limit; later reads and writes raise `StoreError`."""
        super().close(timeout_s)
        if self._listener.is_alive():
            self._listener.join(timeout_s)


def _fail(jobs: list[Job], failure: EnvironmentFailure) -> None:
    if isinstance(failure, StoreUnsureError):
        not_saved: EnvironmentFailure = failure
    else:
        not_saved = type(failure)(Message("database.not_saved", reason=failure.message))
    for job in jobs:
        job.fail(not_saved)


def _finish(jobs: list[Job]) -> None:
    for job in jobs:
        job.finish()


def _roll_back(connection: Connection) -> None:
    """Roll back a failed transaction; the connection may have ended."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except engine.Error:
        connection.close()
