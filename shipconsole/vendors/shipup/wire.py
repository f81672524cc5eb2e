"""Shipup's objects: orders as they are read, the complete state of an order as it is sent.

Two generations are read alike: lists as lists, as null or as list objects, times as Unix seconds or ISO
text. Source: Shipup, The order object, The fulfillment object, Create or update an order (read November
2026).
"""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from shipconsole.domain.order import Quantity
from shipconsole.vendors.received import Counted, Received, objects
from shipconsole.vendors.sent import SentModel


class Address(Received):
    """The address of an order or a fulfillment."""

    first_name: str = ""
    last_name: str = ""
    name: str = ""
    company: str = ""
    company_title: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    address3: str = ""
    city: str = ""
    state: str = ""
    state_code: str = ""
    zip: str = ""
    country: str = ""
    country_code: str = ""


class Thumbnail(Received):
    """An item's picture."""

    src: str = ""


class LineItem(Counted):
    """An item: in the order until fulfilled, in the fulfillment until shipped, then in the tracker."""

    merchant_id: str = ""
    title: str = ""
    name: str = ""
    variant_title: str = ""
    description: str = ""
    sku: str = ""
    shipped_quantity: Quantity | None = None
    canceled_quantity: Quantity | None = None
    canceled: bool = False
    thumbnail: Thumbnail = Thumbnail()


class Carrier(Received):
    """A carrier as Shipup recognized it."""

    code: str = ""


class Tracker(Received):
    """A package under its tracking number; its carrier stands in one of two fields."""

    tracking_number: str = ""
    carrier_code: str = ""
    carrier: Carrier = Carrier()
    delivery_status_code: str = ""
    line_items: Annotated[tuple[LineItem, ...], BeforeValidator(objects)] = ()


class Fulfillment(Received):
    """A part of an order that is shipped together."""

    merchant_id: str = ""
    fulfillment_number: str = ""
    status_code: str = ""
    warehouse_merchant_id: str = ""
    estimated_delivery_range_end: datetime | None = None
    shipping_address: Address = Address()
    line_items: Annotated[tuple[LineItem, ...], BeforeValidator(objects)] = ()
    trackers: Annotated[tuple[Tracker, ...], BeforeValidator(objects)] = ()


class Order(Received):
    """An order; `merchant_id` is the store's id for it, `id` is Shipup's own and serves for paging only."""

    id: int | None = None
    merchant_id: str = ""
    order_number: str = ""
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    ordered_at: datetime | None = None
    created_at: datetime | None = None
    canceled: bool = False
    shipping_address: Address = Address()
    line_items: Annotated[tuple[LineItem, ...], BeforeValidator(objects)] = ()
    fulfillments: Annotated[tuple[Fulfillment, ...], BeforeValidator(objects)] = ()


class OrderList(Received):
    """A page of orders, the newest first."""

    has_more: bool = False
    data: Annotated[tuple[dict[str, object], ...] | None, BeforeValidator(objects)] = None


Named = Annotated[str, Field(min_length=1)]


class AddressUpsert(SentModel):
    """The address; the country's code is preferred to its name."""

    name: str | None = None
    company_title: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    state_code: str | None = None
    zip: str | None = None
    country: str | None = None
    country_code: str | None = None


class LineItemUpsert(SentModel):
    """An item; its `quantity` never changes once it was sent."""

    merchant_id: Named
    title: str | None = None
    variant_title: str | None = None
    description: str | None = None
    sku: str | None = None
    quantity: Quantity | None = None
    shipped_quantity: Quantity | None = None
    canceled_quantity: Quantity | None = None
    canceled: bool | None = None


class TrackerUpsert(SentModel):
    """A package and its items."""

    tracking_number: Named
    carrier_code: str | None = None
    carrier_service_code: str | None = None
    untracked_carrier_name: str | None = None
    line_items: tuple[LineItemUpsert, ...]


class FulfillmentUpsert(SentModel):
    """A part of an order: its packages, and the items that are not in a package yet."""

    merchant_id: Named
    shipping_address: AddressUpsert | None = None
    warehouse_merchant_id: str | None = None
    trackers: tuple[TrackerUpsert, ...] | None = None
    line_items: tuple[LineItemUpsert, ...] | None = None


class OrderUpsert(SentModel):
    """The complete present state of an order."""

    merchant_id: Named
    order_number: str | None = None
    ordered_at: str | None = None
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    canceled: bool | None = None
    shipping_address: AddressUpsert | None = None
    fulfillments: tuple[FulfillmentUpsert, ...] | None = None
    line_items: tuple[LineItemUpsert, ...] | None = None
