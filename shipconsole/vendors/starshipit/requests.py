"""The calls to Starshipit, one function each, named as the platform names them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from shipconsole.domain import countries
from shipconsole.domain.address import Address
from shipconsole.domain.label import number_key
from shipconsole.domain.link import Link
from shipconsole.domain.measures import kilograms
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.problem import Path, Problem, ValidationFailed
from shipconsole.domain.shipment import Package
from shipconsole.vendors.adapter import NO_FILTERS, Filters, Options, ShipmentNotification
from shipconsole.vendors.exchange import Json, Request
from shipconsole.vendors.field_errors import parse
from shipconsole.vendors.field_map import FieldMap
from shipconsole.vendors.filters import given, moment_in_utc
from shipconsole.vendors.paging import size_of
from shipconsole.vendors.starshipit import wire
from shipconsole.vendors.starshipit.carrying import carried, lost, printed_warning
from shipconsole.vendors.starshipit.filters import SINCE

PAGE_SIZE = 250
LONG_AGO = "2000-01-01T00:00:00Z"
"""Without a date the platform gives the last 24 hours only."""


def probe(_options: Options) -> Request:
    """Ask for one unshipped order: the lightest call that needs both keys."""
    return Request("get_unshipped_orders", "GET", "/api/orders/unshipped", query=(("limit", "1"),))


def get_unshipped_orders(options: Options, cursor: str, filters: Filters = NO_FILTERS) -> Request:
    """Ask for a page of the unshipped orders, of all time or since what filters say; the cursor is the page's number.

    Source: Starshipit, Get Unshipped Orders (read November 2026).
    """
    since = {name: moment_in_utc(text) for name, text in given(filters, *SINCE)}
    query = (
        *((name, since.get(name, LONG_AGO)) for name in SINCE),
        ("limit", size_of(options, PAGE_SIZE, PAGE_SIZE)),
        ("page", cursor if cursor.isdecimal() else "1"),
    )
    return Request("get_unshipped_orders", "GET", "/api/orders/unshipped", query=query)


def get_order(order_id: str, _options: Options) -> Request:
    """Ask for one order with its items and packages."""
    return Request("get_order", "GET", "/api/orders", query=(("order_id", order_id),))


def find_order(number: str) -> Request:
    """Ask for the order of a number, as far as there is only one of it.

    Source: Starshipit, Get Order (read November 2026).
    """
    return Request("get_order", "GET", "/api/orders", query=(("order_number", number),))


def update_order(
    order: wire.OrderEdit,
    *,
    delete_items: Collection[int] = (),
    delete_packages: Collection[int] = (),
    summary: Message = NO_MESSAGE,
    field_map: FieldMap | None = None,
    warnings: tuple[Problem, ...] = (),
) -> Request:
    """Change an order.

    Only the ids given here are deleted; they have to be in the edit, else ValidationFailed. The call may be
    repeated where every item and package carries its id: one without would be added once more. Source:
    Starshipit, Update Order (read November 2026).
    """
    body = order.model_dump(mode="python", exclude_none=True)
    items = cast("list[dict[str, Any]]", [dict(item) for item in body.get("items", ())])
    packages = cast("list[dict[str, Any]]", [dict(package) for package in body.get("packages", ())])
    for entries, key, doomed in (
        (items, "item_id", delete_items),
        (packages, "package_id", delete_packages),
    ):
        for entry_id in doomed:
            entry = next((entry for entry in entries if entry.get(key) == entry_id), None)
            if entry is None:
                raise ValidationFailed(Problem((), Message("starshipit.no_such_entry", kind=key, id=str(entry_id))))
            entry["delete"] = True
    if order.items is not None:
        body["items"] = items
    if order.packages is not None:
        body["packages"] = packages
    if order.metadatas is not None:
        body["metadatas"] = list(body["metadatas"])
    return Request(
        call="update_order",
        method="PUT",
        path="/api/orders",
        body=cast("dict[str, Json]", {"order": body}),
        repeatable=all("item_id" in item for item in items) and all("package_id" in one for one in packages),
        summary=summary,
        field_map=field_map or FieldMap(),
        warnings=warnings,
    )


def country_of(address: Address) -> str:
    """Return the country as its ISO code where it came so, else by its English name, else as it came."""
    code = countries.code(address.country)
    return code if code == address.country.strip().upper() else countries.name(address.country)


def tell(notification: ShipmentNotification) -> Request | None:
    """Tell of a shipment by updating its order.

    Every item goes with its id and what is known of it, `quantity_to_ship` being the units in this
    shipment. Every known package goes with its id; a package of ours is the one with its tracking number,
    else it fills the first that has no tracking number yet, else it is added. Packages of earlier
    shipments that the platform does not list go too. A package with a number that was corrected since is the
    corrected package's. Of the carriers of a shipment the order gets one. Where the platform took the shipment before,
    no item is sent: nothing more is to ship. None where nothing in the packages is known to Starshipit. Source:
    Starshipit, Update Order (read November 2026).
    """
    link = notification.link
    if link is None:
        return None
    to_ship = _pieces_to_ship(notification, link)
    if not to_ship:
        return None
    if not link.remote_id.isdecimal():
        raise ValidationFailed(
            Problem((), Message("platform.no_id_no_update", platform="Starshipit", number=notification.order.number))
        )
    known = wire.Order.model_validate(parse(link.document.encode()) or {})
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
    chosen = carried(notification.shipment.packages, known, notification.options)
    values["carrier"] = chosen.carrier
    field_map.note(("order", "carrier"), ("packages", chosen.position or 0, "carrier"))
    service_position = chosen.position if chosen.service_position is None else chosen.service_position
    field_map.note(("order", "carrier_service_code"), ("packages", service_position or 0, "service"))
    pieces = sum(packed.quantity for package in notification.shipment.packages for packed in package.lines)
    # An empty text is no echo: it takes the service away.
    edit = wire.OrderEdit.echo(values).model_copy(update={"carrier_service_code": chosen.service})
    number = link.remote_number or notification.order.number
    return update_order(
        edit,
        summary=_summary(notification, pieces),
        field_map=field_map,
        warnings=(*printed_warning(number, link.status), *lost(notification, known, chosen)),
    )


def _pieces_to_ship(notification: ShipmentNotification, link: Link) -> dict[str, tuple[int, int]]:
    """Units in this shipment and one of our lines, by item id; several lines may be one item."""
    pieces: dict[str, tuple[int, int]] = {}
    for packed in (packed for package in notification.shipment.packages for packed in package.lines):
        line = link.line(packed.line_id)
        if line is None:
            continue
        if not line.remote_id.isdecimal():
            raise ValidationFailed(Problem(("lines", packed.line_id), Message("starshipit.no_item_id")))
        before, first_line = pieces.get(line.remote_id, (0, packed.line_id))
        pieces[line.remote_id] = (before + packed.quantity, first_line)
    return pieces


def _items(
    known: wire.Order,
    notification: ShipmentNotification,
    link: Link,
    to_ship: dict[str, tuple[int, int]],
    field_map: FieldMap,
) -> tuple[wire.ItemEdit, ...]:
    """Every item that has an id: those of the platform's document, then those that only the link names.

    One that is not counted in units, here or there, is left out, as no number of it is known.
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
    items: list[wire.ItemEdit] = []
    for item_id, fields in fields_by_id.items():
        if item_id in uncounted and item_id not in to_ship:
            continue
        pieces, line_id = to_ship.get(item_id, (0, ours.get(item_id)))
        edit = wire.ItemEdit.echo({"item_id": int(item_id), **fields, "quantity_to_ship": Decimal(pieces)})
        if line_id is not None:
            _note_fields(field_map, ("order", "items", len(items)), edit, ("lines", line_id))
        items.append(edit)
    return tuple(items)


