"""SwiftPOD: it prints and ships orders itself, so its orders and packages are read and it is not notified.

`wire` holds the platform's own objects, `requests` one function a request, `replies` one reader a response,
`webhook_events` reads the events. Nothing in here does input or output.
"""

from collections.abc import Mapping

from shipconsole.vendors.adapter import Options, Orders, SecretField, Vendor, WebhookRegistration, Webhooks
from shipconsole.vendors.swiftpod import fields, filters, replies, requests, webhook_events
from shipconsole.vendors.swiftpod.options import SwiftPODOptions


def _headers(secrets: Mapping[str, str], _options: Options) -> dict[str, str]:
    """Return the key, where there is one: a connection that only receives webhooks needs none.

    Source: SwiftPOD, Get Orders (read November 2026).
    """
    key = secrets.get("api_key", "")
    return {"Authorization": f"Bearer {key}"} if key else {}


# 150 requests in 10 seconds, then none for a minute. Source: SwiftPOD, Overview (read November 2026).
# A minute costs more than the last requests would gain, and no updates are sent there.
VENDOR = Vendor(
    name="swiftpod",
    title="SwiftPOD",
    default_url="https://api.swiftpod.com/v1",
    secrets=(SecretField("api_key", required=False),),
    options=SwiftPODOptions,
    rate_per_s=12.0,
    burst=20,
    late_s=0.4,
    headers=_headers,
    probe=requests.probe,
    read_probe=replies.read_probe,
    read_update=replies.read_update,
    orders=Orders(
        list_page=requests.list_orders,
        read_page=replies.read_list_orders,
        get=requests.get_order,
        read=replies.read_get_order,
        read_tracks=replies.read_tracks,
        fields=fields.FIELDS,
        read_fields=fields.read_fields,
        address_paths=fields.ADDRESS_PATHS,
        filters=filters.FILTERS,
    ),
    webhooks=Webhooks(
        read=webhook_events.read_event,
        response="{}",
        warnings=webhook_events.warnings,
        registration=WebhookRegistration(
            events=requests.EVENTS,
            register=requests.subscribe_webhook,
            read_registered=replies.read_subscribe_webhook,
        ),
    ),
)
