"""Tells the time, and hands it in, so that a test can turn the hands."""

import platform
import time
import uuid
from functools import cache
from pathlib import Path
from typing import Protocol

_BOOT_ID = uuid.uuid4().hex


class Clock(Protocol):
    """What an operation may ask about time."""

    def now_ms(self) -> int:
        """Give the wall time in milliseconds since 1970, UTC; it jumps when somebody sets it."""
        ...

    def monotonic_s(self) -> float:
        """Give seconds that only ever grow, asleep or awake where the system counts that.

        Those of two programs compare under the same `computer_run`.
        """
        ...

    def computer_run(self) -> str:
        """Name this run of the computer, from its start to its end."""
        ...

    def boot_id(self) -> str:
        """Name this run of the process, so that a stored monotonic time is not read by a later run."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now_ms(self) -> int:
        """Give the wall time in milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Give seconds that only ever grow; on Linux those of CLOCK_BOOTTIME, which counts sleep too."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()

    def computer_run(self) -> str:
        """Name this run of the computer."""
        return _computer_run()

    def boot_id(self) -> str:
        """Name this run of the process; every clock of one process gives the same name."""
        return _BOOT_ID


@cache
def _computer_run() -> str:
    """Read what Linux names its run by; elsewhere name the computer, whose seconds begin anew with each run."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return platform.node()
