"""Shipup's carrier codes for our carriers, and what is sent for a carrier without one.

The platform's list is not public; these are the codes that its pages show. Without a code Shipup guesses the carrier
from the tracking number, and shows the customer the name of a carrier that it does not track. Source: Shipup, Create or
update an order (read November 2026).
"""

from collections.abc import Sequence

from shipconsole.domain.carrier import by_id
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Problem
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import Options
from shipconsole.vendors.options import chosen_code, default_code
from shipconsole.vendors.shipup.options import ShipupOptions

CODES = ("colissimo", "dpd_fr", "lasership")


def usual_code(carrier_id: str) -> str:
    """Return the code for a carrier of ours where the connection chose none, empty where none is known."""
    return carrier_id if carrier_id in CODES else ""


def carrier_values(packages: Sequence[Package], options: Options, *, recognized: bool = False) -> dict[str, str]:
    """Return a tracker's carrier values, by the newest of its packages that has a carrier.

    A service is sent only with the code of its own carrier; without a code the carrier's name is sent, unless Shipup
    has `recognized` the carrier.
    """
    for package in reversed(packages):
        if code := code_for(package.carrier, options):
            return {"carrier_code": code} | ({"carrier_service_code": package.service} if package.service else {})
    named = next((package.carrier.strip() for package in reversed(packages) if package.carrier.strip()), "")
    if recognized or not named or ShipupOptions.read(options).untracked_carrier == "guess":
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
    """Return the code for a carrier: the connection's choice, a documented code, the default, else none."""
    name = carrier.strip().casefold()
    return chosen_code(name, options) or usual_code(name) or default_code(options) or None
