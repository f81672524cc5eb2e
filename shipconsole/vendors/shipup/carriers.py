"""Shipup's carrier codes: which one stands for a carrier of ours, and what is said of one that has none.

The platform's list is not public; these are the codes that its pages show. Without a code Shipup guesses the carrier
from the tracking number, and shows the customer the name of one that it does not track. Source: Shipup, Create or
update an order (read November 2026).
"""

from collections.abc import Sequence

from shipconsole.domain.carrier import by_id
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import OptionField, Options
from shipconsole.vendors.carrier_choice import chosen_code, default_code

UNTRACKED = OptionField(
    "untracked_carrier",
    default="name",
    choices=("name", "guess"),
    careful={"guess": Message("shipup.guessing")},
)

CODES = ("colissimo", "dpd_fr", "lasership")


def usual_code(carrier_id: str) -> str:
    """The code that stands for a carrier of ours where nothing else was chosen, empty where none is known."""
    return carrier_id if carrier_id in CODES else ""


def known_as(packages: Sequence[Package], options: Options, *, recognised: bool = False) -> dict[str, str]:
    """Return what is said of the carrier of a tracking number, by the newest of its packages that says it.

    A service goes only with the code of its own carrier; without a code the carrier goes by its name, unless Shipup
    has `recognised` it by then.
    """
    for package in reversed(packages):
        if code := code_for(package.carrier, options):
            return {"carrier_code": code} | ({"carrier_service_code": package.service} if package.service else {})
    named = next((package.carrier.strip() for package in reversed(packages) if package.carrier.strip()), "")
    if recognised or not named or options.get(UNTRACKED.name) == "guess":
        return {}
    carrier = by_id(named.casefold())
    return {"untracked_carrier_name": carrier.name if carrier else named}


def service_warnings(packages: Sequence[Package], options: Options) -> tuple[Problem, ...]:
    """Return a warning for each package whose service is not sent, as no code is known for its carrier."""
    return tuple(
        Problem(
            ("packages", position, "service"),
            Message("shipup.service_left_out", service=package.service),
            Message("shipup.enter_code"),
        )
        for position, package in enumerate(packages)
        if package.service and not code_for(package.carrier, options)
    )


def code_for(carrier: str, options: Options) -> str | None:
    """The code for a carrier: the connection's own choice, a code that was seen, the default, else none."""
    name = carrier.strip().casefold()
    return chosen_code(name, options) or usual_code(name) or default_code(options) or None
