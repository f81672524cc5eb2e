"""An order and its items: what was ordered, shipped, cancelled, and is left to ship."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from shipconsole.domain import code, gtin
from shipconsole.domain.address import Address
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.order_row import OrderState

QUANTITY_MAX = 1_000_000
Quantity = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
Resolution = Literal["", "shipped", "cancelled"]


class Count(NamedTuple):
    """Quantities: in units, and one for each item that is not counted in units."""

    ordered: int
    shipped: int
    left: int


class OrderLine(Frozen):
    """One item of an order, in units.

    `shipped` counts every unit in a shipment here, whether the platforms were notified or not. A platform may lower
    `ordered` afterwards, so `shipped + cancelled` may be more; then nothing is left.

    A quantity that is not a whole number of units (2.5 m of cloth, null, -1) is stored in `quantity_text` as the JSON
    text received, and `ordered` is the last whole number. Such an item can't be packed: a person has to record what
    happened to it. That is its `resolution`, valid as long as the quantity is still `resolved_quantity`.
    """

    id: int
    sku: str
    description: str = ""
    ordered: Quantity
    shipped: Quantity = 0
    cancelled: Quantity = 0
    weight_g: Annotated[int, Field(ge=0)] | None = None
    quantity_text: str = ""
    resolution: Resolution = ""
    resolved_quantity: str = ""
    barcode: str = ""

    @property
    def left(self) -> int:
        """Return the units that may still be packed."""
        return max(0, self.ordered - self.shipped - self.cancelled) if self.is_counted else 0

    @property
    def is_counted(self) -> bool:
        """Return whether the item is counted in whole units, as almost all are."""
        return not (self.quantity_text or self.resolution)

    @property
    def is_unresolved(self) -> bool:
        """Return whether a person still has to record what happened to the item."""
        return not self.is_counted and self.resolved_as == ""

    @property
    def resolved_as(self) -> Resolution:
        """Return what a person recorded, as long as it is valid."""
        return self.resolution if self.resolved_quantity == self.quantity_json else ""

    @property
    def count(self) -> "Count":
        """Return the item's quantities; an item that is not counted is one, beside its units shipped before."""
        if self.is_counted:
            return Count(self.ordered, self.shipped, self.left)
        shipped = self.shipped + (self.resolved_as == "shipped")
        return Count(self.shipped + 1, shipped, int(self.is_unresolved))

    @property
    def quantity_json(self) -> str:
        """Return the quantity as JSON text, as it was received."""
        return self.quantity_text or str(self.ordered)

    @property
    def quantity(self) -> str:
        """Return the quantity for people: a text without its quotation marks."""
        return shown_quantity(self.quantity_json)


