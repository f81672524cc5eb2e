"""Commands run in this process, with their own streams and with keys in memory."""

import io
import os
import signal
import socket
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest

from shipconsole.cli import main
from shipconsole.station.keys import MemoryKeys
from tests.cli.program import Ended
from tests.support.bench import tls

_RETRY_S = 0.01


@dataclass(frozen=True)
class Here:
    """Runs commands on a profile; an uncaught error fails the test."""

    profile: Path
    keys: MemoryKeys

    def run(self, *words: str, typed: str = "", **streams: TextIO | None) -> Ended:
        """Run a command to its end; `out` and `err` replace its streams, None is a closed one."""
        out, err = _stream(), _stream()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SHIPCONSOLE_PROFILE", str(self.profile))
            patch.setattr(sys, "stdin", _stream(typed))
            patch.setattr(sys, "stdout", streams.get("out", out))
            patch.setattr(sys, "stderr", streams.get("err", err))
            patch.setattr("shipconsole.cli.session.OsKeys", lambda _: self.keys)
            # Creating a TLS context takes longer than most commands.
            patch.setattr("shipconsole.cli.session.tls_context", tls)
            with _ended_once_it_listens(words) if words[0] == "serve" else nullcontext():
                code = main(words)
        return Ended(code, _written(out), _written(err))

    def done(self, *words: str, typed: str = "") -> Ended:
        """Run one command that must end well."""
        ended = self.run(*words, typed=typed)
        assert ended.code == 0, ended
        return ended


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _ended_once_it_listens(words: tuple[str, ...]) -> Generator[None]:
    """Send SIGTERM to this process once it listens at the port in the arguments."""
    port = int(words[words.index("--port") + 1])
    over = threading.Event()

    def wait() -> None:
        while not over.wait(_RETRY_S):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                while connection.recv(4_096):
                    pass
                # Without a handler it was another program that answered at the port.
                if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
                    os.kill(os.getpid(), signal.SIGTERM)
                    return

    waiting = threading.Thread(target=wait)
    waiting.start()
    try:
        yield
    finally:
        over.set()
        waiting.join()


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()
