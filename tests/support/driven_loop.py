"""An event loop whose time the test advances, so that timeouts pass without waiting.

A module's tests use it with this fixture:

    @pytest.fixture(scope="module")
    def anyio_backend() -> Backend:
        return TURNED
"""

import asyncio
from collections.abc import Callable
from typing import Any

Backend = tuple[str, dict[str, Callable[[], asyncio.AbstractEventLoop]]]


class TurnedLoop(asyncio.SelectorEventLoop):
    """A loop whose time is ahead of the computer's clock by `ahead_s`."""

    def __init__(self, *args: Any) -> None:
        """Start with the computer's clock."""
        super().__init__(*args)
        self.ahead_s = 0.0

    def time(self) -> float:
        """Return the loop's time, which ends its timeouts and sleeps."""
        return super().time() + self.ahead_s


TURNED: Backend = ("asyncio", {"loop_factory": TurnedLoop})


def turn(seconds: float) -> None:
    """Advance the running loop's time."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TurnedLoop)
    loop.ahead_s += seconds
