-- name: add
INSERT INTO package_change (package_id, at_ms, station, operator, old_number, number, old_carrier, carrier, old_service,
    service, reason, old_accepted, accepted)
VALUES (:package_id, :at_ms, :station, :operator, :old_number, :number, :old_carrier, :carrier, :old_service, :service,
    :reason, :old_accepted, :accepted);

-- name: of_order
SELECT package_change.id, package_change.package_id, package_change.at_ms, package_change.station,
    package_change.operator, package_change.old_number, package_change.number, package_change.old_carrier,
    package_change.carrier, package_change.old_service, package_change.service, package_change.reason,
    package_change.old_accepted, package_change.accepted
FROM shipment JOIN package ON package.shipment_id = shipment.id
JOIN package_change ON package_change.package_id = package.id
WHERE shipment.order_id = :order_id;

-- name: numbers
SELECT package.id, package.tracking_number, shipment.undone_at_ms IS NOT NULL
FROM shipment JOIN package ON package.shipment_id = shipment.id WHERE shipment.order_id = :order_id;
