"""The carrier and service of an order at Starshipit, and which of a shipment the order can't show.

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
        service_position = next(
            (index for index, package in enumerate(packages) if package.service and not package.carrier), None
        )
        service = None if service_position is None else packages[service_position].service
        return ChosenCarrier(service=service, service_position=service_position)
    carrier = codes[position] or ""
    service_position = next(
        (
            index
            for index, (package, code) in enumerate(zip(packages, codes, strict=True))
            if package.service and _is_same(code, carrier)
        ),
        None,
    )
    if service_position is not None:
        service = packages[service_position].service
    else:
        service = "" if loses_service(known, carrier, options) else None
    return ChosenCarrier(carrier, service, position, service_position)


def loses_service(known: wire.Order, carrier: str, options: Options) -> bool:
    """Return whether an order has a service that does not belong to its new carrier."""
    changes = not _is_same(known.carrier, carrier)
    return changes and bool(known.carrier_service_code) and StarshipitOptions.read(options).old_service != "keep"


def not_shown(notification: ShipmentNotification, known: wire.Order, chosen: ChosenCarrier) -> Iterator[Problem]:
    """Yield a problem for each carrier and service of a shipment that the order can't show."""
    options, packages = notification.options, notification.shipment.packages
    shown = chosen.carrier or known.carrier
    for position, package in enumerate(packages):
        code = code_for(package.carrier, options)
        if package.carrier and not _is_same(code, shown):
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
    if not chosen.carrier or chosen.position is None:
        return
    earlier = {
        package.tracking_number: package.carrier
        for shipment in notification.shipments
        if shipment.id != notification.shipment.id
        for package in shipment.packages
        if not _is_same(code_for(package.carrier, options) or chosen.carrier, chosen.carrier)
    }
    for number, carrier in earlier.items():
        yield Problem(
            ("packages", chosen.position, "carrier"),
            Message("starshipit.carrier_changes", before=_name(carrier), carrier=chosen.carrier, number=number),
        )


def _is_same(code: str | None, other: str) -> bool:
    """Return whether two of Starshipit's carrier codes are the same one, in whatever case."""
    return code is not None and code.casefold() == other.casefold()


def _other_carrier(shown: str, package: Package, *, is_new: bool) -> Message:
    """Return that the order's only carrier is not a package's."""
    package_values = {"number": package.tracking_number, "carrier": _name(package.carrier)}
    if not shown:
        return Message("starshipit.no_carrier", **package_values)
    return Message("starshipit.one_carrier" if is_new else "starshipit.keeps_carrier", shown=shown, **package_values)


def _name(carrier: str) -> str:
    known = by_id(carrier.strip().casefold())
    return known.name if known else carrier.strip()
