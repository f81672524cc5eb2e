"""One rate limit per platform for all programs that share a database: windows, commands, and several stations."""

import asyncio
import math

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.clock import Clock
from shipconsole.store import rate_limits, steady_time
from shipconsole.store.database import Db, Store
from shipconsole.vendors.http import TOTAL_S, WAITING_SHARE

PATIENCE_MS = round(TOTAL_S * WAITING_SHARE * 1_000)
"""A request does not wait longer for its turn."""
FURTHEST_MS = 60_000


class SharedRateLimit:
    """Reserve send times in the store, so that two programs never use the same one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Reserve times in an open store."""
        self._store = store
        self._clock = clock

    async def pause_s(self, connection_id: int, interval_s: float, burst: int) -> float:
        """Reserve a connection's next send time and return how many seconds remain until then.

        Return 0 where the store fails: each program still limits its own rate, and the platform can ask for less.
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
            patience_ms=PATIENCE_MS,
            furthest_ms=FURTHEST_MS,
        )
        return max(0, turn_ms - now_ms)
