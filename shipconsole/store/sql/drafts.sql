-- name: get
SELECT body FROM draft WHERE order_id = :order_id;

-- name: put
INSERT INTO draft (order_id, body, changed_at_ms, station) VALUES (:order_id, :body, :now_ms, :station)
ON CONFLICT (order_id) DO UPDATE SET body = excluded.body, changed_at_ms = excluded.changed_at_ms,
    station = excluded.station;

-- name: exists
SELECT 1 FROM draft WHERE order_id = :order_id;

-- name: station
SELECT station FROM draft WHERE order_id = :order_id;

-- name: saved
SELECT station, changed_at_ms FROM draft WHERE order_id = :order_id;

-- name: drop
DELETE FROM draft WHERE order_id = :order_id;

-- name: every
SELECT orders.number, draft.body FROM draft JOIN orders ON orders.id = draft.order_id
ORDER BY draft.changed_at_ms DESC, orders.id;

-- name: rename_station
UPDATE draft SET station = :station WHERE station = :before;
