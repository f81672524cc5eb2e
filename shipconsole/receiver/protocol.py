"""One connection to the receiver: uvicorn's own, with a time limit for the whole request and a limit of connections.

uvicorn waits for a request for ever, and counts a connection that says nothing like any other.
"""

import asyncio
from typing import Any, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from shipconsole.receiver.app import turned_away
from shipconsole.receiver.rules import Rules, StrictConnection

TOO_SLOW, TOO_MANY = 408, 503
LEAVING_S = 1.0
_LOOPBACK = ("127.0.0.1", "::1")


class RuledConfig(Config):
    """uvicorn's settings, our rules, and the connections whose request is not whole yet, the oldest first.

    `leaving` are those that were told to go, and whose last words are read so that ours reach them.
    """

    rules = Rules()

    def load(self) -> None:
        """Load as uvicorn does; nobody waits yet."""
        super().load()
        self.waiting: dict[GuardedProtocol, None] = {}
        self.leaving: dict[GuardedProtocol, None] = {}


class GuardedProtocol(H11Protocol):
    """Reads one request and answers it; a connection that holds others up is closed."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Begin as uvicorn does, with our reading of HTTP."""
        super().__init__(config, server_state, app_state, _loop)
        # Its line would hold the path, and the path the token.
        self.access_log = False
        ruled = cast("RuledConfig", config)
        self._rules = ruled.rules
        self._waiting = ruled.waiting
        self._leaving = ruled.leaving
        self._strict = StrictConnection(self._rules)
        self.conn: h11.Connection = self._strict
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def address(self) -> str:
        """Where the other side is."""
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to count the time; where there are too many, one is told to come again.

        Not the new one where others only wait: it may have something to say, and those that hold places say nothing.
        """
        super().connection_made(transport)
        self._waiting[self] = None
        self._deadline = self.loop.call_later(self._rules.request_s, self.discard, TOO_SLOW)
        same_address = [connection for connection in self._waiting if connection.address == self.address]
        here = len(self.connections) - len(self._leaving)
        most = self._rules.connections
        if self.address not in _LOOPBACK and len(same_address) > self._rules.each:
            same_address[0].discard(TOO_MANY)
        elif here - len(self._waiting) >= most and here <= 2 * most:
            # All places are taken by requests that are being answered, so that nobody else can make room.
            self.app = turned_away
        elif here > most:
            next(iter(self._waiting)).discard(TOO_MANY)

    def data_received(self, data: bytes) -> None:
        """Read on; of one that was told to go nothing is read but that it ends."""
        if self not in self._leaving:
            super().data_received(data)

    def handle_events(self) -> None:
        """Read on; a request that is whole has all the time that its answer takes."""
        super().handle_events()
        if self._strict.whole:
            self._wait_no_longer()
        if self.cycle is not None and not self.conn.they_are_waiting_for_100_continue:  # pyright: ignore[reportUnnecessaryComparison] - None until a head was read
            # What a sender sends without waiting for leave needs none.
            self.cycle.waiting_for_100_continue = False

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - asyncio asks, uvicorn says none
        """Answer also whoever says that nothing more will come, once the request is whole."""
        return self._strict.whole

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._wait_no_longer()
        self._leaving.pop(self, None)
        super().connection_lost(exc)

    def discard(self, status: int) -> None:
        """Answer with a status and read nothing more, whatever was about to come."""
        self._close_with(status)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words, which nobody needs
        """Answer what the rules forbid with its status and without a word, and close."""
        self._close_with(self._strict.refusal)

    def _close_with(self, status: int) -> None:
        """Answer and close, but not before the sender does, or a moment has passed.

        What was sent and not read would have the system cut the line, and the answer with it (RFC 9112, section 9.6).
        """
        self._wait_no_longer()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        headers = [(b"content-length", b"0"), (b"connection", b"close")]
        answer = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
        self.transport.write((self.conn.send(answer) or b"") + (self.conn.send(h11.EndOfMessage()) or b""))
        self.transport.write_eof()
        self._leaving[self] = None
        self._deadline = self.loop.call_later(LEAVING_S, self.transport.abort)
        if len(self._leaving) > self._rules.connections:
            next(iter(self._leaving)).transport.abort()

    def shutdown(self) -> None:
        """End with the server; who was told to go has heard all there is."""
        if self in self._leaving:
            self.transport.abort()
        else:
            super().shutdown()

    def _wait_no_longer(self) -> None:
        self._waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