@dataclass
class _Parcel:
    """A package of the body in the making: its fields, and which package of this shipment it is."""

    fields: dict[str, object]
    position: int | None = None

    @property
    def number(self) -> str:
        return number_key(str(self.fields.get("tracking_number") or ""))


def _packages(
    known: wire.Order, notification: ShipmentNotification, field_map: FieldMap
) -> tuple[wire.PackageEdit, ...]:
    """The platform's packages with ours put in, the oldest of ours first."""
    parcels = [_Parcel(_known_package(package)) for package in known.packages if package.package_id is not None]
    free = [
        parcel
        for parcel, package in zip(parcels, _with_id(known.packages), strict=True)
        if not parcel.number and package.shipment_type.casefold() not in ("return", "transfer")
    ]
    replaced = {number_key(old): number_key(new) for old, new in notification.replaced.items()}
    for shipment in notification.shipments:
        for position, package in enumerate(shipment.packages):
            number = number_key(package.tracking_number)
            same = (parcel for parcel in parcels if parcel.number == number)
            corrected = (parcel for parcel in parcels if replaced.get(parcel.number) == number)
            parcel = next(same, None) or next(corrected, None)
            if parcel is None and free:
                parcel = free.pop(0)
            if parcel is None:
                parcel = _Parcel({})
                parcels.append(parcel)
            parcel.fields.update(_package_fields(package))
            if shipment.id == notification.shipment.id:
                parcel.position = position
    edits = [wire.PackageEdit.echo(parcel.fields) for parcel in parcels]
    for place, (parcel, edit) in enumerate(zip(parcels, edits, strict=True)):
        here: Path = ("order", "packages", place)
        if parcel.position is None:
            field_map.note(here, ())
        else:
            ours: Path = ("packages", parcel.position)
            _note_fields(field_map, here, edit, ours)
            field_map.note((*here, "tracking_number"), (*ours, "tracking_number"))
            field_map.note((*here, "weight"), (*ours, "weight"))
    return tuple(edits)


def _with_id(packages: Sequence[wire.Package]) -> list[wire.Package]:
    return [package for package in packages if package.package_id is not None]


def _known_package(package: wire.Package) -> dict[str, object]:
    """What the platform knows of a package, under the names by which it is sent."""
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
    """What we know of a package; an unknown weight is left out, so that the platform's own stays."""
    fields: dict[str, object] = {"tracking_number": package.tracking_number}
    if package.weight_g is not None:
        fields["weight"] = kilograms(package.weight_g)
    return fields


def _note_fields(field_map: FieldMap, sent: Path, edit: wire.ItemEdit | wire.PackageEdit, ours: Path) -> None:
    field_map.note(sent, ours)
    for name in edit.model_dump(exclude_none=True):
        field_map.note((*sent, name), ours)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _summary(notification: ShipmentNotification, pieces: int) -> Message:
    count = len(notification.shipment.packages)
    before = sum(len(shipment.packages) for shipment in notification.shipments) - count
    first, last = before + 1, before + count
    if count == 1:
        return Message("summary.one_package", position=str(last), count=pieces)
    return Message("summary.packages", first=str(first), last=str(last), count=pieces)
