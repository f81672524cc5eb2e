"""One pace at a platform for all programs that work on one store: a window, commands beside it, several benches."""

import asyncio
import math

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.clock import Clock
from shipconsole.store import rate_limits, steady_time
from shipconsole.store.database import Db, Store

FURTHEST_MS = 60_000


class SharedRateLimit:
    """Turns that are written down in the store, so that two programs do not both take the same one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take turns in an open store."""
        self._store = store
        self._clock = clock

    async def pause_s(self, connection_id: int, interval_s: float, burst: int) -> float:
        """Take a connection's next turn and tell how long it is until then.

        No time where the store cannot say: each program still keeps its own pace, and the platform may ask for less.
        """
        taken = self._store.write(self._take, connection_id, math.ceil(interval_s * 1_000), burst)
        try:
            return await asyncio.wrap_future(taken) / 1_000
        except EnvironmentFailure:
            return 0.0

    def _take(self, db: Db, connection_id: int, interval_ms: int, burst: int) -> int:
        clock = self._clock
        monotonic_ms = round(clock.monotonic_s() * 1_000)
        now_ms = steady_time.now_ms(db, run=clock.computer_run(), monotonic_ms=monotonic_ms, wall_ms=clock.now_ms())
        turn_ms = rate_limits.take(
            db,
            connection_id,
            now_ms=now_ms,
            interval_ms=interval_ms,
            slack_ms=interval_ms * (burst - 1),
            furthest_ms=FURTHEST_MS,
        )
        return max(0, turn_ms - now_ms)
