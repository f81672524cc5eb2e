"""Shipup: its orders are read, and every update sends the order's complete present state.

`wire` holds the platform's own objects, `requests` one function a request, `order_state` the state that is sent,
`replies` one reader a response, `carriers` the carrier codes. Nothing in here does input or output.
"""

from collections.abc import Mapping

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import (
    Corrections,
    Edits,
    Options,
    OrderCreation,
    Orders,
    SecretField,
    Shipments,
    Vendor,
    Webhooks,
)
from shipconsole.vendors.shipup import carriers, edit, fields, filters, replies, requests, wire
from shipconsole.vendors.shipup.batch import BATCHES
from shipconsole.vendors.shipup.options import ShipupOptions
from shipconsole.vendors.shipup.webhook_events import read_event


def _headers(secrets: Mapping[str, str], options: Options) -> dict[str, str]:
    """Return the key, bare or after `Bearer`: the platform's own pages show both.

    Source: Shipup, Orders, and Pagination (read November 2026).
    """
    key = secrets.get("api_key", "")
    return {"Authorization": f"Bearer {key}" if ShipupOptions.read(options).bearer == "yes" else key}


# A bucket of 60 requests that drains two a second. Source: Shipup, Rate Limiting (read November 2026).
# It never holds more than 51, and drains faster than it is filled, whatever clock the platform has.
VENDOR = Vendor(
    name="shipup",
    title="Shipup",
    default_url="https://api.shipup.co",
    secrets=(SecretField("api_key", text_id="shipup.key.api_key"),),
    options=ShipupOptions,
    rate_per_s=1 / 0.503,
    burst=50,
    late_s=2.0,
    headers=_headers,
    probe=requests.probe,
    read_probe=replies.read_probe,
    read_update=replies.read_create_order,
    orders=Orders(
        list_page=requests.list_orders,
        read_page=replies.read_list_orders,
        get=requests.get_order,
        read=replies.read_get_order,
        fields=fields.FIELDS,
        read_fields=fields.read_fields,
        address_paths=fields.ADDRESS_PATHS,
        filters=filters.FILTERS,
        read_pictures=replies.read_pictures,
    ),
    shipments=Shipments(
        notify=requests.notify,
        document=wire.Order,
        creates_missing=requests.creates_missing,
        corrections=Corrections(
            edit_tracking=Message("shipup.edit_tracking"),
            void=Message("shipup.void"),
            by_default=True,
        ),
        void=requests.void,
        customer_email=Message("shipup.customer_email"),
        carrier_code=carriers.usual_code,
        known_carrier_codes=carriers.CODES,
    ),
    edits=Edits(
        lists=fields.LISTS,
        sent_fields=fields.read_fields,
        change=edit.edit,
        create=OrderCreation(requests.create, replies.read_created),
        cancel=requests.cancel,
    ),
    webhooks=Webhooks(read_event),
    batches=BATCHES,
)
