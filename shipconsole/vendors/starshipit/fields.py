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


def _address(prefix: str, who: str) -> tuple[Field, ...]:
    """The parts of an address; the platform asks for four of them whenever one is sent."""
    needs: tuple[FieldPath, ...] = tuple((prefix, name) for name in ("name", "street", "suburb", "country"))
    text = partial(_edit, max_length=100, needs=needs)
    return (
        text((prefix, "name"), "Name", f"The person whom the courier asks for at the {who}.", min_length=1, basic=True),
        text((prefix, "email"), "Email", f"Where mail about the package reaches the {who}."),
        text((prefix, "phone"), "Phone", f"The number that the courier calls for the {who}.", basic=True),
        text((prefix, "building"), "Building", "Building, floor or unit, where the street alone is not enough."),
        text((prefix, "company"), "Company", f"The firm at the address of the {who}."),
        text((prefix, "street"), "Street", "House number and street.", min_length=1, basic=True),
        text((prefix, "suburb"), "Suburb", "The suburb, or the town where there are none.", min_length=1, basic=True),
        text((prefix, "city"), "City", "The city, where it is not the suburb."),
        text((prefix, "state"), "State", "State, province or county; once given it cannot be emptied.", min_length=1),
        text((prefix, "post_code"), "Post code", "As the post of the country writes it.", max_length=10, basic=True),
        text((prefix, "country"), "Country", "The country's name or code.", min_length=2, basic=True),
    )


