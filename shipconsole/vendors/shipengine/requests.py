"""The calls to ShipEngine, one function each, named as the platform names them."""

from urllib.parse import quote

from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import NO_FILTERS, Filters, Options, ShipmentNotification
from shipconsole.vendors.exchange import Json, Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.filters import given, moment_in_utc
from shipconsole.vendors.paging import size_of
from shipconsole.vendors.shipengine import wire
from shipconsole.vendors.shipengine.carriers import code_for
from shipconsole.vendors.shipengine.filters import MOMENTS

PAGE_SIZE = 100
OPEN_STATUSES = ("unfulfilled", "partially_fulfilled")
"""The lists that are read one after the other: the filter takes one status at a time."""


def list_order_sources(_options: Options) -> Request:
    """Ask for the shops of the account: the lightest call that needs the key and the plan."""
    return Request(call="list_order_sources", method="GET", path="/v-beta/order_sources")


def order_sources() -> Request:
    """Ask for the shops of the account and how far each one's refresh is."""
    return list_order_sources({})


def get_order_source(order_source_id: str) -> Request:
    """Ask how far a shop's refresh is."""
    return Request("get_order_source", "GET", f"/v-beta/order_sources/{quote(order_source_id, safe='')}")


def refresh_order_source(order_source_id: str) -> Request:
    """Ask ShipEngine to read a shop again; statuses of orders change only by that.

    Source: ShipEngine, Refresh an Order Source (read November 2026).
    """
    path = f"/v-beta/order_sources/{quote(order_source_id, safe='')}/refresh"
    return Request("refresh_order_source", "PUT", path)


def order_lists(filters: Filters = NO_FILTERS) -> tuple[str, ...]:
    """Return the cursors at which the lists begin: the one that a filter names, else both of open orders."""
    wanted = dict(given(filters, "fulfillment_status")).get("fulfillment_status", "")
    return tuple(f"{status}:1" for status in ((wanted,) if wanted else OPEN_STATUSES))


def list_sales_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of the orders that are not wholly fulfilled, or of those that filters leave.

    The cursor is ours, as in ``partially_fulfilled:2``; it never holds an address. The orders that
    changed last come last, so that an order that changes while they are read is met again. Source:
    ShipEngine, List Sales Orders (read November 2026).
    """
    status, _, page = cursor.partition(":")
    wanted = dict(given(filters, "fulfillment_status")).get("fulfillment_status", "")
    if status not in ((wanted,) if wanted else OPEN_STATUSES) or not page.isdecimal():
        status, page = wanted or OPEN_STATUSES[0], "1"
    sorting = dict(given(filters, "sort_by", "sort_dir"))
    query = (
        ("fulfillment_status", status),
        ("page", page),
        ("page_size", size_of(options, PAGE_SIZE)),
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
    """Tell that one package has shipped.

    Items are named with their quantities, except where this package is the whole order as ShipEngine
    knows it: leaving them out says that everything has shipped. None where nothing in the package is
    known to ShipEngine. A second call might make the shop write to the buyer twice, so the call is not
    repeatable. Source: ShipEngine, Notify Marketplaces an Order has Shipped (read November 2026).
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
    named: list[wire.ShippedItem] = []
    if not whole_order:
        for place, (item_id, (quantity, line_id)) in enumerate(items.items()):
            here: Path = ("sales_order_items", place)
            for name in ("sales_order_item_id", "quantity"):
                field_map.note((*here, name), ("lines", line_id))
            if not item_id:
                raise ValidationFailed(
                    Problem(
                        ("lines", line_id),
                        Message("shipengine.no_item_id"),
                        Message("shipengine.ship_whole"),
                    )
                )
            named.append(wire.ShippedItem(sales_order_item_id=item_id, quantity=quantity))
    told = wire.NotifyShipped(
        tracking_number=package.tracking_number,
        carrier_code=code_for(package.carrier, notification.options),
        sales_order_items=tuple(named) or None,
    )
    body: dict[str, Json] = told.model_dump(mode="json", exclude_none=True)
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
    """Units in a package and one of our lines, by the item's id; several lines may be one item."""
    items: dict[str, tuple[int, int]] = {}
    for packed in package.lines:
        line = link.line(packed.line_id)
        if line is not None:
            pieces, first_line = items.get(line.remote_id, (0, packed.line_id))
            items[line.remote_id] = (pieces + packed.quantity, first_line)
    return items


def _is_whole_order(notification: ShipmentNotification, items: dict[str, tuple[int, int]]) -> bool:
    """Whether the order's only package holds all that ShipEngine knows of it, nothing cancelled.

    An item that is not counted in units is in it where a person said that it shipped.
    """
    link = notification.link
    if link is None or link.status not in ("", "unfulfilled"):
        return False
    only_parcel = len(notification.shipments) == 1 and len(notification.shipment.packages) == 1
    uncounted = [line for line in notification.order.lines if not line.is_counted]
    if not only_parcel or any(line.cancelled for line in notification.order.lines):
        return False
    if any(line.resolved_as != "shipped" for line in uncounted):
        return False
    resolved = {linked.remote_id for line in uncounted if (linked := link.line(line.id)) is not None}
    known = {item_id: units for item_id, units in _known_quantities(link).items() if item_id not in resolved}
    return bool(known) and known == {item_id: quantity for item_id, (quantity, _) in items.items()}


def _known_quantities(link: Link) -> dict[str, int | None]:
    """Ordered units by item id, of all items that ShipEngine gave; None where it gave no quantity."""
    known: dict[str, int | None] = {line.remote_id: line.quantity for line in link.lines}
    document = wire.SalesOrder.model_validate(parse(link.document.encode()) or {})
    given: dict[str, int | None] = {}
    for item in document.sales_order_items:
        item_id, before = item.sales_order_item_id, given.get(item.sales_order_item_id, 0)
        given[item_id] = None if before is None or item.quantity is None else before + item.quantity
    return known | given


def _position(package: Package, packages: tuple[Package, ...]) -> int:
    """Where the package stands in its shipment: itself, else its equal, else the first place."""
    same = [place for place, other in enumerate(packages) if other is package]
    equal = [place for place, other in enumerate(packages) if other == package]
    return (same or equal or [0])[0]


def _summary(notification: ShipmentNotification, package: Package, position: int, *, whole_order: bool) -> Message:
    lines = ((notification.order.line(packed.line_id), packed.quantity) for packed in package.lines)
    content = tuple(f"{quantity} × {line.sku}" for line, quantity in lines if line is not None)
    if whole_order:
        return Message("summary.whole_order", items=content)
    several = len(notification.shipment.packages) > 1
    if several:
        return Message("summary.package", position=str(position + 1), items=content)
    return Message("summary.items", items=content)
