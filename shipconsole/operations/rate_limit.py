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

    async def pause_s(self, connection_id: int, interval_s: float, burst: int, ahead_s: float = 0.0) -> float | None:
        """Reserve a connection's next send time, no sooner than in `ahead_s`; return how many seconds remain until it.

        Return None where the store fails: each program still limits its own rate, and the platform can ask for less.
        """
        interval_ms = math.ceil(round(interval_s * 1_000, 3))
        taken = self._store.write(self._take, connection_id, interval_ms, burst, round(ahead_s * 1_000))
        try:
            turn_s = await asyncio.wrap_future(taken)
        except EnvironmentFailure:
            return None
        # The commit took a while.
        return turn_s - self._clock.monotonic_s()

    def _take(self, db: Db, connection_id: int, interval_ms: int, burst: int, ahead_ms: int) -> float:
        """Return the reserved time as by this computer's monotonic clock."""
        clock = self._clock
        monotonic_ms = round(clock.monotonic_s() * 1_000)
        now_ms = steady_time.now_ms(db, run=clock.computer_run(), monotonic_ms=monotonic_ms, wall_ms=clock.now_ms())
        read_at_s = clock.monotonic_s()
        turn_ms = rate_limits.take(
            db,
            connection_id,
            now_ms=now_ms + ahead_ms,
            interval_ms=interval_ms,
            slack_ms=interval_ms * (burst - 1),
            patience_ms=PATIENCE_MS,
            furthest_ms=FURTHEST_MS,
        )
        return read_at_s + max(ahead_ms, turn_ms - now_ms) / 1_000
