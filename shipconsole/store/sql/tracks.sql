-- name: get
SELECT track.id, track.connection_id, connection.name, track.order_id, track.details, track.changed_at_ms, track.checks,
    track.subscribed
FROM track JOIN connection ON connection.id = track.connection_id
WHERE track.connection_id = :connection_id AND track.tracking_key = :tracking_key;

-- name: of_order
SELECT track.id, track.connection_id, connection.name, track.order_id, track.details, track.changed_at_ms, track.checks,
    track.subscribed
FROM track JOIN connection ON connection.id = track.connection_id
WHERE track.order_id = :order_id ORDER BY track.id;

-- Tracks of the packages in an order's shipments, whichever order each is assigned to.
-- name: of_packages
SELECT track.id, track.connection_id, connection.name, track.order_id, track.details, track.changed_at_ms, track.checks,
    track.subscribed
FROM shipment JOIN package ON package.shipment_id = shipment.id
JOIN track ON track.tracking_key = package.tracking_key
JOIN connection ON connection.id = track.connection_id
WHERE shipment.order_id = :order_id AND shipment.undone_at_ms IS NULL;

-- The orders whose packages have a number, newest first, each with the number as written there.
-- name: orders_shipped_with
SELECT shipment.order_id, package.tracking_number FROM package JOIN shipment ON shipment.id = package.shipment_id
WHERE package.tracking_key = :tracking_key AND shipment.undone_at_ms IS NULL
ORDER BY shipment.id DESC LIMIT 100;

-- A report resets the count of checks.
-- name: put
INSERT INTO track (connection_id, tracking_number, tracking_key, carrier, order_id, status, expected, expected_at_ms,
    delivered, details, changed_at_ms, next_check_at_ms)
VALUES (:connection_id, :tracking_number, :tracking_key, :carrier, :order_id, :status, :expected, :expected_at_ms,
    :delivered, :details, :now_ms, :next_check_at_ms)
ON CONFLICT (connection_id, tracking_key) DO UPDATE SET tracking_number = excluded.tracking_number,
    carrier = excluded.carrier,
    order_id = COALESCE(excluded.order_id, track.order_id), status = excluded.status, expected = excluded.expected,
    expected_at_ms = excluded.expected_at_ms, delivered = excluded.delivered, details = excluded.details,
    changed_at_ms = excluded.changed_at_ms, checks = 0, next_check_at_ms = excluded.next_check_at_ms
RETURNING id;

-- name: put_event
INSERT INTO track_event (track_id, event_key, occurred_at, occurred_at_ms, code, message, location, description, status,
    platform_text, local_time, company, signer, proof_url, latitude, longitude, postal_code, event_code, detail_code)
VALUES (:track_id, :event_key, :occurred_at, :occurred_at_ms, :code, :message, :location, :description, :status,
    :platform_text, :local_time, :company, :signer, :proof_url, :latitude, :longitude, :postal_code, :event_code, :detail_code)
ON CONFLICT (track_id, event_key) DO UPDATE SET occurred_at = excluded.occurred_at,
    occurred_at_ms = excluded.occurred_at_ms, code = excluded.code, message = excluded.message, location = excluded.location,
    description = excluded.description, status = excluded.status, platform_text = excluded.platform_text,
    local_time = excluded.local_time, company = excluded.company, signer = excluded.signer,
    proof_url = excluded.proof_url, latitude = excluded.latitude, longitude = excluded.longitude,
    postal_code = excluded.postal_code, event_code = excluded.event_code, detail_code = excluded.detail_code;

-- An event that was reported in more detail since.
-- name: drop_event
DELETE FROM track_event WHERE track_id = :track_id AND event_key = :event_key;

-- name: events
SELECT occurred_at, occurred_at_ms, code, message, location, description, status, platform_text, local_time, company, signer,
    proof_url, latitude, longitude, postal_code, event_code, detail_code
FROM track_event WHERE track_id = :track_id ORDER BY COALESCE(occurred_at_ms, 0) DESC, event_key;

-- A report may have been received before the package was shipped here.
-- name: assign_order
UPDATE track SET order_id = :order_id WHERE tracking_key = :tracking_key AND order_id IS NULL;

-- name: record_check
UPDATE track SET checks = checks + 1, next_check_at_ms = :next_check_at_ms
WHERE connection_id = :connection_id AND tracking_key = :tracking_key;

-- name: mark_subscribed
UPDATE track SET subscribed = 1 WHERE connection_id = :connection_id AND tracking_key = :tracking_key;

-- name: next_to_check
SELECT tracking_number, carrier, order_id FROM track
WHERE connection_id = :connection_id AND status <> 'delivered'
    AND next_check_at_ms BETWEEN :from_ms AND :to_ms AND order_id IS NOT NULL
ORDER BY next_check_at_ms LIMIT 1;

-- The packages that an update is about.
-- name: packages_of_call
SELECT package.tracking_number, package.carrier, shipment.order_id
FROM call JOIN shipment ON shipment.id = call.shipment_id
JOIN package ON package.shipment_id = shipment.id AND (call.package_id IS NULL OR call.package_id = package.id)
WHERE call.id = :call_id;

-- Packages of an order that a connection confirmed and has no subscription for yet. The state is compared as an
-- expression, so that an order's updates are found by the order, never by the state that almost all updates have.
-- name: to_be_subscribed
SELECT DISTINCT package.tracking_number, package.carrier
FROM call JOIN shipment ON shipment.id = call.shipment_id AND shipment.undone_at_ms IS NULL
JOIN package ON package.shipment_id = shipment.id AND (call.package_id IS NULL OR call.package_id = package.id)
LEFT JOIN track ON track.connection_id = call.connection_id AND track.tracking_key = package.tracking_key
WHERE call.order_id = :order_id AND call.connection_id = :connection_id AND call.state || '' = 'confirmed'
AND (track.id IS NULL OR track.subscribed = 0)
ORDER BY package.tracking_number;

-- name: last_check
SELECT at_ms, failures FROM track_check WHERE connection_id = :connection_id;

-- name: put_last_check
INSERT INTO track_check (connection_id, at_ms, failures) VALUES (:connection_id, :at_ms, :failures)
ON CONFLICT (connection_id) DO UPDATE SET at_ms = excluded.at_ms, failures = excluded.failures;
