"""The notification of Starshipit about a shipment: an update of the order with its packages and items."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shipconsole.domain.label import number_key
from shipconsole.domain.link import Link
from shipconsole.domain.measures import kilograms, metres
from shipconsole.domain.message import Message
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import ShipmentNotification
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.request import Request
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carrier_and_service import chosen_carrier, not_shown
from shipconsole.vendors.starshipit.order_status import printed_warning
from shipconsole.vendors.starshipit.requests import update_order
from shipconsole.vendors.stored_document import read_stored


def notify(notification: ShipmentNotification) -> Request | None:
    """Notify of a shipment by updating its order.

    Every item is sent with its id and its known values, `quantity_to_ship` being the units in this shipment. Every
    known package is sent with its id; a package of ours is the one with its tracking number, else it fills the first
    that has no tracking number yet, else it is added. Packages of earlier shipments that the platform does not list are
    sent too. A package whose number was edited since is the one with the former number. The order gets one of the
    shipment's carriers. Where the platform accepted the shipment before, no item is sent: nothing more is to ship. None
    where Starshipit has nothing of the packages. Source: Starshipit, Update Order (read November 2026).
    """
    link = notification.link
    if link is None:
        return None
    to_ship = _units_to_ship(notification, link)
    if not to_ship:
        return None
    if not link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_id_no_update", platform="Starshipit", number=notification.order.number))
        )
    known = read_stored(wire.Order, link.document)
    field_map = FieldMap()
    field_map.note(("order", "order_id"), ("order", "number"))
    field_map.note(("order", "order_number"), ("order", "number"))
    values: dict[str, object] = {
        "order_id": int(link.remote_id),
        "order_number": link.remote_number or notification.order.number,
        "packages": _packages(known, notification, field_map),
    }
    if not notification.again:
        values["items"] = _items(known, notification, link, to_ship, field_map)
    chosen = chosen_carrier(notification.shipment.packages, known, notification.options)
    values["carrier"] = chosen.carrier
    field_map.note(("order", "carrier"), ("packages", chosen.position or 0, "carrier"))
    service_position = chosen.position if chosen.service_position is None else chosen.service_position
    field_map.note(("order", "carrier_service_code"), ("packages", service_position or 0, "service"))
    units = sum(packed.quantity for package in notification.shipment.packages for packed in package.lines)
    # An empty text, which `from_platform` leaves out, removes the service.
    update = wire.OrderUpdate.from_platform(values).model_copy(update={"carrier_service_code": chosen.service})
    warning = printed_warning(link.remote_number or notification.order.number, link.status)
    return update_order(
        update,
        summary=_summary(notification, units),
        field_map=field_map,
        warnings=(*((warning,) if warning else ()), *not_shown(notification, known, chosen)),
    )


def _units_to_ship(notification: ShipmentNotification, link: Link) -> dict[str, tuple[int, int]]:
    """Return the units in this shipment and one of our lines, by item id; several lines may be one item."""
    units: dict[str, tuple[int, int]] = {}
    for packed in (packed for package in notification.shipment.packages for packed in package.lines):
        line = link.line(packed.line_id)
        if line is None:
            continue
        if not line.remote_id.isdecimal():
            raise ValidationFailed(Problem(("lines", packed.line_id), Message("starshipit.no_item_id")))
        before, first_line = units.get(line.remote_id, (0, packed.line_id))
        units[line.remote_id] = (before + packed.quantity, first_line)
    return units


def _items(
    known: wire.Order,
    notification: ShipmentNotification,
    link: Link,
    to_ship: dict[str, tuple[int, int]],
    field_map: FieldMap,
) -> tuple[wire.ItemUpdate, ...]:
    """Return every item that has an id: those of the platform's document, then those that only the link has.

    An item that is not counted in units, here or there, is left out, as its quantity is not known.
    """
    uncounted = {str(item.item_id) for item in known.items or () if item.quantity is None}
    for linked in link.lines:
        line = notification.order.line(linked.line_id)
        if linked.quantity is None or (line is not None and not line.is_counted):
            uncounted.add(linked.remote_id)
    fields_by_id: dict[str, dict[str, object]] = {}
    for item in known.items or ():
        if item.item_id is not None:
            fields_by_id[str(item.item_id)] = {
                "description": item.description,
                "sku": item.sku,
                "tariff_code": item.tariff_code,
                "country_of_origin": item.country_of_origin,
                "quantity": _decimal(item.quantity),
                "weight": _decimal(item.weight),
                "value": _decimal(item.value),
            }
    for line in link.lines:
        if line.remote_id.isdecimal():
            fields_by_id.setdefault(line.remote_id, {"quantity": _decimal(line.quantity)})
    ours = {line.remote_id: line.line_id for line in reversed(link.lines)}
    items: list[wire.ItemUpdate] = []
    for item_id, fields in fields_by_id.items():
        if item_id in uncounted and item_id not in to_ship:
            continue
        units, line_id = to_ship.get(item_id, (0, ours.get(item_id)))
        item = wire.ItemUpdate.from_platform({"item_id": int(item_id), **fields, "quantity_to_ship": Decimal(units)})
        if line_id is not None:
            _note_fields(field_map, ("order", "items", len(items)), item, ("lines", line_id))
        items.append(item)
    return tuple(items)


@dataclass
class _PackageDraft:
    """A package while the body is built: its fields, and its position in this shipment if it is part of it."""

    fields: dict[str, object]
    position: int | None = None

    @property
    def number(self) -> str:
        return number_key(str(self.fields.get("tracking_number") or ""))


def _packages(
    known: wire.Order, notification: ShipmentNotification, field_map: FieldMap
) -> tuple[wire.PackageUpdate, ...]:
    """Return the platform's packages with ours put in, the oldest of ours first."""
    drafts = [_PackageDraft(_known_package(package)) for package in known.packages if package.package_id is not None]
    free = [
        draft
        for draft, package in zip(drafts, _with_id(known.packages), strict=True)
        if not draft.number and package.shipment_type.casefold() not in ("return", "transfer")
    ]
    replaced = {number_key(old): number_key(new) for old, new in notification.replaced.items()}
    for shipment in notification.shipments:
        for position, package in enumerate(shipment.packages):
            number = number_key(package.tracking_number)
            same = (draft for draft in drafts if draft.number == number)
            edited = (draft for draft in drafts if replaced.get(draft.number) == number)
            draft = next(same, None) or next(edited, None)
            if draft is None and free:
                draft = free.pop(0)
            if draft is None:
                draft = _PackageDraft({})
                drafts.append(draft)
            draft.fields.update(_package_fields(package))
            if shipment.id == notification.shipment.id:
                draft.position = position
    updates = [wire.PackageUpdate.from_platform(draft.fields) for draft in drafts]
    for index, (draft, update) in enumerate(zip(drafts, updates, strict=True)):
        sent: Path = ("order", "packages", index)
        if draft.position is None:
            field_map.note(sent, ())
        else:
            ours: Path = ("packages", draft.position)
            _note_fields(field_map, sent, update, ours)
            field_map.note((*sent, "tracking_number"), (*ours, "tracking_number"))
            field_map.note((*sent, "weight"), (*ours, "weight"))
            for side in ("length", "width", "height"):
                field_map.note((*sent, side), (*ours, "size"))
    return tuple(updates)


