"""One connection to the receiver: uvicorn's own, with a time limit for the whole request and a limit of connections.

uvicorn waits for a request for ever, and counts a connection that says nothing like any other.
"""

import asyncio
from typing import Any, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from shipconsole.receiver.rules import Rules, StrictConnection

_LOOPBACK = ("127.0.0.1", "::1")


class RuledConfig(Config):
    """uvicorn's settings, our rules, and the connections whose request is not whole yet, the oldest first."""

    rules = Rules()

    def load(self) -> None:
        """Load as uvicorn does; nobody waits yet."""
        super().load()
        self.waiting: dict[GuardedProtocol, None] = {}


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
        self._strict = StrictConnection(self._rules)
        self.conn: h11.Connection = self._strict
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def address(self) -> str:
        """Where the other side is."""
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to count the time; where there are too many, the one that has been waiting longest has to go.

        Not the new one: it may have something to say, and those that hold places say nothing.
        """
        super().connection_made(transport)
        self._waiting[self] = None
        self._deadline = self.loop.call_later(self._rules.request_s, self.give_up)
        of_mine = [one for one in self._waiting if one.address == self.address]
        if self.address not in _LOOPBACK and len(of_mine) > self._rules.each:
            of_mine[0].give_up()
        elif len(self.connections) > self._rules.connections:
            next(iter(self._waiting)).give_up()

    def handle_events(self) -> None:
        """Read on; a request that is whole has all the time that its answer takes."""
        super().handle_events()
        if self._strict.whole:
            self._wait_no_longer()

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - asyncio asks, uvicorn says none
        """Answer also whoever says that nothing more will come, once the request is whole."""
        return self._strict.whole

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close at once, whatever was about to come."""
        self._wait_no_longer()
        # Counted no longer: the loop tells of the end only in its next round.
        self.connections.discard(self)
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words, which nobody needs
        """Answer what the rules forbid with its status and without a word, and close."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            status = self._strict.refusal
            headers = [(b"content-length", b"0"), (b"connection", b"close")]
            answer = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
            self.transport.write((self.conn.send(answer) or b"") + (self.conn.send(h11.EndOfMessage()) or b""))
        self._wait_no_longer()
        self.transport.close()

    def _wait_no_longer(self) -> None:
        self._waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
