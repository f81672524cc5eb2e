"""Starshipit: unshipped orders are read, and a shipment is notified by updating the order it belongs to.

`wire` holds the platform's own objects, `requests` one function a request, `replies` one reader a response, `carriers`
the carrier codes; `notify`, `void`, `edit`, `create` and `cancel` build the updates. Nothing in here does input or
output.
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
from shipconsole.vendors.starshipit import (
    cancel,
    carriers,
    create,
    edit,
    fields,
    filters,
    notify,
    outcome_check,
    replies,
    requests,
    void,
    wire,
)
from shipconsole.vendors.starshipit.options import StarshipitOptions
from shipconsole.vendors.starshipit.tracking import TRACKING
from shipconsole.vendors.starshipit.webhook_events import read_event


def _headers(secrets: Mapping[str, str], _options: Options) -> dict[str, str]:
    """Return both keys.

    Source: Starshipit, Update Order, code samples (read November 2026).
    """
    return {
        "StarShipIT-Api-Key": secrets.get("api_key", ""),
        "Ocp-Apim-Subscription-Key": secrets.get("subscription_key", ""),
    }


# Two requests a second, twenty on approval. Source: Starshipit, API fundamentals (read November 2026).
# From any request to the second after it there are 1.016 s.
VENDOR = Vendor(
    name="starshipit",
    title="Starshipit",
    default_url="https://api.starshipit.com",
    secrets=(
        SecretField("api_key"),
        SecretField("subscription_key"),
    ),
    options=StarshipitOptions,
    rate_per_s=1 / 0.508,
    burst=1,
    late_s=0.008,
    headers=_headers,
    probe=requests.probe,
    read_probe=replies.read_probe,
    read_update=replies.read_update_order,
    orders=Orders(
        list_page=requests.get_unshipped_orders,
        read_page=replies.read_get_unshipped_orders,
        get=requests.get_order,
        read=replies.read_get_order,
        read_document=replies.read_document,
        fields=fields.FIELDS,
        read_fields=fields.read_fields,
        address_paths=fields.ADDRESS_PATHS,
        filters=filters.FILTERS,
    ),
    shipments=Shipments(
        notify=notify.notify,
        document=wire.Order,
        needs_fresh_order=True,
        corrections=Corrections(
            edit_tracking=Message("starshipit.edit_tracking"),
            void=Message("starshipit.void"),
            by_default=True,
        ),
        void=void.void,
        check_outcome=outcome_check.check_outcome,
        customer_email=Message("starshipit.customer_email"),
        carrier_code=carriers.usual_code,
        known_carrier_codes=carriers.CODES,
    ),
    edits=Edits(
        lists=fields.LISTS,
        sent_fields=fields.sent_fields,
        change=edit.edit,
        create=OrderCreation(create.create_order, replies.read_create_order, requests.find_order),
        cancel=cancel.cancel,
    ),
    tracking=TRACKING,
    webhooks=Webhooks(read_event),
)
