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

-- name: needs_you_by_due
SELECT id FROM orders WHERE needs_you > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: all_by_changed
SELECT id FROM orders ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: rows
SELECT id, number, recipient, shipped_pieces, ordered_pieces, left_pieces, due_at_ms, state, needs_you
FROM orders WHERE id IN :ids;

-- name: newest
SELECT COALESCE(MAX(id), 0) FROM orders;

-- name: count_to_ship
SELECT COUNT(*) FROM orders WHERE left_pieces > 0;

-- name: count_partly
SELECT COUNT(*) FROM orders WHERE state = 'partly_shipped';

-- name: count_needs_you
SELECT COUNT(*) FROM orders WHERE needs_you > 0;

-- name: count_all
SELECT COUNT(*) FROM orders;

-- One or two letters: the beginning of a number.
-- name: beginning
SELECT id FROM orders WHERE number_key >= :start AND number_key < :end ORDER BY number_key LIMIT :most;

-- Orders with a parcel that is late (2), of which nothing was heard for long (1), or that has trouble (3); the worst
-- first. A parcel that arrived by any connection's word is none of them.
-- name: parcel_troubles
SELECT order_id, MAX(trouble), MAX(changed_at_ms) FROM (
    SELECT order_id, tracking_number, changed_at_ms, 3 AS trouble FROM track
    WHERE status = 'exception' AND changed_at_ms >= :not_before_ms
    UNION ALL
    SELECT order_id, tracking_number, changed_at_ms, 2 FROM track
    WHERE status <> 'delivered' AND expected_at_ms >= :not_before_ms AND expected_at_ms < :expected_before_ms
    UNION ALL
    SELECT order_id, tracking_number, changed_at_ms, 1 FROM track
    WHERE status <> 'delivered' AND changed_at_ms >= :not_before_ms AND changed_at_ms < :quiet_before_ms
) AS found
WHERE order_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM track AS other WHERE other.tracking_number = found.tracking_number AND other.status = 'delivered'
)
GROUP BY order_id ORDER BY 2 DESC, 3 DESC, 1 LIMIT :most;
