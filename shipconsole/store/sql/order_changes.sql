-- name: of_order
SELECT at_ms, connection, cancelled, changes FROM order_change WHERE order_id = :order_id;

-- name: put
INSERT INTO order_change (order_id, at_ms, connection, cancelled, changes)
VALUES (:order_id, :now_ms, :connection, :cancelled, :changes)
ON CONFLICT (order_id) DO UPDATE SET at_ms = excluded.at_ms, connection = excluded.connection,
    cancelled = excluded.cancelled, changes = excluded.changes;

-- name: drop
DELETE FROM order_change WHERE order_id = :order_id;
