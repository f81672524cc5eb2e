-- name: add
INSERT INTO shipment (order_id, created_at_ms, station, operator) VALUES (:order_id, :now_ms, :station, :operator)
RETURNING id;

-- name: add_package
INSERT INTO package (shipment_id, position, tracking_number, carrier, service, weight_g, length_mm, width_mm,
    height_mm, raw_scan)
VALUES (:shipment_id, :position, :tracking_number, :carrier, :service, :weight_g, :length_mm, :width_mm,
    :height_mm, :raw_scan)
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
UPDATE package SET tracking_number = :tracking_number, carrier = :carrier, service = :service, raw_scan = :raw_scan
WHERE id = :id AND tracking_number = :old_number;

-- name: take_back
UPDATE shipment SET taken_back_at_ms = :now_ms WHERE id = :id AND taken_back_at_ms IS NULL
RETURNING order_id;

-- name: packages
SELECT package.id, package.tracking_number, package.carrier, package.service, package.weight_g, package.length_mm,
    package.width_mm, package.height_mm, package.raw_scan
FROM package WHERE shipment_id = :shipment_id ORDER BY position;

-- name: packed
SELECT line_id, quantity FROM packed WHERE package_id = :package_id ORDER BY line_id;
