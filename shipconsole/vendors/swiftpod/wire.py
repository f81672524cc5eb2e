"""SwiftPOD's objects: orders with their trackings as they are read, the subscription of a webhook as it is sent.

An order's table of types was made from one sample, so that much of it says null: all is read as if it may be
there or not. Source: SwiftPOD, Get Orders, Get Order Detail, Webhook Notification - Tracking Number Example,
Subscribe to Webhook (read November 2026).
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shipconsole.vendors.exchange import Counted, Received, objects

Whole = Annotated[int, Field(ge=0, le=1_000_000)]
Event = Literal["order_notify", "stock_notify", "shipment_notify"]


class Address(Received):
    """Where an order goes, or where it returns to."""

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
    """An item; `order_item_id` is the shop's own, a text in one example and a number in another."""

    id: str = ""
    order_item_id: str = ""
    sku: str = ""
    name: str = ""


class ShippedItem(Received):
    """So many units in a package; the id may be that of no line item."""

    order_item_id: str = ""
    quantity: Whole | None = None


class Tracking(Received):
    """A package: `carrier` and `status` in an order are `carrier_code` and `tracking_status` in an event.

    `shipped_items` is a list here and one object there.
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
    """An order; `id` is a number in lists and webhooks and a text in the order alone, `order_id` the shop's own.

    Its trackings are read one by one from the raw objects.
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


class SubscribeWebhook(BaseModel):
    """An address to be called of an event; a second one for the same event takes the place of the first."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    url: Annotated[str, Field(min_length=1)]
    event: Event
    name: Annotated[str, Field(min_length=1)]
