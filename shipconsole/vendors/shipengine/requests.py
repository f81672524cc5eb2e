"""The requests to ShipEngine, one function each, named as the platform names them."""

from urllib.parse import quote

from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import NO_FILTERS, Filters, Options, ShipmentNotification
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.filters import given, moment_in_utc
from shipconsole.vendors.request import Json, Request
from shipconsole.vendors.shipengine import wire
from shipconsole.vendors.shipengine.carriers import code_for
from shipconsole.vendors.shipengine.filters import MOMENTS
from shipconsole.vendors.shipengine.options import ShipEngineOptions
from shipconsole.vendors.stored_document import read_stored
from shipconsole.vendors.summaries import named

OPEN_STATUSES = ("unfulfilled", "partially_fulfilled")
"""The statuses of the lists that are read one after the other: the filter takes one status at a time."""


def list_order_sources(_options: Options) -> Request:
    """Ask for the stores of the account: the smallest request that needs the key and the plan."""
    return Request(call="list_order_sources", method="GET", path="/v-beta/order_sources")


def order_sources() -> Request:
    """Ask for the stores of the account and the state of their refreshes."""
    return list_order_sources({})


def get_order_source(order_source_id: str) -> Request:
    """Ask for the state of a store's refresh."""
    return Request("get_order_source", "GET", f"/v-beta/order_sources/{quote(order_source_id, safe='')}")


def refresh_order_source(order_source_id: str) -> Request:
    """Ask ShipEngine to import a store again; statuses of orders change only by that.

    Source: ShipEngine, Refresh an Order Source (read November 2026).
    """
    path = f"/v-beta/order_sources/{quote(order_source_id, safe='')}/refresh"
    return Request("refresh_order_source", "PUT", path)


def first_cursors(filters: Filters = NO_FILTERS) -> tuple[str, ...]:
    """Return the cursors at which the lists begin: the status that a filter names, else both of open orders."""
    filtered = dict(given(filters, "fulfillment_status")).get("fulfillment_status", "")
    return tuple(f"{status}:1" for status in ((filtered,) if filtered else OPEN_STATUSES))


def list_sales_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of the orders that are not completely fulfilled, or of those that filters leave.

    The cursor is ours, as in ``partially_fulfilled:2``; it never holds an address. The orders that changed last come
    last, so that an order that changes while they are read is read again. Source: ShipEngine, List Sales Orders (read
    November 2026).
    """
    status, _, page = cursor.partition(":")
    filtered = dict(given(filters, "fulfillment_status")).get("fulfillment_status", "")
    if status not in ((filtered,) if filtered else OPEN_STATUSES) or not page.isdecimal():
        status, page = filtered or OPEN_STATUSES[0], "1"
    sorting = dict(given(filters, "sort_by", "sort_dir"))
    query = (
        ("fulfillment_status", status),
        ("page", page),
        ("page_size", str(ShipEngineOptions.read(options).page_size)),
        ("sort_by", sorting.get("sort_by", "modified_at")),
        ("sort_dir", sorting.get("sort_dir", "asc")),
        *given(filters, "order_source_id", "external_order_id", "external_order_number", "payment_status", "cancelled"),
        *((name, moment_in_utc(text)) for name, text in given(filters, *MOMENTS)),
    )
    return Request("list_sales_orders", "GET", "/v-beta/sales_orders", query=query)


def get_sales_order(sales_order_id: str, _options: Options) -> Request:
    """Ask for one order."""
    return Request("get_sales_order", "GET", f"/v-beta/sales_orders/{quote(sales_order_id, safe='')}")


def notify_shipped(notification: ShipmentNotification) -> Request | None:
    """Notify of one shipped package.

    Items are sent with their quantities, except where this package is the whole order as ShipEngine has it: leaving
    them out means that everything has shipped. None where ShipEngine has nothing of the package. A second request might
    make the store notify the customer twice, so it is not repeatable. Source: ShipEngine, Notify Marketplaces an Order
    has Shipped (read November 2026).
    """
    link = notification.link
    if link is None:
        return None
    (package,) = notification.packages
    items = _items_in(package, link)
    if not items:
        return None
    if not link.remote_id:
        raise ValidationFailed(
            Problem((), Message("platform.no_order_id", platform="ShipEngine", number=notification.order.number))
        )
    whole_order = _is_whole_order(notification, items)
    position = _position(package, notification.shipment.packages)
    field_map = FieldMap()
    field_map.note(("tracking_number",), ("packages", position, "tracking_number"))
    field_map.note(("carrier_code",), ("packages", position, "carrier"))
    field_map.note(("sales_order_id",), ("order", "number"))
    shipped_items: list[wire.ShippedItem] = []
    if not whole_order:
        for index, (item_id, (quantity, line_id)) in enumerate(items.items()):
            item_path: Path = ("sales_order_items", index)
            for name in ("sales_order_item_id", "quantity"):
                field_map.note((*item_path, name), ("lines", line_id))
            if not item_id:
                raise ValidationFailed(
                    Problem(
                        ("lines", line_id),
                        Message("shipengine.no_item_id"),
                        Message("shipengine.ship_whole"),
                    )
                )
            shipped_items.append(wire.ShippedItem(sales_order_item_id=item_id, quantity=quantity))
    message = wire.NotifyShipped(
        tracking_number=package.tracking_number,
        carrier_code=code_for(package.carrier, notification.options),
        sales_order_items=tuple(shipped_items) or None,
    )
    body: dict[str, Json] = message.model_dump(mode="json", exclude_none=True)
    return Request(
        call="notify_shipped",
        method="POST",
        path=f"/v-beta/sales_orders/{quote(link.remote_id, safe='')}/notify_shipped",
        body=body,
        repeatable=False,
        summary=_summary(notification, package, position, whole_order=whole_order),
        field_map=field_map,
    )


def _items_in(package: Package, link: Link) -> dict[str, tuple[int, int]]:
    """Return the units in a package and one of our lines, by the item's id; several lines may be one item."""
    items: dict[str, tuple[int, int]] = {}
    for packed in package.lines:
        line = link.line(packed.line_id)
        if line is not None:
            units, first_line = items.get(line.remote_id, (0, packed.line_id))
            items[line.remote_id] = (units + packed.quantity, first_line)
    return items


