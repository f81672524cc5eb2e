-- How much is in a store, to compare a copy with what it was made from.
-- name: counts
SELECT (SELECT COUNT(*) FROM connection), (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM order_line),
    (SELECT COUNT(*) FROM shipment), (SELECT COUNT(*) FROM package), (SELECT COUNT(*) FROM packed),
    (SELECT COUNT(*) FROM call), (SELECT COUNT(*) FROM attempt), (SELECT COUNT(*) FROM draft);

-- name: orders
SELECT COUNT(*) FROM orders;

-- A store that is put back may be older than what was told since. Nobody knows, so nothing goes by itself.
-- name: note_undecided
INSERT INTO attempt (call_id, number, at_ms, what, words)
SELECT id, attempts, :now_ms, 'abandoned', :words FROM call
WHERE state IN ('held', 'pending', 'sending', 'retry_wait', 'blocked');

-- name: leave_sending_open
UPDATE call SET state = 'unknown', words = :words, changed_at_ms = :now_ms, lease_epoch = lease_epoch + 1
WHERE state = 'sending';

-- name: leave_unsent_open
UPDATE call SET state = 'dead', words = :words, changed_at_ms = :now_ms
WHERE state IN ('held', 'pending', 'retry_wait', 'blocked');

-- name: recount_needs_you
UPDATE orders SET needs_you = (SELECT COUNT(*) FROM call WHERE call.order_id = orders.id
    AND (call.state IN ('unknown', 'needs_person', 'rejected', 'blocked', 'dead')
        OR (call.state = 'checking' AND call.in_job = 0)))
WHERE id IN (SELECT order_id FROM call WHERE changed_at_ms = :now_ms);
