"""A relay before a PostgreSQL server that changes what the server says: a pooler or an older server, as seen by us."""

import contextlib
import socket
import threading
from collections.abc import Callable, Generator
from urllib.parse import urlsplit

Rewrite = Callable[[bytes], bytes]


def of_another_process(said: bytes) -> bytes:
    """Answer with the key of another process, as a pooler does, which has keys of its own."""
    start = said.find(b"K\0\0\0\x0c")
    return said if start < 0 else said[: start + 5] + b"\0\0\0\1" + said[start + 9 :]


def of_version(number: str) -> Rewrite:
    """Answer as an older server; its number has as many characters as that of the real one."""

    def rewrite(said: bytes) -> bytes:
        start = said.find(b"server_version\0")
        if start < 0:
            return said
        start += len(b"server_version\0")
        return said[:start] + number.encode() + said[start + len(number) :]

    return rewrite


@contextlib.contextmanager
def relay(url: str, rewrite: Rewrite) -> Generator[str]:
    """Yield the URL of a relay before the server of another one; `rewrite` gets what the server says, part by part."""
    address = urlsplit(url)
    assert address.port is not None
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    open_sockets: list[socket.socket] = [listener]

    def pump(source: socket.socket, target: socket.socket, change: Rewrite) -> None:
        with contextlib.suppress(OSError):
            while said := source.recv(65_536):
                target.sendall(change(said))
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", address.port or 0))
                open_sockets.extend((client, server))
                for source, target, change in ((client, server, bytes), (server, client, rewrite)):
                    threads.append(threading.Thread(target=pump, args=(source, target, change), daemon=True))
                    threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    port = listener.getsockname()[1]
    try:
        yield url.replace(f":{address.port}/", f":{port}/")
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for end in open_sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        for end in open_sockets:
            end.close()
