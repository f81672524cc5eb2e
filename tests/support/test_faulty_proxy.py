"""The proxy of the tests itself."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Generator

import pytest

from tests.support.faulty_proxy import Proxy, proxies

SHORT_S, LONG_S = 0.2, 30.0


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while piece := self.request.recv(4_096):
                self.request.sendall(piece)


@pytest.fixture
def proxy() -> Generator[Proxy]:
    """A proxy to a server that sends back what it gets."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        with proxies() as made:
            yield made.to(server.server_address[1])
        server.shutdown()
        thread.join()


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=LONG_S)


def answer(line: socket.socket, said: bytes = b"hello") -> bytes:
    line.sendall(said)
    return line.recv(4_096)


def is_cut(line: socket.socket) -> bool:
    try:
        return line.recv(4_096) == b""
    except ConnectionResetError:
        return True


def test_passes_both_ways(proxy: Proxy) -> None:
    with connected(proxy) as line:
        assert answer(line) == b"hello"


def test_cuts_one_connection_or_all(proxy: Proxy) -> None:
    with connected(proxy) as first, connected(proxy) as second, connected(proxy) as third:
        for line in (first, second, third):
            assert answer(line) == b"hello"
        proxy.cut(1)
        assert is_cut(second)
        assert answer(first) == answer(third) == b"hello"
        proxy.cut(-1)
        assert is_cut(third)
        proxy.cut()
        assert is_cut(first)


def test_a_frozen_one_says_nothing_and_loses_nothing(proxy: Proxy) -> None:
    with connected(proxy) as line:
        assert answer(line) == b"hello"
        proxy.freeze()
        with connected(proxy) as late:
            line.sendall(b"are you there")
            late.sendall(b"and I")
            line.settimeout(SHORT_S)
            with pytest.raises(TimeoutError):
                line.recv(1)
            line.settimeout(LONG_S)
            proxy.thaw()
            assert line.recv(4_096) == b"are you there"
            assert late.recv(4_096) == b"and I"


def test_a_trap_cuts_before_the_word_arrives_or_before_its_answer(proxy: Proxy) -> None:
    for when in ("before", "after"):
        proxy.trap(b"COMMIT", when)
        with connected(proxy) as line:
            assert answer(line, b"BEGIN") == b"BEGIN"
            line.sendall(b"COMMIT")
            assert is_cut(line)
            assert proxy.sprung.wait(LONG_S)
        with connected(proxy) as line:
            assert answer(line, b"COMMIT") == b"COMMIT"


def test_refuses_and_points_elsewhere(proxy: Proxy) -> None:
    with connected(proxy) as line:
        assert answer(line) == b"hello"
        proxy.refuse()
        assert is_cut(line)
    with connected(proxy) as line:
        assert is_cut(line)
    proxy.refuse(False)
    with proxies() as others:
        proxy.aim(others.to(proxy._target).port)
        with connected(proxy) as line:
            assert answer(line) == b"hello"
            assert others.all[0].connections == 1
