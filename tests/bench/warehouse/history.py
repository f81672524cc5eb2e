"""What was done with orders: shipments, packages, updates with their attempts, scans, tracks, events, hand-overs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.bench.warehouse.goods import Item
from tests.bench.warehouse.platforms import SHIPENGINE, TITLES, Sold, answer, request
from tests.bench.warehouse.tracked import Tracked
from tests.support.labels import usps

Rows = dict[str, list[tuple[Any, ...]]]
DAY_MS = 86_400_000
NEVER_MS = 253_402_300_799_000
PACKERS = ("Ada", "Björn", "陈静", "Олена", "Yusuf", "Siobhán", "Müge", "Paul")
STATIONS = tuple(f"Bench {number}" for number in range(1, 21))
TROUBLES = ("rejected", "dead", "needs_attention", "rejected")
WAITS = ("retry_wait", "retry_wait", "held")
LATEST_MS = 30 * DAY_MS
"""Updates that are not over are of the last days: older ones were decided long ago."""
MESSAGE = '{"id":"verbatim","arguments":{"text":"The carrier code is not known"}}'
DRAFTS, CLAIMS = 20, 5


@dataclass(slots=True)
class Done:
    """What has happened to an order."""

    shipped: dict[int, int] = field(default_factory=dict[int, int])
    tracking_numbers: list[str] = field(default_factory=list[str])
    attention: int = 0
    waiting: int = 0
    changed_at_ms: int = 0


def _serial(id_: int) -> int:
    """Return the carrier's serial number of a package: no two are alike, and neighbors have little in common."""
    return id_ * 982_451_653 % 10**13


