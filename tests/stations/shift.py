"""A shift of many stations on one set of orders: packers at work, and what may happen to their computers meanwhile."""

import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shipconsole.simulator.sample_orders import SampleOrder
from tests.faults.flaky_vendors import FlakyVendors
from tests.faults.workload import packages_of
from tests.stations.crew import WAIT_S, Crew, Failed, Refused, Station, StationGone
from tests.stations.databases import Database
from tests.stations.station import PACE, Plan
from tests.support.faulty_proxy import Proxy

SETTLED_WITHIN_S = 1_200.0
"""Longer than anything takes on a busy computer; nothing is judged by it."""
AGAIN_S = 0.1
FAULTS = ("kill", "freeze", "long freeze", "cut", "cut one", "silence", "delay")
ON_A_FILE = ("kill", "freeze", "long freeze")
"""Those that can happen to stations on one file, to which no line leads."""


@dataclass(slots=True)
class Bench:
    """One place in the warehouse: its station is started again after each end. `proxy` is its line to the server."""

    number: int
    plan: Plan
    proxy: Proxy | None
    station: Station
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Journal:
    """What the packers were told, and what happened."""

    stored: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """The order and the tracking number of each shipment of which a station said that it is stored."""
    refused: int = 0
    failed: int = 0
    gone: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    took_s: list[float] = field(default_factory=list[float])
    """How long the packers waited for a shipment to be stored, of those that were at the first attempt."""
    errors: list[BaseException] = field(default_factory=list[BaseException])

    def describe(self) -> str:
        """Return the figures in one line."""
        took = sorted(self.took_s) or [0.0]
        return (
            f"{len(self.stored)} told stored, {self.refused} refused, {self.failed} failed, {self.gone} gone,"
            f" {dict(self.faults)}, stored after {1_000 * statistics.median(took):.0f} ms"
            f" (95 %: {1_000 * took[int(0.95 * (len(took) - 1))]:.0f})"
        )


