-- The same delivery worked off again says nothing twice.
-- name: put
INSERT INTO news (at_ms, connection_id, delivery_id, order_id, kind, words, stands_out)
VALUES (:now_ms, :connection_id, :delivery_id, :order_id, :kind, :words, :stands_out)
ON CONFLICT (delivery_id, kind, words) DO NOTHING;

-- name: latest
SELECT news.id, news.at_ms, connection.name, news.order_id, news.kind, news.words, news.stands_out, news.delivery_id
FROM news JOIN connection ON connection.id = news.connection_id ORDER BY news.id DESC LIMIT :most;
