"""Every property of Shipup's order as a field, its fulfillments, packages and items included.

An item stands in the order, in a fulfillment or in a package, an address at the order or at a fulfillment: the
same fields at each place. Source: Shipup, Create or update an order; The order object; The fulfillment object;
The tracker object; The line item object; The order details object (read November 2026).
"""

from collections.abc import Mapping
from functools import partial
from typing import cast

from shipconsole.domain.entries import EntryList
from shipconsole.domain.field import EACH, NAMED, Field, FieldPath, Value, values_in
from shipconsole.domain.message import Message

QUANTITY_MAX = 1_000_000

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
"""Statuses with a message to the buyer of their own, for which the time of ordering has to be known."""

STATUS_CODES = (*PRE_SHIPMENT, "partially_shipped", "shipped", "canceled")

# The last two stand in single editions of the vendor's pages only.
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
LINE_PLACES: tuple[FieldPath, ...] = tuple((*place, "line_items", EACH) for place in ((), FULFILLMENT, TRACKER))

_LISTS: tuple[FieldPath, ...] = tuple(path[:-1] for path in (FULFILLMENT, TRACKER, *LINE_PLACES))

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
        *_made(()),
    )


def _order_details() -> tuple[Field, ...]:
    """The order's money: sent flat and as texts, read as objects with both currencies."""
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
        *_made(here),
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
        *_made(here),
    )


def _line(here: FieldPath) -> tuple[Field, ...]:
    """An item at one place; only in a package is it said how many of it have shipped."""
    edit = partial(_edit, needs=_keys(here))
    count = partial(edit, kind="whole", minimum=0, maximum=QUANTITY_MAX)
    in_parcel = here[: len(TRACKER)] == TRACKER
    shipped = count if in_parcel else partial(_read, kind="whole")
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
        *_made(here, uuid=False),
    )


def _address(place: FieldPath) -> tuple[Field, ...]:
    here: FieldPath = (*place, "shipping_address")
    edit = partial(_edit, needs=_keys(place))
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
    """Return what Shipup calls each of its objects."""
    return (_read((*here, "object"), label="own.object"), _read((*here, "id"), "whole", label="own.id"))


def _made(here: FieldPath, *, uuid: bool = True) -> tuple[Field, ...]:
    """Return what Shipup itself notes of most of its objects."""
    times = (_read((*here, name), "moment", label=f"own.{name}") for name in ("created_at", "updated_at"))
    return (*_own(here), *times, *([_read((*here, "uuid"), label="own.uuid")] if uuid else []))


def _key(path: FieldPath, needs: tuple[FieldPath, ...] = ()) -> Field:
    """A stable id, by which Shipup finds the part again; it can be given to a new part only."""
    return _edit(path, min_length=1, once=True, key=True, needs=needs)


def _keys(place: FieldPath) -> tuple[FieldPath, ...]:
    """The stable ids of a part and of those that it stands in, the outermost first."""
    found: list[FieldPath] = []
    for end in range(2, len(place) + 1, 2):
        name = "tracking_number" if place[end - 2] == "trackers" else "merchant_id"
        found.append((*place[:end], name))
    return tuple(found)


FIELDS: tuple[Field, ...] = (
    *_order(),
    *_order_details(),
    *_address(()),
    *_line(LINE_PLACES[0]),
    *_fulfillment(),
    *_address(FULFILLMENT),
    *_line(LINE_PLACES[1]),
    *_tracker(),
    *_line(LINE_PLACES[2]),
)


KEPT = Message("shipup.deletes_nothing")

LISTS: tuple[EntryList, ...] = (
    EntryList(("line_items",), "item", "merchant_id", ("merchant_id", "quantity"), kept=KEPT, basic=True),
    EntryList(("fulfillments",), "fulfillment", "merchant_id", ("merchant_id",), kept=KEPT, basic=True),
    *(
        EntryList((*place, "line_items"), "item", "merchant_id", ("merchant_id",), kept=KEPT)
        for place in (FULFILLMENT, TRACKER)
    ),
    EntryList(TRACKER[:-1], "tracker", "tracking_number", ("tracking_number",), kept=KEPT, basic=True),
    *(
        EntryList((*place, "custom_variables"), "custom_variable", kept=KEPT, named=True)
        for place in ((), FULFILLMENT, TRACKER, *LINE_PLACES)
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
    """Every value of an order by its path; a list object's entries stand where a bare list's would."""
    beside: dict[FieldPath, object] = {}
    found = values_in(cast("Mapping[str, object]", _bare(document, (), beside)), _LISTS)
    for path, told in beside.items():
        for inner, value in values_in({path[-1]: told}).items():
            found.setdefault((*path[:-1], *inner), value)
    return found


def _bare(value: object, path: FieldPath, beside: dict[FieldPath, object]) -> object:
    """The same with each list object as the list in it; what such an object tells besides is put in `beside`."""
    if len(path) > _DEEPEST:
        return value
    if isinstance(value, Mapping):
        told = cast("Mapping[str, object]", value)
        if told.get("object") == "list" and isinstance(told.get("data"), list):
            beside.update({(*path, name): inner for name, inner in told.items() if name not in ("object", "data")})
            return _bare(told["data"], path, beside)
        return {name: _bare(inner, (*path, str(name)), beside) for name, inner in told.items()}
    if isinstance(value, list):
        entries = cast("list[object]", value)
        return [_bare(inner, (*path, str(place)), beside) for place, inner in enumerate(entries)]
    return value


_DEEPEST = 64
"""Deeper than any order; what lies below is given as it came."""
