"""Every property of Starshipit's order as a field: what can be read, what can be changed, within which limits.

Source: Starshipit, Update Order, the schemas of request and response (read November 2026).
"""

from collections.abc import Mapping
from functools import partial
from typing import cast

from shipconsole.domain.entries import EntryList
from shipconsole.domain.field import EACH, Field, FieldPath, Kind, Value, values_in
from shipconsole.domain.message import Message
from shipconsole.vendors.sent import SentModel
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carriers import CODES

STATUSES = ("Unshipped", "Saved", "Printed", "AwaitingDispatch", "Dispatched", "Delivered")
"""What can be sent; others that responses hold, such as Delivered6, are shown as they come."""

# Spelled as the platform spells them.
_PLATFORMS = """
    MoneyWorks Myob Xero TradeMe BigCommerce Unleashed Zeald Mangento Shopify Solutionists Exonet Bocapa
    MangentoExtension Vend BlackPepper Salesforce CSVFile Tradevine API eBay Opencart TradeGecko OrderDesk HikaShop
    WooCommerce Cin7 MyobCloud Amazon Etsy Magento2 DEAR Neto WebsiteBuilder NetSuite _3PLCentral PrestaShop
    Brightpearl Peoplevox Tiendanube
"""

LIST_PATHS: tuple[FieldPath, ...] = (
    ("items",),
    ("packages",),
    ("packages", EACH, "labels"),
    ("metadatas",),
    ("events",),
)

_ITEM_ID: FieldPath = ("items", EACH, "item_id")
_PACKAGE_ID: FieldPath = ("packages", EACH, "package_id")
_META_KEY: FieldPath = ("metadatas", EACH, "metafield_key")
_META_VALUE: FieldPath = ("metadatas", EACH, "value")

_MODELS: Mapping[str, type[SentModel]] = {
    "sender_details": wire.DestinationUpdate,
    "destination": wire.DestinationUpdate,
    "items": wire.ItemUpdate,
    "packages": wire.PackageUpdate,
    "metadatas": wire.Metadata,
}
"""The models of the parts that are sent; they have the limits."""

_read = partial(Field, vendor="Starshipit")


def _edit(
    path: FieldPath,
    kind: Kind = "text",
    *,
    label: str = "",
    basic: bool = False,
    read: bool = True,
    needs: tuple[FieldPath, ...] = (),
    choices: tuple[str, ...] = (),
    open_choices: bool = False,
) -> Field:
    """Return a field that can be changed, within the limits of the model that is sent."""
    *parents, name = path
    model = _MODELS[parents[0]] if parents else wire.OrderUpdate
    return Field(
        path,
        kind,
        vendor="Starshipit",
        editable=True,
        label=label,
        basic=basic,
        read=read,
        needs=needs,
        choices=choices,
        open_choices=open_choices,
        **model.limits(name),
    )


_amount = partial(_edit, kind="number")
_item = partial(_edit, needs=(_ITEM_ID,))
_item_amount = partial(_amount, needs=(_ITEM_ID,))
_package = partial(_edit, needs=(_PACKAGE_ID,))
_package_amount = partial(_amount, needs=(_PACKAGE_ID,))


def _required_of_address(prefix: str) -> tuple[FieldPath, ...]:
    return tuple((prefix, name) for name in ("name", "street", "suburb", "country"))


def _address(prefix: str) -> tuple[Field, ...]:
    """Return the parts of an address; the platform requires four of them whenever one is sent."""

    def text(name: str, *, basic: bool = False) -> Field:
        return _edit((prefix, name), basic=basic, needs=_required_of_address(prefix), label=f"address.{name}")

    return (
        text("name", basic=True),
        text("email"),
        text("phone", basic=True),
        text("building"),
        text("company"),
        text("street", basic=True),
        text("suburb", basic=True),
        text("city"),
        text("state"),
        text("post_code", basic=True),
        text("country", basic=True),
    )


