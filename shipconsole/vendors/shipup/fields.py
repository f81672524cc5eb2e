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

_AMOUNTS = {
    "total_order_price_excl_tax": ("Total without tax", "What the customer paid, less tax."),
    "total_order_price_incl_tax": ("Total with tax", "All that the customer paid."),
    "vat": ("VAT", "The value added tax in it."),
    "shipping_cost": ("Shipping cost", "What the customer paid for delivery."),
    "duty_paid": ("Duties", "What the customer paid in duties."),
}

_read = partial(Field, vendor="Shipup")
_edit = partial(Field, vendor="Shipup", editable=True)


def _order() -> tuple[Field, ...]:
    return (
        _key(("merchant_id",), "Order id", "The store's own id of the order."),
        _edit(("order_number",), "Order number", "The number that the customer knows.", basic=True),
        _edit(("ordered_at",), "Ordered at", "When it was ordered; messages before shipping need it.", "moment"),
        _edit(("language_code",), "Language", "In which language the customer is written to, as in en."),
        _edit(("email",), "Email", "Where the customer's messages go.", basic=True),
        _edit(("phone",), "Phone", "The customer's mobile; several are parted by an upright stroke.", basic=True),
        _edit(("first_name",), "First name", "The customer's first name.", basic=True),
        _edit(("last_name",), "Last name", "The customer's family name.", basic=True),
        _edit(
            ("mute_notifications",), "Muted", "With yes the customer gets no messages about it.", "yes_no", basic=True
        ),
        _edit(
            ("canceled",), "Cancelled", "With yes the whole order and its items are cancelled.", "yes_no", basic=True
        ),
        _edit(("auto_opt_in_whatsapp",), "WhatsApp", "Whether the phone may be written to by WhatsApp.", "yes_no"),
        _edit(("is_multi_shipped",), "Shipped together", "Whether its packages travel together.", "yes_no"),
        _edit(("custom_variables", NAMED), "Custom variable", "A value of the store's own for messages."),
        *_made(()),
    )


def _order_details() -> tuple[Field, ...]:
    """The order's money: sent flat and as texts, read as objects with both currencies."""
    here: FieldPath = ("order_details",)
    sent: list[Field] = []
    for lead, whose in (("", "in the customer's currency"), ("merchant_", "in the account's currency")):
        sent.append(_edit((*here, f"{lead}currency_code"), "Currency", f"The code, as in EUR; {whose}."))
        for name, (title, means) in _AMOUNTS.items():
            path: FieldPath = (*here, f"{lead}{name}_amount")
            sent.append(_edit(path, f"{title} ({whose})", f"{means} A text such as 20.00.", read=False))
    read = [
        _read((*here, f"{name}_value" if name == "duty_paid" else name, money, part), f"{title} ({part})", message)
        for name, (title, message) in _AMOUNTS.items()
        for money in ("merchant_money", "presentment_money")
        for part in ("amount", "currency_code")
    ]
    return (
        *sent,
        *read,
        _read((*here, "duty_paid"), "Duties paid", "Whether duties have been paid beforehand.", "yes_no"),
        _read((*here, "object"), "Kind", "Shipup's word for this part."),
        _read((*here, "id"), "Shipup id", "Shipup's own number of this part.", "whole"),
    )


