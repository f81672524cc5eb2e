"""Writing on a server: groups of writes, each one transaction that is committed once or not at all.

A commit whose connection dies is looked up before anybody is answered, and a group is repeated only when it is known to
be rolled back.
"""

from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.database import Job
from shipconsole.store.errors import (
    StoreBehindError,
    StoreError,
    StoreHeldError,
    StoreLayoutError,
    StoreUnsureError,
)
from shipconsole.store.mark import Mark
from shipconsole.store.postgresql import checks, engine, reasons
from shipconsole.store.postgresql.checks import Lineage
from shipconsole.store.postgresql.connecting import NOTIFY, RETRY_MAX_S, STEP_S, Connecting, Writer, roll_back
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.postgresql.schema import BEGIN

TRIES = 5
TRIES_ANEW = 3
"""How often a group is begun on a new connection, where the former one ended before its commit."""


class _Ready(NamedTuple):
    """A group that is about to be committed: what it reaches, and the id of its transaction."""

    reached: Mark | None = None
    transaction: str = ""
    noted: int = 0


class Writing(Connecting):
    """The writer's thread."""

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

    def _open_patiently(self) -> Writer:
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
            return tries < TRIES_ANEW
        roll_back(connection)
        return engine.is_to_be_repeated(error) and tries < TRIES

    def _run_group(self, writer: Writer, jobs: list[Job]) -> _Ready | None:
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
            connection.execute(NOTIFY)
        return _Ready(Mark(database_id, commits), transaction, db.noted)

    def _commit(self, writer: Writer, ready: _Ready) -> bool:
        """Commit and return whether that is so; raises `StoreUnsureError` where it cannot be known."""
        try:
            writer.connection.execute("COMMIT")
        except engine.Error as error:
            if not engine.is_gone(error, writer.connection):
                # The server said that it did not.
                roll_back(writer.connection)
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
