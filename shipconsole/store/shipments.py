"""Shipments, their packages and the contents of each."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from shipconsole.domain import code
from shipconsole.domain.label import LabelIssueKind, NumberUse
from shipconsole.domain.shipment import NewShipment, Package, Packed, Shipment
from shipconsole.store.database import Db


class BoxMember(NamedTuple):
    """One order's package in a box of several orders."""

    order_id: int
    number: str
    shipment_id: int
    package_id: int


_MEASURES = (
    "weight_g",
    "length_mm",
    "width_mm",
    "height_mm",
    "typed_units",
    "raw_scan",
    "unverified",
    "accepted",
    "kept_reason",
    "box",
)


def add(db: Db, new: NewShipment, *, station: str, operator: str, now_ms: int) -> tuple[int, tuple[int, ...]]:
    """Store a shipment with its packages; return its id and theirs."""
    shipment_id = int(
        db.value("shipments.add", order_id=new.order.id, now_ms=now_ms, station=station, operator=operator)
    )
    package_ids: list[int] = []
    for position, package in enumerate(new.packages):
        values = package.model_dump(exclude={"id", "lines", *_label(package)})
        package_id = int(
            db.value("shipments.add_package", shipment_id=shipment_id, position=position, **values, **_label(package))
        )
        # The same line twice in a package is added up here: what is stored never changes.
        quantities: Counter[int] = Counter()
        for packed in package.lines:
            quantities[packed.line_id] += packed.quantity
        rows = (
            {"package_id": package_id, "line_id": line_id, "quantity": quantity}
            for line_id, quantity in quantities.items()
        )
        db.change_all("shipments.add_packed", rows)
        package_ids.append(package_id)
    return shipment_id, tuple(package_ids)


def of_order(db: Db, order_id: int) -> tuple[Shipment, ...]:
    """Return the shipments of an order that were not undone, oldest first."""
    return tuple(
        _shipment(db, id_, created_at_ms, station, operator)
        for id_, created_at_ms, station, operator in db.rows("shipments.of_order", order_id=order_id)
    )


def get(db: Db, shipment_id: int) -> Shipment | None:
    """Return a shipment by its id, undone or not; None if there is none."""
    row = db.row("shipments.get", id=shipment_id)
    return None if row is None else _shipment(db, *row)


def order_of(db: Db, shipment_id: int) -> int | None:
    """Return the id of a shipment's order, None if there is no such shipment."""
    row = db.row("shipments.order_of", id=shipment_id)
    return None if row is None else int(row[0])


def newest_notified(db: Db, call_id: int) -> int:
    """Return the newest shipment that an update or an earlier one notifies its connection of; 0 if there is none."""
    return int(db.value("shipments.newest_notified", call_id=call_id) or 0)


def relabel(db: Db, after: Package, *, old_number: str) -> bool:
    """Store a package's edited label; False, and no change, if its number is no longer the old one."""
    return db.change("shipments.relabel", id=after.id, old_number=old_number, **_label(after)) == 1


def uses_of_number(db: Db, number: str, *, order_id: int) -> tuple[NumberUse, ...]:
    """Return where a number is in use: packages here (newest first), tracks of other orders, lost packages."""
    key = code.tracking_key(number)
    found = [
        NumberUse(
            used_by,
            used_number,
            id_,
            at_ms,
            operator or station,
            None if delivered is None else bool(delivered),
            box=box,
        )
        for id_, used_by, used_number, at_ms, operator, station, delivered, box in db.rows(
            "shipments.with_tracking_key", key=key
        )
    ]
    known = {use.order_id for use in found}
    for used_by, used_number, at_ms, status in db.rows("shipments.tracked_elsewhere", key=key, order_id=order_id):
        if used_by not in known:
            delivered = None if status == "unknown" else status == "delivered"
            found.append(NumberUse(used_by, used_number, shipped_at_ms=at_ms, delivered=delivered))
    for used_number, at_ms, packer in db.rows("shipments.lost", key=key):
        found.append(NumberUse(None, used_number, shipped_at_ms=at_ms, packer=packer, is_lost=True))
    return tuple(found)


def unverified_numbers(db: Db, *, like: str, station: str, most: int) -> tuple[str, ...]:
    """Return a station's newest numbers that no format verifies, of the same length as `like`."""
    values = {"length": len(code.tracking_key(like)), "station": station, "most": most}
    return tuple(number for (number,) in db.rows("shipments.unverified", **values))


def in_box(db: Db, box: str) -> tuple[BoxMember, ...]:
    """Return the packages of a box whose shipments were not undone."""
    return tuple(BoxMember(*row) for row in db.rows("shipments.in_box", box=box)) if box else ()


def box_of(db: Db, package_id: int) -> tuple[BoxMember, ...]:
    """Return the packages in a package's box, with itself; none if it has no box."""
    row = db.row("shipments.box_of", id=package_id)
    return in_box(db, row[0]) if row is not None else ()


def leave_box(db: Db, package_id: int) -> None:
    """Note that a package is no longer in a box with those of other orders."""
    db.change("shipments.leave_box", id=package_id)


def undo_shipment(db: Db, shipment_id: int, *, now_ms: int) -> int | None:
    """Mark a shipment as undone; return its order's id, None if it was undone before or does not exist."""
    row = db.row("shipments.undo", id=shipment_id, now_ms=now_ms)
    return int(row[0]) if row else None


def _shipment(db: Db, id_: int, created_at_ms: int, station: str, operator: str) -> Shipment:
    return Shipment(
        id=id_, packages=_packages(db, id_), created_at_ms=created_at_ms, station=station, operator=operator
    )


def _packages(db: Db, shipment_id: int) -> tuple[Package, ...]:
    found: list[Package] = []
    for id_, tracking_number, carrier, service, *measures in db.rows("shipments.packages", shipment_id=shipment_id):
        packed = db.rows("shipments.packed", package_id=id_)
        found.append(
            Package(
                id=id_,
                tracking_number=tracking_number,
                carrier=carrier,
                service=service,
                lines=Packed.many({"line_id": line_id, "quantity": quantity} for line_id, quantity in packed),
                **_measured(measures),
            )
        )
    return tuple(found)


def _measured(values: Sequence[Any]) -> dict[str, Any]:
    found = dict(zip(_MEASURES, values, strict=True))
    accepted = tuple(map(LabelIssueKind, json.loads(found["accepted"])))
    return {**found, "unverified": bool(found["unverified"]), "accepted": accepted}


def _label(package: Package) -> dict[str, str | int]:
    """Return the columns of a package that an edit of its label changes."""
    return {
        "tracking_number": package.tracking_number,
        "tracking_key": code.tracking_key(package.tracking_number),
        "carrier": package.carrier,
        "service": package.service,
        "raw_scan": package.raw_scan,
        "unverified": int(package.unverified),
        "accepted": json.dumps(package.accepted),
        "kept_reason": package.kept_reason,
    }
