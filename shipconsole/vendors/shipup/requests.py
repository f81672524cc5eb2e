"""The requests to Shipup, one function each."""

from dataclasses import replace

from shipconsole.domain.message import Message
from shipconsole.domain.order import Order
from shipconsole.domain.problem import ValidationFailed
from shipconsole.vendors.adapter import NO_FILTERS, Cancellation, Filters, Options, ShipmentNotification
from shipconsole.vendors.order_edit import OrderPart, limit_problems
from shipconsole.vendors.paging import size_of
from shipconsole.vendors.request import Request
from shipconsole.vendors.shipup.fields import FIELDS
from shipconsole.vendors.shipup.filters import filter_query
from shipconsole.vendors.shipup.options import ShipupOptions
from shipconsole.vendors.shipup.order_state import create_order
from shipconsole.vendors.summaries import named

PAGE_SIZE = 100

# Without these a response has orders without their items. Source: Shipup, List orders (read November 2026).
EXPAND = (
    "shipping_address",
    "line_items",
    "fulfillments.shipping_address",
    "fulfillments.line_items",
    "fulfillments.trackers.line_items",
)


def probe(_options: Options) -> Request:
    """Ask for one order: the smallest request that needs the key."""
    return Request("list_orders", "GET", "/v2/orders", query=(("limit", "1"),))


def list_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of orders; the cursor is Shipup's own id of the last order of the page before.

    Lists begin with the greatest id, and `ending_before` asks for lesser ones (`starting_after` for greater ones).
    Raises `ValidationFailed` for filters by both dates: Shipup accepts one of them. Source: Shipup, List all orders,
    and Pagination (read November 2026).
    """
    query = [("limit", size_of(options, PAGE_SIZE, PAGE_SIZE)), *filter_query(filters)]
    if cursor.isdecimal():
        query.append(("ending_before", cursor))
    return Request("list_orders", "GET", "/v2/orders", query=(*query, *_expand()))


def get_order(merchant_id: str, _options: Options) -> Request:
    """Ask for one order, by number: there is no documented filter by the store's id, which is mostly the same."""
    query = (("order_number", merchant_id), ("limit", "2"), *_expand())
    return Request("get_order", "GET", "/v2/orders", query=query)


def creates_missing(options: Options) -> bool:
    """Return whether orders that Shipup does not have are created by a notification."""
    return ShipupOptions.read(options).create_missing != "known"


def notify(notification: ShipmentNotification) -> Request | None:
    """Send the order's state up to a shipment; None for a missing order where the options do not create those."""
    if notification.link is None and not creates_missing(notification.options):
        return None
    return create_order(
        notification.order,
        notification.shipments,
        notification.link,
        notification.options,
        notified=notification.shipment,
        replaced=notification.replaced,
    )


def void(notification: ShipmentNotification) -> Request | None:
    """Update an order so that the units of a voided shipment are left in their fulfillment again.

    No request that removes a tracker is documented: it stays until a person removes it at Shipup. Source: Shipup,
    Create or update an order; Line items configuration (read November 2026).
    """
    if notification.link is None and not creates_missing(notification.options):
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


def cancel(cancellation: Cancellation) -> Request | None:
    """Update an order with how many units of the changed items are cancelled, also where that is none.

    A known `quantity` never changes; where all units of an item are cancelled Shipup cancels the item. That a
    `canceled_quantity` may be lowered again is not documented. None where Shipup has none of the items. Source: Shipup,
    Create or update an order; Line items configuration (read November 2026).
    """
    order, link = cancellation.order, cancellation.link
    known = [line for line in order.lines if line.id in cancellation.line_ids and link.line(line.id)]
    if not known:
        return None
    request = create_order(
        order,
        cancellation.shipments,
        link,
        cancellation.options,
        changed_lines=[line.id for line in known],
        replaced=cancellation.replaced,
    )
    items = tuple(
        Message("summary.cancelled_of", cancelled=line.cancelled, ordered=line.ordered, sku=line.sku) for line in known
    )
    summary = "summary.items_restored" if cancellation.restored else "summary.items_cancelled"
    return replace(request, summary=Message(summary, items=named(items)))


def create(order: Order, options: Options) -> Request:
    """Create an order; sent twice it is still one order, as the platform recognizes our ids.

    Source: Shipup, Create or update an order (read November 2026).
    """
    # What a person resolved is no longer to ship.
    order = order.model_copy(update={"lines": tuple(line for line in order.lines if line.is_counted)})
    parts = [OrderPart(("merchant_id",), order.number, ("number",))]
    for position, line in enumerate(order.lines):
        theirs, ours = ("line_items", str(position)), ("lines", line.id)
        parts.append(OrderPart((*theirs, "title"), line.description, (*ours, "description")))
        parts.append(OrderPart((*theirs, "quantity"), line.ordered, (*ours, "quantity")))
    problems = limit_problems(parts, FIELDS)
    if problems:
        raise ValidationFailed(*problems)
    request = create_order(order, (), None, options)
    return replace(request, summary=Message("summary.new_order", count=order.ordered))


def _expand() -> tuple[tuple[str, str], ...]:
    return tuple(("expand[]", path) for path in EXPAND)