class History:
    """Adds the history of one order after the other."""

    def __init__(self, rng: Random, *, until_ms: int, orders: int) -> None:
        """Continue the numbers of every table from 1."""
        self._rng, self._until_ms, self._orders = rng, until_ms, orders
        self._last: dict[str, int] = dict.fromkeys(
            ("shipment", "package", "package_change", "call", "attempt", "scan", "manual_change", "hand_over"), 0
        )
        self._tracked = Tracked(rng, until_ms=until_ms)
        self._drafts = self._claims = 0
        self._handed: dict[int, int] = {}

    def begin(self, rows: Rows) -> None:
        """Add the people who pack."""
        for number, name in enumerate(PACKERS, 1):
            rows["packer"].append((number, name, f"BADGE-{number:04}", f"badge-{number:04}"))

    def end(self, rows: Rows) -> None:
        """Add what is known only when every order was made: the lists of packages that carriers were given."""
        for day, id_ in self._handed.items():
            at_ms = day * DAY_MS + 17 * 3_600_000
            rows["hand_over"].append((id_, at_ms, STATIONS[0], PACKERS[day % len(PACKERS)]))

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def of_order(
        self, rows: Rows, order_id: int, number: str, fate: str, ordered_at_ms: int, lines: Sequence[tuple[Sold, Item]]
    ) -> Done:
        """Add the history of an order and return what has become of it."""
        done, rng = Done(), self._rng
        at_ms = min(ordered_at_ms + rng.randrange(3_600_000, 3 * DAY_MS), self._until_ms - 3_600_000)
        left = {line.line_id: line.quantity - line.cancelled for line, _ in lines}
        if fate == "shipped":
            self._ship(rows, done, order_id, number, at_ms, left, lines)
        elif fate == "in two shipments":
            self._ship(rows, done, order_id, number, at_ms, self._part(left), lines)
            rest = {id_: units - done.shipped.get(id_, 0) for id_, units in left.items()}
            if rest := {id_: units for id_, units in rest.items() if units}:
                self._ship(rows, done, order_id, number, min(at_ms + DAY_MS, self._until_ms), rest, lines)
        elif fate == "partly":
            self._ship(rows, done, order_id, number, at_ms, self._part(left), lines)
        elif fate == "undone":
            self._ship(rows, done, order_id, number, at_ms, left, lines, undone=True)
        elif fate == "open":
            self._begin_packing(rows, order_id, at_ms, lines)
        if rng.random() < 0.01:
            what = '{"id":"audit.order_created"}'
            change = (self._next("manual_change"), order_id, at_ms, STATIONS[0], rng.choice(PACKERS), what, "Ok")
            rows["manual_change"].append(change)
        return done

    def _part(self, left: dict[int, int]) -> dict[int, int]:
        """Return a part of what is left: half of the lines, or half of the units of the only one."""
        kept = list(left)[: max(1, len(left) // 2)]
        return {id_: left[id_] if len(left) > 1 else max(1, left[id_] // 2) for id_ in kept}

    def _begin_packing(self, rows: Rows, order_id: int, at_ms: int, lines: Sequence[tuple[Sold, Item]]) -> None:
        if order_id < self._orders * 0.9:
            return
        if self._drafts < DRAFTS:
            self._drafts += 1
            body = f'{{"packages":[{{"quantities":{{"{lines[0][0].line_id}":1}}}}]}}'
            rows["draft"].append((order_id, body, at_ms, STATIONS[self._drafts % 20]))
        elif self._claims < CLAIMS:
            self._claims += 1
            rows["claim"].append((order_id, STATIONS[self._claims], PACKERS[self._claims], at_ms, at_ms, 0))

    def _ship(
        self,
        rows: Rows,
        done: Done,
        order_id: int,
        number: str,
        at_ms: int,
        units: dict[int, int],
        lines: Sequence[tuple[Sold, Item]],
        *,
        undone: bool = False,
    ) -> None:
        rng = self._rng
        station, operator = rng.choice(STATIONS), rng.choice(PACKERS)
        shipment_id = self._next("shipment")
        undone_at_ms = at_ms + 300_000 if undone else None
        rows["shipment"].append((shipment_id, order_id, at_ms, station, operator, undone_at_ms))
        chance = rng.random()
        many = min(len(units), 1 if chance < 0.93 else 2 if chance < 0.99 else 3)
        shared = [dict(list(units.items())[position::many]) for position in range(many)]
        first_package = self._last["package"] + 1
        for position, content in enumerate(shared):
            self._package(rows, done, order_id, shipment_id, position, content, at_ms, station, operator, undone)
        sku = lines[0][1]
        scanned = (at_ms - 40_000, station, operator, sku.barcode or sku.sku, "item", "sku", "", "right", "")
        labelled = (at_ms - 10_000, station, operator, rows["package"][-1][3], "tracking", "carrier", "", "right", "")
        for scan in (scanned, labelled):
            rows["scan"].append((self._next("scan"), order_id, *scan))
        tracking = rows["package"][-1][3]
        for connection in TITLES:
            package_id = first_package if connection == SHIPENGINE else None
            self._update(rows, done, order_id, number, shipment_id, package_id, connection, at_ms, tracking, len(units))
        done.changed_at_ms = at_ms + 4_000
        if not undone:
            for id_, count in units.items():
                done.shipped[id_] = done.shipped.get(id_, 0) + count

    def _package(
        self,
        rows: Rows,
        done: Done,
        order_id: int,
        shipment_id: int,
        position: int,
        content: dict[int, int],
        at_ms: int,
        station: str,
        operator: str,
        undone: bool,
    ) -> None:
        rng, id_ = self._rng, self._next("package")
        number = usps(_serial(id_))
        weight_g = rng.randrange(50, 20_000) if rng.random() < 0.4 else None
        typed = int(rng.random() < 0.05)
        rows["package"].append((id_, shipment_id, position, number, number, "usps", weight_g, typed, number))
        for line_id, units in content.items():
            rows["packed"].append((id_, line_id, units))
        if undone:
            return
        done.tracking_numbers.append(number)
        day = at_ms // DAY_MS
        if day not in self._handed:
            self._handed[day] = self._next("hand_over")
        rows["hand_over_package"].append((id_, self._handed[day]))
        if rng.random() < 0.005:
            old = usps(_serial(50_000_000 + id_))
            change = (id_, at_ms + 60_000, station, operator, old, number, "usps", "usps", "typed wrong")
            rows["package_change"].append((self._next("package_change"), *change))
        if rng.random() < 0.5:
            self._tracked.add(rows, number, order_id, at_ms)

    def _update(
        self,
        rows: Rows,
        done: Done,
        order_id: int,
        number: str,
        shipment_id: int,
        package_id: int | None,
        connection: int,
        at_ms: int,
        tracking: str,
        items: int,
    ) -> None:
        rng, id_ = self._rng, self._next("call")
        body, summary, repeatable = request(connection, order_id, number, tracking, items)
        state = self._state(at_ms)
        key = hashlib.md5(f"{id_}".encode(), usedforsecurity=False).hexdigest()
        tries = 2 if rng.random() < 0.02 and state not in ("held", "retry_wait") else 1
        due_at_ms = NEVER_MS if state in WAITS else 0
        owner = f"{at_ms // DAY_MS:032x}"
        ended_at_ms = at_ms + tries * 2_000
        known = (id_, key, order_id, shipment_id, package_id, connection, state, summary, at_ms, ended_at_ms)
        sent = (due_at_ms, tries, at_ms + 500, body, key * 2, repeatable, owner, tries)
        rows["call"].append((*known, *sent, MESSAGE if state in TROUBLES else "", f"req-{id_}", id_))
        done.attention += state in TROUBLES
        done.waiting += state in WAITS
        status, text = answer(connection, number)
        for number_of_try in range(1, tries + 1):
            began_ms = at_ms + 500 + 2_000 * (number_of_try - 1)
            elapsed_ms = rng.randrange(40, 900)
            station = STATIONS[id_ % 20]
            begun = (id_, number_of_try, began_ms, "sending", None, "", "", "", owner, station, "", None)
            rows["attempt"].append((self._next("attempt"), *begun))
            if number_of_try < tries or state in WAITS:
                ended: tuple[Any, ...] = ("answered", 503, f"req-{id_}", "Service Unavailable", MESSAGE)
            elif state in TROUBLES:
                ended = (
                    "answered",
                    422,
                    f"req-{id_}",
                    '{"errors":[{"message":"The carrier code is not known"}]}',
                    MESSAGE,
                )
            else:
                ended = ("answered", status, f"req-{id_}", text, "")
            after = (id_, number_of_try, began_ms + elapsed_ms, *ended, owner, station, "", elapsed_ms)
            rows["attempt"].append((self._next("attempt"), *after))

    def _state(self, at_ms: int) -> str:
        chance = self._rng.random()
        if self._until_ms - at_ms < LATEST_MS:
            if chance < 0.004:
                return TROUBLES[self._last["call"] % len(TROUBLES)]
            if chance < 0.006:
                return WAITS[self._last["call"] % len(WAITS)]
        return "superseded" if chance > 0.999 else "cancelled" if chance > 0.997 else "confirmed"