class Order(Frozen):
    """One order of one customer, under one number, whichever connections have it."""

    id: int
    number: str
    lines: tuple[OrderLine, ...]
    ship_to: Address = Address()
    cancelled: bool = False
    ordered_at_ms: int | None = None
    due_at_ms: int | None = None
    note: str = ""

    @cached_property
    def left(self) -> int:
        """The units of the whole order that may still ship."""
        return sum(self.left_by_line.values())

    @cached_property
    def left_by_line(self) -> dict[int, int]:
        """The units of each item that may still ship, by line id."""
        return {line.id: 0 if self.cancelled else line.left for line in self.lines}

    @cached_property
    def ordered_by_line(self) -> dict[int, int]:
        """The ordered units by line id of the items whose quantity is whole units."""
        return {line.id: line.ordered for line in self.lines if not line.quantity_text}

    @cached_property
    def cancelled_units(self) -> int:
        """The units that are cancelled."""
        return sum(line.cancelled for line in self.lines)

    @cached_property
    def unresolved(self) -> int:
        """How many items a person still has to resolve."""
        return 0 if self.cancelled else sum(line.is_unresolved for line in self.lines)

    @cached_property
    def count(self) -> Count:
        """The quantities of the order as the list counts them; a cancelled order has nothing left."""
        odd = [line for line in self.lines if not line.is_counted]
        counts = [line.count for line in odd]
        # Almost all items are counted in units, and their sums are known.
        ordered = self.ordered - sum(line.ordered for line in odd) + sum(count.ordered for count in counts)
        shipped = self.shipped - sum(line.shipped for line in odd) + sum(count.shipped for count in counts)
        left = 0 if self.cancelled else self.left + sum(count.left for count in counts)
        return Count(ordered, shipped, left)

    @cached_property
    def shipped(self) -> int:
        """The units in shipments."""
        return sum(line.shipped for line in self.lines)

    @cached_property
    def ordered(self) -> int:
        """The ordered units, including cancelled ones."""
        return sum(line.ordered for line in self.lines)

    @property
    def state(self) -> OrderState:
        """Return the order's state, derived from its items."""
        count = self.count
        return order_state(cancelled=self.cancelled, ordered=count.ordered, shipped=count.shipped, left=count.left)

    def with_shipped(self, units_of: Mapping[int, int]) -> "Order":
        """Return the order after more units of some items have shipped, by line id."""
        changed = {
            line.id: {**vars(line), "shipped": line.shipped + units_of[line.id]}
            for line in self.lines
            if line.id in units_of
        }
        made = dict(zip(changed, OrderLine.many(changed.values()), strict=True))
        return self.model_copy(update={"lines": tuple(made.get(line.id, line) for line in self.lines)})

    def line(self, line_id: int) -> OrderLine | None:
        """Return the item with this id, None if the order does not have it."""
        return self._by_id.get(line_id)

    def position_of(self, line_id: int) -> int:
        """Return an item's position in the order, -1 if the order does not have it."""
        return self._positions.get(line_id, -1)

    @cached_property
    def _by_id(self) -> dict[int, OrderLine]:
        return {line.id: line for line in reversed(self.lines)}

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {line.id: position for position, line in enumerate(self.lines)}

    @cached_property
    def items_by_code(self) -> "ItemsByCode":
        """The items by what may be scanned of them."""
        return ItemsByCode.of(self.lines)

    def lines_of(self, sku: str) -> tuple[OrderLine, ...]:
        """Return every item with a SKU, in the order's sequence; an exact match comes before another letter case."""
        text, key = code.text(sku), code.key(sku)
        exact = tuple(line for line in self.lines if code.text(line.sku) == text)
        return exact or tuple(line for line in self.lines if code.key(line.sku) == key)


class ItemsByCode(NamedTuple):
    """The items of an order by the codes on them, each in the order's sequence.

    `exact` has SKUs and barcodes as written, `keys` in their normal form, `articles` every article number (GTIN) that a
    SKU or barcode is, and `sku_articles` those of the SKUs alone.
    """

    exact: Mapping[str, tuple[OrderLine, ...]]
    keys: Mapping[str, tuple[OrderLine, ...]]
    articles: Mapping[str, tuple[OrderLine, ...]]
    sku_articles: Mapping[str, tuple[OrderLine, ...]]

    @classmethod
    def of(cls, lines: tuple[OrderLine, ...]) -> "ItemsByCode":
        """Return the codes of some items; an empty text is no code."""
        exact: dict[str, dict[int, OrderLine]] = {}
        keys: dict[str, dict[int, OrderLine]] = {}
        articles: dict[str, dict[int, OrderLine]] = {}
        sku_articles: dict[str, dict[int, OrderLine]] = {}
        for line in lines:
            for raw in filter(None, (line.sku, line.barcode)):
                exact.setdefault(code.text(raw), {})[line.id] = line
                keys.setdefault(code.key(raw), {})[line.id] = line
                for article in gtin.articles(code.text(raw)):
                    articles.setdefault(article, {})[line.id] = line
            for article in gtin.articles(line.sku):
                sku_articles.setdefault(article, {})[line.id] = line
        return cls(*map(_as_tuples, (exact, keys, articles, sku_articles)))


def _as_tuples(found: dict[str, dict[int, OrderLine]]) -> dict[str, tuple[OrderLine, ...]]:
    return {text: tuple(lines.values()) for text, lines in found.items() if text}


def order_state(*, cancelled: bool, ordered: int, shipped: int, left: int) -> OrderState:
    """Return an order's state from its quantities; models and stored rows share this rule."""
    if cancelled or (ordered > 0 and left == 0 and shipped == 0):
        return "cancelled"
    if left == 0 and shipped > 0:
        return "shipped"
    return "partly_shipped" if shipped else "open"


def shown_quantity(quantity_json: str) -> str:
    """Return a quantity that is stored as JSON text in the form that people read."""
    if not quantity_json.startswith('"'):
        return quantity_json
    text: object = json.loads(quantity_json)
    return str(text) if str(text).strip() else quantity_json
