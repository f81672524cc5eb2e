"""Every property of Shipup's order as a field, its fulfillments, packages and items included.

An item stands in the order, in a fulfillment or in a package, an address at the order or at a fulfillment: the
same fields at each position. Source: Shipup, Create or update an order; The order object; The fulfillment object;
The tracker object; The line item object; The order details object (read November 2026).
"""

from collections.abc import Mapping
from functools import partial
from typing import cast

from shipconsole.domain.entries import EntryList
from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, Value, values_in
from shipconsole.domain.message import Message
from shipconsole.vendors.shipup import wire

PRE_SHIPMENT = (
    "pending",
    "in_production",
    "in_transit_to_stock",
    "preparing_shipment",
    "delayed",
    "production_delay",
    "transit_to_stock_delay",
    "blocked",
)
"""Statuses with a message of their own to the customer, for which the order's time is required."""

STATUS_CODES = (*PRE_SHIPMENT, "partially_shipped", "shipped", "canceled")

# The last two stand in some editions of the platform's pages only.
DELIVERY_STATUS_CODES = (
    "pending",
    "info_received",
    "in_transit",
    "failed_attempt",
    "exception",
    "pickup",
    "delivered",
    "return",
    "expired",
    "delayed",
    "transit",
)

FULFILLMENT: FieldPath = ("fulfillments", EACH)
TRACKER: FieldPath = (*FULFILLMENT, "trackers", EACH)
ITEM_PATHS: tuple[FieldPath, ...] = tuple((*path, "line_items", EACH) for path in ((), FULFILLMENT, TRACKER))

_LISTS: tuple[FieldPath, ...] = tuple(path[:-1] for path in (FULFILLMENT, TRACKER, *ITEM_PATHS))

_AMOUNTS = ("total_order_price_excl_tax", "total_order_price_incl_tax", "vat", "shipping_cost", "duty_paid")

_read = partial(Field, vendor="Shipup")
_edit = partial(Field, vendor="Shipup", editable=True)


def _order() -> tuple[Field, ...]:
    return (
        _key(("merchant_id",)),
        _edit(("order_number",), basic=True),
        _edit(("ordered_at",), "moment"),
        _edit(("language_code",)),
        _edit(("email",), basic=True),
        _edit(("phone",), basic=True),
        _edit(("first_name",), basic=True),
        _edit(("last_name",), basic=True),
        _edit(("mute_notifications",), "yes_no", basic=True),
        _edit(("canceled",), "yes_no", basic=True),
        _edit(("auto_opt_in_whatsapp",), "yes_no"),
        _edit(("is_multi_shipped",), "yes_no"),
        _edit(("custom_variables", NAMED)),
        *_metadata(()),
    )


def _order_details() -> tuple[Field, ...]:
    """Return the order's amounts: sent flat and as texts, read as objects with both currencies."""
    here: FieldPath = ("order_details",)
    sent: list[Field] = []
    for lead in ("", "merchant_"):
        sent.append(_edit((*here, f"{lead}currency_code")))
        sent += [_edit((*here, f"{lead}{name}_amount"), read=False) for name in _AMOUNTS]
    read = [
        _read((*here, stored, money, part), label=f"{stored}.{money}.{part}")
        for stored in (f"{name}_value" if name == "duty_paid" else name for name in _AMOUNTS)
        for money in ("merchant_money", "presentment_money")
        for part in ("amount", "currency_code")
    ]
    return (
        *sent,
        *read,
        _read((*here, "duty_paid"), "yes_no"),
        *_own(here),
    )


def _fulfillment() -> tuple[Field, ...]:
    here, needs = FULFILLMENT, _keys(FULFILLMENT)
    edit = partial(_edit, needs=needs)
    return (
        _key((*here, "merchant_id")),
        edit((*here, "fulfillment_number")),
        edit(
            (*here, "status_code"),
            "choice",
            choices=STATUS_CODES,
            open_choices=True,
            basic=True,
        ),
        edit((*here, "canceled"), "yes_no"),
        edit((*here, "warehouse_merchant_id")),
        edit((*here, "estimated_delivery_range_start"), "moment"),
        edit((*here, "estimated_delivery_range_end"), "moment"),
        edit(
            (*here, "can_assign_items"),
            "yes_no",
        ),
        edit((*here, "custom_variables", NAMED), label="custom_variables"),
        _read((*here, "promised_delivery_at"), "moment"),
        _read((*here, "return_journey"), "yes_no"),
        *_metadata(here),
    )


