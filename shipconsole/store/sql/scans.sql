-- name: add
INSERT INTO scan (order_id, at_ms, station, operator, raw, kind, reason, number, verdict, answer)
VALUES (:order_id, :at_ms, :station, :operator, :raw, :kind, :reason, :number, :verdict, :answer);

-- The carrier that was chosen for the orders of the same primary connection.
-- name: chosen_carrier
SELECT carrier FROM carrier_choice JOIN orders ON orders.primary_connection_id = carrier_choice.connection_id
WHERE orders.id = :order_id AND carriers = :carriers;

-- name: choose_carrier
INSERT INTO carrier_choice (connection_id, carriers, carrier)
SELECT primary_connection_id, :carriers, :carrier FROM orders WHERE id = :order_id AND primary_connection_id IS NOT NULL
ON CONFLICT (connection_id, carriers) DO UPDATE SET carrier = excluded.carrier;

-- name: open_order
SELECT order_id FROM open_order WHERE station = :station;

-- name: focus
SELECT focus FROM open_order WHERE station = :station;

-- name: keep_focus
UPDATE open_order SET focus = :focus WHERE station = :station;

-- Stores nothing if the order has become part of another meanwhile.
-- name: keep_open_order
INSERT INTO open_order (station, order_id) SELECT :station, id FROM orders WHERE id = :order_id
ON CONFLICT (station) DO UPDATE SET order_id = excluded.order_id,
    focus = CASE WHEN open_order.order_id = excluded.order_id THEN open_order.focus ELSE '' END;

-- name: drop_open_order
DELETE FROM open_order WHERE station = :station;
