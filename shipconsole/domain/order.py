"""An order and its lines: what was ordered, what has shipped, what was cancelled, what is left."""

import json
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from shipconsole.domain import code
from shipconsole.domain.address import Address
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.order_row import OrderState

QUANTITY_MAX = 1_000_000
Quantity = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
Resolution = Literal["", "shipped", "cancelled"]


class Count(NamedTuple):
    """How much there is to do: units, and one for each line that is not counted in units."""

    ordered: int
    shipped: int
    left: int


class OrderLine(Frozen):
    """One thing that was ordered, in units.

    `shipped` counts every unit that was put in a shipment here, told to the platforms or not yet.
    A platform may lower `ordered` afterwards, so `shipped + cancelled` can exceed it; then nothing is left.

    A quantity that is no whole number of units (2.5 of a cloth, null, -1) is kept in `quantity_text` as the JSON text
    it came as, and `ordered` is what was known before it. Nothing of such a line can be put in a package; it
    waits until a person says what became of it. That is its `resolution`, which holds as long as the quantity is the
    one that was resolved, `resolved_quantity`.
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
        """Units that may still be put in a package."""
        return max(0, self.ordered - self.shipped - self.cancelled) if self.is_counted else 0

    @property
    def is_counted(self) -> bool:
        """Whether the line is handled in whole units, as nearly all are."""
        return not (self.quantity_text or self.resolution)

    @property
    def is_unresolved(self) -> bool:
        """Whether a person still has to say what became of the line."""
        return not self.is_counted and self.resolved_as == ""

    @property
    def resolved_as(self) -> Resolution:
        """What a person said became of the line, as long as that holds."""
        return self.resolution if self.resolved_quantity == self.quantity_json else ""

    @property
    def count(self) -> "Count":
        """The line's units; one that is not counted in units is one thing beside what shipped of it before."""
        if self.is_counted:
            return Count(self.ordered, self.shipped, self.left)
        shipped = self.shipped + (self.resolved_as == "shipped")
        return Count(self.shipped + 1, shipped, int(self.is_unresolved))

    @property
    def quantity_json(self) -> str:
        """The quantity as JSON text, just as it came."""
        return self.quantity_text or str(self.ordered)

    @property
    def quantity(self) -> str:
        """The quantity as it came, for people: a text stands without its quotation marks."""
        return shown_quantity(self.quantity_json)


class Order(Frozen):
    """One order of one buyer, known here under one number whichever connections know it too."""

    id: int
    number: str
    lines: tuple[OrderLine, ...]
    ship_to: Address = Address()
    cancelled: bool = False
    ordered_at_ms: int | None = None
    due_at_ms: int | None = None
    note: str = ""

    @property
    def left(self) -> int:
        """Units of the whole order that may still ship."""
        return 0 if self.cancelled else sum(line.left for line in self.lines)

    @property
    def unresolved(self) -> int:
        """Lines of which a person has to say what became of them."""
        return 0 if self.cancelled else sum(line.is_unresolved for line in self.lines)

    @property
    def count(self) -> Count:
        """What there is to do of the whole order, as its list counts it; a cancelled order has nothing left."""
        counts = [line.count for line in self.lines]
        left = 0 if self.cancelled else sum(one.left for one in counts)
        return Count(sum(one.ordered for one in counts), sum(one.shipped for one in counts), left)

    @property
    def shipped(self) -> int:
        """Units already put in shipments."""
        return sum(line.shipped for line in self.lines)

    @property
    def ordered(self) -> int:
        """Units the buyer ordered, cancelled ones included."""
        return sum(line.ordered for line in self.lines)

    @property
    def state(self) -> OrderState:
        """The order's state, read off its lines."""
        count = self.count
        return order_state(cancelled=self.cancelled, ordered=count.ordered, shipped=count.shipped, left=count.left)

    def line(self, line_id: int) -> OrderLine | None:
        """The line with this id, if it is one of ours."""
        return next((line for line in self.lines if line.id == line_id), None)

    def lines_of(self, sku: str) -> tuple[OrderLine, ...]:
        """Every line of a SKU, in the order's own order: those written just so, else those in another letter case."""
        text, key = code.text(sku), code.key(sku)
        exact = tuple(line for line in self.lines if code.text(line.sku) == text)
        return exact or tuple(line for line in self.lines if code.key(line.sku) == key)


def order_state(*, cancelled: bool, ordered: int, shipped: int, left: int) -> OrderState:
    """Tell an order's state from its counters: the one rule, for models and for stored rows alike."""
    if cancelled or (ordered > 0 and left == 0 and shipped == 0):
        return "cancelled"
    if left == 0 and shipped > 0:
        return "shipped"
    return "partly_shipped" if shipped else "open"


def shown_quantity(quantity_json: str) -> str:
    """Return a quantity that is kept as JSON text as people read it."""
    if not quantity_json.startswith('"'):
        return quantity_json
    text: object = json.loads(quantity_json)
    return str(text) if str(text).strip() else quantity_json
