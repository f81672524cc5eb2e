"""Changes of an order that its packer needs to know."""

from shipconsole.domain.order import Order
from shipconsole.domain.verdict import OrderChange


def changes_of(before: Order, after: Order) -> tuple[OrderChange, ...]:
    """Return the items whose quantity changed, and one change without a SKU if the address did."""
    no_units = {line.sku: 0 for order in (before, after) for line in order.lines}
    earlier, later = dict(no_units), dict(no_units)
    for order, counted in ((before, earlier), (after, later)):
        for line in order.lines:
            counted[line.sku] += line.ordered - line.cancelled
    items = tuple(OrderChange(sku, earlier[sku], later[sku]) for sku in no_units if earlier[sku] != later[sku])
    return (*items, *((OrderChange(),) if before.ship_to != after.ship_to else ()))
