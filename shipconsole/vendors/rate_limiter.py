"""The rate limit of a platform: when each request may be sent."""

import asyncio
from typing import Protocol

LATE_S = 0.008
"""How late a request may be at its turn, where its platform's limit leaves no more room."""
MISSED, ON_TIME, LATE_SHARE = 1.5, 0.99, 0.15
"""How the lateness that is allowed for grows with each missed turn, shrinks with each other, and its most."""
FORGETS = 0.9
"""How fast a slow reservation is forgotten."""
WIDER_BY, WIDEST, WIDER_FOR_S = 0.02, 1.2, 600.0
"""After each refusal (429) all intervals are longer for ten minutes: what is sent evenly does not arrive evenly."""


class SharedLimit(Protocol):
    """A rate limit of a platform's account that is shared with other programs."""

    async def pause_s(self, connection_id: int, interval_s: float, burst: int, ahead_s: float) -> float | None:
        """Reserve a connection's next request, no sooner than in `ahead_s`, and return the seconds until it is sent.

        Below 0 it should have been sent already: that long ago. None where the limit is not known.
        """
        ...


class RateLimiter:
    """A token bucket: at most `burst` requests at once, then `rate_per_s`, first come first served.

    A request is sent at its turn. One that is later than `late_s` takes another, since the next ones are not moved: a
    platform would see two of them closer together than its limit allows. On a computer that is often late the
    intervals grow, and more lateness with them, so that few turns are missed.
    """

    def __init__(
        self,
        rate_per_s: float,
        burst: int,
        connection_id: int = 0,
        shared: SharedLimit | None = None,
        late_s: float = LATE_S,
    ) -> None:
        """Initialize with a full bucket; where there is a shared limit, that one counts for as long as it is known."""
        self._interval_s = 1 / rate_per_s
        self._burst = burst
        self._connection_id = connection_id
        self._shared = shared
        self._late_s = self._least_late_s = late_s
        self._most_late_s = max(late_s, self._interval_s * LATE_SHARE)
        self._next_at = 0.0
        self._takes_s = 0.0
        self._wider = 1.0
        self._wider_until_s = 0.0
        self.refusals = 0

    def refused(self) -> None:
        """Widen the intervals for a while: requests reach the platform less evenly than they are sent."""
        self.refusals += 1
        now_s = loop_s()
        self._wider = min(self._width(now_s) + WIDER_BY, WIDEST)
        self._wider_until_s = now_s + WIDER_FOR_S

    def take(self, now_s: float) -> float:
        """Reserve the next request and return the seconds until it may be sent; at most 0 where that is now."""
        interval_s = self._apart_s(now_s)
        self._next_at = max(self._next_at, now_s - interval_s * (self._burst - 1))
        pause_s = self._next_at - now_s
        self._next_at += interval_s
        return pause_s

    async def reserve(self, ahead_s: float = 0.0) -> float:
        """Reserve the next request, no sooner than in `ahead_s`, and return when it is to be sent, in the loop's time.

        Reserving it takes a while, too.
        """
        began_s = loop_s()
        ahead_s += self._takes_s
        alone_s = began_s + ahead_s + max(0.0, self.take(began_s + ahead_s))
        if self._shared is None:
            return alone_s
        apart_s = self._apart_s(began_s)
        pause_s = await self._shared.pause_s(self._connection_id, apart_s, self._burst, ahead_s)
        now_s = loop_s()
        self._takes_s = min(max(now_s - began_s, self._takes_s * FORGETS), apart_s)
        return alone_s if pause_s is None else now_s + pause_s

    async def wait(self, turn_s: float | None = None) -> None:
        """Return at a reserved turn, or the next one; where it is missed, at another."""
        while True:
            if turn_s is None:
                turn_s = await self.reserve()
            if (pause_s := turn_s - loop_s()) > 0:
                await asyncio.sleep(pause_s)
            if loop_s() - turn_s <= self._late_s:
                self._late_s = max(self._late_s * ON_TIME, self._least_late_s)
                return
            self._late_s = min(self._late_s * MISSED, self._most_late_s)
            turn_s = None

    def _apart_s(self, now_s: float) -> float:
        """Return the interval after a request; it alone makes up for how late that one may be."""
        return self._interval_s * self._width(now_s) + (self._late_s - self._least_late_s)

    def _width(self, now_s: float) -> float:
        return self._wider if now_s < self._wider_until_s else 1.0


def loop_s() -> float:
    """Return the time of the running event loop, in seconds."""
    return asyncio.get_running_loop().time()
