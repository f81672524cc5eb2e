-- Packages for hand-over lists. A carrier has scanned a package once a platform reports any event but the label's own,
-- or a state after it. A record that did not change since the package shipped is about an earlier use of its number.
-- Packages that a platform shipped by itself never were at a station: `forward_review` has their shipments.

-- Packages that shipped in a span of time, on a list or on none.
-- name: shipped_between
SELECT package.id, shipment.order_id, orders.number, orders.recipient, package.tracking_number, package.carrier,
    package.service, package.weight_g, shipment.created_at_ms, shipment.station, shipment.operator, hand_over.at_ms,
    EXISTS (SELECT 1 FROM track WHERE track.tracking_key = package.tracking_key
        AND track.changed_at_ms >= shipment.created_at_ms
        AND (track.status NOT IN ('unknown', 'not_yet') OR EXISTS (SELECT 1 FROM track_event
            WHERE track_event.track_id = track.id AND track_event.status <> 'not_yet')))
FROM shipment JOIN orders ON orders.id = shipment.order_id JOIN package ON package.shipment_id = shipment.id
LEFT JOIN hand_over_package ON hand_over_package.package_id = package.id
LEFT JOIN hand_over ON hand_over.id = hand_over_package.hand_over_id
WHERE shipment.created_at_ms >= :since_ms AND shipment.created_at_ms < :until_ms AND shipment.undone_at_ms IS NULL
    AND NOT EXISTS (SELECT 1 FROM forward_review
        WHERE forward_review.order_id = shipment.order_id AND forward_review.shipment_id = shipment.id)
ORDER BY shipment.created_at_ms, shipment.id, package.position;

-- The packages of the lists of a span of time.
-- name: handed_over_between
SELECT package.id, shipment.order_id, orders.number, orders.recipient, package.tracking_number, package.carrier,
    package.service, package.weight_g, shipment.created_at_ms, shipment.station, shipment.operator, hand_over.at_ms,
    EXISTS (SELECT 1 FROM track WHERE track.tracking_key = package.tracking_key
        AND track.changed_at_ms >= shipment.created_at_ms
        AND (track.status NOT IN ('unknown', 'not_yet') OR EXISTS (SELECT 1 FROM track_event
            WHERE track_event.track_id = track.id AND track_event.status <> 'not_yet')))
FROM hand_over JOIN hand_over_package ON hand_over_package.hand_over_id = hand_over.id
JOIN package ON package.id = hand_over_package.package_id
JOIN shipment ON shipment.id = package.shipment_id AND shipment.undone_at_ms IS NULL
JOIN orders ON orders.id = shipment.order_id
WHERE hand_over.at_ms >= :since_ms AND hand_over.at_ms <= :until_ms
ORDER BY hand_over.at_ms, hand_over.id, hand_over_package.package_id;

-- Those of them that no carrier has scanned.
-- name: not_scanned_between
SELECT package.id, shipment.order_id, orders.number, orders.recipient, package.tracking_number, package.carrier,
    package.service, package.weight_g, shipment.created_at_ms, shipment.station, shipment.operator, hand_over.at_ms, 0
FROM hand_over JOIN hand_over_package ON hand_over_package.hand_over_id = hand_over.id
JOIN package ON package.id = hand_over_package.package_id
JOIN shipment ON shipment.id = package.shipment_id AND shipment.undone_at_ms IS NULL
JOIN orders ON orders.id = shipment.order_id
WHERE hand_over.at_ms >= :since_ms AND hand_over.at_ms <= :until_ms
    AND NOT EXISTS (SELECT 1 FROM track WHERE track.tracking_key = package.tracking_key
        AND track.changed_at_ms >= shipment.created_at_ms
        AND (track.status NOT IN ('unknown', 'not_yet') OR EXISTS (SELECT 1 FROM track_event
            WHERE track_event.track_id = track.id AND track_event.status <> 'not_yet')))
ORDER BY hand_over.at_ms, hand_over.id, hand_over_package.package_id;

-- name: count_not_scanned
SELECT COUNT(*)
FROM hand_over JOIN hand_over_package ON hand_over_package.hand_over_id = hand_over.id
JOIN package ON package.id = hand_over_package.package_id
JOIN shipment ON shipment.id = package.shipment_id AND shipment.undone_at_ms IS NULL
WHERE hand_over.at_ms >= :since_ms AND hand_over.at_ms <= :until_ms
    AND NOT EXISTS (SELECT 1 FROM track WHERE track.tracking_key = package.tracking_key
        AND track.changed_at_ms >= shipment.created_at_ms
        AND (track.status NOT IN ('unknown', 'not_yet') OR EXISTS (SELECT 1 FROM track_event
            WHERE track_event.track_id = track.id AND track_event.status <> 'not_yet')));

-- name: add
INSERT INTO hand_over (at_ms, station, operator) VALUES (:at_ms, :station, :operator) RETURNING id;

-- A package that another station put on a list meanwhile stays there; one that was undone meanwhile is on none.
-- name: add_package
INSERT INTO hand_over_package (package_id, hand_over_id)
SELECT package.id, :hand_over_id FROM package JOIN shipment ON shipment.id = package.shipment_id
WHERE package.id = :package_id AND shipment.undone_at_ms IS NULL
ON CONFLICT (package_id) DO NOTHING;

-- name: of_shipment
SELECT package.tracking_number FROM package JOIN hand_over_package ON hand_over_package.package_id = package.id
WHERE package.shipment_id = :shipment_id ORDER BY package.position;

-- name: drop
DELETE FROM hand_over WHERE id = :id;

-- name: first_at
SELECT MIN(at_ms) FROM hand_over;

-- name: newest
SELECT id, at_ms, station, operator,
    (SELECT COUNT(*) FROM hand_over_package WHERE hand_over_package.hand_over_id = hand_over.id)
FROM hand_over ORDER BY at_ms DESC, id DESC LIMIT :most;
