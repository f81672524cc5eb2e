"""Starshipit: unshipped orders are read, and a shipment is told by updating the order it belongs to.

`wire` holds the platform's own objects, `requests` one function a call, `replies` one reader a call,
`carriers` the codes of its carriers. Nothing in here does input or output.
"""

from collections.abc import Mapping

from shipconsole.domain.message import Message
from shipconsole.vendors.adapter import (
    ASK_AFTER,
    HOLD,
    SETTLE_DELAY,
    Correction,
    Creation,
    OptionField,
    Options,
    SecretField,
    Vendor,
)
from shipconsole.vendors.starshipit import (
    calling_back,
    cancelling,
    carriers,
    carrying,
    changes,
    creating,
    fields,
    filters,
    read_back,
    replies,
    requests,
)
from shipconsole.vendors.starshipit.deliveries import DELIVERIES
from shipconsole.vendors.starshipit.tracking import TRACKING


def _headers(secrets: Mapping[str, str], _options: Options) -> dict[str, str]:
    """Both keys.

    Source: Starshipit, Update Order, code samples (read November 2026).
    """
    return {
        "StarShipIT-Api-Key": secrets.get("api_key", ""),
        "Ocp-Apim-Subscription-Key": secrets.get("subscription_key", ""),
    }


def _never(_options: Options) -> bool:
    return False


# Two calls a second, twenty on approval. Source: Starshipit, API fundamentals (read November 2026).
VENDOR = Vendor(
    name="starshipit",
    title="Starshipit",
    default_url="https://api.starshipit.com",
    secrets=(
        SecretField("api_key"),
        SecretField("subscription_key"),
    ),
    options=(
        HOLD,
        SETTLE_DELAY,
        ASK_AFTER,
        carrying.OLD_SERVICE,
        OptionField("carrier_default", text_id="starshipit.option.carrier_default"),
        OptionField("carrier.*", text_id="starshipit.option.carrier"),
    ),
    rate_per_s=1.8,
    burst=1,
    headers=_headers,
    probe=requests.probe,
    read_probe=replies.read_probe,
    list_orders=requests.get_unshipped_orders,
    read_orders=replies.read_get_unshipped_orders,
    get_order=requests.get_order,
    read_order=replies.read_get_order,
    tell=requests.tell,
    read_told=replies.read_update_order,
    tells_new_orders=_never,
    reads_before_telling=True,
    fields=fields.FIELDS,
    lists=fields.LISTS,
    change=changes.change,
    create=Creation(creating.create_order, replies.read_create_order, requests.find_order),
    cancel=cancelling.cancel,
    correction=Correction(
        message=Message("starshipit.edit_tracking"),
        called_back=Message("starshipit.void"),
        by_default=True,
    ),
    reversal=calling_back.reversal,
    read_back=read_back.read_back,
    read_document=replies.read_document,
    read_fields=fields.read_fields,
    sent_fields=fields.sent_fields,
    address_paths=fields.ADDRESS_PATHS,
    filters=filters.FILTERS,
    tracking=TRACKING,
    deliveries=DELIVERIES,
    carrier_codes=carriers.usual_code,
    known_carriers=carriers.CODES,
)