class Shift:
    """Packers who share the orders among them; some orders are packed at two benches at once."""

    def __init__(
        self,
        crew: Crew,
        folder: Path,
        database: Database,
        *,
        benches: int,
        line: Callable[[int], Proxy | None],
        pace: str = "short",
    ) -> None:
        """Start the stations, each with its own line to the database, if `line` gives one for its number."""
        self.journal = Journal()
        self._crew = crew
        self._ends = threading.Event()
        self.benches: list[Bench] = []
        for number in range(1, benches + 1):
            proxy = line(number)
            there = database if proxy is None else database.through(proxy)
            plan = Plan(f"Bench {number}", str(folder / f"bench {number}"), there.address, pace=pace)
            self.benches.append(Bench(number, plan, proxy, crew.start(plan)))
        for bench in self.benches:
            bench.station.wait_until_ready()

    def work(
        self,
        samples: Sequence[SampleOrder],
        *,
        trouble: Sequence[str],
        apart_s: tuple[float, float],
        pause_s: float = 0.0,
        shared: float = 0.2,
        lasts_s: float = 0.0,
    ) -> None:
        """Pack all orders, with a fault every so many seconds, `pause_s` after each shipment on average.

        A share of the orders is packed at two benches at once. Without orders left the shift ends, with `lasts_s`
        faults go on until then.
        """
        chance = random.Random(len(samples))
        hands: list[list[SampleOrder]] = [[] for _ in self.benches]
        for position, sample in enumerate(samples):
            first = position % len(hands)
            hands[first].append(sample)
            if len(hands) > 1 and chance.random() < shared:
                hands[(first + 1 + chance.randrange(len(hands) - 1)) % len(hands)].append(sample)
        packers = [
            threading.Thread(target=self._guarded, args=(self._pack, bench, own, pause_s))
            for bench, own in zip(self.benches, hands, strict=True)
        ]
        troubling = threading.Thread(target=self._guarded, args=(self._trouble, tuple(trouble), apart_s))
        for thread in (*packers, troubling):
            thread.start()
        until_s = time.monotonic() + lasts_s
        for thread in packers:
            thread.join()
        self._ends.wait(max(0.0, until_s - time.monotonic()))
        self._ends.set()
        troubling.join()
        if self.journal.errors:
            raise self.journal.errors[0]

    def settle(self, vendors: FlakyVendors) -> None:
        """Wait until nothing is left to send, with a person at hand for what needs one."""
        until_s = time.monotonic() + SETTLED_WITHIN_S
        station = self._again(self.benches[0])
        while left := station.ask("counts"):
            assert time.monotonic() < until_s, left
            station.ask("settle", url=vendors.url)
            time.sleep(AGAIN_S)

    def _guarded(self, do: Callable[..., None], *values: object) -> None:
        try:
            do(*values)
        except BaseException as error:  # noqa: BLE001 - raised at the end of the shift
            self.journal.errors.append(error)
            self._ends.set()

    def _again(self, bench: Bench) -> Station:
        """Return the bench's station, started again if it has ended."""
        with bench.lock:
            if bench.station.is_gone:
                bench.station = self._crew.start(bench.plan)
            return bench.station.wait_until_ready()

    def _pack(self, bench: Bench, samples: Sequence[SampleOrder], pause_s: float) -> None:
        chance = random.Random(bench.number)
        for sample in samples:
            for position, items in enumerate(packages_of(sample), start=1):
                tracking = f"T{sample.number}-{position}-{bench.number}"
                if not self._ship(bench, sample, items, tracking):
                    return
                time.sleep(chance.uniform(0, 2 * pause_s))

    def _ship(self, bench: Bench, sample: SampleOrder, items: dict[str, int] | None, tracking: str) -> bool:
        """Pack until the packer sees that it has shipped, or that nothing is left; False where the shift is over."""
        until_s = time.monotonic() + SETTLED_WITHIN_S
        first = True
        while not self._ends.is_set():
            assert time.monotonic() < until_s, f"{bench.plan.name} cannot ship {sample.number}"
            try:
                station = self._again(bench)
                began_s = time.monotonic()
                opened = station.ask("open", number=sample.number)
                if tracking in opened["shipped"] or not any(opened["left"].values()):
                    return True
                if items is not None and any(opened["left"].get(sku, 0) < units for sku, units in items.items()):
                    return True
                station.ask("draft", number=sample.number, tracking=tracking, items=items)
                station.ask("scan", number=sample.number, raw=sample.lines[0].sku)
                began_s = time.monotonic()
                station.ask("ship", number=sample.number, tracking=tracking, items=items)
            except Refused:
                self.journal.refused += 1
            except Failed:
                self.journal.failed += 1
            except StationGone:
                self.journal.gone += 1
            else:
                self.journal.stored.append((sample.number, tracking))
                if first:
                    self.journal.took_s.append(time.monotonic() - began_s)
                return True
            first = False
            time.sleep(AGAIN_S)
        return False

    def _trouble(self, kinds: Sequence[str], apart_s: tuple[float, float]) -> None:
        chance = random.Random(4711)
        healing: list[threading.Timer] = []
        while kinds and not self._ends.wait(chance.uniform(*apart_s)):
            bench, kind = chance.choice(self.benches), chance.choice(kinds)
            self.journal.faults[kind] += 1
            heal, after_s = self._strike(bench, kind, chance)
            if heal is not None:
                timer = threading.Timer(after_s, heal)
                timer.start()
                healing.append(timer)
        for timer in healing:
            timer.join(WAIT_S)

    def _strike(self, bench: Bench, kind: str, chance: random.Random) -> tuple[Callable[[], None] | None, float]:
        station, proxy = bench.station, bench.proxy
        if kind == "kill":
            station.kill()
        elif kind in ("freeze", "long freeze"):
            # The long one is longer than a lease.
            lease_s = PACE[bench.plan.pace].lease_ms / 1_000
            station.freeze()
            return station.wake, chance.uniform(0.2, 1.5) if kind == "freeze" else lease_s * chance.uniform(1.3, 2.0)
        elif proxy is not None and kind == "cut":
            proxy.cut()
        elif proxy is not None and kind == "cut one":
            proxy.cut(chance.randrange(3))
        elif proxy is not None and kind == "silence":
            proxy.freeze()
            return proxy.thaw, chance.uniform(0.5, 5.0)
        elif proxy is not None and kind == "delay":
            proxy.delay(chance.uniform(0.005, 0.05))
            return lambda: proxy.delay(0.0), chance.uniform(1.0, 3.0)
        return None, 0.0
