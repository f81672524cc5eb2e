-- Each view filters and sorts as one index does, so that nothing is sorted and no rows are scanned.

-- name: to_ship_by_due
SELECT id FROM orders WHERE left_units > 0 ORDER BY is_first DESC, due_at_ms, number_key, id LIMIT :most;

-- name: to_ship_by_number
SELECT id FROM orders WHERE left_units > 0 ORDER BY is_first DESC, number_key, id LIMIT :most;

-- name: to_ship_by_recipient
SELECT id FROM orders WHERE left_units > 0 ORDER BY is_first DESC, recipient, id LIMIT :most;

-- name: partly_by_due
SELECT id FROM orders WHERE state = 'partly_shipped' ORDER BY is_first DESC, due_at_ms, number_key, id LIMIT :most;

-- name: shipped_by_changed
SELECT id FROM orders WHERE state = 'shipped' ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: needs_attention_by_due
SELECT id FROM orders WHERE needs_attention > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- Updates of these orders are under way, or will be sent again.
-- name: waiting_by_changed
SELECT id FROM orders WHERE waiting_updates > 0 ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: all_by_changed
SELECT id FROM orders ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- Orders that a packer or a station has claimed, or of which the station has a draft. Claims that were not renewed
-- since `:since_ms` no longer count.
-- name: mine_by_due
SELECT orders.id FROM (
    SELECT order_id FROM claim WHERE station = :station AND seen_at_ms >= :since_ms
    UNION SELECT order_id FROM claim WHERE operator = :operator AND operator <> '' AND seen_at_ms >= :since_ms
    UNION SELECT order_id FROM draft WHERE station = :station
) AS own JOIN orders ON orders.id = own.order_id
ORDER BY orders.is_first DESC, orders.due_at_ms, orders.number_key, orders.id LIMIT :most;

-- name: count_mine
SELECT COUNT(*) FROM (
    SELECT order_id FROM claim WHERE station = :station AND seen_at_ms >= :since_ms
    UNION SELECT order_id FROM claim WHERE operator = :operator AND operator <> '' AND seen_at_ms >= :since_ms
    UNION SELECT order_id FROM draft WHERE station = :station
) AS own;

-- If another order has the same number, the connection that an order comes from tells them apart. `problem` is the
-- state of an update that needs attention, or 'changed' while one is held because the order changed.
-- name: rows
SELECT id, number, recipient, shipped_units, ordered_units, left_units, due_at_ms, state, needs_attention,
    unresolved_lines, CASE WHEN EXISTS (
        SELECT 1 FROM orders AS same WHERE same.match_key = orders.match_key AND same.id <> orders.id
    ) THEN COALESCE((SELECT name FROM connection WHERE connection.id = orders.primary_connection_id), '') ELSE '' END,
    is_first, first_by, COALESCE(claim.station, ''), COALESCE(claim.operator, ''), COALESCE(claim.at_ms, 0),
    COALESCE(claim.seen_at_ms, 0), draft.order_id IS NOT NULL, waiting_updates,
    CASE WHEN needs_attention = 0 THEN '' ELSE COALESCE(
        (SELECT 'changed' FROM call WHERE call.order_id = orders.id AND call.on_hold = 1
            AND call.state IN ('held', 'pending', 'retry_wait') LIMIT 1),
        (SELECT call.state FROM call WHERE call.order_id = orders.id
            AND call.state IN ('rejected', 'blocked', 'dead', 'needs_attention', 'unknown', 'checking') LIMIT 1),
        '') END
FROM orders LEFT JOIN claim ON claim.order_id = orders.id LEFT JOIN draft ON draft.order_id = orders.id
WHERE orders.id IN :ids;

-- What decides in which views an order is, and where.
-- name: places
SELECT id, is_first, due_at_ms, number_key, recipient, changed_at_ms, left_units, state, waiting_updates,
    needs_attention
FROM orders WHERE id IN :ids;

-- name: counts
SELECT view, orders FROM view_count;

-- Orders with a package that has an exception (3), is late (2) or had no updates for long (1); the worst first. Left
-- out are packages that any connection reports as delivered, and numbers that no package here has any more because the
-- tracking was edited or the shipment undone, unless the connection that reports them ships by itself. The OFFSETs
-- keep a server from comparing each with a list of all packages that ever shipped or were delivered.
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
    LIMIT 1 OFFSET 0
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
        LIMIT 1 OFFSET 0
    ) OR (SELECT MAX(call.shipment_id) FROM call WHERE call.connection_id = found.connection_id) IS NULL
)
GROUP BY order_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT :most;