def _tracker() -> tuple[Field, ...]:
    here, needs = TRACKER, _keys(TRACKER)
    edit = partial(_edit, needs=needs)
    shown = ("date", "datetime", "kind", "start_date", "start_datetime", "end_date", "end_datetime")
    return (
        _key((*here, "tracking_number"), needs=_keys(FULFILLMENT)),
        edit((*here, "carrier_code"), basic=True),
        edit((*here, "carrier_service_code")),
        edit((*here, "untracked_carrier_name")),
        edit((*here, "untracked_carrier_url")),
        edit((*here, "expected_delivery_at"), "moment"),
        edit(
            (*here, "mute_notifications"),
            "yes_no",
        ),
        edit((*here, "custom_variables", NAMED), label="custom_variables"),
        _read(
            (*here, "delivery_status_code"),
            "choice",
            choices=DELIVERY_STATUS_CODES,
            open_choices=True,
        ),
        _read((*here, "shipped_at"), "moment"),
        _read((*here, "first_delivery_attempted_at"), "moment"),
        _read((*here, "delivered_at"), "moment"),
        _read((*here, "tracking_link")),
        _read((*here, "carrier_tracker_identifier")),
        *(_read((*here, f"displayable_expected_delivery_{name}")) for name in shown),
        *(
            _read((*here, part, name))
            for part, names in (
                ("carrier", ("object", "code", "name")),
                ("carrier_service", ("object", "id", "code", "name")),
            )
            for name in names
        ),
        *_metadata(here),
    )


def _line(here: FieldPath) -> tuple[Field, ...]:
    """Return the fields of an item at one of its positions; only in a package it has a shipped quantity."""
    edit = partial(_edit, needs=_keys(here))
    count = partial(edit, kind="whole", **wire.LineItemUpsert.limits("quantity"))
    in_package = here[: len(TRACKER)] == TRACKER
    shipped = count if in_package else partial(_read, kind="whole")
    return (
        _key((*here, "merchant_id"), needs=_keys(here)[:-1]),
        edit((*here, "title"), basic=True),
        edit((*here, "name")),
        edit((*here, "variant_title")),
        edit((*here, "description")),
        edit((*here, "sku"), basic=True),
        count((*here, "quantity"), once=True, basic=True),
        shipped((*here, "shipped_quantity")),
        count((*here, "canceled_quantity"), basic=True),
        edit((*here, "canceled"), "yes_no"),
        edit((*here, "requires_shipping"), "yes_no"),
        edit((*here, "thumbnail", "src")),
        edit((*here, "thumbnail", "width")),
        edit((*here, "thumbnail", "height")),
        edit((*here, "custom_variables", NAMED), label="custom_variables"),
        _read((*here, "price")),
        _read((*here, "return_reason_slug")),
        _read((*here, "return_option_slug")),
        *_metadata(here, uuid=False),
    )


def _address(parent: FieldPath) -> tuple[Field, ...]:
    here: FieldPath = (*parent, "shipping_address")
    edit = partial(_edit, needs=_keys(parent))
    return (
        edit((*here, "name")),
        edit((*here, "first_name")),
        edit((*here, "last_name")),
        edit((*here, "company_title")),
        edit((*here, "phone")),
        edit((*here, "address1"), basic=True),
        edit((*here, "address2")),
        edit((*here, "address3")),
        edit((*here, "city"), basic=True),
        edit((*here, "zip"), basic=True),
        edit((*here, "state")),
        edit((*here, "state_code")),
        edit((*here, "country")),
        edit((*here, "country_code"), basic=True),
        edit((*here, "comment")),
        _read((*here, "company")),
        *_own(here),
    )


