-- Shipments, packages and units by packer and station, and how many shipments were undone.
-- name: shipped
SELECT shipment.operator, shipment.station, COUNT(DISTINCT shipment.id), COUNT(DISTINCT package.id),
    COALESCE(SUM(packed.quantity), 0),
    COUNT(DISTINCT CASE WHEN shipment.undone_at_ms IS NOT NULL THEN shipment.id END)
FROM shipment JOIN package ON package.shipment_id = shipment.id LEFT JOIN packed ON packed.package_id = package.id
WHERE shipment.created_at_ms BETWEEN :since_ms AND :until_ms
GROUP BY shipment.operator, shipment.station;

-- Updates about those shipments: how many were ever rejected, and how many are still open.
-- name: updates
SELECT shipment.operator, shipment.station,
    SUM(CASE WHEN call.problems <> '[]' OR call.state = 'rejected' THEN 1 ELSE 0 END),
    SUM(CASE WHEN call.state IN ('confirmed', 'cancelled', 'superseded') THEN 0 ELSE 1 END)
FROM call JOIN shipment ON shipment.id = call.shipment_id
WHERE shipment.created_at_ms BETWEEN :since_ms AND :until_ms
GROUP BY shipment.operator, shipment.station;

-- Packages and units by quarter of an hour, the smallest step between time zones, and by packer.
-- name: quarters
SELECT shipment.created_at_ms / 900000, COUNT(DISTINCT package.id), COALESCE(SUM(packed.quantity), 0)
FROM shipment JOIN package ON package.shipment_id = shipment.id LEFT JOIN packed ON packed.package_id = package.id
WHERE shipment.created_at_ms BETWEEN :since_ms AND :until_ms
GROUP BY shipment.created_at_ms / 900000;

-- The packages that each connection was to be notified of.
-- name: by_platform
SELECT connection.name, COUNT(DISTINCT package.id), COALESCE(SUM(packed.quantity), 0)
FROM (SELECT DISTINCT call.shipment_id, call.connection_id FROM call
    JOIN shipment ON shipment.id = call.shipment_id
    WHERE shipment.created_at_ms BETWEEN :since_ms AND :until_ms) AS notified
JOIN connection ON connection.id = notified.connection_id
JOIN package ON package.shipment_id = notified.shipment_id
LEFT JOIN packed ON packed.package_id = package.id
GROUP BY connection.name;

-- How often each verdict was shown.
-- name: verdicts
SELECT verdict, COUNT(*) FROM scan WHERE at_ms BETWEEN :since_ms AND :until_ms AND answer = '' GROUP BY verdict;
