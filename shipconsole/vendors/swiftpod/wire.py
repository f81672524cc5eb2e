"""SwiftPOD's objects: orders with their trackings as they are read, the subscription of a webhook as it is sent.

An order's table of types was made from one sample, so much of it is null: all of it may be there or not. Source:
SwiftPOD, Get Orders, Get Order Detail, Webhook Notification - Tracking Number Example, Subscribe to Webhook (read
November 2026).
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from shipconsole.domain.order import Quantity
from shipconsole.vendors.received import Counted, Received, objects
from shipconsole.vendors.sent import SentModel

Event = Literal["order_notify", "stock_notify", "shipment_notify"]


class Address(Received):
    """The recipient's address of an order, or its return address."""

    name: str = ""
    email: str = ""
    company: str = ""
    phone: str = ""
    street1: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    zip: str = ""


class LineItem(Counted):
    """An item; `order_item_id` is the store's own, a text in one example and a number in another."""

    id: str = ""
    order_item_id: str = ""
    sku: str = ""
    name: str = ""


class ShippedItem(Received):
    """Units of an item in a package; the id may be that of no line item."""

    order_item_id: str = ""
    quantity: Quantity | None = None


class Tracking(Received):
    """A package: `carrier` and `status` in an order are `carrier_code` and `tracking_status` in an event.

    `shipped_items` is a list in the one and an object in the other.
    """

    tracking_number: str = ""
    tracking_url: str = ""
    carrier: str = ""
    carrier_code: str = ""
    status: str = ""
    tracking_status: str = ""
    created_at: str = ""
    label_url: str = ""
    primary: bool = False
    shipped_items: Annotated[tuple[ShippedItem, ...], BeforeValidator(objects)] = ()


class Order(Received):
    """An order; `id` is a number in lists and webhooks and a text in the order alone, `order_id` the store's own.

    Each of its trackings is read from its raw object.
    """

    id: str = ""
    order_id: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    ship_by_date: datetime | None = None
    status: str = ""
    rejected_at: str = ""
    rejected_status: str = ""
    cancelled_at: str = ""
    sample_order: bool = False
    reprint_order: bool = False
    shipping_method: str = ""
    ioss_number: str = ""
    tax_id: str = ""
    tax_id_type: str = ""
    total_cost: str = ""
    address: Address = Address()
    return_address: Address = Address()
    line_items: Annotated[tuple[LineItem, ...], BeforeValidator(objects)] = ()
    trackings: Annotated[tuple[dict[str, object], ...], BeforeValidator(objects)] = ()


class OrderList(Received):
    """A page of orders; besides `current_page` and `data` nothing of it is documented."""

    current_page: int | None = None
    last_page: int | None = None
    total: int | None = None
    data: Annotated[tuple[dict[str, object], ...] | None, BeforeValidator(objects)] = None


class SubscribeWebhook(SentModel):
    """A URL to be called for an event; a second one for the same event replaces the first."""

    url: Annotated[str, Field(min_length=1)]
    event: Event
    name: Annotated[str, Field(min_length=1)]
