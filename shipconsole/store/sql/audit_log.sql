-- An entry is a number: four times the id of a row, plus its kind (`store.audit_log.KINDS`). One statement reads the
-- columns of each kind.

-- Entries of all orders, newest first. `:find` and `:together` are from `search_text.typed`; '' in
-- `:find` finds everything.
-- name: found
SELECT entry FROM (
    SELECT shipment.created_at_ms AS at_ms, 4 * package.id AS entry
    FROM shipment JOIN orders ON orders.id = shipment.order_id JOIN package ON package.shipment_id = shipment.id
    WHERE shipment.created_at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        'shipped ' || orders.number || ' ' || shipment.operator || ' ' || shipment.station || ' '
        || package.tracking_number || ' ' || package.raw_scan || ' ' || package.carrier || ' '
        || package.kept_reason || ' '
        || COALESCE((SELECT STRING_AGG(old_number, ' ') FROM package_change
            WHERE package_change.package_id = package.id), '')))
    UNION ALL
    SELECT attempt.at_ms, 4 * attempt.id + 1
    FROM attempt JOIN call ON call.id = attempt.call_id JOIN orders ON orders.id = call.order_id
    JOIN connection ON connection.id = call.connection_id
    WHERE attempt.at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        orders.number || ' ' || attempt.operator || ' ' || attempt.station || ' ' || connection.name || ' '
        || attempt.message || ' ' || attempt.vendor_request_id || ' ' || call.summary || ' '
        || COALESCE((SELECT STRING_AGG(package.tracking_number, ' ') FROM package
            WHERE package.shipment_id = call.shipment_id), '')))
    UNION ALL
    SELECT manual_change.at_ms, 4 * manual_change.id + 2
    FROM manual_change LEFT JOIN orders ON orders.id = manual_change.order_id
    WHERE manual_change.at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        COALESCE(orders.number, '') || ' ' || manual_change.operator || ' ' || manual_change.station || ' '
        || manual_change.what || ' ' || manual_change.reason))
    UNION ALL
    SELECT scan.at_ms, 4 * scan.id + 3
    FROM scan LEFT JOIN orders ON orders.id = scan.order_id
    WHERE scan.at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        COALESCE(orders.number, '') || ' ' || scan.operator || ' ' || scan.station || ' ' || scan.raw
        || ' ' || scan.number || ' ' || scan.verdict || ' ' || scan.answer))
) AS entries ORDER BY at_ms DESC, entry % 4 DESC, entry DESC;

-- The entries of one order, as found; a statement of its own, so that each part uses an index.
-- name: found_of_order
SELECT entry FROM (
    SELECT shipment.created_at_ms AS at_ms, 4 * package.id AS entry
    FROM shipment JOIN orders ON orders.id = shipment.order_id JOIN package ON package.shipment_id = shipment.id
    WHERE shipment.order_id = :order_id AND +shipment.created_at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        'shipped ' || orders.number || ' ' || shipment.operator || ' ' || shipment.station || ' '
        || package.tracking_number || ' ' || package.raw_scan || ' ' || package.carrier || ' '
        || package.kept_reason || ' '
        || COALESCE((SELECT STRING_AGG(old_number, ' ') FROM package_change
            WHERE package_change.package_id = package.id), '')))
    UNION ALL
    SELECT attempt.at_ms, 4 * attempt.id + 1
    FROM call JOIN attempt ON attempt.call_id = call.id JOIN orders ON orders.id = call.order_id
    JOIN connection ON connection.id = call.connection_id
    WHERE call.order_id = :order_id AND +attempt.at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        orders.number || ' ' || attempt.operator || ' ' || attempt.station || ' ' || connection.name || ' '
        || attempt.message || ' ' || attempt.vendor_request_id || ' ' || call.summary || ' '
        || COALESCE((SELECT STRING_AGG(package.tracking_number, ' ') FROM package
            WHERE package.shipment_id = call.shipment_id), '')))
    UNION ALL
    SELECT manual_change.at_ms, 4 * manual_change.id + 2
    FROM manual_change LEFT JOIN orders ON orders.id = manual_change.order_id
    WHERE manual_change.order_id = :order_id AND +manual_change.at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        COALESCE(orders.number, '') || ' ' || manual_change.operator || ' ' || manual_change.station || ' '
        || manual_change.what || ' ' || manual_change.reason))
    UNION ALL
    SELECT scan.at_ms, 4 * scan.id + 3
    FROM scan LEFT JOIN orders ON orders.id = scan.order_id
    WHERE scan.order_id = :order_id AND +scan.at_ms BETWEEN :since_ms AND :until_ms
    AND (:find = '' OR is_found(:find, :together,
        COALESCE(orders.number, '') || ' ' || scan.operator || ' ' || scan.station || ' ' || scan.raw
        || ' ' || scan.number || ' ' || scan.verdict || ' ' || scan.answer))
) AS entries ORDER BY at_ms DESC, entry % 4 DESC, entry DESC;

