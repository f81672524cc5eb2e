"""Orders for tests of the panel's parts."""

from shipconsole.domain.address import Address
from shipconsole.domain.order import Order, OrderLine

MOBILE, CASE, CHARGER = 1, 2, 3


def order_of(**changes: object) -> Order:
    """Return order 10001: one phone that has shipped, three cases of which one has, and a charger."""
    lines = (
        OrderLine(id=MOBILE, sku="MOBILE", description="Mobile Phone", ordered=1, shipped=1),
        OrderLine(id=CASE, sku="MOBILE-CASE-BLK", description="Mobile Case (Black)", ordered=3, shipped=1),
        OrderLine(id=CHARGER, sku="CHARGER-USB-C", description="Charger, USB-C 30 W", ordered=1),
    )
    order = Order(
        id=1,
        number="10001",
        lines=lines,
        ship_to=Address(name="John Smith", street="20 George Street", city="Sydney", country="AU"),
    )
    return order.model_copy(update=changes)
