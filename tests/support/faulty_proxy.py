"""A TCP proxy on this computer that cuts, delays, and freezes connections, all of them or one by one.

Each proxy has a port of its own, so that a test can trouble one station and leave the others alone.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, Literal

_CHUNK = 64 * 1024
_LINES_MOST = 500
"""More connections at once than any test has: a client that connects without end is refused."""
_WAIT_S = 30.0
_RESET = struct.pack("ii", 1, 0)


class _Line:
    """One connection through a proxy: the client's end, and the server's."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.ends = (client, server)
        self.is_trapped = False
        """Whether the server's next answer is kept from the client, and the connection cut."""

    def cut(self) -> None:
        """End the connection at once on both sides, as a cable that is pulled and a router that says so."""
        for end in self.ends:
            with contextlib.suppress(OSError, AttributeError):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.transport.abort()


class Proxy:
    """Passes connections on to a port of this computer; all methods can be called from any thread.

    A frozen proxy accepts connections and passes nothing on, so that neither side hears of it: a half-open line.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, target: int) -> None:
        """Make ready to pass connections on to a port; `proxies` starts it."""
        self._loop = loop
        self._target = target
        self._server: asyncio.Server | None = None
        self._lines: list[_Line] = []
        self._tasks = set[asyncio.Task[Any]]()
        self._flows = asyncio.Event()
        self._flows.set()
        self._delay_s = 0.0
        self._refuses = False
        self._trap: tuple[bytes, Literal["before", "after"]] | None = None
        self.sprung = threading.Event()
        """Whether the trap has cut a connection."""
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End all connections and listen no more."""
        assert self._server is not None
        self._server.close()
        self._cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def connections(self) -> int:
        """Return how many connections there are."""
        return len(self._lines)

    def cut(self, which: int | None = None) -> None:
        """Cut all connections, or the one of a number, in the order in which they were made (-1 is the newest)."""
        self._call(lambda: self._cut(which))

    def freeze(self) -> None:
        """Pass nothing on any more, in either direction; new connections are accepted."""
        self._call(self._flows.clear)

    def thaw(self) -> None:
        """Pass on what waits, and everything that comes."""
        self._call(self._flows.set)

    def delay(self, seconds: float) -> None:
        """Pass everything on so much later."""
        self._call(lambda: setattr(self, "_delay_s", seconds))

    def refuse(self, refuses: bool = True) -> None:
        """Cut all connections and each new one at once, until told otherwise."""

        def apply() -> None:
            self._refuses = refuses
            if refuses:
                self._cut()

        self._call(apply)

    def aim(self, target: int) -> None:
        """Cut all connections and pass new ones on to another port."""

        def apply() -> None:
            self._target = target
            self._cut()

        self._call(apply)

    def trap(self, word: bytes, when: Literal["before", "after"]) -> None:
        """Cut the connection on which the client next sends a word: before it arrives, or after it was answered."""
        self.sprung.clear()
        self._call(lambda: setattr(self, "_trap", (word, when)))

    def _call(self, do: Callable[[], object]) -> None:
        done = threading.Event()

        def run() -> None:
            do()
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(_WAIT_S)

    def _cut(self, which: int | None = None) -> None:
        lines = self._lines if which is None else self._lines[which : which + 1 or None]
        for line in lines:
            line.cut()

    async def _accept(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            if self._refuses or len(self._lines) >= _LINES_MOST:
                client_out.transport.abort()
                return
            try:
                server_in, server_out = await asyncio.open_connection("127.0.0.1", self._target)
            except OSError:
                client_out.transport.abort()
                return
            line = _Line(client_out, server_out)
            self._lines.append(line)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pump(client_in, server_out, line, is_client=True))
                    both.create_task(self._pump(server_in, client_out, line, is_client=False))
            except* OSError:
                pass
            finally:
                self._lines.remove(line)
                line.cut()
        except asyncio.CancelledError:
            client_out.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, line: _Line, *, is_client: bool
    ) -> None:
        while piece := await source.read(_CHUNK):
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            await self._flows.wait()
            if is_client and self._trap is not None and self._trap[0] in piece:
                when, self._trap = self._trap[1], None
                if when == "before":
                    self._spring(line)
                line.is_trapped = True
            if not is_client and line.is_trapped:
                self._spring(line)
            sink.write(piece)
            await sink.drain()
        await self._flows.wait()
        if sink.can_write_eof():
            sink.write_eof()

    def _spring(self, line: _Line) -> None:
        line.cut()
        self.sprung.set()
        raise ConnectionResetError("the trap")


class Proxies:
    """Makes proxies, all on one thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Make none yet."""
        self._loop = loop
        self.all: list[Proxy] = []

    def to(self, target: int) -> Proxy:
        """Start a proxy to a port of this computer."""
        proxy = Proxy(self._loop, target)
        self.run(proxy.start())
        self.all.append(proxy)
        return proxy

    def run(self, coroutine: Coroutine[object, None, None]) -> None:
        """Run something on the proxies' thread and wait for it."""
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_WAIT_S)


@contextmanager
def proxies() -> Generator[Proxies]:
    """Have proxies while the block lasts."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="proxies", daemon=True)
    thread.start()
    made = Proxies(loop)
    try:
        yield made
    finally:
        for proxy in made.all:
            made.run(proxy.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_WAIT_S)
        loop.close()
