"""Shipup's carrier codes: which one stands for a carrier of ours.

The vendor's list is not public; these are the codes that its pages show. Without a code Shipup guesses
the carrier from the tracking number. Source: Shipup, Create or update an order (read November 2026).
"""

from shipconsole.vendors.carrier_choice import chosen_code, default_code
from shipconsole.vendors.vendor import Options

CODES = ("colissimo", "dpd_fr", "lasership")


def usual_code(carrier_id: str) -> str:
    """The code that stands for a carrier of ours where nothing else was chosen, empty where none is known."""
    return carrier_id if carrier_id in CODES else ""


def code_for(carrier: str, options: Options) -> str | None:
    """The code for a carrier: the connection's own choice, a code that was seen, the default, else none."""
    name = carrier.strip().casefold()
    return chosen_code(name, options) or usual_code(name) or default_code(options) or None
