"""Start the program's commands as processes that have already imported everything, to save most of a command's time.

A server imports the program once and forks for each command. Each process is real, with its own ID, streams,
environment, and folder, and it ends as Python ends.
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
"""Prefixes of environment variables that only a new interpreter reads."""
LEFT_OUT = ("shipconsole.ui", "shipconsole.app", "shipconsole.__main__")
ALSO = (
    *("anyio", "anyio._backends._asyncio", "httpcore._backends.auto", "encodings.idna", "concurrent.futures.thread"),
    *("keyring.backends.SecretService", "secretstorage", "jeepney.io.blocking"),
)
_PID, _STATUS = struct.Struct("=q"), struct.Struct("=q")


class _Request(TypedDict):
    arguments: list[str]
    env: dict[str, str]


class WarmProcess:
    """A running command, with the parts of `subprocess.Popen` that tests need."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it; its three streams are pipes in UTF-8."""
        ours, theirs = [], []
        for _ in range(2):
            reading, writing = os.pipe()
            ours.append(reading)
            theirs.append(writing)
        their_input, our_input = os.pipe()
        self._status, status = os.pipe()
        request = json.dumps({"arguments": list(arguments), "env": dict(env)}).encode()
        descriptors = array.array("i", [their_input, *theirs, status])
        try:
            _server().sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        finally:
            for descriptor in (their_input, *theirs, status):
                os.close(descriptor)
        self.stdin: TextIO = os.fdopen(our_input, "w", encoding="utf-8")
        self.stdout: TextIO = os.fdopen(ours[0], encoding="utf-8")
        self.stderr: TextIO = os.fdopen(ours[1], encoding="utf-8")
        self.returncode: int | None = None
        (self.pid,) = _PID.unpack(os.read(self._status, _PID.size))

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._check(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code; raises `subprocess.TimeoutExpired` after the timeout."""
        code = self._check(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def _check(self, timeout: float | None) -> int | None:
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
        """Write to its standard input, wait for its end, and return its output and errors."""
        deadline_s = None if timeout is None else time.monotonic() + timeout
        output: dict[TextIO, str] = {}
        threads = [
            threading.Thread(target=lambda stream=stream: output.update({stream: stream.read()}), daemon=True)
            for stream in (self.stdout, self.stderr)
        ]
        for thread in threads:
            thread.start()
        with suppress(BrokenPipeError):
            self.stdin.write(typed)
            self.stdin.close()
        for thread in threads:
            thread.join(None if deadline_s is None else max(0, deadline_s - time.monotonic()))
            if thread.is_alive():
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        self.wait(None if deadline_s is None else max(0, deadline_s - time.monotonic()))
        return output[self.stdout], output[self.stderr]

    def send_signal(self, number: int) -> None:
        """Send a signal to it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send the signal to terminate."""
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
    """Return whether the server's environment is the one that a new interpreter would get."""
    if not hasattr(os, "pidfd_open"):
        return False
    names = {name for name in (*env, *os.environ) if name.startswith(READ_AT_START)}
    return all(env.get(name, "") == os.environ.get(name, "") for name in names)


@cache
def _server() -> socket.socket:
    """Return the socket of this process's server, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGEST)
        command = [sys.executable, "-m", "tests.support.warm_program", str(theirs.fileno())]
        server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    atexit.register(_end, ours, server)
    return ours


def _end(connection: socket.socket, server: "subprocess.Popen[bytes]") -> None:
    connection.close()
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
    """Fork for each request and report how each process ended, until the connection closes."""
    running: dict[int, tuple[int, int]] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fd in running:
                    pid, status = running.pop(key.fd)
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    _report(status, _STATUS.pack(os.waitpid(pid, 0)[1]))
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
                _report(status, _PID.pack(pid))
                for descriptor in streams:
                    os.close(descriptor)
                ended = os.pidfd_open(pid)
                running[ended] = pid, status
                selector.register(ended, selectors.EVENT_READ)


def _report(status: int, data: bytes) -> None:
    # The starter may have ended.
    with suppress(BrokenPipeError):
        os.write(status, data)


def _received(requests: socket.socket) -> tuple[_Request | None, list[int]]:
    descriptors = array.array("i")
    request, ancillary, _, _ = requests.recvmsg(LARGEST, socket.CMSG_SPACE(4 * descriptors.itemsize))
    for _, _, data in ancillary:
        descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return (json.loads(request), list(descriptors)) if request else (None, [-1, -1, -1, -1])


def _become(request: _Request, streams: Sequence[int]) -> None:
    """Become what a new interpreter with these arguments would be."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.closerange(3, 1_024)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(ROOT)
    sys.argv = [str(ROOT / "shipconsole" / "__main__.py"), *request["arguments"]]
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        old = getattr(sys, f"__{name}__")
        line_by_line = name == "stderr"
        buffering = 1 if line_by_line else -1
        stream = open(number, mode, buffering, encoding=old.encoding, errors=old.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


if __name__ == "__main__":
    _import_all()
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
