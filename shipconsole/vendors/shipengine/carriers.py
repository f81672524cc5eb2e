"""ShipEngine's carrier codes: which one stands for a carrier of ours.

A code names the account with which the carrier is reached, so a USPS number goes with `stamps_com`.
Source: ShipEngine, Notify Marketplaces an Order has Shipped (read November 2026).
"""

import re

from shipconsole.domain.carrier import by_id
from shipconsole.vendors.vendor import Options

DEFAULT = "other"

CODES = {
    "usps": "stamps_com",
    "ups": "ups",
    "fedex": "fedex",
    "dhl": "dhl_express",
    "ontrac": "ontrac",
    "amazon": "amazon_shipping",
    "asendia": "asendia",
    "auspost": "australia_post",
    "canada_post": "canada_post",
    "dpd": "dpd",
    "lasership": "lasership",
    "royal_mail": "royal_mail",
    "sendle": "sendle",
}


def code_for(carrier: str, options: Options) -> str:
    """The code: the connection's own choice, the table, a text that looks like a code, the default.

    A carrier of ours that is not in the table takes the default: its id would pass for a code of ShipEngine's.
    """
    name = carrier.strip()
    ours = name.casefold()
    default = options.get("carrier_default") or DEFAULT
    if chosen := options.get(f"carrier.{ours}"):
        return chosen
    if ours in CODES:
        return CODES[ours]
    if by_id(ours):
        return default
    return name if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) else default
