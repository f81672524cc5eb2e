-- Each view's predicate and order are those of one index: nothing is sorted, nothing is counted by scanning rows.

-- name: to_ship_by_due
SELECT id FROM orders WHERE left_pieces > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: to_ship_by_number
SELECT id FROM orders WHERE left_pieces > 0 ORDER BY number_key, id LIMIT :most;

-- name: to_ship_by_recipient
SELECT id FROM orders WHERE left_pieces > 0 ORDER BY recipient, id LIMIT :most;

-- name: partly_by_due
SELECT id FROM orders WHERE state = 'partly_shipped' ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: shipped_by_changed
SELECT id FROM orders WHERE state = 'shipped' ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: needs_attention_by_due
SELECT id FROM orders WHERE needs_attention > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: all_by_changed
SELECT id FROM orders ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- Another order of the number is told apart by the connection that an order comes from.
-- name: rows
SELECT id, number, recipient, shipped_pieces, ordered_pieces, left_pieces, due_at_ms, state, needs_attention,
    unresolved_lines, CASE WHEN EXISTS (
        SELECT 1 FROM orders AS twin WHERE twin.match_key = orders.match_key AND twin.id <> orders.id
    ) THEN COALESCE((SELECT name FROM connection WHERE connection.id = orders.primary_connection_id), '') ELSE '' END
FROM orders WHERE id IN :ids;

-- name: newest
SELECT COALESCE(MAX(id), 0) FROM orders;

-- name: count_to_ship
SELECT COUNT(*) FROM orders WHERE left_pieces > 0;

-- name: count_partly
SELECT COUNT(*) FROM orders WHERE state = 'partly_shipped';

-- name: count_needs_attention
SELECT COUNT(*) FROM orders WHERE needs_attention > 0;

-- name: count_all
SELECT COUNT(*) FROM orders;

-- Orders with a parcel that is late (2), of which nothing was heard for long (1), or that has trouble (3); the worst
-- first. A parcel that arrived by any connection's word is none of them, nor is a number that no parcel here has any
-- more, since its label was corrected or it was taken back: only whoever is never told of ours ships it all the same.
-- name: parcel_troubles
SELECT order_id, MAX(trouble), MAX(changed_at_ms) FROM (
    SELECT order_id, connection_id, tracking_number, tracking_key, changed_at_ms, 3 AS trouble FROM track
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
        WHERE shipment.order_id = found.order_id AND shipment.taken_back_at_ms IS NULL
        AND package.tracking_key = found.tracking_key
    ) OR NOT EXISTS (
        SELECT 1 FROM call WHERE call.connection_id = found.connection_id AND call.shipment_id IS NOT NULL
    )
)
GROUP BY order_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT :most;
