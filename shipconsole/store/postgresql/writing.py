"""Writing on a server: groups of writes, each one transaction that is committed once or not at all.

A commit whose connection dies is looked up before anybody is answered, and a group is repeated only when it is known to
be rolled back.

While a group holds the lock of all writers, others wait. So it sends what ends it in one round trip, and waits for the
disk after its commit has released the lock: then the groups of several stations can wait for one sync of the server's
log together. No one is answered before that, not even where nothing was changed: what was read may be such a commit.
"""

import logging
import queue
import time
from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.database import Job
from shipconsole.store.errors import (
    StoreAwayError,
    StoreBehindError,
    StoreError,
    StoreHeldError,
    StoreLayoutError,
    StoreUnsureError,
)
from shipconsole.store.mark import Mark
from shipconsole.store.postgresql import checks, engine, reasons
from shipconsole.store.postgresql.connecting import (
    NOTIFY,
    RETRY_MAX_S,
    STEP_S,
    Connecting,
    Writer,
    is_synced,
    roll_back,
)
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.postgresql.schema import BEGIN_GROUP, SYNC
from shipconsole.store.postgresql.statements import for_server, literal
from shipconsole.store.queries import query

_log = logging.getLogger(__name__)
TRIES = 5
TRIES_ANEW = 3
"""How often a group is begun on a new connection, where the former one ended before its commit."""
ENDS_WITHIN_S = 10.0
"""How long the end of a group may take before it is looked up."""
SAID_AFTER_S = 1.0
ASKED_AGAIN_S = 20.0
"""After how long it is said that a commit is not safe yet, and the server, or who took its place, is asked anew."""
_COUNT = for_server(query("info.count_commit", "postgresql").text, "token", "fingerprint")
_STORE_NOTES = for_server(query("changes.note_all", "postgresql").text, "kinds", "ref_ids", "at_ms")
_REFUSED = "22012"
"""The SQLSTATE with which `info.count_commit` fails."""
_NEVER_BEGUN = "22023"
"""That of the status of a transaction whose id was not given out yet: it was, and was lost in a crash of the server."""


class _Ready(NamedTuple):
    """A group that is about to be committed: its transaction's id, and what it noted for the change feed."""

    transaction: str
    notes: Sequence[tuple[str, int]]
    has_changed: bool = True


class _Undecided:
    """What stands for a transaction whose end is not known yet."""


