"""The carrier and service of an order at Starshipit, and what of a shipment they cannot show.

An order of Starshipit's has one carrier and one service, whatever its packages have; those of a package can be read
but not sent. A service belongs to its carrier. How a service is removed is not documented: an empty text is sent, which
the schema allows, unless the connection's option keeps the old one. Source: Starshipit, Update Order (read
November 2026).
"""

from collections.abc import Iterator
from typing import NamedTuple

from shipconsole.domain.carrier import by_id
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Problem
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import Options, ShipmentNotification
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carriers import code_for
from shipconsole.vendors.starshipit.options import StarshipitOptions

OPEN = ("", "unshipped", "saved")
"""Statuses in which an order can be changed; a printed one accepts only another status."""


class ChosenCarrier(NamedTuple):
    """The carrier and service that are sent, and the positions of the packages that they come from.

    `service` is None where it is not sent, and empty where it is removed.
    """

    carrier: str | None = None
    service: str | None = None
    position: int | None = None
    service_position: int | None = None


def chosen_carrier(packages: tuple[Package, ...], known: wire.Order, options: Options) -> ChosenCarrier:
    """Return the carrier of the first package whose carrier has a code, with a service of that carrier."""
    codes = [code_for(package.carrier, options) for package in packages]
    position = next((index for index, code in enumerate(codes) if code), None)
    if position is None:
        # The order keeps its own carrier, and the service is one of that carrier.
        without_carrier = (index for index, package in enumerate(packages) if package.service and not package.carrier)
        index = next(without_carrier, None)
        return ChosenCarrier(service=None if index is None else packages[index].service, service_position=index)
    carrier = codes[position]
    of_carrier = (index for index, package in enumerate(packages) if codes[index] == carrier and package.service)
    index = next(of_carrier, None)
    service = None if index is None else packages[index].service
    if service is None and carrier and loses_service(known, carrier, options):
        service = ""
    return ChosenCarrier(carrier, service, position, index)


def loses_service(known: wire.Order, carrier: str, options: Options) -> bool:
    """Return whether an order has a service that does not belong to its new carrier."""
    changes = known.carrier.casefold() != carrier.casefold()
    return changes and bool(known.carrier_service_code) and StarshipitOptions.read(options).old_service != "keep"


def is_printed(status: str) -> bool:
    """Return whether an order of this status can no longer be changed."""
    return status.casefold() not in OPEN


def printed_warning(number: str, status: str) -> tuple[Problem, ...]:
    """Return what to know before an order is changed that Starshipit may have printed; nothing for an open one."""
    if not is_printed(status):
        return ()
    message = Message("starshipit.status_only", number=number, status=status)
    return (Problem((), message, Message("starshipit.enter_number")),)


def not_shown(notification: ShipmentNotification, known: wire.Order, chosen: ChosenCarrier) -> Iterator[Problem]:
    """Yield what of a shipment's carriers and services the order will not show."""
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
    """Return that the order's only carrier is not a package's."""
    package_values = {"number": package.tracking_number, "carrier": _name(package.carrier)}
    if not shown:
        return Message("starshipit.no_carrier", **package_values)
    return Message("starshipit.one_carrier" if is_new else "starshipit.keeps_carrier", shown=shown, **package_values)


def _name(carrier: str) -> str:
    known = by_id(carrier.strip().casefold())
    return known.name if known else carrier.strip()
