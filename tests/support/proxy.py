"""A TCP proxy on loopback that can cut its connections, hold back what the server sends, or refuse new ones."""

import contextlib
import socket
import threading
from collections.abc import Generator


class Proxy:
    """Passes bytes to a port; `cut` ends what is open, `refuses` new connections, `holds_answers` keeps answers."""

    def __init__(self, port: int) -> None:
        """Listen on a free port."""
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.refuses = False
        self.cut_before = b""
        """Cut a connection, without passing it on, when a client sends this."""
        self.cut_after = b""
        """Pass it on, and cut the connection before its answer."""
        self._open: list[socket.socket] = []
        self._cuts = 0
        self._turn = threading.Lock()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def through(self, url: str) -> str:
        """Return the URL that reaches the proxy instead of its target."""
        return url.replace(f":{self._target}/", f":{self.port}/")

    def cut(self) -> None:
        """End all connections, also those that are being made."""
        with self._turn:
            self._cuts += 1
            for end in self._open:
                _end(end)
            self._open.clear()

    def close(self) -> None:
        """Stop."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            cuts = self._cuts
            if self.refuses:
                _end(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _end(client)
                continue
            with self._turn:
                is_cut = cuts != self._cuts
                if not is_cut:
                    self._open += (client, server)
            if is_cut:
                _end(client)
                _end(server)
                continue
            for source, target, is_client in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._pass, args=(source, target, is_client), name="proxy", daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_client: bool) -> None:
        try:
            while data := source.recv(65_536):
                if is_client and self.cut_before and self.cut_before in data:
                    self.cut_before = b""
                    break
                if is_client and self.cut_after and self.cut_after in data:
                    self.cut_after = b""
                    # The client hears nothing more, and the server gets all.
                    _end(source)
                    target.sendall(data)
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
        except OSError:
            pass
        _end(source)
        _end(target)


def _end(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def running_proxy(port: int) -> Generator[Proxy]:
    """Yield a proxy to a port of this computer."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
