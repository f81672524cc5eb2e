-- The same delivery worked off again says nothing twice, but may know by then to which order it belongs.
-- name: put
INSERT INTO news (at_ms, connection_id, delivery_id, order_id, kind, words, stands_out, tracking_number, is_trouble)
VALUES (:now_ms, :connection_id, :delivery_id, :order_id, :kind, :words, :stands_out, :tracking_number, :is_trouble)
ON CONFLICT (delivery_id, kind, words) DO UPDATE SET order_id = excluded.order_id
    WHERE news.order_id IS NULL AND excluded.order_id IS NOT NULL;

-- name: latest
SELECT id, at_ms, name, order_id, kind, words, stands_out, delivery_id FROM told_news ORDER BY id DESC LIMIT :most;

-- name: of_delivery
SELECT words FROM news WHERE delivery_id = :delivery_id;

-- name: forget
DELETE FROM news WHERE delivery_id = :delivery_id AND words = :words;
