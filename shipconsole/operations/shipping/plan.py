"""The updates that a shipment leads to, before it is stored: a preview and the shipment after it build them once.

Only the last draft is kept, with everything that its requests are built from; a large order's requests take longer than
all that is stored of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.domain.shipment import NewShipment, Package, Shipment, shipment_from
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """One update of a shipment; `package` is set where the platform takes one package per update.

    Its id is the negative of its position, counted from 1: it is not stored yet. `customer_email` says who decides
    whether the customer gets an email of the shipment.
    """

    connection: Connection
    request: Request
    package: Package | None
    customer_email: Message | None = None


class _Valid(NamedTuple):
    order: Order
    draft: ShipmentDraft
    new: NewShipment


class _Planned(NamedTuple):
    new: NewShipment
    links: tuple[Link, ...]
    earlier: tuple[Shipment, ...]
    targets: tuple[Connection, ...]
    updates: tuple[PlannedUpdate, ...]


class _Last:
    """What was built last, by any thread: each value is replaced as a whole and never changes."""

    valid: _Valid | None = None
    planned: _Planned | None = None


def valid_shipment(order: Order, draft: ShipmentDraft) -> NewShipment:
    """Return `shipment_from` of a draft, the same object for the same order and draft."""
    last = _Last.valid
    if last is not None and last.order is order and last.draft == draft:
        return last.new
    new = shipment_from(order, draft)
    _Last.valid = _Valid(order, draft.snapshot(), new)
    return new


def planned_updates(
    new: NewShipment, links: tuple[Link, ...], earlier: tuple[Shipment, ...], targets: tuple[Connection, ...]
) -> tuple[PlannedUpdate, ...]:
    """Return the updates that a shipment of an order leads to.

    The `earlier` shipments are all of the order, oldest first. Raises `ValidationFailed` for what a platform rejects.
    """
    last = _Last.planned
    if (
        last is not None
        and last.new is new
        and len(last.links) == len(links)
        and all(before is now for before, now in zip(last.links, links, strict=True))
        and (last.earlier, last.targets) == (earlier, targets)
    ):
        return last.updates
    # The packages get ids as stored ones have, so that builders can tell them apart.
    packages = tuple(
        package.model_copy(update={"id": -position}) for position, package in enumerate(new.packages, start=1)
    )
    shipment = Shipment(id=earlier[-1].id + 1 if earlier else 1, packages=packages, created_at_ms=0)
    updates = tuple(_updates(_notifications(new, links, shipment, earlier, targets)))
    _Last.planned = _Planned(new, links, earlier, targets, updates)
    return updates


def require_updates(planned: Sequence[PlannedUpdate], targets: Sequence[Connection] = ()) -> None:
    """Raise `ValidationFailed` for a shipment of which no connection would be notified."""
    if not planned:
        message = Message("ship.no_connection_has_items", connections=tuple(target.name for target in targets))
        raise ValidationFailed(Problem(("to",), message))


def _notifications(
    new: NewShipment,
    links: Sequence[Link],
    shipment: Shipment,
    earlier: Sequence[Shipment],
    targets: Sequence[Connection],
) -> list[tuple[Connection, ShipmentNotification]]:
    """Return every notification of a shipment with its connection."""
    by_connection = {link.connection_id: link for link in links}
    found: list[tuple[Connection, ShipmentNotification]] = []
    for connection in targets:
        one_by_one = VENDORS[connection.vendor].shipments.one_request_per_package
        groups = [(package,) for package in shipment.packages] if one_by_one else [shipment.packages]
        for packages in groups:
            notification = ShipmentNotification(
                order=new.order_after,
                link=by_connection.get(connection.id),
                shipment=shipment,
                packages=packages,
                shipments=(*earlier, shipment),
                options=connection.options,
            )
            found.append((connection, notification))
    return found


def _updates(notifications: Sequence[tuple[Connection, ShipmentNotification]]) -> list[PlannedUpdate]:
    found: list[PlannedUpdate] = []
    for connection, notification in notifications:
        vendor = VENDORS[connection.vendor]
        request = vendor.shipments.notify(notification)
        if request is not None:
            package = notification.packages[0] if vendor.shipments.one_request_per_package else None
            found.append(PlannedUpdate(connection, request, package, vendor.shipments.customer_email))
    return found
