-- One that is here already is counted and keeps what it was; `twins` then tells that it is one. Of one that recurs the
-- same words may tell of something new.
-- name: add
INSERT INTO delivery (connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_words)
VALUES (:connection_id, :came_at_ms, :headers, :body, :sha256, :dedupe_key, :verified, :verify_words)
ON CONFLICT (connection_id, dedupe_key) DO UPDATE SET twins = delivery.twins + 1,
    state = CASE WHEN :recurs = 1 THEN 'new' ELSE delivery.state END
RETURNING id, twins;

-- name: new
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_words, state, words, twins,
    digested_at_ms
FROM delivery WHERE state = 'new' ORDER BY id LIMIT :most;

-- name: new_of
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_words, state, words, twins,
    digested_at_ms
FROM delivery WHERE state = 'new' AND connection_id = :connection_id AND id > :after ORDER BY id LIMIT :most;

-- name: senders
SELECT DISTINCT connection_id FROM delivery WHERE state = 'new';

-- name: get
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_words, state, words, twins,
    digested_at_ms
FROM delivery WHERE id = :id;

-- name: digested
UPDATE delivery SET state = CASE WHEN twins > :twins THEN 'new' ELSE :state END, words = :words,
    digested_at_ms = :now_ms, waits_for = :waits_for
WHERE id = :id;

-- name: order_came
UPDATE delivery SET state = 'new', waits_for = '' WHERE waits_for = :match_key AND waits_for <> '';

-- name: latest
SELECT delivery.id, connection.name, connection.vendor, delivery.came_at_ms, LENGTH(delivery.body),
    delivery.verified, delivery.verify_words, delivery.state, delivery.words, delivery.twins, delivery.digested_at_ms
FROM delivery JOIN connection ON connection.id = delivery.connection_id
ORDER BY delivery.id DESC LIMIT :most;
