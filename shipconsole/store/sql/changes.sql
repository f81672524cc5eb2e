-- name: note
INSERT INTO change (kind, ref_id, at_ms) VALUES (:kind, :ref_id, :at_ms);

-- name: newest
SELECT COALESCE(MAX(seq), 0) FROM change;

-- Each changed thing once, with its last change.
-- name: since
SELECT MAX(seq), kind, ref_id FROM change WHERE seq > :cursor GROUP BY kind, ref_id ORDER BY 1 LIMIT :most;

-- An order, and those whose number has the same normal form.
-- name: orders_alike
SELECT other.id FROM orders JOIN orders AS other ON other.match_key = orders.match_key WHERE orders.id = :order_id;

-- name: calls_of_order
SELECT id FROM call WHERE order_id = :order_id;

-- A window that is further behind reloads everything, so older rows are of no use.
-- name: forget
DELETE FROM change WHERE seq <= (SELECT MAX(seq) FROM change) - :kept;
