"""Start the program's commands as processes that have their imports behind them: what a start costs is what it does.

A server imports the program once and forks for each command. The process is a real one, with its own id, streams,
environment and folder, and it ends as Python ends; only the reading of modules is saved, most of a command's time.
"""

import array
import atexit
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO, TypedDict

ROOT = Path(__file__).parents[2]
LARGEST = 1_000_000
READ_AT_START = ("LANG", "LC_", "PYTHON")
"""The beginnings of what only a new interpreter takes from its surroundings."""
LEFT_OUT = ("shipconsole.ui", "shipconsole.app", "shipconsole.quick_start", "shipconsole.__main__")
ALSO = (
    *("anyio", "anyio._backends._asyncio", "httpcore._backends.auto", "encodings.idna", "concurrent.futures.thread"),
    *("keyring.backends.SecretService", "secretstorage", "jeepney.io.blocking"),
)
_PID, _STATUS = struct.Struct("=q"), struct.Struct("=q")


class _Request(TypedDict):
    words: list[str]
    env: dict[str, str]


class WarmProcess:
    """A command that runs; what `subprocess.Popen` offers of it, as far as tests need it."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        """Begin it; its three streams are pipes of UTF-8."""
        mine, its = [], []
        for _ in range(2):
            reading, writing = os.pipe()
            mine.append(reading)
            its.append(writing)
        its_input, my_input = os.pipe()
        self._status, status = os.pipe()
        request = json.dumps({"words": list(words), "env": dict(env)}).encode()
        descriptors = array.array("i", [its_input, *its, status])
        try:
            _server().sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        finally:
            for one in (its_input, *its, status):
                os.close(one)
        self.stdin: TextIO = os.fdopen(my_input, "w", encoding="utf-8")
        self.stdout: TextIO = os.fdopen(mine[0], encoding="utf-8")
        self.stderr: TextIO = os.fdopen(mine[1], encoding="utf-8")
        self.returncode: int | None = None
        (self.pid,) = _PID.unpack(os.read(self._status, _PID.size))

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended; `subprocess.TimeoutExpired` where it takes longer."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if not selector.select(timeout):
                    return None
            (status,) = _STATUS.unpack(os.read(self._status, _STATUS.size))
            os.close(self._status)
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def communicate(self, typed: str = "", timeout: float | None = None) -> tuple[str, str]:
        """Type into it, and return all that it wrote once it has ended."""
        until = None if timeout is None else time.monotonic() + timeout
        wrote: dict[TextIO, str] = {}
        threads = [
            threading.Thread(target=lambda stream=stream: wrote.update({stream: stream.read()}), daemon=True)
            for stream in (self.stdout, self.stderr)
        ]
        for thread in threads:
            thread.start()
        with suppress(BrokenPipeError):
            self.stdin.write(typed)
            self.stdin.close()
        for thread in threads:
            thread.join(None if until is None else max(0, until - time.monotonic()))
            if thread.is_alive():
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        self.wait(None if until is None else max(0, until - time.monotonic()))
        return wrote[self.stdout], wrote[self.stderr]

    def send_signal(self, number: int) -> None:
        """Send a signal to it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close its streams and wait for its end."""
        for stream in (self.stdout, self.stderr, self.stdin):
            with suppress(BrokenPipeError):
                stream.close()
        self.wait()


def can_be_warm(env: Mapping[str, str]) -> bool:
    """Return whether a command may come from the server: a new interpreter would find nothing else around it."""
    if not hasattr(os, "pidfd_open"):
        return False
    names = {name for name in (*env, *os.environ) if name.startswith(READ_AT_START)}
    return all(env.get(name, "") == os.environ.get(name, "") for name in names)


@cache
def _server() -> socket.socket:
    """Return the socket of this process's server, which ends with it."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST)
        command = [sys.executable, "-m", "tests.support.warm_program", str(its.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()])
    atexit.register(_end, mine, server)
    return mine


def _end(mine: socket.socket, server: "subprocess.Popen[bytes]") -> None:
    mine.close()
    server.wait()


def _import_all() -> None:
    import shipconsole

    for found in pkgutil.walk_packages(shipconsole.__path__, "shipconsole."):
        if not found.name.startswith(LEFT_OUT):
            importlib.import_module(found.name)
    for name in ALSO:
        with suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _serve(requests: socket.socket) -> int:
    """Fork for each request and tell how each process ended, until nobody can ask any more."""
    running: dict[int, tuple[int, int]] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd in running:
                    pid, status = running.pop(key.fd)
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    _tell(status, _STATUS.pack(os.waitpid(pid, 0)[1]))
                    os.close(status)
                    continue
                request, (*streams, status) = _received(requests)
                if request is None:
                    return 0
                pid = os.fork()
                if pid == 0:
                    _become(request, streams)
                    from shipconsole.cli import main

                    return main()
                _tell(status, _PID.pack(pid))
                for one in streams:
                    os.close(one)
                ended = os.pidfd_open(pid)
                running[ended] = pid, status
                selector.register(ended, selectors.EVENT_READ)


def _tell(status: int, said: bytes) -> None:
    # Who started it may not be there any more.
    with suppress(BrokenPipeError):
        os.write(status, said)


def _received(requests: socket.socket) -> tuple[_Request | None, list[int]]:
    descriptors = array.array("i")
    request, ancillary, _, _ = requests.recvmsg(LARGEST, socket.CMSG_SPACE(4 * descriptors.itemsize))
    for _, _, data in ancillary:
        descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return (json.loads(request), list(descriptors)) if request else (None, [-1, -1, -1, -1])


def _become(request: _Request, streams: Sequence[int]) -> None:
    """Be what a new interpreter would be that was started with these words."""
    for number, one in enumerate(streams):
        os.dup2(one, number)
    os.closerange(3, 1_024)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(ROOT)
    sys.argv = [str(ROOT / "shipconsole" / "__main__.py"), *request["words"]]
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        old = getattr(sys, f"__{name}__")
        line_by_line = name == "stderr"
        buffering = 1 if line_by_line else -1
        made = open(number, mode, buffering, encoding=old.encoding, errors=old.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, made)
        setattr(sys, f"__{name}__", made)


if __name__ == "__main__":
    _import_all()
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
