"""Shipments with their packages and what is in each."""

from shipconsole.domain.shipment import NewShipment, Package, Packed, Shipment
from shipconsole.store.database import Db

_MEASURES = ("weight_g", "length_mm", "width_mm", "height_mm", "raw_scan")


def add(db: Db, new: NewShipment, *, station: str, operator: str, now_ms: int) -> int:
    """Store a shipment with its packages; tell its id."""
    shipment_id = int(
        db.value("shipments.add", order_id=new.order.id, now_ms=now_ms, station=station, operator=operator)
    )
    for position, package in enumerate(new.packages):
        values = package.model_dump(exclude={"id", "lines"})
        package_id = int(db.value("shipments.add_package", shipment_id=shipment_id, position=position, **values))
        for packed in package.lines:
            db.change(
                "shipments.add_packed",
                package_id=package_id,
                line_id=packed.line_id,
                quantity=packed.quantity,
            )
    return shipment_id


def of_order(db: Db, order_id: int) -> tuple[Shipment, ...]:
    """All shipments of an order, oldest first."""
    return tuple(
        _shipment(db, id_, created_at_ms, station, operator)
        for id_, created_at_ms, station, operator in db.rows("shipments.of_order", order_id=order_id)
    )


def get(db: Db, shipment_id: int) -> Shipment | None:
    """One shipment, taken back or not, if there is one of that id."""
    row = db.row("shipments.get", id=shipment_id)
    return None if row is None else _shipment(db, *row)


def newest_told(db: Db, call_id: int) -> int:
    """The newest shipment that a call's connection is told of by it, or was before it; 0 where there is none."""
    return int(db.value("shipments.newest_told", call_id=call_id) or 0)


def relabel(
    db: Db, package_id: int, *, old_number: str, tracking_number: str, carrier: str, service: str, raw_scan: str
) -> bool:
    """Give a parcel another label; False, and nothing changed, where its number is not the old one any more."""
    changed = db.change(
        "shipments.relabel",
        id=package_id,
        old_number=old_number,
        tracking_number=tracking_number,
        carrier=carrier,
        service=service,
        raw_scan=raw_scan,
    )
    return changed == 1


def take_back(db: Db, shipment_id: int, *, now_ms: int) -> int | None:
    """Mark a shipment as taken back; tell its order's id, None where it was taken back before or is none."""
    row = db.row("shipments.take_back", id=shipment_id, now_ms=now_ms)
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
                lines=tuple(Packed(line_id=line_id, quantity=quantity) for line_id, quantity in packed),
                **dict(zip(_MEASURES, measures, strict=True)),
            )
        )
    return tuple(found)
