"""The receiver: its sockets, its thread and its end."""

import asyncio
import contextlib
import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import cast

import uvicorn

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.inbound.receive import WebhookInbox, context_for_loop
from shipconsole.receiver.app import application
from shipconsole.receiver.protocol import GuardedProtocol, RuledConfig
from shipconsole.receiver.rules import Rules

LOOPBACK = "127.0.0.1"
BACKLOG = 128
END_S = 4
ACCEPT_ITERATIONS = 4
"""Iterations of the event loop from accepting a connection to its protocol object, and one more."""
ENDED = Message("receiver.stopped")

_log = logging.getLogger(__name__)


def is_open_to_others(host: str) -> bool:
    """Return whether other computers can reach a host address."""
    return host not in (LOOPBACK, "::1", "localhost")


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves no connection open at its end.

    WORKAROUND(cpython 3.11): a connection that is being accepted while its server closes is dropped and not closed, so
    that the other side waits forever.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let connections that are being accepted finish, and end as uvicorn does."""
        loop = asyncio.get_running_loop()
        for listener in sockets or []:
            # A loop without readers accepts in one step.
            with contextlib.suppress(NotImplementedError):
                loop.remove_reader(listener)
        for _ in range(ACCEPT_ITERATIONS):
            await asyncio.sleep(0)
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            cast("GuardedProtocol", connection).transport.abort()
        await asyncio.sleep(0)


class Receiver:
    """Receive webhooks on a thread of its own, between `start` and `stop`.

    If it ends without being stopped, `has_ended` is true and `on_end` is called on its thread.
    """

    def __init__(
        self,
        ctx: Context,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        rules: Rules | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> None:
        """Listen at once; raise `EnvironmentFailure` if the address can't be used."""
        self.has_ended = False
        self._ctx = ctx
        self._on_end = on_end
        self._rules = rules or Rules()
        self._sockets = _listening(host, port)
        self.urls = tuple(map(_url, self._sockets))
        """The addresses that it listens on, without a slash at the end."""
        self._server: _Server | None = None
        self._thread = threading.Thread(target=self._run, name="receiver", daemon=True)
        self._stopping = threading.Event()

    @property
    def answering(self) -> int:
        """Return how many complete requests have no response yet."""
        if self._server is None:
            return 0
        connections = self._server.server_state.connections.copy()
        return sum(cast("GuardedProtocol", connection).is_answering for connection in connections)

    def start(self) -> None:
        """Start to respond."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current responses and close; slow connections are closed."""
        self._stopping.set()
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (Exception, SystemExit):  # noqa: BLE001 - the thread's last resort: the rest of the program goes on
            _log.exception("The receiver ended")
        if self._stopping.is_set():
            return
        self.has_ended = True
        for listener in self._sockets:
            # A platform that is rejected retries; one that gets no response may take the event as delivered.
            listener.close()
        if self._on_end is not None:
            self._on_end()

    async def _serve(self) -> None:
        ctx = context_for_loop(self._ctx)
        config = RuledConfig(
            application(WebhookInbox(ctx, self._rules.most_per_s), self._rules),
            http=GuardedProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            headers=[("connection", "close")],
            backlog=BACKLOG,
            timeout_graceful_shutdown=END_S,
        )
        config.rules = self._rules
        # Invalid requests must not fill the log.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        self._server = _Server(config)
        self._server.should_exit = self._stopping.is_set()
        try:
            await self._server.serve(self._sockets)
        finally:
            await ctx.sender.close()


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if listening.family == socket.AF_INET6 else f"http://{host}:{port}"


def _listening(host: str, port: int) -> list[socket.socket]:
    """Return listening sockets; for this computer only, both of its loopback addresses if it has both."""
    hosts = [LOOPBACK, "::1"] if host in (LOOPBACK, "localhost") else [host]
    sockets: list[socket.socket] = []
    for host in hosts:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            sockets.append(socket.create_server((host, port), family=family, backlog=BACKLOG))
        except OSError as error:
            if sockets:
                continue
            # asyncio's message repeats the address.
            reason = os.strerror(error.errno) if error.errno else str(error)
            message = Message("receiver.not_started", host=host, port=port, reason=reason)
            raise EnvironmentFailure(message) from error
        port = sockets[0].getsockname()[1]
    return sockets
