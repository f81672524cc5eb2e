"""A shipment called back at Shipup: the order's whole state without its packages."""

from dataclasses import replace

from shipconsole.vendors.adapter import Telling
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.shipup.requests import create_order, tells_new_orders


def untell(telling: Telling) -> Request | None:
    """Update an order so that the units of a shipment wait in their fulfillment again.

    No call that removes a tracker is documented: it stays until somebody removes it at Shipup. Source: Shipup, Create
    or update an order; Line items configuration (read November 2026).
    """
    if telling.link is None and not tells_new_orders(telling.options):
        return None
    request = create_order(
        telling.order, telling.shipments, telling.link, telling.options, replaced=telling.replaced, fulfilled=True
    )
    numbers = ", ".join(package.tracking_number for package in telling.packages)
    return replace(request, summary=f"called back: {numbers}")
