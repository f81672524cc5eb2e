"""Listening on a server: notices the commits of other stations at once, and reconnects after it was away.

It also keeps in the profile how far it saw the database. Another server that takes over may lack commits that this
station read and none that it made: an update that was sent would seem to wait again. But others see a commit before it
is on disk and on the standbys that the server waits for, and until then it may be lost in a crash without having been
promised to anybody. So what was seen is kept only after a sync of the server's log that was begun later, on the same
connection; at most one a second, and none for this program's own commits, which had theirs. What was seen in the
second before a server died may be missing from the mark; what this station stored itself never is.
"""

import logging
import time
from contextlib import closing

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.errors import StoreError
from shipconsole.store.mark import Mark, Marker
from shipconsole.store.postgresql import engine, reasons
from shipconsole.store.postgresql.connecting import CHANNEL, NOTIFY, RETRY_MAX_S, STEP_S, Connecting, is_synced
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection

ROUND_S = 1.0
"""How often a lost notification is made up for."""
HEARTBEAT_S = 5.0
"""How long the listening connection may be silent."""
SAFE_WITHIN_S = 2.0
SAFE_AGAIN_S = 30.0
"""How long it waits for what it saw to be safe, and when it waits again after that was in vain."""
_log = logging.getLogger(__name__)


class Listening(Connecting):
    """The listener's thread."""

    def _listen_to_others(self) -> None:
        """Report the commits of other stations, and reconnect after the server was away."""
        self._opened.wait()
        if not self._has_opened:
            return
        listening: Connection | None = None
        pause_s = STEP_S
        while not self._closing.is_set():
            try:
                checked = self._connect_checked("listener")
                listening = checked.connection
                listening.silence_s = HEARTBEAT_S
                self._listen_on(listening)
                self._is_back()
                began_s = time.monotonic()
                self._follow(listening, checked.database_id)
                if time.monotonic() - began_s > HEARTBEAT_S:
                    pause_s = STEP_S
            except (engine.Error, OSError, EnvironmentFailure) as error:
                if listening is None or not self._can_connect():
                    self._is_away(reasons.as_failure(error, self.place.address))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                _log.exception("listening to the database failed")
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
        connection.execute(NOTIFY)
        until_s = time.monotonic() + HEARTBEAT_S
        while connection.backend_pid not in connection.notifications(STEP_S):
            if time.monotonic() > until_s:
                raise StoreError(Message("server.pooler", database=self.label))

    def _follow(self, connection: Connection, database_id: str) -> None:
        """Report each commit of others: at once where there is a notification, else within a second."""
        newest, next_round_s = None, time.monotonic()
        with self._named_failures():
            seen = _Seen(self.place.marker(database_id))
        with closing(seen.marker):
            # Another connection that finds the server away has this one look again, too.
            while not self._closing.is_set() and (self._failure is None or self._is_undecided):
                senders = connection.notifications(STEP_S)
                writer = self._writer
                own = (writer.connection.backend_pid if writer is not None else 0, connection.backend_pid)
                is_told = any(pid not in own for pid in senders)
                if is_told:
                    self._tell()
                now_s = time.monotonic()
                if now_s < next_round_s and not (is_told and now_s >= seen.next_s):
                    continue
                next_round_s = now_s + ROUND_S
                ((found, commits),) = PostgresqlDb(connection).rows("info.followed")
                if found != newest:
                    newest = found
                    self._tell()
                if commits > seen.commits and now_s >= seen.next_s:
                    self._keep_seen(connection, Mark(database_id, commits), seen)

    def _keep_seen(self, connection: Connection, mark: Mark, seen: "_Seen") -> None:
        """Keep how far the database was seen, once all until there is safe."""
        synced = self._synced
        if synced is None or synced.database_id != mark.database_id or synced.commits < mark.commits:
            until_s = time.monotonic() + SAFE_WITHIN_S
            if not is_synced(connection, lambda: self._closing.is_set() or time.monotonic() > until_s):
                seen.next_s = time.monotonic() + SAFE_AGAIN_S
                return
            seen.next_s = time.monotonic() + ROUND_S
        seen.marker.reached(mark)
        seen.commits = mark.commits


class _Seen:
    """How far the database was seen and was safe, where that is kept, and when it may be looked at again."""

    def __init__(self, marker: Marker) -> None:
        self.marker = marker
        self.commits = 0
        self.next_s = 0.0
