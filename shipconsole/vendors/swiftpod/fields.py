"""Every property of SwiftPOD's order as a field: all can be read, and none can be changed from here.

The table of types is made from one sample, so that a limit stands nowhere. Source: SwiftPOD, Get Order Detail, Create
Order, Webhook Notification - Tracking Number Example (read November 2026).
"""

from collections.abc import Mapping
from functools import partial

from shipconsole.domain.field import EACH, Field, FieldPath, Value, values_in
from shipconsole.vendors.swiftpod.filters import REJECTED_STATUSES, STATUSES

LINE: FieldPath = ("line_items", EACH)
TRACKING: FieldPath = ("trackings", EACH)

_field = partial(Field, vendor="SwiftPOD")
_basic = partial(_field, basic=True)
_LISTS: tuple[FieldPath, ...] = (("line_items",), ("trackings",), ("trackings", EACH, "shipped_items"))


def _address(name: str, whose: str) -> tuple[Field, ...]:
    parts = (
        ("name", "Name", f"The name of the {whose}."),
        ("company", "Company", "The company at the address."),
        ("email", "Email", f"The email address of the {whose}."),
        ("phone", "Phone", f"The phone number of the {whose}."),
        ("street1", "Street", "House number and street."),
        ("street2", "Street, second line", "Apartment or floor, for example."),
        ("city", "City", "The city or town."),
        ("state", "State", "State or province."),
        ("zip", "Postal code", "As the country's postal service writes it."),
        ("country", "Country", "Two letters."),
    )
    shown = ("name", "street1", "city", "zip", "country") if name == "address" else ()
    return tuple(_field((name, part), title, message, basic=part in shown) for part, title, message in parts)


def _files(name: str, title: str) -> tuple[Field, ...]:
    return (
        _field((*LINE, name, EACH, "key"), f"{title}, side", "The side of the product, as in front."),
        _field((*LINE, name, EACH, "url"), f"{title}, address", "The address of the picture."),
    )


FIELDS: tuple[Field, ...] = (
    _field(("id",), "SwiftPOD's id", "The number that SwiftPOD gave the order.", key=True),
    _basic(("order_id",), "Order number", "The number under which the store ordered."),
    _basic(("status",), "Status", "How far the order is.", "choice", choices=STATUSES, open_choices=True),
    _basic(("shipping_method",), "Shipping method", "The speed that was ordered, as in standard."),
    _basic(("ship_by_date",), "Ship by", "When it is to ship at the latest.", "moment"),
    _field(("created_at",), "Created", "When SwiftPOD received the order.", "moment"),
    _field(("updated_at",), "Changed", "When SwiftPOD changed it last.", "moment"),
    _basic(
        ("rejected_status",),
        "Rejected for",
        "The reason SwiftPOD rejected the order.",
        "choice",
        choices=REJECTED_STATUSES,
        open_choices=True,
    ),
    _field(("rejected_at",), "Rejected", "When SwiftPOD rejected it.", "moment"),
    _field(("cancelled_at",), "Cancelled", "When it was cancelled.", "moment"),
    _field(("test_order",), "Test order", "Whether it is a test, with invented tracking numbers.", "yes_no"),
    _field(("sample_order",), "Sample order", "Whether it is a sample.", "yes_no"),
    _field(("reprint_order",), "Reprint", "Whether it replaces an order that was printed before.", "yes_no"),
    _field(("total_cost",), "Total cost", "What SwiftPOD charges for it."),
    _field(("tax_id",), "Tax id", "The sender's tax number."),
    _field(("tax_id_type",), "Tax id, kind", "What kind of number it is, as in IOSS."),
    _field(("ioss_number",), "IOSS number", "The number for imports into the European Union."),
    *_address("address", "recipient"),
    *_address("return_address", "sender"),
    _field((*LINE, "id"), "Item, SwiftPOD's id", "The number that SwiftPOD gave the item.", key=True),
    _basic((*LINE, "sku"), "SKU", "The SKU of the item."),
    _basic((*LINE, "name"), "Item", "What the item is called."),
    _basic((*LINE, "quantity"), "Quantity", "How many units were ordered.", "whole"),
    _field((*LINE, "order_item_id"), "Item, store's id", "The id that the store gave the item."),
    *_files("print_files", "Print file"),
    *_files("preview_files", "Preview"),
    _basic((*TRACKING, "tracking_number"), "Tracking number", "As it is on the label."),
    _basic((*TRACKING, "carrier"), "Carrier", "The carrier of the package."),
    _basic((*TRACKING, "status"), "Tracking status", "How far the package is."),
    _field((*TRACKING, "tracking_url"), "Tracking page", "The address of the carrier's page."),
    _field((*TRACKING, "label_url"), "Label", "The address of the label."),
    _field((*TRACKING, "created_at"), "Package created", "When SwiftPOD made the label.", "moment"),
    _field((*TRACKING, "primary"), "First package", "Whether it is the first of the order's packages.", "yes_no"),
    _field((*TRACKING, "shipped_items", EACH, "order_item_id"), "Packed item", "The store's id of an item in it."),
    _field((*TRACKING, "shipped_items", EACH, "quantity"), "Packed quantity", "How many units are in it.", "whole"),
)


def read(order: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Return an order's values, with what one item fills read as the list of it."""
    return values_in(order, _LISTS)