def _with_id(packages: Sequence[wire.Package]) -> list[wire.Package]:
    return [package for package in packages if package.package_id is not None]


def _known_package(package: wire.Package) -> dict[str, object]:
    """Return the platform's values of a package, under the names by which they are sent."""
    return {
        "package_id": package.package_id,
        "name": package.name,
        "weight": _decimal(package.weight),
        "height": _decimal(package.height),
        "width": _decimal(package.width),
        "length": _decimal(package.length),
        "packaging_type": package.packaging_type,
        "tracking_number": package.tracking_number,
        "description": package.contents,
    }


def _package_fields(package: Package) -> dict[str, object]:
    """Return our values of a package; an unknown weight or size is left out, so that the platform's stays."""
    fields: dict[str, object] = {"tracking_number": package.tracking_number}
    if package.weight_g is not None:
        fields["weight"] = kilograms(package.weight_g)
    if package.size is not None:
        sides = zip(("length", "width", "height"), package.size, strict=True)
        fields.update({name: metres(side_mm) for name, side_mm in sides})
    return fields


def _note_fields(field_map: FieldMap, sent: Path, part: wire.ItemUpdate | wire.PackageUpdate, ours: Path) -> None:
    field_map.note(sent, ours)
    for name in part.model_dump(exclude_none=True):
        field_map.note((*sent, name), ours)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _summary(notification: ShipmentNotification, units: int) -> Message:
    count = len(notification.shipment.packages)
    before = sum(len(shipment.packages) for shipment in notification.shipments) - count
    first, last = before + 1, before + count
    if count == 1:
        return Message("summary.one_package", position=str(last), count=units)
    return Message("summary.packages", first=str(first), last=str(last), count=units)
