-- The same delivery worked off again says nothing twice, but may say it in other words, or know by then to which order
-- it belongs.
-- name: put
INSERT INTO news (at_ms, connection_id, delivery_id, order_id, kind, position, message, stands_out, tracking_key,
    is_trouble, source_id)
VALUES (:now_ms, :connection_id, :delivery_id, :order_id, :kind, :position, :message, :stands_out, :tracking_key,
    :is_trouble, :source_id)
ON CONFLICT (delivery_id, position) DO UPDATE SET order_id = COALESCE(excluded.order_id, news.order_id),
    message = excluded.message, stands_out = excluded.stands_out, is_trouble = excluded.is_trouble
    WHERE (news.message, news.stands_out, news.is_trouble) <> (excluded.message, excluded.stands_out, excluded.is_trouble)
        OR COALESCE(excluded.order_id, news.order_id, 0) <> COALESCE(news.order_id, 0);

-- name: latest
SELECT id, at_ms, name, order_id, kind, message, stands_out, delivery_id, source_id FROM told_news
ORDER BY id DESC LIMIT :most;

-- name: forget_from
DELETE FROM news WHERE delivery_id = :delivery_id AND position >= :position;
