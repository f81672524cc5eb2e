"""A stand-in for a transaction pooler: it hands each transaction of a connection to another process of the server."""

import contextlib
import itertools
import socket
import threading
from collections.abc import Generator

_ENDS_ROUND = (b"Q", b"S")
"""A simple query and a sync, after which the server answers up to ReadyForQuery."""


@contextlib.contextmanager
def running_pooler(port: int, backends: int = 2) -> Generator[int]:
    """Yield the port of a pooler before a server of this computer that trusts everyone."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_serve, args=(client, port, backends), name="pooler", daemon=True).start()

    threading.Thread(target=accept, name="pooler", daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _serve(client: socket.socket, port: int, count: int) -> None:
    servers = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    try:
        start = _startup(client)
        greetings = [_answer_to(server, start) for server in servers]
        client.sendall(greetings[0])
        for server in itertools.cycle(servers):
            status = b"T"
            # A transaction stays with its process.
            while status != b"I":
                answer = _answer_to(server, _round(client))
                client.sendall(answer)
                status = answer[-1:]
    except (OSError, EOFError):
        pass
    finally:
        for end in (client, *servers):
            end.close()


def _startup(client: socket.socket) -> bytes:
    while True:
        length = _exactly(client, 4)
        rest = _exactly(client, int.from_bytes(length) - 4)
        if len(rest) > 4:
            return length + rest
        # A request for encryption, which is refused.
        client.sendall(b"N")


def _round(client: socket.socket) -> bytes:
    sent = b""
    while True:
        kind, message = _message(client)
        if kind == b"X":
            raise EOFError
        sent += message
        if kind in _ENDS_ROUND:
            return sent


def _answer_to(server: socket.socket, sent: bytes) -> bytes:
    server.sendall(sent)
    answer = b""
    while True:
        kind, message = _message(server)
        answer += message
        if kind == b"Z":
            return answer


def _message(end: socket.socket) -> tuple[bytes, bytes]:
    head = _exactly(end, 5)
    return head[:1], head + _exactly(end, int.from_bytes(head[1:]) - 4)


def _exactly(end: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        if not (more := end.recv(count - len(found))):
            raise EOFError
        found += more
    return found
