"""Shipup: its orders are read, and each shipment is told by sending the order's whole present state.

`wire` holds the platform's own objects, `requests` one function a call, `replies` one reader a call,
`carriers` the codes of its carriers. Nothing in here does input or output.
"""

from collections.abc import Mapping

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import (
    HOLD,
    SETTLE_DELAY,
    Correction,
    Creation,
    OptionField,
    Options,
    SecretField,
    Vendor,
)
from shipconsole.vendors.shipup import (
    batch,
    calling_back,
    cancelling,
    carriers,
    changes,
    creating,
    fields,
    filters,
    replies,
    requests,
)
from shipconsole.vendors.shipup.deliveries import DELIVERIES


def _headers(secrets: Mapping[str, str], options: Options) -> dict[str, str]:
    """The key, bare or after `Bearer`: the platform's own pages show both.

    Source: Shipup, Orders, and Pagination (read November 2026).
    """
    key = secrets.get("api_key", "")
    return {"Authorization": f"Bearer {key}" if options.get("bearer") == "yes" else key}


# A bucket of 60 calls that drains two a second. Source: Shipup, Rate Limiting (read November 2026).
VENDOR = Vendor(
    name="shipup",
    title="Shipup",
    default_url="https://api.shipup.co",
    secrets=(SecretField("api_key", text_id="shipup.key.api_key"),),
    options=(
        HOLD,
        SETTLE_DELAY,
        OptionField("bearer", default="no", choices=("no", "yes")),
        OptionField("create_missing", default="all", choices=("all", "known")),
        OptionField("carrier_default", text_id="shipup.option.carrier_default"),
        carriers.UNTRACKED,
        OptionField("carrier.*", text_id="shipup.option.carrier"),
    ),
    rate_per_s=1.8,
    burst=50,
    headers=_headers,
    probe=requests.probe,
    read_probe=replies.read_probe,
    list_orders=requests.list_orders,
    read_orders=replies.read_list_orders,
    get_order=requests.get_order,
    read_order=replies.read_get_order,
    tell=requests.tell,
    read_told=replies.read_create_order,
    tells_new_orders=requests.tells_new_orders,
    fields=fields.FIELDS,
    lists=fields.LISTS,
    change=changes.change,
    create=Creation(creating.create, creating.read),
    cancel=cancelling.cancel,
    correction=Correction(
        message=Message("shipup.edit_tracking"),
        called_back=Message("shipup.void"),
        by_default=True,
    ),
    reversal=calling_back.reversal,
    read_fields=fields.read_fields,
    sent_fields=fields.read_fields,
    address_paths=fields.ADDRESS_PATHS,
    filters=filters.FILTERS,
    carrier_codes=carriers.usual_code,
    known_carriers=carriers.CODES,
    batch=batch.BATCH,
    deliveries=DELIVERIES,
)
