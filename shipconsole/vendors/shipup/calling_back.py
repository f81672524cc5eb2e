"""A shipment called back at Shipup: the order's whole state without its packages."""

from dataclasses import replace

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.shipup.requests import create_order, tells_new_orders


def reversal(notification: ShipmentNotification) -> Request | None:
    """Update an order so that the units of a shipment wait in their fulfillment again.

    No call that removes a tracker is documented: it stays until somebody removes it at Shipup. Source: Shipup, Create
    or update an order; Line items configuration (read November 2026).
    """
    if notification.link is None and not tells_new_orders(notification.options):
        return None
    request = create_order(
        notification.order,
        notification.shipments,
        notification.link,
        notification.options,
        replaced=notification.replaced,
        fulfilled=True,
    )
    numbers = tuple(package.tracking_number for package in notification.packages)
    return replace(request, summary=Message("summary.voided", numbers=numbers))