def _fulfillment() -> tuple[Field, ...]:
    here, needs = FULFILLMENT, _keys(FULFILLMENT)
    edit = partial(_edit, needs=needs)
    return (
        _key((*here, "merchant_id"), "Fulfillment id", "The store's own id of this part of the order."),
        edit((*here, "fulfillment_number"), "Fulfillment number", "The store's number for it."),
        edit(
            (*here, "status_code"),
            "Status",
            "How far it is; a status before shipping needs the time of ordering too.",
            "choice",
            choices=STATUS_CODES,
            open_choices=True,
            basic=True,
        ),
        edit((*here, "canceled"), "Cancelled", "With yes this part is cancelled.", "yes_no"),
        edit((*here, "warehouse_merchant_id"), "Warehouse", "The store's id of where it ships from."),
        edit((*here, "estimated_delivery_range_start"), "Expected from", "The first day it may arrive.", "moment"),
        edit((*here, "estimated_delivery_range_end"), "Expected until", "The last day it may arrive.", "moment"),
        edit(
            (*here, "can_assign_items"),
            "Items by package",
            "No where it is unknown which package has which item.",
            "yes_no",
        ),
        edit((*here, "custom_variables", NAMED), "Custom variable", "A value of the store's own for messages."),
        _read((*here, "promised_delivery_at"), "Promised for", "When delivery was promised.", "moment"),
        _read((*here, "return_journey"), "Return", "Whether it is on its way back.", "yes_no"),
        *_made(here),
    )


def _tracker() -> tuple[Field, ...]:
    here, needs = TRACKER, _keys(TRACKER)
    edit = partial(_edit, needs=needs)
    shown = ("date", "datetime", "kind", "start_date", "start_datetime", "end_date", "end_datetime")
    return (
        _key((*here, "tracking_number"), "Tracking number", "What the label says.", needs=_keys(FULFILLMENT)),
        edit(
            (*here, "carrier_code"), "Carrier code", "Who brings it, by Shipup's code; else Shipup guesses.", basic=True
        ),
        edit((*here, "carrier_service_code"), "Carrier service code", "The carrier's product, by its code."),
        edit((*here, "untracked_carrier_name"), "Other carrier", "Its name, where Shipup does not follow the carrier."),
        edit((*here, "untracked_carrier_url"), "Other carrier's link", "Where the customer looks up such a package."),
        edit((*here, "expected_delivery_at"), "Expected at", "When the store expects it to arrive.", "moment"),
        edit(
            (*here, "mute_notifications"),
            "Muted",
            "With yes the customer gets no messages about the package.",
            "yes_no",
        ),
        edit((*here, "custom_variables", NAMED), "Custom variable", "A value of the store's own for messages."),
        _read(
            (*here, "delivery_status_code"),
            "Delivery status",
            "How far the package is.",
            "choice",
            choices=DELIVERY_STATUS_CODES,
            open_choices=True,
        ),
        _read((*here, "shipped_at"), "Shipped at", "When the carrier took it.", "moment"),
        _read((*here, "first_delivery_attempted_at"), "First attempt", "When it was first brought.", "moment"),
        _read((*here, "delivered_at"), "Delivered at", "When it arrived.", "moment"),
        _read((*here, "tracking_link"), "Tracking link", "Where the customer looks it up."),
        _read((*here, "carrier_tracker_identifier"), "Carrier's id", "What the carrier itself calls the package."),
        *(
            _read((*here, f"displayable_expected_delivery_{name}"), f"Shown: {name.replace('_', ' ')}", _SHOWN)
            for name in shown
        ),
        *(
            _read((*here, part, name), f"{part.replace('_', ' ').capitalize()} {name}", "As Shipup recognised it.")
            for part, names in (
                ("carrier", ("object", "code", "name")),
                ("carrier_service", ("object", "id", "code", "name")),
            )
            for name in names
        ),
        *_made(here),
    )


_SHOWN = "Expected delivery as Shipup shows it to the customer."


