-- name: get
SELECT track.id, track.connection_id, connection.name, track.order_id, track.told, track.changed_at_ms, track.asks,
    track.subscribed
FROM track JOIN connection ON connection.id = track.connection_id
WHERE track.connection_id = :connection_id AND track.tracking_key = :tracking_key;

-- name: of_order
SELECT track.id, track.connection_id, connection.name, track.order_id, track.told, track.changed_at_ms, track.asks,
    track.subscribed
FROM track JOIN connection ON connection.id = track.connection_id
WHERE track.order_id = :order_id ORDER BY track.id;

-- Of the parcels in an order's shipments.
-- name: of_packages
SELECT track.id, track.connection_id, connection.name, track.order_id, track.told, track.changed_at_ms, track.asks,
    track.subscribed
FROM shipment JOIN package ON package.shipment_id = shipment.id
JOIN track ON track.tracking_key = package.tracking_key
JOIN connection ON connection.id = track.connection_id
WHERE shipment.order_id = :order_id AND shipment.taken_back_at_ms IS NULL;

-- The orders that packages of a number left for, newest first, each with the number as it is written there.
-- name: left_with
SELECT shipment.order_id, package.tracking_number FROM package JOIN shipment ON shipment.id = package.shipment_id
WHERE package.tracking_key = :tracking_key AND shipment.taken_back_at_ms IS NULL
ORDER BY shipment.id DESC LIMIT 100;

-- News of a parcel begins its silence anew.
-- name: put
INSERT INTO track (connection_id, tracking_number, tracking_key, carrier, order_id, status, expected, expected_at_ms,
    delivered, told, changed_at_ms, ask_at_ms)
VALUES (:connection_id, :tracking_number, :tracking_key, :carrier, :order_id, :status, :expected, :expected_at_ms,
    :delivered, :told, :now_ms, :ask_at_ms)
ON CONFLICT (connection_id, tracking_key) DO UPDATE SET tracking_number = excluded.tracking_number,
    carrier = excluded.carrier,
    order_id = COALESCE(excluded.order_id, track.order_id), status = excluded.status, expected = excluded.expected,
    expected_at_ms = excluded.expected_at_ms, delivered = excluded.delivered, told = excluded.told,
    changed_at_ms = excluded.changed_at_ms, asks = 0, ask_at_ms = excluded.ask_at_ms
RETURNING id;

-- name: put_event
INSERT INTO track_event (track_id, known_by, occurred_at, occurred_at_ms, code, message, place, description, status, said,
    local_time, company, signer, proof_url, latitude, longitude, postal_code, event_code, detail_code)
VALUES (:track_id, :known_by, :occurred_at, :occurred_at_ms, :code, :message, :place, :description, :status, :said,
    :local_time, :company, :signer, :proof_url, :latitude, :longitude, :postal_code, :event_code, :detail_code)
ON CONFLICT (track_id, known_by) DO UPDATE SET occurred_at = excluded.occurred_at,
    occurred_at_ms = excluded.occurred_at_ms, code = excluded.code, message = excluded.message, place = excluded.place,
    description = excluded.description, status = excluded.status, said = excluded.said,
    local_time = excluded.local_time, company = excluded.company, signer = excluded.signer,
    proof_url = excluded.proof_url, latitude = excluded.latitude, longitude = excluded.longitude,
    postal_code = excluded.postal_code, event_code = excluded.event_code, detail_code = excluded.detail_code;

-- One that was told more fully since.
-- name: drop_event
DELETE FROM track_event WHERE track_id = :track_id AND known_by = :known_by;

-- name: events
SELECT occurred_at, occurred_at_ms, code, message, place, description, status, said, local_time, company, signer,
    proof_url, latitude, longitude, postal_code, event_code, detail_code
FROM track_event WHERE track_id = :track_id ORDER BY COALESCE(occurred_at_ms, 0) DESC, known_by;

-- News that came before the parcel was entered here is its order's all the same.
-- name: left_for
UPDATE track SET order_id = :order_id WHERE tracking_key = :tracking_key AND order_id IS NULL;

-- name: asked
UPDATE track SET asks = asks + 1, ask_at_ms = :ask_at_ms
WHERE connection_id = :connection_id AND tracking_key = :tracking_key;

-- name: subscribed
UPDATE track SET subscribed = 1 WHERE connection_id = :connection_id AND tracking_key = :tracking_key;

-- name: silent
SELECT tracking_number, carrier, order_id FROM track
WHERE connection_id = :connection_id AND status <> 'delivered' AND ask_at_ms BETWEEN :from_ms AND :to_ms AND order_id IS NOT NULL
ORDER BY ask_at_ms LIMIT 1;

-- The parcels that a call told of.
-- name: told_by
SELECT package.tracking_number, package.carrier, shipment.order_id
FROM call JOIN shipment ON shipment.id = call.shipment_id
JOIN package ON package.shipment_id = shipment.id AND (call.package_id IS NULL OR call.package_id = package.id)
WHERE call.id = :call_id;

-- Parcels of an order that a connection was told of and was not asked yet to tell news of.
-- name: to_subscribe
SELECT DISTINCT package.tracking_number, package.carrier
FROM call JOIN shipment ON shipment.id = call.shipment_id AND shipment.taken_back_at_ms IS NULL
JOIN package ON package.shipment_id = shipment.id AND (call.package_id IS NULL OR call.package_id = package.id)
LEFT JOIN track ON track.connection_id = call.connection_id AND track.tracking_key = package.tracking_key
WHERE call.order_id = :order_id AND call.connection_id = :connection_id AND call.state = 'confirmed'
AND (track.id IS NULL OR track.subscribed = 0)
ORDER BY package.tracking_number;

-- name: asking
SELECT at_ms, failures FROM track_asking WHERE connection_id = :connection_id;

-- name: put_asking
INSERT INTO track_asking (connection_id, at_ms, failures) VALUES (:connection_id, :at_ms, :failures)
ON CONFLICT (connection_id) DO UPDATE SET at_ms = excluded.at_ms, failures = excluded.failures;
