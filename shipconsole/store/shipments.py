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
        Shipment(
            id=id_,
            packages=_packages(db, id_),
            created_at_ms=created_at_ms,
            station=station,
            operator=operator,
        )
        for id_, created_at_ms, station, operator in db.rows("shipments.of_order", order_id=order_id)
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