def _is_whole_order(notification: ShipmentNotification, items: dict[str, tuple[int, int]]) -> bool:
    """Return whether the order's only package holds all that ShipEngine has of it, nothing cancelled.

    An item that is not counted in units is in it where a person resolved it as shipped.
    """
    link = notification.link
    if link is None or link.status not in ("", "unfulfilled"):
        return False
    only_package = len(notification.shipments) == 1 and len(notification.shipment.packages) == 1
    uncounted = [line for line in notification.order.lines if not line.is_counted]
    if not only_package or any(line.cancelled for line in notification.order.lines):
        return False
    if any(line.resolved_as != "shipped" for line in uncounted):
        return False
    resolved = {linked.remote_id for line in uncounted if (linked := link.line(line.id)) is not None}
    known = {item_id: units for item_id, units in _known_quantities(link).items() if item_id not in resolved}
    return bool(known) and known == {item_id: quantity for item_id, (quantity, _) in items.items()}


def _known_quantities(link: Link) -> dict[str, int | None]:
    """Return the ordered units by item id, of all items that ShipEngine gave; None where it gave no quantity."""
    known: dict[str, int | None] = {line.remote_id: line.quantity for line in link.lines}
    document = read_stored(wire.SalesOrder, link.document)
    in_document: dict[str, int | None] = {}
    for item in document.sales_order_items:
        item_id, before = item.sales_order_item_id, in_document.get(item.sales_order_item_id, 0)
        in_document[item_id] = None if before is None or item.quantity is None else before + item.quantity
    return known | in_document


def _position(package: Package, packages: tuple[Package, ...]) -> int:
    """Return the package's position in its shipment: its own, else an equal one's, else the first."""
    same = [position for position, other in enumerate(packages) if other is package]
    equal = [position for position, other in enumerate(packages) if other == package]
    return (same or equal or [0])[0]


def _summary(notification: ShipmentNotification, package: Package, position: int, *, whole_order: bool) -> Message:
    lines = ((notification.order.line(packed.line_id), packed.quantity) for packed in package.lines)
    content = named([f"{quantity} × {line.sku}" for line, quantity in lines if line is not None])
    if whole_order:
        return Message("summary.whole_order", items=content)
    several = len(notification.shipment.packages) > 1
    if several:
        return Message("summary.package", position=str(position + 1), items=content)
    return Message("summary.items", items=content)
