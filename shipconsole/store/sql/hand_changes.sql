-- name: add
INSERT INTO hand_change (order_id, at_ms, station, operator, what, why, joined_order_id)
VALUES (:order_id, :at_ms, :station, :operator, :what, :why, :joined_order_id);

-- name: of_order
SELECT id, joined_order_id, order_id, at_ms, station, operator, what, why
FROM hand_change WHERE order_id = :order_id ORDER BY id;
