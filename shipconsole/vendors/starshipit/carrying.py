"""Which carrier and service Starshipit's order goes by, and what of a shipment it cannot hold.

An order of Starshipit's has one carrier and one service, whatever its packages go by; those of a package can be read
and not sent. A service belongs to its carrier. Not documented is how a service is taken away: an empty text is sent,
which the schema allows, unless the connection says that the old one stays. Source: Starshipit, Update Order (read
November 2026).
"""

from collections.abc import Iterator
from typing import NamedTuple

from shipconsole.domain.carrier import by_id
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import OptionField, Options, ShipmentNotification
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carriers import code_for

OLD_SERVICE = OptionField(
    "old_service",
    default="remove",
    choices=("remove", "keep"),
    careful={"keep": Message("starshipit.old_service")},
)
OPEN = ("", "unshipped", "saved")
"""Statuses in which an order can be changed; a printed one takes nothing but another status."""


class Carried(NamedTuple):
    """What an order is told to go by, and which package says so.

    `service` is None where nothing is said of it, and empty where it is taken away.
    """

    carrier: str | None = None
    service: str | None = None
    position: int | None = None
    service_position: int | None = None


def carried(packages: tuple[Package, ...], known: wire.Order, options: Options) -> Carried:
    """Return what an order goes by: the first package's carrier that has a code, with a service of that carrier."""
    codes = [code_for(package.carrier, options) for package in packages]
    position = next((place for place, code in enumerate(codes) if code), None)
    if position is None:
        # The order keeps its own carrier, and a service is one of that.
        unnamed = (place for place, one in enumerate(packages) if one.service and not one.carrier)
        place = next(unnamed, None)
        return Carried(service=None if place is None else packages[place].service, service_position=place)
    carrier = codes[position]
    served = (place for place, one in enumerate(packages) if codes[place] == carrier and one.service)
    place = next(served, None)
    service = None if place is None else packages[place].service
    if service is None and carrier and loses_service(known, carrier, options):
        service = ""
    return Carried(carrier, service, position, place)


def loses_service(known: wire.Order, carrier: str, options: Options) -> bool:
    """Return whether an order has a service that is none of the carrier that takes it now."""
    changes = known.carrier.casefold() != carrier.casefold()
    return changes and bool(known.carrier_service_code) and options.get(OLD_SERVICE.name) != "keep"


def is_printed(status: str) -> bool:
    """Return whether an order of this status cannot be changed any more."""
    return status.casefold() not in OPEN


def printed_warning(number: str, status: str) -> tuple[Problem, ...]:
    """Return what to know before an order is changed that Starshipit may have printed; nothing for an open one."""
    if not is_printed(status):
        return ()
    message = Message("starshipit.status_only", number=number, status=status)
    return (Problem((), message, Message("starshipit.enter_number")),)


def lost(notification: ShipmentNotification, known: wire.Order, chosen: Carried) -> Iterator[Problem]:
    """Tell what of a shipment's carriers and services the order will not show."""
    options, packages = notification.options, notification.shipment.packages
    shown = chosen.carrier or known.carrier
    for position, package in enumerate(packages):
        code = code_for(package.carrier, options)
        if package.carrier and (not code or code.casefold() != shown.casefold()):
            yield Problem(
                ("packages", position, "carrier"),
                _other_carrier(shown, package, is_new=bool(chosen.carrier)),
                NO_MESSAGE if code else Message("starshipit.enter_code"),
            )
        elif package.service and package.service != chosen.service:
            yield Problem(
                ("packages", position, "service"),
                Message(
                    "starshipit.one_service",
                    kept=chosen.service or "",
                    number=package.tracking_number,
                    service=package.service,
                ),
            )
    earlier = {
        package.tracking_number: package.carrier
        for shipment in notification.shipments
        if shipment.id != notification.shipment.id
        for package in shipment.packages
        if chosen.carrier and (code_for(package.carrier, options) or chosen.carrier) != chosen.carrier
    }
    for number, carrier in earlier.items():
        yield Problem(
            ("packages", chosen.position or 0, "carrier"),
            Message("starshipit.carrier_changes", before=_name(carrier), carrier=chosen.carrier or "", number=number),
        )


def _other_carrier(shown: str, package: Package, *, is_new: bool) -> Message:
    """That the order has one carrier, and it is not a package's."""
    wanted = {"number": package.tracking_number, "carrier": _name(package.carrier)}
    if not shown:
        return Message("starshipit.no_carrier", **wanted)
    return Message("starshipit.one_carrier" if is_new else "starshipit.keeps_carrier", shown=shown, **wanted)


def _name(carrier: str) -> str:
    known = by_id(carrier.strip().casefold())
    return known.name if known else carrier.strip()
