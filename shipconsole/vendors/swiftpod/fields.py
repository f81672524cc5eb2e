"""Every property of SwiftPOD's order as a field: all can be read, none can be changed.

The table of types is made from one sample, so no limits are documented. Source: SwiftPOD, Get Order Detail, Create
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


def _address(part: str) -> tuple[Field, ...]:
    names = ("name", "company", "email", "phone", "street1", "street2", "city", "state", "zip", "country")
    basic = ("name", "street1", "city", "zip", "country") if part == "address" else ()
    return tuple(_field((part, name), label=f"address.{name}", basic=name in basic) for name in names)


def _files(part: str) -> tuple[Field, ...]:
    return (_field((*LINE, part, EACH, "key")), _field((*LINE, part, EACH, "url")))


FIELDS: tuple[Field, ...] = (
    _field(("id",), key=True),
    _basic(("order_id",)),
    _basic(("status",), "choice", choices=STATUSES, open_choices=True),
    _basic(("shipping_method",)),
    _basic(("ship_by_date",), "moment"),
    _field(("created_at",), "moment"),
    _field(("updated_at",), "moment"),
    _basic(
        ("rejected_status",),
        "choice",
        choices=REJECTED_STATUSES,
        open_choices=True,
    ),
    _field(("rejected_at",), "moment"),
    _field(("cancelled_at",), "moment"),
    _field(("test_order",), "yes_no"),
    _field(("sample_order",), "yes_no"),
    _field(("reprint_order",), "yes_no"),
    _field(("total_cost",)),
    _field(("tax_id",)),
    _field(("tax_id_type",)),
    _field(("ioss_number",)),
    *_address("address"),
    *_address("return_address"),
    _field((*LINE, "id"), key=True),
    _basic((*LINE, "sku")),
    _basic((*LINE, "name")),
    _basic((*LINE, "quantity"), "whole"),
    _field((*LINE, "order_item_id")),
    *_files("print_files"),
    *_files("preview_files"),
    _basic((*TRACKING, "tracking_number")),
    _basic((*TRACKING, "carrier")),
    _basic((*TRACKING, "status")),
    _field((*TRACKING, "tracking_url")),
    _field((*TRACKING, "label_url")),
    _field((*TRACKING, "created_at"), "moment"),
    _field((*TRACKING, "primary"), "yes_no"),
    _field((*TRACKING, "shipped_items", EACH, "order_item_id")),
    _field((*TRACKING, "shipped_items", EACH, "quantity"), "whole"),
)


ADDRESS_PATHS: Mapping[str, FieldPath] = {
    "name": ("address", "name"),
    "street": ("address", "street1"),
    "postal_code": ("address", "zip"),
    "country": ("address", "country"),
}
"""Where the recipient's address is."""


def read_fields(document: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Return every value of an order by its path; a single object where a list is documented is a list of one."""
    return values_in(document, _LISTS)
