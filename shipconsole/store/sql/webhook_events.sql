-- A duplicate is counted, and `duplicates` is then above 0. An event that recurs may report something new with the same
-- contents, so it is processed again, and stored again if its body was removed.
-- name: add
INSERT INTO webhook_event (connection_id, received_at_ms, headers, body, sha256, dedupe_key, verified, verify_message)
VALUES (:connection_id, :received_at_ms, :headers, :body, :sha256, :dedupe_key, :verified, :verify_message)
ON CONFLICT (connection_id, dedupe_key) DO UPDATE SET duplicates = webhook_event.duplicates + 1,
    state = CASE WHEN :recurs = 1 THEN 'new' ELSE webhook_event.state END,
    received_at_ms = CASE WHEN :recurs = 1 AND webhook_event.removed_at_ms IS NOT NULL THEN excluded.received_at_ms
        ELSE webhook_event.received_at_ms END,
    headers = CASE WHEN :recurs = 1 AND webhook_event.removed_at_ms IS NOT NULL THEN excluded.headers
        ELSE webhook_event.headers END,
    body = CASE WHEN :recurs = 1 AND webhook_event.removed_at_ms IS NOT NULL THEN excluded.body
        ELSE webhook_event.body END,
    removed_at_ms = CASE WHEN :recurs = 1 THEN NULL ELSE webhook_event.removed_at_ms END
RETURNING id, duplicates;

-- name: unprocessed
SELECT id, connection_id, received_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message,
    duplicates, processed_at_ms
FROM webhook_event WHERE state = 'new' ORDER BY id LIMIT :most;

-- name: unprocessed_of
SELECT id, connection_id, received_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message,
    duplicates, processed_at_ms
FROM webhook_event WHERE state = 'new' AND connection_id = :connection_id AND id > :after ORDER BY id LIMIT :most;

-- name: senders
SELECT DISTINCT connection_id FROM webhook_event WHERE state = 'new';

-- name: get
SELECT id, connection_id, received_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message,
    duplicates, processed_at_ms
FROM webhook_event WHERE id = :id;

-- Store the result; a duplicate received meanwhile makes the event unprocessed again.
-- name: store_result
UPDATE webhook_event SET state = CASE WHEN duplicates > :duplicates THEN 'new' ELSE :state END, message = :message,
    processed_at_ms = :now_ms, waits_for = :waits_for, unconfirmed_of = :unconfirmed_of
WHERE id = :id;

-- Events about a platform's order that it did not confirm yet.
-- name: unconfirmed
SELECT id, connection_id, received_at_ms, headers, body, sha256, dedupe_key, verified, verify_message, state, message,
    duplicates, processed_at_ms
FROM webhook_event WHERE connection_id = :connection_id AND unconfirmed_of = :remote_id AND unconfirmed_of <> ''
ORDER BY id;

-- name: requeue
UPDATE webhook_event SET state = 'new', unconfirmed_of = '' WHERE id = :id;

-- Process the events again that waited for an order.
-- name: requeue_waiting
UPDATE webhook_event SET state = 'new', waits_for = '' WHERE waits_for = :match_key AND waits_for <> '';

-- name: latest
SELECT webhook_event.id, connection.name, connection.vendor, webhook_event.received_at_ms, LENGTH(webhook_event.body),
    webhook_event.verified, webhook_event.verify_message, webhook_event.state, webhook_event.message,
    webhook_event.duplicates, webhook_event.processed_at_ms
FROM webhook_event JOIN connection ON connection.id = webhook_event.connection_id
WHERE webhook_event.removed_at_ms IS NULL ORDER BY webhook_event.id DESC LIMIT :most;

-- name: received
SELECT webhook_event.id, connection.name, connection.vendor, webhook_event.received_at_ms, LENGTH(webhook_event.body),
    webhook_event.verified, webhook_event.verify_message, webhook_event.state, webhook_event.message,
    webhook_event.duplicates, webhook_event.processed_at_ms
FROM webhook_event JOIN connection ON connection.id = webhook_event.connection_id
WHERE webhook_event.id = :id;

-- name: count
SELECT COUNT(*) FROM webhook_event WHERE removed_at_ms IS NULL;

-- Old events; unprocessed, failed and waiting ones stay. One that its platform has not confirmed stays as long as the
-- platform will be queried again: once the task for that was given up, nothing else ends it.
-- name: old
SELECT id FROM webhook_event WHERE removed_at_ms IS NULL AND received_at_ms < :before_ms
AND state IN ('processed', 'ignored')
AND COALESCE(processed_at_ms, received_at_ms) < :before_ms AND waits_for = ''
AND (unconfirmed_of = '' OR NOT EXISTS (SELECT 1 FROM link JOIN follow_up_job
    ON follow_up_job.connection_id = link.connection_id AND follow_up_job.order_id = link.order_id
    WHERE link.connection_id = webhook_event.connection_id AND link.remote_id = webhook_event.unconfirmed_of
    AND follow_up_job.kind = 'confirm'))
ORDER BY received_at_ms LIMIT :most;

-- Without a body there is nothing to process again.
-- name: remove
UPDATE webhook_event SET body = :empty, headers = '{}', message = '', removed_at_ms = :now_ms, waits_for = '',
    unconfirmed_of = ''
WHERE id = :id;

-- name: removed
SELECT removed_at_ms FROM webhook_event WHERE id = :id;