FIELDS: tuple[Field, ...] = (
    _read(("order_id",), "whole", key=True),
    _edit(("order_date",), "moment"),
    _edit(("order_number",), basic=True),
    _edit(("reference",), basic=True),
    _edit(("carrier",), "choice", choices=CODES, open_choices=True, basic=True),
    _read(("carrier_name",)),
    _edit(("carrier_service_code",)),
    _edit(("shipping_method",)),
    _edit(("shipping_description",)),
    _edit(("signature_required",), "yes_no"),
    _read(("dangerous_goods",), "yes_no"),
    _edit(("currency",)),
    *_address("sender_details"),
    *_address("destination"),
    _edit(("destination", "delivery_instructions"), basic=True, needs=_required_of_address("destination")),
    _edit(("destination", "tax_number"), needs=_required_of_address("destination")),
    _read(_ITEM_ID, "whole", key=True),
    _item(("items", EACH, "description"), basic=True),
    _item(("items", EACH, "sku"), basic=True),
    _item(("items", EACH, "tariff_code")),
    _item(("items", EACH, "country_of_origin")),
    _item_amount(("items", EACH, "quantity"), basic=True),
    _item_amount(("items", EACH, "quantity_to_ship")),
    _item_amount(("items", EACH, "weight")),
    _item_amount(("items", EACH, "value")),
    _read(("items", EACH, "delete"), "yes_no", read=False),
    _read(_PACKAGE_ID, "whole", key=True),
    _package(("packages", EACH, "name")),
    _package_amount(("packages", EACH, "weight"), basic=True),
    _package_amount(("packages", EACH, "height")),
    _package_amount(("packages", EACH, "width")),
    _package_amount(("packages", EACH, "length")),
    _package(("packages", EACH, "packaging_type")),
    _read(("packages", EACH, "carrier_service_code")),
    _read(("packages", EACH, "carrier_service_name")),
    _package(("packages", EACH, "tracking_number"), basic=True),
    _read(("packages", EACH, "tracking_url")),
    _read(("packages", EACH, "delivery_status")),
    _read(("packages", EACH, "shipment_type")),
    _read(("packages", EACH, "label_created_date"), "moment"),
    _read(("packages", EACH, "labels", EACH, "label_type")),
    _read(("packages", EACH, "labels", EACH, "label_url")),
    _read(("packages", EACH, "labels", EACH, "label_base64_string")),
    _package(("packages", EACH, "description"), read=False),
    _read(("packages", EACH, "contents")),
    _read(("packages", EACH, "delete"), "yes_no", read=False),
    _edit(_META_KEY, needs=(_META_VALUE,)),
    _edit(_META_VALUE, needs=(_META_KEY,)),
    _read(("events", EACH, "time"), "moment"),
    _read(("events", EACH, "category")),
    _read(("events", EACH, "name")),
    _read(("events", EACH, "method")),
    _read(("events", EACH, "description")),
    _read(("declared_value",), "number"),
    _read(("archived",), "yes_no"),
    _read(("manifest_number",), "whole"),
    _read(
        ("address_validation",),
        "choice",
        choices=("NotChecked", "Valid", "Invalid"),
        open_choices=True,
    ),
    _read(("child_consignment_ids",)),
    _read(("create_return",), "yes_no"),
    _read(("dtp",), "yes_no"),
    _read(("export_type",)),
    _read(("add_insurance",), "yes_no"),
    _read(("insurance_value",), "number"),
    _read(("plt",), "yes_no"),
    _read(
        ("type",),
        "choice",
        choices=("Outgoing", "Return", "Transfer"),
        open_choices=True,
    ),
    _read(
        ("platform",),
        "choice",
        choices=tuple(_PLATFORMS.split()),
        open_choices=True,
    ),
    _edit(
        ("status",),
        "choice",
        choices=STATUSES,
        open_choices=True,
        basic=True,
    ),
    _edit(("is_manifested",), "yes_no", read=False),
    _read(("manifested",), "yes_no"),
)


# What a new item needs is not documented: without these two a packer would not know what to pack.
LISTS: tuple[EntryList, ...] = (
    EntryList(("items",), "item", "item_id", ("sku", "quantity"), removable=True, basic=True),
    EntryList(("packages",), "package", "package_id", removable=True, basic=True),
    EntryList(
        ("metadatas",),
        "metadata",
        required=("metafield_key", "value"),
        kept=Message("starshipit.keeps_metadata"),
    ),
)
"""The lists that can be added to. Source: Starshipit, Update Order (read November 2026)."""


ADDRESS_PATHS: Mapping[str, FieldPath] = {
    "name": ("destination", "name"),
    "street": ("destination", "street"),
    "postal_code": ("destination", "post_code"),
    "country": ("destination", "country"),
}
"""Where the recipient's address is."""


def sent_fields(body: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Return every value of a request's body by its path in an order."""
    order = body.get("order")
    return values_in(cast("Mapping[str, object]", order), LIST_PATHS) if isinstance(order, Mapping) else {}


def read_fields(document: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Return every value of an order by its path.

    Two values come back under another name than they are sent by; they are returned under both.
    """
    found = values_in(document, LIST_PATHS)
    for path, value in tuple(found.items()):
        if path == ("manifested",):
            found.setdefault(("is_manifested",), value)
        elif len(path) == 3 and path[0] == "packages" and path[2] == "contents":
            found.setdefault((*path[:2], "description"), value)
    return found
