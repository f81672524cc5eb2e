-- name: of_order
SELECT order_id, station, operator, at_ms, seen_at_ms FROM claim WHERE order_id = :order_id;

-- Only an order with units left to ship is claimed.
-- name: put
INSERT INTO claim (order_id, station, operator, at_ms, seen_at_ms, by_opening)
SELECT id, :station, :operator, :steady_ms, :steady_ms, :by_opening FROM orders WHERE id = :order_id AND left_units > 0
ON CONFLICT (order_id) DO UPDATE SET station = excluded.station, operator = excluded.operator, at_ms = excluded.at_ms,
    seen_at_ms = excluded.seen_at_ms, by_opening = excluded.by_opening;

-- Work on the order: its own station's claim counts for longer, and is the present packer's.
-- name: renew
UPDATE claim SET seen_at_ms = :steady_ms, operator = :operator WHERE order_id = :order_id AND station = :station;

-- name: keep
UPDATE claim SET by_opening = 0 WHERE order_id = :order_id AND station = :station AND by_opening = 1;

-- name: drop
DELETE FROM claim WHERE order_id = :order_id;

-- name: drop_own
DELETE FROM claim WHERE order_id = :order_id AND station = :station;

-- name: drop_opened
DELETE FROM claim WHERE order_id = :order_id AND station = :station AND by_opening = 1;

-- name: of_station
SELECT order_id FROM claim WHERE station = :station;

-- name: rename_station
UPDATE claim SET station = :station WHERE station = :before;