FIELDS: tuple[Field, ...] = (
    _read(("order_id",), "Order id", "Starshipit's own number of the order.", "whole", key=True),
    _edit(("order_date",), "Order date", "When the customer ordered, in UTC.", "moment"),
    _edit(("order_number",), "Order number", "The number that the store gave it.", max_length=50, basic=True),
    _edit(("reference",), "Reference", "The customer's own reference.", max_length=50, basic=True),
    _edit(("carrier",), "Carrier", "Who brings it, by code.", "choice", choices=CODES, open_choices=True, basic=True),
    _read(("carrier_name",), "Carrier name", "The carrier as customers know it."),
    _edit(("carrier_service_code",), "Carrier service code", "The carrier's product, by its code."),
    _edit(
        ("shipping_method",), "Shipping method", "The delivery that the customer chose in the store.", max_length=100
    ),
    _edit(("shipping_description",), "Shipping description", "More about that delivery.", max_length=100),
    _edit(("signature_required",), "Signature required", "Whether a signature is required.", "yes_no"),
    _read(("dangerous_goods",), "Dangerous goods", "Whether anything in it is dangerous to carry.", "yes_no"),
    _edit(("currency",), "Currency", "In which currency the values are, as in AUD.", max_length=3),
    *_address("sender_details", "sender"),
    *_address("destination", "receiver"),
    _edit(
        ("destination", "delivery_instructions"),
        "Delivery instructions",
        "A word for the courier, such as where to leave it.",
        max_length=100,
        basic=True,
        needs=tuple(("destination", name) for name in ("name", "street", "suburb", "country")),
    ),
    _edit(
        ("destination", "tax_number"),
        "Tax number",
        "The receiver's tax number, for customs.",
        needs=tuple(("destination", name) for name in ("name", "street", "suburb", "country")),
    ),
    _read(_ITEM_ID, "Item id", "Starshipit's own number of the item.", "whole", key=True),
    _item(("items", EACH, "description"), "Description", "What the item is.", basic=True),
    _item(("items", EACH, "sku"), "SKU", "The store's code for the item.", max_length=50, basic=True),
    _item(("items", EACH, "tariff_code"), "Tariff code", "The customs code of the item (HS).", max_length=18),
    _item(("items", EACH, "country_of_origin"), "Country of origin", "Where it was made.", max_length=50),
    _item_amount(("items", EACH, "quantity"), "Quantity", "How many were ordered.", basic=True),
    _item_amount(("items", EACH, "quantity_to_ship"), "Quantity to ship", "How many go in this shipment."),
    _item_amount(("items", EACH, "weight"), "Weight (kg)", "What one unit weighs, in kilograms."),
    _item_amount(("items", EACH, "value"), "Value", "The price of one unit."),
    _read(("items", EACH, "delete"), "Delete", "Takes the item out of the order.", "yes_no", read=False),
    _read(_PACKAGE_ID, "Package id", "Starshipit's own number of the package.", "whole", key=True),
    _package(("packages", EACH, "name"), "Name", "What the package is called, such as a box of a known size."),
    _package_amount(("packages", EACH, "weight"), "Weight (kg)", "The whole package, in kilograms.", basic=True),
    _package_amount(("packages", EACH, "height"), "Height (m)", "Of the package, in metres."),
    _package_amount(("packages", EACH, "width"), "Width (m)", "Of the package, in metres."),
    _package_amount(("packages", EACH, "length"), "Length (m)", "Of the package, in metres."),
    _package(("packages", EACH, "packaging_type"), "Packaging type", "Such as Carton, Satchel or Pallet."),
    _read(("packages", EACH, "carrier_service_code"), "Carrier service code", "The product this package goes by."),
    _read(("packages", EACH, "carrier_service_name"), "Carrier service name", "The same in words."),
    _package(("packages", EACH, "tracking_number"), "Tracking number", "What the label says.", basic=True),
    _read(("packages", EACH, "tracking_url"), "Tracking link", "Where the customer looks the package up."),
    _read(("packages", EACH, "delivery_status"), "Delivery status", "How far the package is."),
    _read(("packages", EACH, "shipment_type"), "Shipment type", "Whether it is outgoing, a return or a transfer."),
    _read(("packages", EACH, "label_created_date"), "Label created", "When the label was made, in UTC.", "moment"),
    _read(("packages", EACH, "labels", EACH, "label_type"), "Label type", "The kind of label."),
    _read(("packages", EACH, "labels", EACH, "label_url"), "Label link", "Where the label can be fetched."),
    _read(("packages", EACH, "labels", EACH, "label_base64_string"), "Label file", "The label itself, in Base64."),
    _package(
        ("packages", EACH, "description"), "Description", "What is in it; comes back as its contents.", read=False
    ),
    _read(("packages", EACH, "contents"), "Contents", "What is in it, as label and invoice say."),
    _read(("packages", EACH, "delete"), "Delete", "Takes the package out of the order.", "yes_no", read=False),
    _edit(_META_KEY, "Metadata name", "What the further fact is called.", needs=(_META_VALUE,)),
    _edit(_META_VALUE, "Metadata value", "The further fact.", needs=(_META_KEY,)),
    _read(("events", EACH, "time"), "Event time", "When it happened.", "moment"),
    _read(("events", EACH, "category"), "Event category", "The kind of thing that happened."),
    _read(("events", EACH, "name"), "Event name", "What happened."),
    _read(("events", EACH, "method"), "Event method", "By which way it was done."),
    _read(("events", EACH, "description"), "Event description", "What happened, in words."),
    _read(("declared_value",), "Declared value", "The value declared to customs.", "number"),
    _read(("archived",), "Archived", "Whether Starshipit has put the order away.", "yes_no"),
    _read(("manifest_number",), "Manifest number", "The manifest that the carrier collected it under.", "whole"),
    _read(
        ("address_validation",),
        "Address validation",
        "Whether Starshipit looked the address up, and what came of it.",
        "choice",
        choices=("NotChecked", "Valid", "Invalid"),
        open_choices=True,
    ),
    _read(("child_consignment_ids",), "Child consignments", "Shipments that were merged into this one."),
    _read(("create_return",), "Return label", "Whether a label for the way back was made too.", "yes_no"),
    _read(("dtp",), "Duties paid", "Whether duty and tax have been paid beforehand.", "yes_no"),
    _read(("export_type",), "Export type", "Why it leaves the country, for customs."),
    _read(("add_insurance",), "Insured", "Whether the shipment is insured.", "yes_no"),
    _read(("insurance_value",), "Insured value", "For how much it is insured.", "number"),
    _read(("plt",), "Paperless trade", "Whether customs papers go by wire.", "yes_no"),
    _read(
        ("type",),
        "Type",
        "Whether the order is outgoing, a return or a transfer.",
        "choice",
        choices=("Outgoing", "Return", "Transfer"),
        open_choices=True,
    ),
    _read(
        ("platform",),
        "Platform",
        "The store it came from.",
        "choice",
        choices=tuple(_PLATFORMS.split()),
        open_choices=True,
    ),
    _edit(
        ("status",),
        "Status",
        "How far the order is; a printed one takes no other change than this.",
        "choice",
        choices=STATUSES,
        open_choices=True,
        basic=True,
    ),
    _edit(("is_manifested",), "Manifested", "Whether it stands on a manifest.", "yes_no", read=False),
    _read(("manifested",), "Manifested (as answered)", "The same, under the name that answers have.", "yes_no"),
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
"""Where the receiver's address stands."""


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