-- When the first entry was made, 0 if there is none.
-- name: first_at
SELECT COALESCE(MIN(at_ms), 0) FROM (
    SELECT MIN(created_at_ms) AS at_ms FROM shipment UNION ALL SELECT MIN(at_ms) FROM attempt
    UNION ALL SELECT MIN(at_ms) FROM manual_change UNION ALL SELECT MIN(at_ms) FROM scan
) AS firsts;

-- Packages as they shipped: with their first tracking number, whatever it was edited to since.
-- name: shipments
SELECT package.id, shipment.created_at_ms, orders.number, shipment.station, shipment.operator,
    COALESCE((SELECT old_number FROM package_change WHERE package_change.package_id = package.id
        ORDER BY package_change.id LIMIT 1), package.tracking_number),
    package.carrier, package.service, package.raw_scan, package.weight_g, package.typed_units,
    (SELECT STRING_AGG(packed.quantity || ' × ' || order_line.sku, ', ') FROM packed
        JOIN order_line ON order_line.id = packed.line_id WHERE packed.package_id = package.id),
    package.unverified,
    COALESCE((SELECT old_accepted FROM package_change WHERE package_change.package_id = package.id
        ORDER BY package_change.id LIMIT 1), package.accepted),
    package.kept_reason
FROM package JOIN shipment ON shipment.id = package.shipment_id JOIN orders ON orders.id = shipment.order_id
WHERE package.id IN :ids;

-- Attempts of updates; the request is shown once, with the entry of its sending.
-- name: attempts
SELECT attempt.id, attempt.at_ms, orders.number, attempt.station, attempt.operator, attempt.call_id, connection.name,
    attempt.what, attempt.status, attempt.vendor_request_id, attempt.message, attempt.answer,
    CASE WHEN attempt.what = 'sending' THEN call.request ELSE NULL END,
    (SELECT STRING_AGG(package.tracking_number, ' ') FROM package WHERE package.shipment_id = call.shipment_id
        AND (call.package_id IS NULL OR package.id = call.package_id))
FROM attempt JOIN call ON call.id = attempt.call_id JOIN orders ON orders.id = call.order_id
JOIN connection ON connection.id = call.connection_id
WHERE attempt.id IN :ids;

-- What people changed by hand; an order that became part of another has no number any more.
-- name: manual_changes
SELECT manual_change.id, manual_change.at_ms, COALESCE(orders.number, ''), manual_change.station,
    manual_change.operator, manual_change.what, manual_change.reason
FROM manual_change LEFT JOIN orders ON orders.id = manual_change.order_id
WHERE manual_change.id IN :ids;

-- name: scans
SELECT scan.id, scan.at_ms, COALESCE(orders.number, ''), scan.station, scan.operator, scan.raw,
    CASE WHEN scan.kind = 'tracking' THEN scan.number ELSE '' END, scan.verdict, scan.answer
FROM scan LEFT JOIN orders ON orders.id = scan.order_id
WHERE scan.id IN :ids;
