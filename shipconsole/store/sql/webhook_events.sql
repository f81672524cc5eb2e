-- One that is here already is counted and keeps what it was; `duplicates` then tells that it is one. Of one that recurs the
-- same words may tell of something new, also where they were removed for their age.
-- name: add
INSERT INTO delivery (connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_message)
VALUES (:connection_id, :came_at_ms, :headers, :body, :sha256, :dedupe_key, :verified, :verify_message)
ON CONFLICT (connection_id, dedupe_key) DO UPDATE SET duplicates = delivery.duplicates + 1,
    state = CASE WHEN :recurs = 1 THEN 'new' ELSE delivery.state END,
    came_at_ms = CASE WHEN :recurs = 1 AND delivery.removed_at_ms IS NOT NULL THEN excluded.came_at_ms
        ELSE delivery.came_at_ms END,
    headers = CASE WHEN :recurs = 1 AND delivery.removed_at_ms IS NOT NULL THEN excluded.headers
        ELSE delivery.headers END,
    body = CASE WHEN :recurs = 1 AND delivery.removed_at_ms IS NOT NULL THEN excluded.body ELSE delivery.body END,
    removed_at_ms = CASE WHEN :recurs = 1 THEN NULL ELSE delivery.removed_at_ms END
RETURNING id, duplicates;

-- name: new
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message, duplicates,
    processed_at_ms
FROM delivery WHERE state = 'new' ORDER BY id LIMIT :most;

-- name: new_of
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message, duplicates,
    processed_at_ms
FROM delivery WHERE state = 'new' AND connection_id = :connection_id AND id > :after ORDER BY id LIMIT :most;

-- name: senders
SELECT DISTINCT connection_id FROM delivery WHERE state = 'new';

-- name: get
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message, duplicates,
    processed_at_ms
FROM delivery WHERE id = :id;

-- name: processed
UPDATE delivery SET state = CASE WHEN duplicates > :duplicates THEN 'new' ELSE :state END, message = :message,
    processed_at_ms = :now_ms, waits_for = :waits_for, unconfirmed_of = :unconfirmed_of
WHERE id = :id;

-- name: unconfirmed
SELECT id, connection_id, came_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message, duplicates,
    processed_at_ms
FROM delivery WHERE connection_id = :connection_id AND unconfirmed_of = :remote_id AND unconfirmed_of <> ''
ORDER BY id;

-- name: again
UPDATE delivery SET state = 'new', unconfirmed_of = '' WHERE id = :id;

-- name: order_came
UPDATE delivery SET state = 'new', waits_for = '' WHERE waits_for = :match_key AND waits_for <> '';

-- name: latest
SELECT delivery.id, connection.name, connection.vendor, delivery.came_at_ms, LENGTH(delivery.body),
    delivery.verified, delivery.verify_message, delivery.state, delivery.message, delivery.duplicates, delivery.processed_at_ms
FROM delivery JOIN connection ON connection.id = delivery.connection_id
WHERE delivery.removed_at_ms IS NULL ORDER BY delivery.id DESC LIMIT :most;

-- What nobody worked off yet, what failed and what waits for something stays, however old it is.
-- name: old
SELECT id FROM delivery WHERE removed_at_ms IS NULL AND came_at_ms < :before_ms AND state IN ('processed', 'ignored')
AND COALESCE(processed_at_ms, came_at_ms) < :before_ms AND waits_for = '' AND unconfirmed_of = ''
ORDER BY came_at_ms LIMIT :most;

-- name: remove
UPDATE delivery SET body = :nothing, headers = '{}', message = '', removed_at_ms = :now_ms WHERE id = :id;

-- name: removed
SELECT removed_at_ms FROM delivery WHERE id = :id;
