"""A shipment called back at Starshipit: its packages are taken out of the order."""

from shipconsole.domain.label import number_key
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carrying import printed_warning
from shipconsole.vendors.starshipit.requests import update_order


def reversal(notification: ShipmentNotification) -> Request | None:
    """Update an order so that it has no package of a shipment any more; None where it has none of them.

    Documented is a package's `delete`, with the `package_id`. What becomes of `quantity_to_ship` is not, so no item is
    sent. Source: Starshipit, Update Order (read November 2026).
    """
    link = notification.link
    if link is None:
        return None
    if not link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_order_id", platform="Starshipit", number=notification.order.number))
        )
    last = {number_key(package.tracking_number) for package in notification.packages}
    earlier = {number_key(old) for old, new in notification.replaced.items() if number_key(new) in last}
    document = wire.Order.model_validate(parse(link.document.encode()) or {})
    doomed = [
        package.package_id
        for package in document.packages
        if package.package_id is not None and number_key(package.tracking_number) in last | earlier
    ]
    if not doomed:
        return None
    edits = tuple(wire.PackageEdit(package_id=package_id) for package_id in doomed)
    numbers = tuple(package.tracking_number for package in notification.packages)
    return update_order(
        wire.OrderEdit(order_id=int(link.remote_id), packages=edits),
        delete_packages=doomed,
        summary=Message("summary.voided", numbers=numbers),
        warnings=printed_warning(link.remote_number or notification.order.number, link.status),
    )
