"""Every property of Starshipit's order as a field: what can be read, what can be changed, within which limits.

Source: Starshipit, Update Order, the schemas of request and answer (read November 2026).
"""

from collections.abc import Mapping
from functools import partial
from typing import cast

from shipconsole.domain.entries import EntryList
from shipconsole.domain.field import EACH, Field, FieldPath, Value, values_in
from shipconsole.domain.message import Message
from shipconsole.vendors.starshipit.carriers import CODES

NUMBER_MAX = 1_000_000_000

STATUSES = ("Unshipped", "Saved", "Printed", "AwaitingDispatch", "Dispatched", "Delivered")
"""What can be sent; others that responses hold, such as Delivered6, are shown as they come."""

# Spelled as the vendor spells them.
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

_read = partial(Field, vendor="Starshipit")
_edit = partial(Field, vendor="Starshipit", editable=True)
_amount = partial(_edit, kind="number", minimum=0, maximum=NUMBER_MAX)
_item = partial(_edit, needs=(_ITEM_ID,))
_item_amount = partial(_amount, needs=(_ITEM_ID,))
_package = partial(_edit, needs=(_PACKAGE_ID,))
_package_amount = partial(_amount, needs=(_PACKAGE_ID,))


def _address(prefix: str) -> tuple[Field, ...]:
    """The parts of an address; the platform asks for four of them whenever one is sent."""
    needs: tuple[FieldPath, ...] = tuple((prefix, name) for name in ("name", "street", "suburb", "country"))

    def text(name: str, *, least: int = 0, most: int = 100, basic: bool = False) -> Field:
        path: FieldPath = (prefix, name)
        return _edit(path, min_length=least, max_length=most, basic=basic, needs=needs, label=f"address.{name}")

    return (
        text("name", least=1, basic=True),
        text("email"),
        text("phone", basic=True),
        text("building"),
        text("company"),
        text("street", least=1, basic=True),
        text("suburb", least=1, basic=True),
        text("city"),
        text("state", least=1),
        text("post_code", most=10, basic=True),
        text("country", least=2, basic=True),
    )


FIELDS: tuple[Field, ...] = (
    _read(("order_id",), "whole", key=True),
    _edit(("order_date",), "moment"),
    _edit(("order_number",), max_length=50, basic=True),
    _edit(("reference",), max_length=50, basic=True),
    _edit(("carrier",), "choice", choices=CODES, open_choices=True, basic=True),
    _read(("carrier_name",)),
    _edit(("carrier_service_code",)),
    _edit(("shipping_method",), max_length=100),
    _edit(("shipping_description",), max_length=100),
    _edit(("signature_required",), "yes_no"),
    _read(("dangerous_goods",), "yes_no"),
    _edit(("currency",), max_length=3),
    *_address("sender_details"),
    *_address("destination"),
    _edit(
        ("destination", "delivery_instructions"),
        max_length=100,
        basic=True,
        needs=tuple(("destination", name) for name in ("name", "street", "suburb", "country")),
    ),
    _edit(
        ("destination", "tax_number"),
        needs=tuple(("destination", name) for name in ("name", "street", "suburb", "country")),
    ),
    _read(_ITEM_ID, "whole", key=True),
    _item(("items", EACH, "description"), basic=True),
    _item(("items", EACH, "sku"), max_length=50, basic=True),
    _item(("items", EACH, "tariff_code"), max_length=18),
    _item(("items", EACH, "country_of_origin"), max_length=50),
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


# What a new item needs is not documented: without these two nobody would know what to pack.
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
    """Every value of a request's body by its path in an order."""
    order = body.get("order")
    return values_in(cast("Mapping[str, object]", order), LIST_PATHS) if isinstance(order, Mapping) else {}


def read_fields(document: Mapping[str, object]) -> dict[FieldPath, Value]:
    """Every value of an order by its path.

    Two facts come back under another name than they are sent by; they are given under both.
    """
    found = values_in(document, LIST_PATHS)
    for path, value in tuple(found.items()):
        if path == ("manifested",):
            found.setdefault(("is_manifested",), value)
        elif len(path) == 3 and path[0] == "packages" and path[2] == "contents":
            found.setdefault((*path[:2], "description"), value)
    return found
