"""Reading on a server: each read sees one consistent view, and is run again if its connection had ended."""

import logging

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.database import Job, Jobs
from shipconsole.store.postgresql import engine, reasons
from shipconsole.store.postgresql.connecting import Connecting, roll_back
from shipconsole.store.postgresql.engine import Connection

_log = logging.getLogger(__name__)
LONG_READ_S = 600.0
"""How long one statement of a long read may take."""
_READER_MAY_PAUSE = "SET idle_in_transaction_session_timeout = '10min'"
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Reading(Connecting):
    """The readers' threads."""

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
            try:
                connection = self._read(job, connection, is_long=is_long)
            except Exception as error:  # noqa: BLE001 - the next read gets another connection
                _log.exception("reading the database failed")
                connection = None
                job.fail(reasons.as_failure(error, self.place.address))
            job.finish()
            if is_long and connection is not None and jobs.empty():
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _connect_to_read(self, *, is_long: bool) -> Connection:
        connection = self._connect("long reader" if is_long else "reader")[0]
        try:
            # No one waits for a reader: an export may work on what it read between two statements.
            connection.execute(_READER_MAY_PAUSE)
        except engine.Error as error:
            connection.close()
            raise reasons.as_failure(error, self.place.address) from error
        if is_long:
            connection.silence_s = LONG_READ_S
            connection.interrupt_when(self._is_interrupted)
        return connection

    def _read(self, job: Job, connection: Connection | None, *, is_long: bool) -> Connection | None:
        """Run a read, once more if its connection had ended; returns the connection, None if it has ended."""
        for is_last in (False, True):
            # Read once: the listener ends it as soon as the server is back.
            known = self._failure
            if known is not None:
                job.fail(known)
                break
            try:
                if connection is None:
                    connection = self._connect_to_read(is_long=is_long)
                    if not is_long:
                        connection.replaces_another, self._has_read = self._has_read, True
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
                    roll_back(connection)
                if not is_gone or is_last:
                    job.fail(reasons.as_failure(error, self.place.address))
                    break
            else:
                break
        return connection
