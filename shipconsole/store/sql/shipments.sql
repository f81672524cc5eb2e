-- name: add
INSERT INTO shipment (order_id, created_at_ms, station, operator) VALUES (:order_id, :now_ms, :station, :operator)
RETURNING id;

-- name: add_package
INSERT INTO package (shipment_id, position, tracking_number, tracking_key, carrier, service, weight_g, raw_scan,
    unverified, accepted, kept_reason)
VALUES (:shipment_id, :position, :tracking_number, :tracking_key, :carrier, :service, :weight_g, :raw_scan,
    :unverified, :accepted, :kept_reason)
RETURNING id;

-- name: add_packed
INSERT INTO packed (package_id, line_id, quantity) VALUES (:package_id, :line_id, :quantity)
ON CONFLICT (package_id, line_id) DO UPDATE SET quantity = packed.quantity + excluded.quantity;

-- name: of_order
SELECT id, created_at_ms, station, operator FROM shipment
WHERE order_id = :order_id AND taken_back_at_ms IS NULL ORDER BY id;

-- name: get
SELECT id, created_at_ms, station, operator FROM shipment WHERE id = :id;

-- The newest shipment that a call's connection is told of by it, or was before it.
-- name: newest_told
SELECT MAX(told.shipment_id) FROM call JOIN call AS told ON told.order_id = call.order_id
    AND told.connection_id = call.connection_id AND told.place <= call.place AND told.state <> 'cancelled'
WHERE call.id = :call_id;

-- name: relabel
UPDATE package SET tracking_number = :tracking_number, tracking_key = :tracking_key, carrier = :carrier,
    service = :service, raw_scan = :raw_scan, unverified = :unverified, accepted = :accepted,
    kept_reason = :kept_reason
WHERE id = :id AND tracking_number = :old_number;

-- Packages that have a number, newest first; whether one was delivered is NULL where no platform said anything of it.
-- name: with_tracking_key
SELECT package.id, shipment.order_id, orders.number, shipment.created_at_ms, shipment.operator, shipment.station,
    (SELECT MAX(track.status = 'delivered') FROM track
        WHERE track.tracking_key = package.tracking_key AND track.status <> 'unknown')
FROM package JOIN shipment ON shipment.id = package.shipment_id JOIN orders ON orders.id = shipment.order_id
WHERE package.tracking_key = :key AND shipment.taken_back_at_ms IS NULL
ORDER BY package.id DESC LIMIT 100;

-- What a platform tracks for another order and no package here has.
-- name: tracked_elsewhere
SELECT track.order_id, orders.number, track.changed_at_ms, track.status
FROM track JOIN orders ON orders.id = track.order_id
WHERE track.tracking_key = :key AND track.order_id <> :order_id
ORDER BY track.id DESC LIMIT 100;

-- name: lost
SELECT order_number, shipped_at_ms, packer FROM lost_package WHERE tracking_key = :key;

-- The newest numbers of a station that no format verifies.
-- name: unverified
SELECT package.tracking_number FROM package JOIN shipment ON shipment.id = package.shipment_id
WHERE package.unverified = 1 AND LENGTH(package.tracking_key) = :length AND shipment.station = :station
    AND shipment.taken_back_at_ms IS NULL
ORDER BY package.id DESC LIMIT :most;

-- name: take_back
UPDATE shipment SET taken_back_at_ms = :now_ms WHERE id = :id AND taken_back_at_ms IS NULL
RETURNING order_id;

-- name: packages
SELECT package.id, package.tracking_number, package.carrier, package.service, package.weight_g, package.raw_scan,
    package.unverified, package.accepted, package.kept_reason
FROM package WHERE shipment_id = :shipment_id ORDER BY position;

-- name: packed
SELECT line_id, quantity FROM packed WHERE package_id = :package_id ORDER BY line_id;
