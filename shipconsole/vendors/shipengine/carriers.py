"""ShipEngine's carrier codes for our carriers.

A code names the account through which the carrier is reached, so a USPS number goes with `stamps_com`.
Source: ShipEngine, Notify Marketplaces an Order has Shipped; Connect a carrier account (read November 2026).
"""

import re

from shipconsole.domain.carrier import by_id
from shipconsole.vendors.adapter import Options
from shipconsole.vendors.options import chosen_code
from shipconsole.vendors.shipengine.options import ShipEngineOptions

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
    "purolator": "purolator_canada",
    "royal_mail": "royal_mail",
    "sendle": "sendle",
}

_KNOWN = """
    access_worldwide amazon_buy_shipping amazon_shipping amazon_shipping_uk apc asendia australia_post canada_post
    dhl_ecommerce dhl_express dhl_express_au dhl_express_australia dhl_express_ca dhl_express_canada dhl_express_uk
    dhl_express_worldwide dhl_global_mail dpd endicia fedex fedex_uk firstmile imex lasership newgistics ontrac other
    purolator_canada royal_mail rr_donnelley seko sendle stamps_com ups usps
"""

KNOWN = tuple(_KNOWN.split())
"""Codes that the platform's pages show or that it is known to accept; an account may have others.

Source: ShipEngine, Carrier Codes, and Label Formats (read November 2026).
"""


def usual_code(carrier_id: str) -> str:
    """Return the code for a carrier of ours where the connection chose none, empty where none is known."""
    return CODES.get(carrier_id, "")


def code_for(carrier: str, options: Options) -> str:
    """Return the code: the connection's choice, the table, a text that looks like a code, the default.

    A carrier of ours that is not in the table gets the default: its id would look like a code of ShipEngine's.
    """
    name = carrier.strip()
    ours = name.casefold()
    default = ShipEngineOptions.read(options).carrier_default
    if chosen := chosen_code(name, options):
        return chosen
    if usual := usual_code(ours):
        return usual
    if by_id(ours):
        return default
    return name if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) else default
