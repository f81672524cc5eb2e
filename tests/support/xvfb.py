"""Run a virtual screen for tests that start the program as a user does."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Display:
    """A running virtual screen: its name, such as `:3`, and the process that shows it."""

    name: str
    pid: int

    @property
    def env(self) -> dict[str, str]:
        """Return the environment for a program that shows its windows here."""
        return {**os.environ, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}


@contextmanager
def running_xvfb(size: str = "1600x1000x24") -> Iterator[Display]:
    """Run Xvfb on a free display, and end that process afterwards."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    # It presses keys at exact intervals, which other load must not delay.
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, server.pid, -15)
    try:
        with os.fdopen(read_end) as output:
            number = output.readline().strip()
        assert number, "Xvfb ended before it had a display"
        yield Display(f":{number}", server.pid)
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture
def display() -> Iterator[Display]:
    """Yield a virtual screen; a missing Xvfb is a failure on Linux, and a skip elsewhere."""
    if sys.platform != "linux":
        pytest.skip("Xvfb is for Linux")
    if not shutil.which("Xvfb"):
        pytest.fail("install xvfb (python3 bootstrap.py setup does)")
    with running_xvfb() as display:
        yield display
