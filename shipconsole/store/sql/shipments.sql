-- name: add
INSERT INTO shipment (order_id, created_at_ms, station, operator) VALUES (:order_id, :now_ms, :station, :operator)
RETURNING id;

-- name: add_package
INSERT INTO package (shipment_id, position, tracking_number, tracking_key, carrier, service, weight_g, length_mm,
    width_mm, height_mm, typed_units, raw_scan, unverified, accepted, kept_reason, box)
VALUES (:shipment_id, :position, :tracking_number, :tracking_key, :carrier, :service, :weight_g, :length_mm,
    :width_mm, :height_mm, :typed_units, :raw_scan, :unverified, :accepted, :kept_reason, :box)
RETURNING id;

-- name: of_order
SELECT id, created_at_ms, station, operator FROM shipment
WHERE order_id = :order_id AND undone_at_ms IS NULL ORDER BY id;

-- name: get
SELECT id, created_at_ms, station, operator FROM shipment WHERE id = :id;

-- name: order_of
SELECT order_id FROM shipment WHERE id = :id;

-- The newest shipment that a connection is notified of by an update, or was by an earlier one.
-- name: newest_notified
SELECT MAX(earlier.shipment_id) FROM call JOIN call AS earlier ON earlier.order_id = call.order_id
    AND earlier.connection_id = call.connection_id AND earlier.position <= call.position
    AND earlier.state <> 'cancelled'
WHERE call.id = :call_id;

-- Guarded: changes nothing if the number was changed meanwhile.
-- name: relabel
UPDATE package SET tracking_number = :tracking_number, tracking_key = :tracking_key, carrier = :carrier,
    service = :service, raw_scan = :raw_scan, unverified = :unverified, accepted = :accepted,
    kept_reason = :kept_reason
WHERE id = :id AND tracking_number = :old_number;

-- Packages with a number, newest first; `delivered` is NULL if no platform reported anything.
-- name: with_tracking_key
SELECT package.id, shipment.order_id, orders.number, shipment.created_at_ms, shipment.operator, shipment.station,
    (SELECT MAX(CASE WHEN track.status = 'delivered' THEN 1 ELSE 0 END) FROM track
        WHERE track.tracking_key = package.tracking_key AND track.status <> 'unknown'),
    package.box
FROM package JOIN shipment ON shipment.id = package.shipment_id JOIN orders ON orders.id = shipment.order_id
WHERE package.tracking_key = :key AND shipment.undone_at_ms IS NULL
ORDER BY package.id DESC LIMIT 100;

-- What platforms track under a number for other orders.
-- name: tracked_elsewhere
SELECT track.order_id, orders.number, track.changed_at_ms, track.status
FROM track JOIN orders ON orders.id = track.order_id
WHERE track.tracking_key = :key AND track.order_id <> :order_id
ORDER BY track.id DESC LIMIT 100;

-- name: lost
SELECT order_number, shipped_at_ms, packer FROM lost_package WHERE tracking_key = :key;

-- A station's newest numbers that no format verifies.
-- name: unverified
SELECT package.tracking_number FROM package JOIN shipment ON shipment.id = package.shipment_id
WHERE package.unverified = 1 AND LENGTH(package.tracking_key) = :length AND shipment.station = :station
    AND shipment.undone_at_ms IS NULL
ORDER BY package.id DESC LIMIT :most;

-- The packages of a box, the first order's first.
-- name: in_box
SELECT shipment.order_id, orders.number, shipment.id, package.id
FROM package JOIN shipment ON shipment.id = package.shipment_id JOIN orders ON orders.id = shipment.order_id
WHERE package.box = :box AND package.box <> '' AND shipment.undone_at_ms IS NULL
ORDER BY package.id;

-- name: box_of
SELECT box FROM package WHERE id = :id;

-- name: leave_box
UPDATE package SET box = '' WHERE id = :id;

-- name: undo
UPDATE shipment SET undone_at_ms = :now_ms WHERE id = :id AND undone_at_ms IS NULL
RETURNING order_id;

-- name: packages
SELECT package.id, package.tracking_number, package.carrier, package.service, package.weight_g, package.length_mm,
    package.width_mm, package.height_mm, package.typed_units, package.raw_scan, package.unverified, package.accepted,
    package.kept_reason, package.box
FROM package WHERE shipment_id = :shipment_id ORDER BY position;

-- name: packed
SELECT line_id, quantity FROM packed WHERE package_id = :package_id ORDER BY line_id;
