"""What lies beyond one measured server: `python -m tests.bench.lock_queue` simulates the lock of all writers.

A station packs a package every 20 s, early or late as people are, and writes in groups: when it opens the order, scans
it, and ships it; then its updates are sent and their results stored, and webhooks arrive. Groups wait for the lock in
the order in which they came; a station's own groups that wait together are one. How long a group holds the lock is
drawn from what `capacity` measured, and each of its round trips takes the network's time on top.
"""

import heapq
import random
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.bench.figures import percentile

PACKAGE_S = 20.0
"""A quick packer: three packages a minute."""
STATIONS = (20, 50, 100, 200, 500)
TRIP_MS = 0.3
"""The time there and back in a wired network of a warehouse."""


class Work(NamedTuple):
    """What a station writes for each package: groups at these parts of the time of a package, and those in between."""

    at: tuple[float, ...]
    idle_groups_s: float


class Way(NamedTuple):
    """How writers take turns: `locks` are independent, `at_once` groups can be in the server at the same time."""

    name: str
    locks: int = 1
    by_order: bool = False
    at_once: int = 1
    trips_saved: float = 0.0
    """The share of the round trips that are sent together with the one before."""
    servers: int = 1


class Waits(NamedTuple):
    """Groups a second of all stations, how busy a lock (or the server) is, and how long groups waited for it."""

    groups_s: float
    busy: float
    p50_ms: float
    p99_ms: float


def arrivals(stations: int, seconds: float, work: Work, dice: random.Random) -> list[tuple[float, int, int]]:
    """Return when which station has something to write, and for which of its packages, in the order of time."""
    found: list[tuple[float, int, int]] = []
    for station in range(stations):
        begin_s = -PACKAGE_S * dice.random()
        package = 0
        while begin_s < seconds:
            # People are rarely much quicker than they can be, and sometimes much slower.
            took_s = PACKAGE_S * (0.5 + dice.gammavariate(2.0, 0.25))
            found += [(begin_s + took_s * (part + 0.02 * dice.random()), station, package) for part in work.at]
            begin_s += took_s
            package += 1
        next_s = dice.expovariate(work.idle_groups_s)
        while next_s < seconds:
            found.append((next_s, station, -1))
            next_s += dice.expovariate(work.idle_groups_s)
    return sorted(one for one in found if 0 <= one[0] < seconds)


def holding(held_ms: Sequence[float], trips: float, trip_ms: float, dice: random.Random) -> Iterator[float]:
    """Yield for how many seconds groups hold the lock: between two of the measured quantiles, and the round trips."""
    steps = len(held_ms) - 1
    while True:
        where = dice.random() * steps
        low = int(where)
        measured = held_ms[low] + (held_ms[low + 1] - held_ms[low]) * (where - low)
        yield (measured + trips * trip_ms) / 1e3


class _Server:
    """One server: groups wait in the order in which they came for their lock, and for a place in the server."""

    def __init__(self, way: Way, lengths: Iterator[float]) -> None:
        self._way = way
        self._lengths = lengths
        self._held: set[int] = set()
        self._queue: deque[tuple[int, int, list[float]]] = deque()
        self.waits_s: list[float] = []
        self.busy_s = 0.0

    def join(self, station: int, package: int, came_s: list[float]) -> None:
        """Have a station's group wait for its turn."""
        way = self._way
        lock = (station * 1_000_003 + package + 1) if way.by_order else station % way.locks
        self._queue.append((lock, station, came_s))

    def begin(self, now_s: float) -> list[tuple[float, int, int]]:
        """Let groups in whose turn it is; returns when each ends, of which station it is, and its lock."""
        begun: list[tuple[float, int, int]] = []
        left: deque[tuple[int, int, list[float]]] = deque()
        while self._queue and len(self._held) < self._way.at_once:
            lock, station, came_s = self._queue.popleft()
            if lock in self._held:
                left.append((lock, station, came_s))
                continue
            self._held.add(lock)
            held_s = next(self._lengths)
            self.busy_s += held_s
            self.waits_s += [now_s - at_s for at_s in came_s]
            begun.append((now_s + held_s, station, lock))
        self._queue.extendleft(reversed(left))
        return begun

    def end(self, lock: int) -> None:
        """Release a lock."""
        self._held.remove(lock)


