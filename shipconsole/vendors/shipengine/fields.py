"""Every property of ShipEngine's sales order as a field: all can be read, none can be changed.

A sales order changes only when its store is refreshed. Source: ShipEngine, Sales Orders Imported webhook (its
table of attributes); Sales Orders (read November 2026).
"""

from collections.abc import Mapping
from functools import partial

from shipconsole.domain.field import EACH, Field, FieldPath, Value, values_in
from shipconsole.vendors.shipengine.filters import FULFILLMENT_STATUSES, PAYMENT_STATUSES

ITEM: FieldPath = ("sales_order_items", EACH)

# The API's own spelling; the webhook's page writes Yes or No.
RESIDENTIAL = ("yes", "no", "unknown")

_field = partial(Field, vendor="ShipEngine")


def _choice(path: FieldPath, *choices: str, label: str = "") -> Field:
    """Return a field with the values of a list that may have grown since."""
    return _field(path, "choice", choices=choices, open_choices=True, label=label)


def _money(path: FieldPath) -> tuple[Field, ...]:
    return (_field((*path, "currency")), _field((*path, "amount"), "number"))


def _address(path: FieldPath) -> tuple[Field, ...]:
    names = (
        "name",
        "phone",
        "company_name",
        "address_line1",
        "address_line2",
        "address_line3",
        "city_locality",
        "state_province",
        "postal_code",
        "country_code",
    )
    shown = ("name", "address_line1", "city_locality", "postal_code", "country_code")
    basic = shown if path == ("ship_to",) else ()
    fields = (_field((*path, name), label=f"address.{name}", basic=name in basic) for name in names)
    indicator = "address_residential_indicator"
    return (*fields, _choice((*path, indicator), *RESIDENTIAL, label=f"address.{indicator}"))


def _source() -> tuple[Field, ...]:
    source: FieldPath = ("order_source",)
    info: FieldPath = (*source, "refresh_info")
    return (
        _field((*source, "order_source_id")),
        _field((*source, "order_source_nickname"), basic=True),
        _field((*source, "order_source_code")),
        _field((*source, "order_source_friendly_name")),
        _choice(
            (*info, "status"),
            "idle",
            "preparing_update",
            "updating",
            "error",
            "unknown",
        ),
        _field((*info, "last_refresh_attempt"), "moment"),
        _field((*info, "refresh_date"), "moment"),
        _field((*source, "active"), "yes_no"),
        _field((*source, "connection_id")),
    )


def _item() -> tuple[Field, ...]:
    details: FieldPath = (*ITEM, "line_item_details")
    options: FieldPath = (*ITEM, "requested_shipping_options")
    prices: FieldPath = (*ITEM, "price_summary")
    return (
        _field((*ITEM, "sales_order_item_id")),
        _field((*ITEM, "external_order_item_id")),
        _field((*details, "asin")),
        _field((*details, "weight", "value"), "number"),
        _field((*options, "shipping_service")),
        _field((*options, "ship_date"), "moment"),
        _field((*prices, "estimated_shipping")),
        _field((*ITEM, "is_gift"), "yes_no"),
        _field((*details, "name"), basic=True),
        _field((*details, "sku"), basic=True),
        _field((*ITEM, "quantity"), "whole", basic=True),
        _choice((*details, "weight", "unit"), "gram", "kilogram", "ounce", "pound"),
        *_address((*ITEM, "ship_to")),
        *_money((*prices, "unit_price")),
        *_money((*prices, "estimated_tax")),
        *_money((*prices, "estimated_shipping")),
        *_money((*prices, "total")),
    )


FIELDS: tuple[Field, ...] = (
    _field(("sales_order_id",), key=True),
    _field(("external_order_id",)),
    _field(("external_order_number",), basic=True),
    *_source(),
    _choice(("sales_order_status", "payment_status"), *PAYMENT_STATUSES),
    _choice(("sales_order_status", "fulfillment_status"), *FULFILLMENT_STATUSES),
    _field(("sales_order_status", "is_cancelled"), "yes_no"),
    _field(("order_date",), "moment", basic=True),
    _field(("created_at",), "moment"),
    _field(("modified_at",), "moment"),
    *_money(("payment_details", "subtotal")),
    *_money(("payment_details", "estimated_shipping")),
    *_money(("payment_details", "estimated_tax")),
    *_money(("payment_details", "grand_total")),
    _field(("customer", "name")),
    _field(("customer", "phone"), basic=True),
    _field(("customer", "email"), basic=True),
    _field(("bill_to", "email")),
    *_address(("bill_to", "address")),
    *_address(("ship_to",)),
    *_item(),
)


ADDRESS_PATHS: Mapping[str, FieldPath] = {
    "name": ("ship_to", "name"),
    "street": ("ship_to", "address_line1"),
    "postal_code": ("ship_to", "postal_code"),
    "country": ("ship_to", "country_code"),
}
"""Where the recipient's address is."""


def read_fields(document: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Return every value of a sales order by its path."""
    return values_in(document, (ITEM[:-1],))
