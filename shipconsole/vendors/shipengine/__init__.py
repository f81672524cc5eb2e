"""ShipEngine: sales orders are read from its order sources, and `notify_shipped` notifies it of each package.

`wire` holds the platform's own objects, `requests` one function a request, `replies` one reader a response, `carriers`
the carrier codes. `tracking`, `webhook_registration` and `webhook_signatures` hold both sides of theirs,
`webhook_events` reads the events. Nothing in here does input or output.
"""

from collections.abc import Mapping

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import (
    Corrections,
    Options,
    Orders,
    SecretField,
    Shipments,
    StoreRefresh,
    Vendor,
    Webhooks,
)
from shipconsole.vendors.shipengine import (
    carriers,
    fields,
    filters,
    outcome_check,
    replies,
    requests,
    webhook_events,
    wire,
)
from shipconsole.vendors.shipengine.options import ShipEngineOptions
from shipconsole.vendors.shipengine.tracking import TRACKING
from shipconsole.vendors.shipengine.webhook_registration import REGISTRATION
from shipconsole.vendors.shipengine.webhook_signatures import SIGNATURE


def _headers(secrets: Mapping[str, str], _options: Options) -> dict[str, str]:
    return {"API-Key": secrets.get("api_key", "")}


# 200 requests a minute, 20 with a key of the sandbox. Source: ShipEngine, Rate Limits (read November 2026).
# From any request to the 200th after it there are 198 intervals, as three are sent at once: 60.2 s.
VENDOR = Vendor(
    name="shipengine",
    title="ShipEngine",
    default_url="https://api.shipengine.com",
    secrets=(SecretField("api_key"),),
    options=ShipEngineOptions,
    rate_per_s=1 / 0.304,
    burst=3,
    late_s=0.09,
    headers=_headers,
    probe=requests.list_order_sources,
    read_probe=replies.read_list_order_sources,
    read_update=replies.read_notify_shipped,
    orders=Orders(
        list_page=requests.list_sales_orders,
        read_page=replies.read_list_sales_orders,
        first_cursors=requests.first_cursors,
        get=requests.get_sales_order,
        read=replies.read_get_sales_order,
        fields=fields.FIELDS,
        read_fields=fields.read_fields,
        address_paths=fields.ADDRESS_PATHS,
        filters=filters.FILTERS,
    ),
    shipments=Shipments(
        notify=requests.notify_shipped,
        document=wire.SalesOrder,
        one_request_per_package=True,
        corrections=Corrections(
            edit_tracking=Message("shipengine.edit_tracking"),
            void=Message("shipengine.void"),
            by_default=False,
        ),
        check_outcome=outcome_check.check_outcome,
        customer_email=Message("shipengine.customer_email"),
        carrier_code=carriers.usual_code,
        known_carrier_codes=carriers.KNOWN,
    ),
    tracking=TRACKING,
    stores=StoreRefresh(
        start=requests.refresh_order_source,
        get=requests.get_order_source,
        read=replies.read_order_source,
        list_all=requests.order_sources,
        read_all=replies.read_order_sources,
    ),
    webhooks=Webhooks(
        read=webhook_events.read_event,
        identify=webhook_events.identify,
        query=webhook_events.query,
        read_queried=webhook_events.read_queried,
        registration=REGISTRATION,
        signature=SIGNATURE,
    ),
)
