"""What makes an order another one for whoever is packing it."""

from shipconsole.domain.order import Order
from shipconsole.domain.verdict import OrderChange


def changes_of(before: Order, after: Order) -> tuple[OrderChange, ...]:
    """Return the items of which other quantities are wanted, and the address if it is another one."""
    no_units = {line.sku: 0 for order in (before, after) for line in order.lines}
    earlier, later = dict(no_units), dict(no_units)
    for order, counted in ((before, earlier), (after, later)):
        for line in order.lines:
            counted[line.sku] += line.ordered - line.cancelled
    items = tuple(OrderChange(sku, earlier[sku], later[sku]) for sku in no_units if earlier[sku] != later[sku])
    return (*items, *((OrderChange(),) if before.ship_to != after.ship_to else ()))
