"""SwiftPOD: it prints and ships orders itself, so its orders and trackings are read and it is told nothing.

`wire` holds the platform's own objects, `requests` one function a call, `replies` one reader a call. Nothing in
here does input or output.
"""

from collections.abc import Mapping

from shipconsole.domain.field import FieldPath
from shipconsole.vendors.adapter import (
    ASK_AFTER,
    WEBHOOKS_WITHOUT_KEY,
    OptionField,
    Options,
    SecretField,
    ShipmentNotification,
    Vendor,
    Webhooks,
)
from shipconsole.vendors.exchange import Request
from shipconsole.vendors.swiftpod import fields, filters, replies, requests
from shipconsole.vendors.swiftpod.deliveries import DELIVERIES

# Where the recipient's address is. Source: SwiftPOD, Get Order Detail (read November 2026).
ADDRESS_PATHS: Mapping[str, FieldPath] = {
    "name": ("address", "name"),
    "street": ("address", "street1"),
    "postal_code": ("address", "zip"),
    "country": ("address", "country"),
}


def _headers(secrets: Mapping[str, str], _options: Options) -> dict[str, str]:
    """The key, where there is one: a connection that only takes webhooks needs none.

    Source: SwiftPOD, Get Orders (read November 2026).
    """
    key = secrets.get("api_key", "")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _tell_nothing(_telling: ShipmentNotification) -> Request | None:
    return None


def _never(_options: Options) -> bool:
    return False


# 150 calls in 10 seconds, then none for a minute. Source: SwiftPOD, Overview (read November 2026).
VENDOR = Vendor(
    name="swiftpod",
    title="SwiftPOD",
    default_url="https://api.swiftpod.com/v1",
    secrets=(SecretField("api_key", required=False),),
    options=(
        ASK_AFTER,
        WEBHOOKS_WITHOUT_KEY,
        OptionField("test_orders", default="no", choices=("no", "yes")),
        OptionField("page_size", default=str(requests.PAGE_SIZE)),
        OptionField("statuses", narrows=True),
        OptionField("rejected_statuses", narrows=True),
        OptionField("created_at_after", narrows=True),
        OptionField("created_at_before", narrows=True),
        OptionField("trackings_created_at_after", narrows=True),
        OptionField("trackings_created_at_before", narrows=True),
    ),
    rate_per_s=12.0,
    burst=20,
    headers=_headers,
    probe=requests.probe,
    read_probe=replies.read_probe,
    list_orders=requests.list_orders,
    read_orders=replies.read_list_orders,
    get_order=requests.get_order,
    read_order=replies.read_get_order,
    tell=_tell_nothing,
    read_told=replies.read_told,
    tells_new_orders=_never,
    fields=fields.FIELDS,
    read_fields=fields.read,
    read_tracks=replies.read_tracks,
    address_paths=ADDRESS_PATHS,
    webhooks=Webhooks(
        events=requests.EVENTS,
        register=requests.subscribe_webhook,
        read_registered=replies.read_subscribe_webhook,
    ),
    deliveries=DELIVERIES,
    is_told=False,
    filters=filters.FILTERS,
)
