"""One connection to the receiver: uvicorn's own, with a time limit for a request and a limit of connections.

uvicorn waits for a request without a limit, and counts a silent connection like any other.
"""

import asyncio
from typing import Any, cast

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from shipconsole.receiver.rules import Rules, StrictConnection

TOO_SLOW, TOO_MANY = 408, 503
LEAVING_S = 1.0
_LOOPBACK = ("127.0.0.1", "::1")


class RuledConfig(Config):
    """uvicorn's settings, our rules, and the connections whose request is incomplete, the oldest first.

    `leaving` are connections that got a status and are read until they end, so that the sender sees it.
    """

    rules = Rules()

    def load(self) -> None:
        """Load as uvicorn does, with no connections."""
        super().load()
        self.waiting: dict[GuardedProtocol, None] = {}
        self.leaving: dict[GuardedProtocol, None] = {}


class GuardedProtocol(H11Protocol):
    """Read one request and respond; a connection that blocks others is closed."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Initialize as uvicorn does, with our rules for HTTP."""
        super().__init__(config, server_state, app_state, _loop)
        # A log line would contain the path, and the path the token.
        self.access_log = False
        ruled = cast("RuledConfig", config)
        self._rules = ruled.rules
        self._waiting = ruled.waiting
        self._leaving = ruled.leaving
        self._strict = StrictConnection(self._rules)
        self.conn: h11.Connection = self._strict
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def is_answering(self) -> bool:
        """Return whether the request is complete and its response is not sent yet."""
        return self._strict.is_complete

    @property
    def address(self) -> str:
        """Return the address of the other side."""
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Start the time limit; if there are too many connections, reject one with 503.

        A silent connection goes first, not the new one, which may have a request to send.
        """
        super().connection_made(transport)
        self._waiting[self] = None
        self._deadline = self.loop.call_later(self._rules.request_s, self.discard, TOO_SLOW)
        same_address = [connection for connection in self._waiting if connection.address == self.address]
        active = len(self.connections) - len(self._leaving)
        most = self._rules.connections
        if self.address not in _LOOPBACK and len(same_address) > self._rules.each:
            same_address[0].discard(TOO_MANY)
        elif active - len(self._waiting) >= most and active <= 2 * most:
            # Every connection waits for its response, so that none can be closed for this one.
            self.app = _reject_busy
        elif active > most:
            next(iter(self._waiting)).discard(TOO_MANY)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the connection is being closed."""
        if self not in self._leaving:
            super().data_received(data)

    def handle_events(self) -> None:
        """Read on; a complete request has no time limit for its response."""
        super().handle_events()
        if self._strict.is_complete:
            self._stop_waiting()
        if self.cycle is not None and not self.conn.they_are_waiting_for_100_continue:  # pyright: ignore[reportUnnecessaryComparison] - None until a head was read
            # A sender that did not wait for 100 Continue does not need it.
            self.cycle.waiting_for_100_continue = False

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - asyncio asks, uvicorn says none
        """Keep the connection open for the response if the sender closed its side after a complete request."""
        return self._strict.is_complete

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time limit."""
        self._stop_waiting()
        self._leaving.pop(self, None)
        super().connection_lost(exc)

    def discard(self, status: int) -> None:
        """Respond with a status and read nothing more."""
        self._close_with(status)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's text is not sent
        """Respond to a forbidden request with its status and no body, and close."""
        self._close_with(self._strict.refusal)

    def _close_with(self, status: int) -> None:
        """Respond and close, after the sender does or a moment later.

        Otherwise the system would reset the connection because of unread data, and the response would be lost (RFC
        9112, section 9.6).
        """
        self._stop_waiting()
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
        """Close with the server."""
        if self in self._leaving:
            self.transport.abort()
        else:
            super().shutdown()

    def _stop_waiting(self) -> None:
        self._waiting.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


async def _reject_busy(_scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with 503 while there are too many connections, after reading the request.

    A sender that is cut off while it sends does not read the response.
    """
    while (event := await receive()).get("more_body", False):
        pass
    if event["type"] == "http.request":
        headers = [(b"content-length", b"0"), (b"retry-after", b"1")]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
