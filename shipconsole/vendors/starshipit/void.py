"""The voiding of a shipment at Starshipit: its packages are deleted from the order."""

from shipconsole.domain.label import number_key
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.order_status import printed_warning
from shipconsole.vendors.starshipit.requests import update_order
from shipconsole.vendors.stored_document import read_stored


def void(notification: ShipmentNotification) -> Request | None:
    """Update an order so that it has no package of a shipment; None where it has none of them already.

    A package's `delete`, with the `package_id`, is documented. What becomes of `quantity_to_ship` is not, so no item is
    sent. Source: Starshipit, Update Order (read November 2026).
    """
    link = notification.link
    if link is None:
        return None
    if not link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_order_id", platform="Starshipit", number=notification.order.number))
        )
    numbers = {number_key(package.tracking_number) for package in notification.packages}
    earlier = {number_key(old) for old, new in notification.replaced.items() if number_key(new) in numbers}
    document = read_stored(wire.Order, link.document)
    to_delete = [
        package.package_id
        for package in document.packages
        if package.package_id is not None and number_key(package.tracking_number) in numbers | earlier
    ]
    if not to_delete:
        return None
    updates = tuple(wire.PackageUpdate(package_id=package_id) for package_id in to_delete)
    warning = printed_warning(link.remote_number or notification.order.number, link.status)
    voided = tuple(package.tracking_number for package in notification.packages)
    return update_order(
        wire.OrderUpdate(order_id=int(link.remote_id), packages=updates),
        delete_packages=to_delete,
        summary=Message("summary.voided", numbers=voided),
        warnings=(warning,) if warning else (),
    )
