"""Clocks: the time as an object, so that a test can set it."""

import platform
import time
import uuid
from functools import cache
from pathlib import Path
from typing import Protocol

_BOOT_ID = uuid.uuid4().hex


class Clock(Protocol):
    """The times that an operation may read."""

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970, UTC; it jumps when somebody sets it."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds that only increase, during sleep too if the system counts that.

        Two programs can compare theirs under the same `computer_run`.
        """
        ...

    def computer_run(self) -> str:
        """Return the id of this run of the computer, from its start to its end."""
        ...

    def boot_id(self) -> str:
        """Return the id of this run of the process, so that a later run does not read a stored monotonic time."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Return seconds that only increase; on Linux those of CLOCK_BOOTTIME, which counts sleep too."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    def computer_run(self) -> str:
        """Return the id of this run of the computer."""
        return _computer_run()

    def boot_id(self) -> str:
        """Return the id of this run of the process; every clock of one process has the same."""
        return _BOOT_ID


@cache
def _computer_run() -> str:
    """Return Linux's id of its run; elsewhere the computer's name, whose seconds start again with each run."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return platform.node()
