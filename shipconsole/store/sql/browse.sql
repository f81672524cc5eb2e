-- Each view filters and sorts as one index does, so that nothing is sorted and no rows are scanned.

-- name: to_ship_by_due
SELECT id FROM orders WHERE left_units > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: to_ship_by_number
SELECT id FROM orders WHERE left_units > 0 ORDER BY number_key, id LIMIT :most;

-- name: to_ship_by_recipient
SELECT id FROM orders WHERE left_units > 0 ORDER BY recipient, id LIMIT :most;

-- name: partly_by_due
SELECT id FROM orders WHERE state = 'partly_shipped' ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: shipped_by_changed
SELECT id FROM orders WHERE state = 'shipped' ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: needs_attention_by_due
SELECT id FROM orders WHERE needs_attention > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: all_by_changed
SELECT id FROM orders ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- If another order has the same number, the connection that an order comes from tells them apart.
-- name: rows
SELECT id, number, recipient, shipped_units, ordered_units, left_units, due_at_ms, state, needs_attention,
    unresolved_lines, CASE WHEN EXISTS (
        SELECT 1 FROM orders AS same WHERE same.match_key = orders.match_key AND same.id <> orders.id
    ) THEN COALESCE((SELECT name FROM connection WHERE connection.id = orders.primary_connection_id), '') ELSE '' END
FROM orders WHERE id IN :ids;

-- name: newest
SELECT COALESCE(MAX(id), 0) FROM orders;

-- name: count_to_ship
SELECT COUNT(*) FROM orders WHERE left_units > 0;

-- name: count_partly
SELECT COUNT(*) FROM orders WHERE state = 'partly_shipped';

-- name: count_needs_attention
SELECT COUNT(*) FROM orders WHERE needs_attention > 0;

-- name: count_all
SELECT COUNT(*) FROM orders;

-- Orders with a package that has an exception (3), is late (2) or had no updates for long (1); the worst first. Left
-- out are packages that any connection reports as delivered, and numbers that no package here has any more because the
-- tracking was edited or the shipment undone, unless the connection that reports them ships by itself.
-- name: package_issues
SELECT order_id, MAX(issue), MAX(changed_at_ms) FROM (
    SELECT order_id, connection_id, tracking_number, tracking_key, changed_at_ms, 3 AS issue FROM track
    WHERE status = 'exception' AND changed_at_ms >= :not_before_ms
    UNION ALL
    SELECT order_id, connection_id, tracking_number, tracking_key, changed_at_ms, 2 FROM track
    WHERE status <> 'delivered' AND expected_at_ms >= :not_before_ms AND expected_at_ms < :expected_before_ms
    AND (expected_at_ms < :day_before_ms OR expected_at_ms % :day_ms <> 0)
    UNION ALL
    SELECT order_id, connection_id, tracking_number, tracking_key, changed_at_ms, 1 FROM track
    WHERE status <> 'delivered' AND changed_at_ms >= :not_before_ms AND changed_at_ms < :quiet_before_ms
) AS found
WHERE order_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM track AS other WHERE other.tracking_key = found.tracking_key AND other.status = 'delivered'
) AND (
    NOT EXISTS (
        SELECT 1 FROM shipment JOIN package ON package.shipment_id = shipment.id
        LEFT JOIN package_change ON package_change.package_id = package.id
        WHERE shipment.order_id = found.order_id
        AND (package.tracking_key = found.tracking_key OR package_change.old_number = found.tracking_number)
    ) OR EXISTS (
        SELECT 1 FROM shipment JOIN package ON package.shipment_id = shipment.id
        WHERE shipment.order_id = found.order_id AND shipment.undone_at_ms IS NULL
        AND package.tracking_key = found.tracking_key
    ) OR NOT EXISTS (
        SELECT 1 FROM call WHERE call.connection_id = found.connection_id AND call.shipment_id IS NOT NULL
    )
)
GROUP BY order_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT :most;