def _line(here: FieldPath) -> tuple[Field, ...]:
    """An item at one place; only in a package is it said how many of it have shipped."""
    edit = partial(_edit, needs=_keys(here))
    count = partial(edit, kind="whole", minimum=0, maximum=QUANTITY_MAX)
    in_parcel = here[: len(TRACKER)] == TRACKER
    shipped = count if in_parcel else partial(_read, kind="whole")
    return (
        _key((*here, "merchant_id"), "Item id", "The store's own id of the item.", needs=_keys(here)[:-1]),
        edit((*here, "title"), "Title", "What the item is.", basic=True),
        edit((*here, "name"), "Full name", "Title and variant in one."),
        edit((*here, "variant_title"), "Variant", "Colour or size, say."),
        edit((*here, "description"), "Description", "More about the item."),
        edit((*here, "sku"), "SKU", "The store's code for the item.", basic=True),
        count(
            (*here, "quantity"), "Quantity", "How many were ordered; never changed once known.", once=True, basic=True
        ),
        shipped((*here, "shipped_quantity"), "Shipped quantity", "How many of it are in this package."),
        count((*here, "canceled_quantity"), "Cancelled quantity", "How many will not come.", basic=True),
        edit((*here, "canceled"), "Cancelled", "With yes none of it will come.", "yes_no"),
        edit((*here, "requires_shipping"), "Is shipped", "No for what is never sent, such as a voucher.", "yes_no"),
        edit((*here, "thumbnail", "src"), "Picture", "The address of a picture of the item."),
        edit((*here, "thumbnail", "width"), "Picture width", "In pixels, as a text."),
        edit((*here, "thumbnail", "height"), "Picture height", "In pixels, as a text."),
        edit((*here, "custom_variables", NAMED), "Custom variable", "A value of the store's own for messages."),
        _read((*here, "price"), "Price", "What one unit costs."),
        _read((*here, "return_reason_slug"), "Return reason", "Why the customer sends it back."),
        _read((*here, "return_option_slug"), "Return option", "What the customer wants for it."),
        *_made(here, uuid=False),
    )


def _address(place: FieldPath) -> tuple[Field, ...]:
    here: FieldPath = (*place, "shipping_address")
    edit = partial(_edit, needs=_keys(place))
    return (
        edit((*here, "name"), "Name", "Who gets it."),
        edit((*here, "first_name"), "First name", "First name of who gets it."),
        edit((*here, "last_name"), "Last name", "Family name of who gets it."),
        edit((*here, "company_title"), "Company", "The firm at the address."),
        edit((*here, "phone"), "Phone", "The number of who gets it."),
        edit((*here, "address1"), "Street", "House number and street.", basic=True),
        edit((*here, "address2"), "Street, second line", "Flat or floor, say."),
        edit((*here, "address3"), "Street, third line", "What else finds the door."),
        edit((*here, "city"), "City", "The town.", basic=True),
        edit((*here, "zip"), "Post code", "As the post of the country writes it.", basic=True),
        edit((*here, "state"), "State", "State or province."),
        edit((*here, "state_code"), "State code", "Two letters, for the United States and Canada."),
        edit((*here, "country"), "Country", "The country's name, where its code is not known."),
        edit((*here, "country_code"), "Country code", "Two letters; goes before the name.", basic=True),
        edit((*here, "comment"), "Comment", "A word for the courier."),
        _read((*here, "company"), "Company (older)", "The firm, under the name that older answers have."),
        _read((*here, "object"), "Kind", "Shipup's word for this part."),
        _read((*here, "id"), "Shipup id", "Shipup's own number of this part.", "whole"),
    )


def _made(here: FieldPath, *, uuid: bool = True) -> tuple[Field, ...]:
    """What Shipup itself notes of each of its objects."""
    own = (
        _read((*here, "object"), "Kind", "Shipup's word for this part."),
        _read((*here, "id"), "Shipup id", "Shipup's own number of this part.", "whole"),
        _read((*here, "created_at"), "Known since", "When Shipup first heard of it.", "moment"),
        _read((*here, "updated_at"), "Changed at", "When Shipup last changed it.", "moment"),
    )
    return (*own, _read((*here, "uuid"), "Shipup UUID", "Another of Shipup's own ids.")) if uuid else own


def _key(path: FieldPath, title: str, message: str, needs: tuple[FieldPath, ...] = ()) -> Field:
    """A stable id, by which Shipup finds the part again; it can be given to a new part only."""
    return _edit(path, title, message, min_length=1, once=True, key=True, needs=needs)


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
        EntryList((*place, "custom_variables"), "custom variable", kept=KEPT, named=True)
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
"""Where the receiver's address stands."""


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
