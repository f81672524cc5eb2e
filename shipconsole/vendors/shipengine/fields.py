"""Every property of ShipEngine's sales order as a field: all can be read, and none can be changed there.

A sales order changes only when its shop is read again. Source: ShipEngine, Sales Orders Imported webhook (its
table of attributes); Sales Orders (read November 2026).
"""

from collections.abc import Mapping
from functools import partial

from shipconsole.domain.field import EACH, Field, FieldPath, Kind, Value, values_in

ITEM: FieldPath = ("sales_order_items", EACH)

# The API's own spelling; the webhook's page writes Yes or No.
RESIDENTIAL = ("yes", "no", "unknown")

_field = partial(Field, vendor="ShipEngine")


def _choice(path: FieldPath, title: str, message: str, *choices: str) -> Field:
    """A word of a list that may have grown since."""
    return _field(path, title, message, "choice", choices=choices, open_choices=True)


def _money(path: FieldPath, title: str) -> tuple[Field, ...]:
    return (
        _field((*path, "currency"), f"{title}, currency", "The currency's code, in lower or upper case."),
        _field((*path, "amount"), title, "How much it is.", "number"),
    )


def _address(path: FieldPath, whose: str) -> tuple[Field, ...]:
    basic = path == ("ship_to",)
    parts = (
        ("name", "Name", f"The name of the {whose}."),
        ("phone", "Phone", f"The number of the {whose}."),
        ("company_name", "Company", "The firm at the address."),
        ("address_line1", "Street", "House number and street."),
        ("address_line2", "Street, second line", "Flat or floor, say."),
        ("address_line3", "Street, third line", "What else finds the door."),
        ("city_locality", "City", "The town."),
        ("state_province", "State", "State or province."),
        ("postal_code", "Post code", "As the post of the country writes it."),
        ("country_code", "Country code", "Two letters."),
    )
    shown = ("name", "address_line1", "city_locality", "postal_code", "country_code")
    fields = [_field((*path, name), title, message, basic=basic and name in shown) for name, title, message in parts]
    indicator: FieldPath = (*path, "address_residential_indicator")
    return (*fields, _choice(indicator, "Residential", "Whether people live there.", *RESIDENTIAL))


def _source() -> tuple[Field, ...]:
    here: FieldPath = ("order_source",)
    info: FieldPath = (*here, "refresh_info")
    return (
        _field((*here, "order_source_id"), "Store id", "ShipEngine's own id of the store."),
        _field((*here, "order_source_nickname"), "Store", "What the store is called in the account.", basic=True),
        _field((*here, "order_source_code"), "Store system", "The store's system, by its code."),
        _field((*here, "order_source_friendly_name"), "Store system name", "The same in words."),
        _choice(
            (*info, "status"),
            "Reading the store",
            "How far ShipEngine is with reading the store again.",
            "idle",
            "preparing_update",
            "updating",
            "error",
            "unknown",
        ),
        _field((*info, "last_refresh_attempt"), "Last tried", "When it was last tried; may be unknown.", "moment"),
        _field((*info, "refresh_date"), "Last read", "When the store was last read to the end.", "moment"),
        _field((*here, "active"), "Store active", "Whether the store is still connected.", "yes_no"),
        _field((*here, "connection_id"), "Connection id", "The id of the store's permission."),
    )


def _item() -> tuple[Field, ...]:
    details: FieldPath = (*ITEM, "line_item_details")
    wanted: FieldPath = (*ITEM, "requested_shipping_options")
    prices: FieldPath = (*ITEM, "price_summary")
    texts: tuple[tuple[FieldPath, str, str, Kind], ...] = (
        ((*ITEM, "sales_order_item_id"), "Item id", "ShipEngine's own id of the item.", "text"),
        ((*ITEM, "external_order_item_id"), "Store's item id", "The id that the store gave the item.", "text"),
        ((*details, "asin"), "ASIN", "Amazon's number of the article.", "text"),
        ((*details, "weight", "value"), "Weight", "What one unit weighs.", "number"),
        ((*wanted, "shipping_service"), "Wanted service", "The delivery that the customer chose.", "text"),
        ((*wanted, "ship_date"), "Wanted ship date", "When it should leave.", "moment"),
        ((*prices, "estimated_shipping"), "Shipping", "A text at times, an amount at others.", "text"),
        ((*ITEM, "is_gift"), "Gift", "Whether it is a present.", "yes_no"),
    )
    return (
        *(_field(path, title, message, kind) for path, title, message, kind in texts),
        _field((*details, "name"), "Name", "What the item is.", basic=True),
        _field((*details, "sku"), "SKU", "The store's code for the item.", basic=True),
        _field((*ITEM, "quantity"), "Quantity", "How many were ordered.", "whole", basic=True),
        _choice((*details, "weight", "unit"), "Weight unit", "The unit of it.", "gram", "kilogram", "ounce", "pound"),
        *_address((*ITEM, "ship_to"), "receiver"),
        *_money((*prices, "unit_price"), "Unit price"),
        *_money((*prices, "estimated_tax"), "Tax"),
        *_money((*prices, "estimated_shipping"), "Shipping"),
        *_money((*prices, "total"), "Total"),
    )


FIELDS: tuple[Field, ...] = (
    _field(("sales_order_id",), "Order id", "ShipEngine's own id of the order.", key=True),
    _field(("external_order_id",), "Store's order id", "The id that the store gave it."),
    _field(("external_order_number",), "Order number", "The number that the customer knows.", basic=True),
    *_source(),
    _choice(
        ("sales_order_status", "payment_status"),
        "Payment",
        "Whether the order is paid.",
        "unknown",
        "paid",
        "unpaid",
        "partially_paid",
    ),
    _choice(
        ("sales_order_status", "fulfillment_status"),
        "Fulfillment",
        "How much of the order has shipped.",
        "unknown",
        "fulfilled",
        "unfulfilled",
        "partially_fulfilled",
    ),
    _field(("sales_order_status", "is_cancelled"), "Cancelled", "Whether it was cancelled in the store.", "yes_no"),
    _field(("order_date",), "Order date", "When the customer ordered.", "moment", basic=True),
    _field(("created_at",), "Known since", "When ShipEngine first heard of it.", "moment"),
    _field(("modified_at",), "Changed at", "When ShipEngine last changed it.", "moment"),
    *_money(("payment_details", "subtotal"), "Subtotal"),
    *_money(("payment_details", "estimated_shipping"), "Shipping"),
    *_money(("payment_details", "estimated_tax"), "Tax"),
    *_money(("payment_details", "grand_total"), "Total"),
    _field(("customer", "name"), "Customer", "The name of the customer."),
    _field(("customer", "phone"), "Customer's phone", "The number of the customer.", basic=True),
    _field(("customer", "email"), "Customer's email", "The mail address of the customer.", basic=True),
    _field(("bill_to", "email"), "Bill's email", "Where the bill goes by mail."),
    *_address(("bill_to", "address"), "payer"),
    *_address(("ship_to",), "receiver"),
    *_item(),
)


ADDRESS_PATHS: Mapping[str, FieldPath] = {
    "name": ("ship_to", "name"),
    "street": ("ship_to", "address_line1"),
    "postal_code": ("ship_to", "postal_code"),
    "country": ("ship_to", "country_code"),
}
"""Where the receiver's address stands."""


def read_fields(document: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Every value of a sales order by its path."""
    return values_in(document, (ITEM[:-1],))
