"""One pace at a vendor for all programs that work on one store: a window, commands beside it, several benches."""

import asyncio
import math

from shipconsole.domain.problem import OutsideError
from shipconsole.station.clock import Clock
from shipconsole.store import turns
from shipconsole.store.database import Store

FURTHEST_MS = 60_000


class SharedTurns:
    """Turns that are written down in the store, so that two programs do not both take the same one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take turns in an open store."""
        self._store = store
        self._clock = clock

    async def pause_s(self, connection_id: int, interval_s: float, burst: int) -> float:
        """Take a connection's next turn and tell how long it is until then.

        No time where the store cannot say: each program still keeps its own pace, and the vendor may ask for less.
        """
        now_ms = self._clock.now_ms()
        interval_ms = math.ceil(interval_s * 1_000)
        taken = self._store.write(
            turns.take,
            connection_id,
            now_ms=now_ms,
            interval_ms=interval_ms,
            slack_ms=interval_ms * (burst - 1),
            furthest_ms=FURTHEST_MS,
        )
        try:
            turn_ms = await asyncio.wrap_future(taken)
        except OutsideError:
            return 0.0
        return max(0, turn_ms - now_ms) / 1_000
