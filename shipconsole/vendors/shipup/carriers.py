"""Shipup's carrier codes: which one stands for a carrier of ours.

The vendor's list is not public; these are the codes that its pages show. Without a code Shipup guesses
the carrier from the tracking number. Source: Shipup, Create or update an order (read November 2026).
"""

from shipconsole.vendors.vendor import Options

CODES = frozenset({"colissimo", "dpd_fr", "lasership"})


def code_for(carrier: str, options: Options) -> str | None:
    """The code for a carrier: the connection's own choice, a code that was seen, the default, else none."""
    name = carrier.strip().casefold()
    if chosen := options.get(f"carrier.{name}"):
        return chosen
    return name if name in CODES else options.get("carrier_default") or None