def _own(here: FieldPath) -> tuple[Field, ...]:
    """Return the fields by which Shipup identifies each of its objects."""
    return (_read((*here, "object"), label="own.object"), _read((*here, "id"), "whole", label="own.id"))


def _metadata(here: FieldPath, *, uuid: bool = True) -> tuple[Field, ...]:
    """Return the metadata of most of Shipup's objects."""
    times = (_read((*here, name), "moment", label=f"own.{name}") for name in ("created_at", "updated_at"))
    return (*_own(here), *times, *([_read((*here, "uuid"), label="own.uuid")] if uuid else []))


def _key(path: FieldPath, needs: tuple[FieldPath, ...] = ()) -> Field:
    """Return a stable id, by which Shipup recognizes the part; only a new part can be given one."""
    return _edit(path, **wire.OrderUpsert.limits("merchant_id"), once=True, key=True, needs=needs)


def _keys(part: FieldPath) -> tuple[FieldPath, ...]:
    """Return the stable ids of a part and of those around it, the outermost first."""
    found: list[FieldPath] = []
    for end in range(2, len(part) + 1, 2):
        name = "tracking_number" if part[end - 2] == "trackers" else "merchant_id"
        found.append((*part[:end], name))
    return tuple(found)


FIELDS: tuple[Field, ...] = (
    *_order(),
    *_order_details(),
    *_address(()),
    *_line(ITEM_PATHS[0]),
    *_fulfillment(),
    *_address(FULFILLMENT),
    *_line(ITEM_PATHS[1]),
    *_tracker(),
    *_line(ITEM_PATHS[2]),
)


DELETES_NOTHING = Message("shipup.deletes_nothing")

LISTS: tuple[EntryList, ...] = (
    EntryList(("line_items",), "item", "merchant_id", ("merchant_id", "quantity"), kept=DELETES_NOTHING, basic=True),
    EntryList(("fulfillments",), "fulfillment", "merchant_id", ("merchant_id",), kept=DELETES_NOTHING, basic=True),
    *(
        EntryList((*path, "line_items"), "item", "merchant_id", ("merchant_id",), kept=DELETES_NOTHING)
        for path in (FULFILLMENT, TRACKER)
    ),
    EntryList(TRACKER[:-1], "tracker", "tracking_number", ("tracking_number",), kept=DELETES_NOTHING, basic=True),
    *(
        EntryList((*path, "custom_variables"), "custom_variable", kept=DELETES_NOTHING, named=True)
        for path in ((), FULFILLMENT, TRACKER, *ITEM_PATHS)
    ),
)
"""The lists that can be added to. Source: Shipup, Create or update an order (read November 2026)."""


ADDRESS_PATHS: Mapping[str, FieldPath] = {
    "name": ("shipping_address", "name"),
    "street": ("shipping_address", "address1"),
    "postal_code": ("shipping_address", "zip"),
    "country": ("shipping_address", "country_code"),
}
"""Where the recipient's address is."""


def read_fields(document: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Return every value of an order by its path; the entries of a list object are at the paths of a plain list's."""
    other_contents: dict[FieldPath, object] = {}
    found = values_in(cast("Mapping[str, object]", _unwrap_lists(document, (), other_contents)), _LISTS)
    for path, content in other_contents.items():
        for inner, value in values_in({path[-1]: content}).items():
            found.setdefault((*path[:-1], *inner), value)
    return found


def _unwrap_lists(value: object, path: FieldPath, other_contents: dict[FieldPath, object]) -> object:
    """Return a value with each list object replaced by its list; its other values are added to `other_contents`."""
    if len(path) > _DEEPEST:
        return value
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        if fields.get("object") == "list" and isinstance(fields.get("data"), list):
            other_contents.update(
                {(*path, name): inner for name, inner in fields.items() if name not in ("object", "data")}
            )
            return _unwrap_lists(fields["data"], path, other_contents)
        return {name: _unwrap_lists(inner, (*path, str(name)), other_contents) for name, inner in fields.items()}
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return [_unwrap_lists(inner, (*path, str(index)), other_contents) for index, inner in enumerate(entries)]
    return value


_DEEPEST = 64
"""Deeper than any order; what is below is returned unchanged."""