def simulate(
    stations: int,
    way: Way,
    *,
    work: Work,
    held_ms: Sequence[float],
    trips: float,
    trip_ms: float = 0.0,
    seconds: float = 600.0,
    seed: int = 1,
) -> Waits:
    """Return how long groups wait for the lock; of several servers, one with its share of the stations is simulated."""
    dice = random.Random(seed)
    here = -(-stations // way.servers)
    came = arrivals(here, seconds, work, dice)
    server = _Server(way, holding(held_ms, trips * (1 - way.trips_saved), trip_ms, dice))
    # A station has one writer: what comes while its group waits or is written is in the next one.
    pending: list[list[float]] = [[] for _ in range(here)]
    package_of = [0] * here
    is_busy = [False] * here
    ends: list[tuple[float, int, int]] = []
    groups = 0

    def take(station: int) -> None:
        nonlocal groups
        groups += 1
        is_busy[station] = True
        server.join(station, package_of[station], pending[station])
        pending[station] = []

    def advance(until_s: float) -> None:
        while ends and ends[0][0] <= until_s:
            now_s, station, lock = heapq.heappop(ends)
            server.end(lock)
            is_busy[station] = False
            if pending[station]:
                take(station)
            for begun in server.begin(now_s):
                heapq.heappush(ends, begun)

    for at_s, station, package in came:
        advance(at_s)
        pending[station].append(at_s)
        package_of[station] = package
        if not is_busy[station]:
            take(station)
            for begun in server.begin(at_s):
                heapq.heappush(ends, begun)
    advance(float("inf"))
    return Waits(
        groups / seconds * way.servers,
        server.busy_s / seconds / way.at_once,
        1e3 * percentile(server.waits_s, 0.5),
        1e3 * percentile(server.waits_s, 0.99),
    )


WORK = Work((0.0, 0.01, 0.4, 0.6, 0.9, 0.95, 0.96, 0.96, 1.0, 1.0, 1.2, 1.21, 1.6), 0.1)
"""Measured: 12 to 13 groups for a package (two webhooks among them) and one in ten seconds without work."""
TRIPS = 18.2
HELD_MS = (
    *(0.7, 0.8, 0.91, 1.23, 1.53, 1.81, 2.12, 2.58, 2.97, 3.99, 4.56, 4.97, 5.64, 6.33, 6.72, 7.47, 7.97, 8.71),
    *(9.74, 12.72, 15.2),
)
"""Measured for a packer's groups on two cores that the server shares: each twentieth of them, and 99 of 100."""
WAYS = (
    Way("one lock"),
    Way("one lock, two of three round trips saved", trips_saved=0.67),
    Way("a lock for each order, 4 at once", by_order=True, at_once=4),
    Way("a lock for each of 5 warehouses, 4 at once", locks=5, at_once=4),
    Way("a server for each of 5 warehouses", servers=5),
)


def main() -> None:
    """Simulate and write a table for each way; the argument is how much quicker the server is than the measured one."""
    quicker = float(sys.argv[1])
    held = [value / quicker for value in HELD_MS]
    for way in WAYS:
        for stations in STATIONS:
            found = simulate(stations, way, work=WORK, held_ms=held, trips=TRIPS, trip_ms=TRIP_MS)
            shown = f"{found.groups_s:.0f} groups/s, {found.busy:.0%} busy, {found.p50_ms:.1f} / {found.p99_ms:.0f} ms"
            sys.stdout.write(f"{way.name}: {stations} stations: {shown}\n")


if __name__ == "__main__":
    main()
