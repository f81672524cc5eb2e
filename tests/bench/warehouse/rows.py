"""The rows of a warehouse's year: orders as customers send them, and what was done with each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.domain.order import order_state
from shipconsole.store import orders as stored_orders
from shipconsole.store import search_text
from tests.bench.warehouse.columns import COLUMNS
from tests.bench.warehouse.goods import Item, goods, lines_of_order
from tests.bench.warehouse.history import History
from tests.bench.warehouse.people import Person, people
from tests.bench.warehouse.platforms import (
    SHIPENGINE,
    SHIPUP,
    SOURCES,
    STARSHIPIT,
    TITLES,
    VENDORS,
    Sold,
    document,
    remote_id,
)

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS
CHUNK = 2_000
LARGE_ORDER, LARGE_LINES = 137, 2_000
"""The position of the one order with very many lines."""
FIRST_NUMBER = 10_001
SERVICES = ("", "", "Standard", "Express Shipping", "Click & Collect")
NOTE = '{"id":"verbatim","arguments":{"text":"Please leave with neighbour – merci ! お願いします"}}'

Rows = dict[str, list[tuple[Any, ...]]]


class Fate(NamedTuple):
    """What became of an order."""

    name: str
    share: float


FATES = (
    Fate("shipped", 0.300),
    Fate("in two shipments", 0.015),
    Fate("partly", 0.020),
    Fate("undone", 0.002),
    Fate("cancelled", 0.020),
    Fate("a line cancelled", 0.015),
    Fate("open", 0.628),
)
"""About 350 shipments for 1,000 orders; the others wait, so that each view is long."""
_LIMITS = tuple(accumulate(fate.share for fate in FATES))
_NAMES = tuple(fate.name for fate in FATES)


class Warehouse:
    """A year of orders that ends at `until_ms`; `chunks` gives the rows of each table, some orders at a time."""

    def __init__(self, count: int, *, seed: int = 1, until_ms: int) -> None:
        """Prepare `count` orders."""
        self.count, self.seed, self.until_ms = count, seed, until_ms
        self._rng = Random(seed)
        self._goods = goods(self._rng, min(3_000, 50 + count // 10))
        self._people = people(self._rng, min(50_000, 20 + count // 2))
        self._popular = tuple(accumulate(1 / (rank + 8) for rank in range(len(self._goods))))
        self._line_id = self._link_id = 0
        self._history = History(self._rng, until_ms=until_ms, orders=count)

    def chunks(self) -> Iterator[Rows]:
        """Yield the rows of every table, chunk by chunk; those that others refer to come first."""
        rows: Rows = {table: [] for table in COLUMNS}
        for id_, title in TITLES.items():
            rows["connection"].append((id_, title, VENDORS[id_], "", self.until_ms - 60_000 * id_))
        self._history.begin(rows)
        for index in range(self.count):
            self._order(rows, index)
            if index % CHUNK == CHUNK - 1:
                yield rows
                rows = {table: [] for table in COLUMNS}
        self._history.end(rows)
        yield rows

    def _order(self, rows: Rows, index: int) -> None:
        rng, id_ = self._rng, index + 1
        # The older an order, the lower its id; a few came in late.
        age = 1 - (index + rng.random()) / self.count
        ordered_at_ms = self.until_ms - round(age * YEAR_MS)
        number = self._number(rng, index)
        person = self._people[rng.randrange(len(self._people))]
        fate = self._fate(rng, age)
        lines = self._lines(rng, LARGE_LINES if index == LARGE_ORDER else lines_of_order(rng))
        if fate == "a line cancelled":
            lines[0] = (lines[0][0]._replace(cancelled=rng.randrange(1, lines[0][0].quantity + 1)), lines[0][1])
        done = self._history.of_order(rows, id_, number, fate, ordered_at_ms, lines)
        is_cancelled = fate == "cancelled"
        ordered = shipped = left = 0
        for position, (line, item) in enumerate(lines):
            out = done.shipped.get(line.line_id, 0)
            ordered, shipped = ordered + line.quantity, shipped + out
            left += 0 if is_cancelled else max(0, line.quantity - out - line.cancelled)
            cancelled = line.cancelled
            rows["order_line"].append(
                (
                    line.line_id,
                    id_,
                    position,
                    item.sku,
                    item.sku_key,
                    item.barcode,
                    item.barcode_key,
                    item.description,
                    line.quantity,
                    out,
                    cancelled,
                    cancelled,
                    0,
                    item.weight_g,
                )
            )
        primary = self._links(rows, rng, id_, number, person, [line for line, _ in lines], ordered_at_ms, is_cancelled)
        state = order_state(cancelled=is_cancelled, ordered=ordered, shipped=shipped, left=left)
        due_at_ms = (
            NO_DUE_DATE_MS if rng.random() < 0.05 else ordered_at_ms // DAY_MS * DAY_MS + rng.randrange(1, 5) * DAY_MS
        )
        is_first = int(left > 0 and rng.random() < 0.004)
        rows["orders"].append(
            (
                id_,
                number,
                stored_orders.match_key(number),
                stored_orders.number_key(number),
                primary,
                person.ship_to,
                person.recipient,
                state,
                int(is_cancelled),
                ordered,
                shipped,
                left,
                done.attention,
                ordered_at_ms,
                due_at_ms,
                NOTE if rng.random() < 0.03 else "",
                rng.choice(SERVICES),
                is_first,
                "person" if is_first else "",
                0,
                done.waiting,
                search_text.of((number,), (*person.texts, *(item.sku for _, item in lines), *done.tracking_numbers)),
                done.changed_at_ms or ordered_at_ms + 60_000,
            )
        )

    def _number(self, rng: Random, index: int) -> str:
        plain = FIRST_NUMBER + index
        kind = index % 20
        # Several shops, each with its own form; two orders in a thousand have a number that is there already.
        if index % 1_000 in (501, 502) and index > 1_000:
            return str(plain - 500)
        return f"#{plain}" if kind == 3 else f"W-{plain}" if kind == 7 else f"1{plain}-AU" if kind == 11 else str(plain)

    @staticmethod
    def _fate(rng: Random, age: float) -> str:
        chance = rng.random()
        if age < 0.003 and chance < 0.9:
            return "open"
        return next((name for name, limit in zip(_NAMES, _LIMITS, strict=True) if chance < limit), "open")

    def _lines(self, rng: Random, count: int) -> list[tuple[Sold, Item]]:
        chosen = rng.choices(self._goods, cum_weights=self._popular, k=count)
        lines: list[tuple[Sold, Item]] = []
        for item in chosen:
            self._line_id += 1
            chance = rng.random()
            quantity = 1 if chance < 0.7 else rng.randrange(2, 6) if chance < 0.98 else rng.randrange(6, 100)
            sold = Sold(self._line_id, item.sku, item.description, quantity, 0, item.weight_g or 100)
            lines.append((sold, item))
        return lines

    def _links(
        self,
        rows: Rows,
        rng: Random,
        id_: int,
        number: str,
        person: Person,
        lines: list[Sold],
        ordered_at_ms: int,
        is_cancelled: bool,
    ) -> int:
        chance = rng.random()
        connections = [SHIPENGINE, STARSHIPIT] if chance < 0.7 else [SHIPENGINE] if chance < 0.85 else [STARSHIPIT]
        if rng.random() < 0.3:
            connections.append(SHIPUP)
        when = datetime.fromtimestamp(ordered_at_ms // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for connection in connections:
            self._link_id += 1
            source = SOURCES[id_ % 3] if connection == SHIPENGINE else ("", "")
            status = {SHIPENGINE: "unfulfilled", STARSHIPIT: "Unshipped"}.get(connection, "")
            text = document(connection, id_, number, person.ship_to, lines, when)
            key = stored_orders.match_key(number)
            link = (self._link_id, id_, connection, remote_id(connection, id_), number, key, *source, status)
            rows["link"].append((*link, int(is_cancelled), text, ordered_at_ms + 60_000, 0))
            for line in lines:
                rows["line_link"].append((self._link_id, line.line_id, str(line.line_id), line.quantity))
        return connections[0]
