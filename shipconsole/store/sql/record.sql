-- Everything in the columns of `store.record.Event`, one kind of event a statement; `:order_id` 0 is every order.

-- name: shipments
SELECT shipment.created_at_ms, orders.number, shipment.station, shipment.operator, package.id,
    package.tracking_number, package.carrier, package.service, package.raw_scan, package.weight_g,
    (SELECT GROUP_CONCAT(packed.quantity || ' × ' || order_line.sku, ', ') FROM packed
        JOIN order_line ON order_line.id = packed.line_id WHERE packed.package_id = package.id)
FROM shipment JOIN orders ON orders.id = shipment.order_id JOIN package ON package.shipment_id = shipment.id
WHERE shipment.created_at_ms BETWEEN :since_ms AND :until_ms AND (:order_id = 0 OR shipment.order_id = :order_id);

-- name: attempts
SELECT attempt.at_ms, orders.number, attempt.station, attempt.operator, attempt.call_id, connection.name, attempt.what,
    attempt.status, attempt.vendor_request_id, attempt.words, attempt.answer,
    CASE WHEN attempt.what = 'sending' THEN call.request ELSE NULL END,
    (SELECT GROUP_CONCAT(package.tracking_number, ' ') FROM package WHERE package.shipment_id = call.shipment_id
        AND (call.package_id IS NULL OR package.id = call.package_id))
FROM attempt JOIN call ON call.id = attempt.call_id JOIN orders ON orders.id = call.order_id
JOIN connection ON connection.id = call.connection_id
WHERE attempt.at_ms BETWEEN :since_ms AND :until_ms AND (:order_id = 0 OR call.order_id = :order_id);

-- name: hand_changes
SELECT hand_change.at_ms, COALESCE(orders.number, ''), hand_change.station, hand_change.operator, hand_change.what,
    hand_change.why
FROM hand_change LEFT JOIN orders ON orders.id = hand_change.order_id
WHERE hand_change.at_ms BETWEEN :since_ms AND :until_ms AND (:order_id = 0 OR hand_change.order_id = :order_id);
