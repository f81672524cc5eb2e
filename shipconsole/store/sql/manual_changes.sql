-- name: add
INSERT INTO manual_change (order_id, at_ms, station, operator, what, reason, joined_order_id)
VALUES (:order_id, :at_ms, :station, :operator, :what, :reason, :joined_order_id);

-- name: of_order
SELECT id, joined_order_id, order_id, at_ms, station, operator, what, reason
FROM manual_change WHERE order_id = :order_id ORDER BY id;