class Writing(Connecting):
    """The writer's thread."""

    def _write_all(self) -> None:
        try:
            self._keep_token()
            self._writer = self._open_patiently()
        except Exception as error:  # noqa: BLE001 - whatever it is, everybody waits for this thread
            if not isinstance(error, EnvironmentFailure):
                _log.exception("opening the database failed")
            self._failure = failure = reasons.as_failure(error, self.place.address)
            self._opened.set()
            if not self._closing.is_set():
                self._say(failure)
            self._refuse_all(self._writes, failure)
            return
        self._has_opened = True
        self._opened.set()
        stopping = False
        while not stopping:
            jobs, stopping = self._next_group()
            try:
                if jobs:
                    self._write_group(jobs)
            except Exception:  # noqa: BLE001 - the next group gets another connection
                _log.exception("writing to the database failed")
                self._drop_writer()
                _fail(jobs, self._unsure())
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
                    self._say(failure)
                    said = str(failure)
                waited = True
                self._closing.wait(pause_s)
                pause_s = min(RETRY_MAX_S, 2 * pause_s)
            else:
                break
        if waited:
            self._say(None)
        return writer

    def _write_group(self, jobs: list[Job]) -> None:
        """Run and commit a group; repeat it only where it is known to be rolled back."""
        tries = 0
        while True:
            tries += 1
            known = self._failure
            if known is not None:
                return _fail(jobs, known)
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
                reached = self._commit(writer, ready)
            except EnvironmentFailure as failure:
                if isinstance(failure, (StoreBehindError, StoreLayoutError)):
                    self._is_away(failure)
                return _fail(jobs, failure)
            if reached is None and tries < TRIES:
                continue
            if reached is None:
                return _fail(jobs, StoreError(Message("server.rolled_back", database=self.label)))
            if self._marker is not None:
                self._marker.reached(reached)
            self._synced = reached
            if ready.notes:
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
        db.hold_notes()
        ((transaction,),) = connection.execute(BEGIN_GROUP).fetchall()
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
        if not has_changed and not db.notes:
            return _Ready(transaction, (), has_changed=False)
        return _Ready(transaction, db.notes)

    def _commit(self, writer: Writer, ready: _Ready) -> Mark | None:
        """Commit and return what that reaches, None if it was rolled back.

        Raises `StoreUnsureError` where it cannot be known, and other failures where nothing was committed.
        """
        connection = writer.connection
        usual_s = connection.silence_s
        try:
            connection.silence_s = min(usual_s, ENDS_WITHIN_S)
            found = connection.execute_all(self._ending(writer, ready))
            connection.silence_s = usual_s
        except engine.Error as error:
            if engine.is_gone(error, connection):
                self._drop_writer()
                return self._look_up(writer, ready)
            connection.silence_s = usual_s
            if not connection.in_transaction:
                # The server said so after the commit, or in it.
                self._drop_writer()
                reached = self._look_up(writer, ready)
                if reached is not None:
                    return reached
            else:
                roll_back(connection)
            if engine.is_to_be_repeated(error):
                return None
            raise self._refusal(writer, error) from error
        if not ready.has_changed:
            return Mark(writer.database_id, writer.own_commits)
        ((database_id, commits, _),) = found[1 if ready.notes else 0].fetchall()
        self._writer = writer._replace(own_commits=commits)
        return Mark(database_id, commits)

    def _ending(self, writer: Writer, ready: _Ready) -> str:
        """Return the statements that end a group: the feed, the count of commits, the commit, and the wait for it."""
        if not ready.has_changed:
            return f"COMMIT; {SYNC}"
        count = writer.connection.prepared("shipconsole_count", _COUNT)
        steps = [f"EXECUTE {count}({literal(self._token)}, {literal(writer.fingerprint)})", "COMMIT", SYNC]
        if ready.notes:
            kinds = ", ".join(literal(kind) for kind, _ in ready.notes)
            ref_ids = ", ".join(str(int(ref_id)) for _, ref_id in ready.notes)
            at_ms = time.time_ns() // 1_000_000
            store = writer.connection.prepared("shipconsole_notes", _STORE_NOTES)
            steps = [f"EXECUTE {store}(ARRAY[{kinds}], ARRAY[{ref_ids}], {at_ms})", steps[0], NOTIFY, *steps[1:]]
        return "; ".join(steps)

    def _refusal(self, writer: Writer, error: engine.Error) -> EnvironmentFailure:
        """Return why a group was not committed."""
        if engine.sqlstate(error) == _REFUSED and self._writer is not None:
            try:
                found = self.db_of(self._writer.connection).rows("info.reached", token=self._token)
            except engine.Error as other:
                return reasons.as_failure(other, self.place.address)
            _, _, fingerprint, _, lost = found[0]
            if lost:
                return checks.behind(self.place.address, lost)
            if fingerprint != writer.fingerprint:
                return StoreLayoutError(Message("server.newer", database=self.label))
        return reasons.as_failure(error, self.place.address)

    def _look_up(self, writer: Writer, ready: _Ready) -> Mark | None:
        """Return what a transaction reached whose connection died in its commit; None if it was rolled back.

        Waits for the server, and for its standby, as long as needed; meanwhile nothing else is stored or queued.
        """
        since_s, pause_s = time.monotonic(), STEP_S
        self._is_undecided = True
        try:
            while (ended := self._ended(writer, ready, since_s)) is _Undecided:
                self._closing.wait(pause_s)
                pause_s = min(RETRY_MAX_S, 2 * pause_s)
        finally:
            self._is_undecided = False
        # Only here the history is known to be the same: otherwise the listener checks it before it says so.
        if isinstance(self._failure, StoreAwayError):
            self._is_back()
        return ended if isinstance(ended, Mark) else None

    def _ended(self, writer: Writer, ready: _Ready, since_s: float) -> "Mark | type[_Undecided] | None":
        """Return what a transaction reached, None if it was rolled back, as far as the server says so now."""
        try:
            connection, found = self._connect("writer")
        except EnvironmentFailure as failure:
            if self._closing.is_set():
                raise self._unsure() from failure
            self._refuse_others(failure)
            return _Undecided
        try:
            if found != writer.lineage:
                # Another history: there, the same id may be another transaction.
                raise self._unsure()
            values = {"transaction": ready.transaction, "token": self._token}
            ((status, own_commits),) = PostgresqlDb(connection).rows("info.ended", **values)
            # After a crash another transaction may have the same id; it did not count a commit of ours.
            is_ours = (own_commits or 0) > writer.own_commits
            if status == "committed" and (is_ours or not ready.has_changed):
                until_s = time.monotonic() + ASKED_AGAIN_S
                if not is_synced(connection, lambda: self._is_wait_over(since_s) or time.monotonic() > until_s):
                    return _Undecided
                # What changed nothing is run again: a crash may have taken what it read.
                return Mark(writer.database_id, own_commits) if ready.has_changed else None
            if status in ("committed", "aborted"):
                return None
            if status is None:
                raise self._unsure()
            self._is_wait_over(since_s)
        except engine.Error as error:
            if engine.sqlstate(error) == _NEVER_BEGUN:
                return None
            if not engine.is_gone(error, connection):
                raise self._unsure() from error
        finally:
            connection.close()
        return _Undecided

    def _is_wait_over(self, since_s: float) -> bool:
        """Say that a commit waits, once it does so for a while; return whether to stop asking this connection."""
        if time.monotonic() > since_s + SAID_AFTER_S:
            self._refuse_others(StoreAwayError(Message("server.waits", database=self.label)))
        return self._closing.is_set()

    def _refuse_others(self, failure: EnvironmentFailure) -> None:
        """Refuse reads and writes, also those that wait behind the group that is looked up."""
        self._is_away(failure)
        is_stopping = False
        while True:
            try:
                job = self._writes.get_nowait()
            except queue.Empty:
                break
            is_stopping = is_stopping or job is None
            if job is not None:
                _fail([job], failure)
        if is_stopping:
            self._writes.put(None)

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
