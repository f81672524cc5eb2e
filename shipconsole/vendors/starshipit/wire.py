"""Starshipit's objects: orders as they are read, and the update of an order as it is sent.

What is read and what is sent differ: a package's `contents` is sent as `description`, quantities are
whole numbers in responses and decimals in requests. Source: Starshipit, Update Order (read November 2026).
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from shipconsole.vendors.received import Counted, Received, objects
from shipconsole.vendors.sent import SentModel


class Address(Received):
    """The recipient of an order, or its sender."""

    name: str = ""
    email: str = ""
    phone: str = ""
    building: str = ""
    company: str = ""
    street: str = ""
    suburb: str = ""
    city: str = ""
    state: str = ""
    post_code: str = ""
    country: str = ""
    delivery_instructions: str = ""
    tax_number: str = ""


class Item(Counted):
    """One item of an order; `weight` is that of one unit in kilograms."""

    item_id: int | None = None
    description: str = ""
    sku: str = ""
    barcode: str = ""
    tariff_code: str = ""
    country_of_origin: str = ""
    quantity_to_ship: float | None = None
    weight: float | None = None
    value: float | None = None


class Package(Received):
    """One package of an order, in kilograms and metres."""

    package_id: int | None = None
    name: str = ""
    weight: float | None = None
    height: float | None = None
    width: float | None = None
    length: float | None = None
    packaging_type: str = ""
    carrier_service_code: str = ""
    carrier_service_name: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    delivery_status: str = ""
    shipment_type: str = ""
    label_created_date: datetime | None = None
    contents: str = ""


class Order(Received):
    """An order; `items` is None where the response holds a summary only."""

    order_id: int | None = None
    order_date: datetime | None = None
    order_number: str = ""
    reference: str = ""
    carrier: str = ""
    carrier_name: str = ""
    carrier_service_code: str = ""
    shipping_method: str = ""
    shipping_description: str = ""
    currency: str = ""
    sender_details: Address = Address()
    destination: Address = Address()
    items: Annotated[tuple[Item, ...] | None, BeforeValidator(objects)] = None
    packages: Annotated[tuple[Package, ...], BeforeValidator(objects)] = ()
    archived: bool = False
    platform: str = ""
    status: str = ""
    manifested: bool = False
    name: str = ""
    country: str = ""


class ErrorDetail(Received):
    """One error of Starshipit's."""

    message: str = ""
    details: str = ""


class Reply(Received):
    """A response of the service; `statusCode` and `message` are of the gateway before it."""

    order: Annotated[tuple[dict[str, object], ...] | None, BeforeValidator(objects)] = None
    orders: Annotated[tuple[dict[str, object], ...] | None, BeforeValidator(objects)] = None
    total_pages: int | None = None
    success: bool | None = None
    errors: object = None
    status_code: int | None = Field(default=None, alias="statusCode")
    message: str = ""


Id = Annotated[int, Field(ge=0)]
Amount = Annotated[Decimal, Field(ge=0, le=1_000_000_000, allow_inf_nan=False)]
Text50 = Annotated[str, Field(max_length=50)]
Text100 = Annotated[str, Field(max_length=100)]
Named = Annotated[str, Field(min_length=1, max_length=100)]


class DestinationUpdate(SentModel):
    """A complete address: it cannot be changed field by field. `state` is left out rather than sent empty."""

    name: Named
    email: Text100 | None = None
    phone: Text100 | None = None
    building: Text100 | None = None
    company: Text100 | None = None
    street: Named
    suburb: Named
    city: Text100 | None = None
    state: Named | None = None
    post_code: Annotated[str, Field(max_length=10)] | None = None
    country: Annotated[str, Field(min_length=2, max_length=100)]
    delivery_instructions: Text100 | None = None
    tax_number: str | None = None


class ItemUpdate(SentModel):
    """An item; with `item_id` it changes that item, without it is a new one."""

    item_id: Id | None = None
    description: str | None = None
    sku: Text50 | None = None
    tariff_code: Annotated[str, Field(max_length=18)] | None = None
    country_of_origin: Text50 | None = None
    quantity: Amount | None = None
    quantity_to_ship: Amount | None = None
    weight: Amount | None = None
    value: Amount | None = None


class PackageUpdate(SentModel):
    """A package, in kilograms and metres; with `package_id` it changes that package, without it is a new one."""

    package_id: Id | None = None
    name: str | None = None
    weight: Amount | None = None
    height: Amount | None = None
    width: Amount | None = None
    length: Amount | None = None
    packaging_type: str | None = None
    tracking_number: str | None = None
    description: str | None = None


class Metadata(SentModel):
    """A further value of an order under a name of the store's own."""

    metafield_key: str
    value: str


class NewOrder(SentModel):
    """A new order."""

    order_date: str | None = None
    order_number: Annotated[str, Field(min_length=1, max_length=50)]
    destination: DestinationUpdate
    items: tuple[ItemUpdate, ...]


class OrderUpdate(SentModel):
    """A change of an order; what is left out keeps its value.

    Nothing in it can delete: a deletion has its own argument of `requests.update_order`.
    """

    order_id: Id
    order_date: str | None = None
    order_number: Text50 | None = None
    reference: Text50 | None = None
    carrier: str | None = None
    carrier_service_code: str | None = None
    shipping_method: Text100 | None = None
    shipping_description: Text100 | None = None
    signature_required: bool | None = None
    currency: Annotated[str, Field(max_length=3)] | None = None
    sender_details: DestinationUpdate | None = None
    destination: DestinationUpdate | None = None
    items: tuple[ItemUpdate, ...] | None = None
    packages: tuple[PackageUpdate, ...] | None = None
    metadatas: tuple[Metadata, ...] | None = None
    status: str | None = None
    is_manifested: bool | None = None
