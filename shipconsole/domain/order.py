"""An order and its lines: what was ordered, what has shipped, what was cancelled, what is left."""

from typing import Annotated, Literal

from pydantic import Field

from shipconsole.domain import code
from shipconsole.domain.address import Address
from shipconsole.domain.frozen import Frozen

QUANTITY_MAX = 1_000_000
Quantity = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
OrderState = Literal["open", "partly_shipped", "shipped", "cancelled"]


class OrderLine(Frozen):
    """One thing that was ordered, in pieces.

    `shipped` counts every piece that was put in a shipment here, told to the vendors or not yet.
    A vendor may lower `ordered` afterwards, so `shipped + cancelled` can exceed it; then nothing is left.
    """

    id: int
    sku: str
    description: str = ""
    ordered: Quantity
    shipped: Quantity = 0
    cancelled: Quantity = 0
    weight_g: Annotated[int, Field(ge=0)] | None = None
    barcode: str = ""

    @property
    def left(self) -> int:
        """Pieces that may still be put in a parcel."""
        return max(0, self.ordered - self.shipped - self.cancelled)


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
        """Pieces of the whole order that may still ship."""
        return 0 if self.cancelled else sum(line.left for line in self.lines)

    @property
    def shipped(self) -> int:
        """Pieces already put in shipments."""
        return sum(line.shipped for line in self.lines)

    @property
    def ordered(self) -> int:
        """Pieces the buyer ordered, cancelled ones included."""
        return sum(line.ordered for line in self.lines)

    @property
    def state(self) -> OrderState:
        """The order's state, read off its lines."""
        return order_state(
            cancelled=self.cancelled,
            ordered=self.ordered,
            shipped=self.shipped,
            left=sum(line.left for line in self.lines),
        )

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
