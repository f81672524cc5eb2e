"""Carriers as people call them."""

from shipconsole.domain import carrier as carriers


def carrier_name(text: str) -> str:
    """The name that people know for one of our carriers' ids; other text as it is."""
    known = carriers.by_id(text)
    return known.name if known else text


def carrier_id(text: str) -> str:
    """Our id for a carrier's name or id; other text as it is."""
    known = carriers.named(text)
    return known.id if known else text.strip()


def found_carrier(number: str) -> str:
    """Return the name of the carrier that a number most likely belongs to, empty where several are as likely."""
    return carrier_name(carriers.identify(number).likely)
