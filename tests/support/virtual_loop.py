"""An event loop in virtual time: it jumps to its next timer, and wakes as late as the test says."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes only by its own timers; `threads` counts what other threads work on meanwhile."""

    def __init__(self, late_s: Callable[[], float]) -> None:
        """Start at 0, and wake as many seconds late as `late_s` returns."""
        self.now_s = 0.0
        self.threads = 0
        self.late_s = late_s
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Return the virtual time."""
        return self.now_s


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found: list[Any] = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if timeout is None or self._loop.threads:
            return super().select(1.0)
        self._loop.now_s += timeout + self._loop.late_s()
        return []


class VirtualClock:
    """A clock that shows a loop's time, in the store's threads too; it implements `shipconsole.station.clock.Clock`."""

    def __init__(self, loop: VirtualLoop) -> None:
        """Show the time of `loop`."""
        self._loop = loop

    def now_ms(self) -> int:
        """Return the wall time in milliseconds since 1970, UTC."""
        return 1_790_000_000_000 + round(self._loop.now_s * 1_000)

    def monotonic_s(self) -> float:
        """Return the loop's time."""
        return self._loop.now_s

    def computer_run(self) -> str:
        """Return the ID of this run of the computer."""
        return "virtual"

    def boot_id(self) -> str:
        """Return the ID of this run of the process."""
        return "virtual"
