"""A loop whose time the test turns on: a deadline passes at the event that it is about, not after seconds of waiting.

A module's tests run on it by a fixture of their own:

    @pytest.fixture(scope="module")
    def anyio_backend() -> Backend:
        return TURNED
"""

import asyncio
from collections.abc import Callable
from typing import Any

Backend = tuple[str, dict[str, Callable[[], asyncio.AbstractEventLoop]]]


class TurnedLoop(asyncio.SelectorEventLoop):
    """A loop that is as far ahead of the computer's clock as it was turned."""

    def __init__(self, *args: Any) -> None:
        """Begin with the computer's clock."""
        super().__init__(*args)
        self.ahead_s = 0.0

    def time(self) -> float:
        """Return the time by which timeouts and sleeps of this loop end."""
        return super().time() + self.ahead_s


TURNED: Backend = ("asyncio", {"loop_factory": TurnedLoop})


def turn(seconds: float) -> None:
    """Let so much time pass at once for all that waits in the loop that runs."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TurnedLoop)
    loop.ahead_s += seconds
