"""ShipEngine's carrier codes: which one stands for a carrier of ours.

A code names the account with which the carrier is reached, so a USPS number goes with `stamps_com`.
Source: ShipEngine, Notify Marketplaces an Order has Shipped (read November 2026).
"""

import re

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

UNKNOWN_THERE = frozenset(
    {
        "canpar",
        "evri",
        "gofo",
        "landmark",
        "old_dominion",
        "purolator",
        "s10",
        "speedee",
        "startrack",
        "toll",
        "yodel",
        "yunexpress",
    }
)
"""Carriers of ours for which no code of ShipEngine's is known; their ids would pass for codes."""


def code_for(carrier: str, options: Options) -> str:
    """The code: the connection's own choice, the table, a text that looks like a code, the default."""
    name = carrier.strip()
    ours = name.casefold()
    default = options.get("carrier_default") or DEFAULT
    if chosen := options.get(f"carrier.{ours}"):
        return chosen
    if ours in UNKNOWN_THERE:
        return default
    if ours in CODES:
        return CODES[ours]
    return name if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) else default
