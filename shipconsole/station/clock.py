"""Tells the time, and hands it in, so that a test can turn the hands."""

import time
import uuid
from typing import Protocol

_BOOT_ID = uuid.uuid4().hex


class Clock(Protocol):
    """What an operation may ask about time."""

    def now_ms(self) -> int:
        """Give the wall time in milliseconds since 1970, UTC; it jumps when somebody sets it."""
        ...

    def monotonic_s(self) -> float:
        """Give seconds that only ever grow; two of them compare only under the same `boot_id`."""
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
        """Give seconds that only ever grow."""
        return time.monotonic()

    def boot_id(self) -> str:
        """Name this run of the process; every clock of one process gives the same name."""
        return _BOOT_ID
