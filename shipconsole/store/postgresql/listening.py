"""Listening on a server: notices the commits of other stations at once, and reconnects after it was away."""

import time

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.errors import StoreError
from shipconsole.store.postgresql import engine, reasons
from shipconsole.store.postgresql.connecting import CHANNEL, NOTIFY, RETRY_MAX_S, STEP_S, Connecting
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection

ROUND_S = 1.0
"""How often a lost notification is made up for."""
HEARTBEAT_S = 5.0
"""How long the listening connection may be silent."""


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
        connection.execute(NOTIFY)
        until_s = time.monotonic() + HEARTBEAT_S
        while connection.backend_pid not in connection.notifications(STEP_S):
            if time.monotonic() > until_s:
                raise StoreError(Message("server.pooler", database=self.label))

    def _follow(self, connection: Connection) -> None:
        """Report each commit of others: at once where there is a notification, else within a second."""
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
