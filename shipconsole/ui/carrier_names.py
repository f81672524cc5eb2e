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
    """The name of the one carrier that a number belongs to; empty where there is none, or more than one."""
    possible = carriers.identify(number).carriers if number.strip() else ()
    return carrier_name(possible[0]) if len(possible) == 1 else ""
