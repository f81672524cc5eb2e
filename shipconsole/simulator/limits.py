"""The rate limits of the simulated platforms."""

from collections import deque
from typing import Protocol


class Limit(Protocol):
    """A rate limit, checked before each call; the caller passes the time."""

    def take(self, now_s: float) -> float:
        """Accept one call and return 0, or return the seconds to wait."""
        ...

    def headers(self) -> dict[str, str]:
        """Return the headers about the limit that the platform sends with each response."""
        ...


class RollingWindow:
    """At most so many calls in any window of so many seconds."""

    def __init__(self, calls: int, window_s: float) -> None:
        self._calls = calls
        self._window_s = window_s
        self._granted_at_s: deque[float] = deque()

    def take(self, now_s: float) -> float:
        """Accept one call and return 0, or return the seconds until the oldest call leaves the window."""
        while self._granted_at_s and self._granted_at_s[0] <= now_s - self._window_s:
            self._granted_at_s.popleft()
        if len(self._granted_at_s) >= self._calls:
            return self._granted_at_s[0] + self._window_s - now_s if self._granted_at_s else self._window_s
        self._granted_at_s.append(now_s)
        return 0.0

    def headers(self) -> dict[str, str]:
        """Return the limit and what is left of it, by ShipEngine's header names."""
        left = self._calls - len(self._granted_at_s)
        return {"RateLimit-Limit": str(self._calls), "RateLimit-Remaining": str(left)}


class LeakyBucket:
    """A bucket that holds one drop per call and drains at a steady rate.

    Source: Shipup, Rate limiting (read November 2026).
    """

    def __init__(self, size: int, drain_per_s: float) -> None:
        self._size = size
        self._drain_per_s = drain_per_s
        self._level = 0.0
        self._looked_at_s = 0.0

    def take(self, now_s: float) -> float:
        """Accept one call and return 0, or return the seconds until the bucket has room."""
        self._level = max(0.0, self._level - (now_s - self._looked_at_s) * self._drain_per_s)
        self._looked_at_s = now_s
        if self._level + 1 > self._size:
            return (self._level + 1 - self._size) / self._drain_per_s
        self._level += 1
        return 0.0

    def headers(self) -> dict[str, str]:
        """Return how full the bucket is."""
        return {"X-Shipup-Api-Call-Limit": f"{int(self._level)}/{self._size}"}
