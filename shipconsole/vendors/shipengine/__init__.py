"""ShipEngine: sales orders are read from its order sources, and each package is told by `notify_shipped`.

`wire` holds the platform's own objects, `requests` one function a call, `replies` one reader a call,
`carriers` the codes of its carriers; `tracking` and `webhooks` hold both sides of theirs. Nothing in here does
input or output.
"""

from collections.abc import Mapping

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import (
    ASK_AFTER,
    HOLD,
    SETTLE_DELAY,
    WEBHOOK_SIGNATURE,
    Correction,
    OptionField,
    Options,
    Refresh,
    SecretField,
    Vendor,
)
from shipconsole.vendors.shipengine import carriers, fields, filters, read_back, replies, requests
from shipconsole.vendors.shipengine.deliveries import DELIVERIES
from shipconsole.vendors.shipengine.signatures import SIGNS
from shipconsole.vendors.shipengine.tracking import TRACKING
from shipconsole.vendors.shipengine.webhooks import WEBHOOKS


def _headers(secrets: Mapping[str, str], _options: Options) -> dict[str, str]:
    return {"API-Key": secrets.get("api_key", "")}


def _never(_options: Options) -> bool:
    return False


# 200 calls a minute, 20 with a key of the sandbox. Source: ShipEngine, Rate Limits (read November 2026).
VENDOR = Vendor(
    name="shipengine",
    title="ShipEngine",
    default_url="https://api.shipengine.com",
    secrets=(SecretField("api_key"),),
    options=(
        HOLD,
        SETTLE_DELAY,
        ASK_AFTER,
        OptionField("track", default="no", choices=("no", "yes")),
        OptionField("page_size", default=str(requests.PAGE_SIZE)),
        OptionField(
            read_back.OPTION,
            default="no",
            choices=("no", "yes"),
        ),
        WEBHOOK_SIGNATURE,
        OptionField("carrier_default", default="other", text_id="shipengine.option.carrier_default"),
        OptionField("carrier.*", text_id="shipengine.option.carrier"),
    ),
    rate_per_s=3.0,
    burst=10,
    headers=_headers,
    probe=requests.list_order_sources,
    read_probe=replies.read_list_order_sources,
    list_orders=requests.list_sales_orders,
    read_orders=replies.read_list_sales_orders,
    order_lists=requests.order_lists,
    get_order=requests.get_sales_order,
    read_order=replies.read_get_sales_order,
    tell=requests.notify_shipped,
    read_told=replies.read_notify_shipped,
    tells_new_orders=_never,
    one_call_per_package=True,
    refresh=Refresh(
        start=requests.refresh_order_source,
        look=requests.get_order_source,
        read=replies.read_order_source,
        sources=requests.order_sources,
        read_sources=replies.read_order_sources,
    ),
    read_back=read_back.read_back,
    correction=Correction(
        message=Message("shipengine.edit_tracking"),
        called_back=Message("shipengine.void"),
        by_default=False,
    ),
    tracking=TRACKING,
    webhooks=WEBHOOKS,
    signature=SIGNS,
    deliveries=DELIVERIES,
    fields=fields.FIELDS,
    read_fields=fields.read_fields,
    address_paths=fields.ADDRESS_PATHS,
    filters=filters.FILTERS,
    carrier_codes=carriers.usual_code,
    known_carriers=carriers.KNOWN,
)
