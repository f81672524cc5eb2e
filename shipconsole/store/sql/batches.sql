-- Updates without a shipment, which have an intent, that are due as in `calls.due_pending` and need not be sent alone.
-- name: due
SELECT call.id, call.intent FROM call
JOIN connection ON connection.id = call.connection_id
WHERE call.connection_id = :connection_id AND call.intent IS NOT NULL AND call.alone = 0 AND call.on_hold = 0
AND call.state IN ('pending', 'retry_wait') AND call.due_at_ms <= :steady_ms
AND connection.is_blocked = 0 AND connection.paused_at_ms = 0 AND connection.held_until_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.position < call.position
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
ORDER BY call.id;

-- name: set_job
UPDATE call SET job = :job, in_job = 1, lease_until_ms = :until_ms WHERE id = :id AND state = 'checking';

-- name: go_at
UPDATE call SET due_at_ms = :due_at_ms WHERE id = :id AND state = 'retry_wait';

-- name: go_alone
UPDATE call SET alone = 1, job = '' WHERE id = :id;

-- Running batch jobs whose next check is due, if their connection takes requests.
-- name: due_jobs
SELECT call.connection_id, call.job, MIN(call.check_at_ms) FROM call
JOIN connection ON connection.id = call.connection_id
WHERE call.in_job = 1 AND call.check_at_ms <= :steady_ms
AND connection.is_blocked = 0 AND connection.held_until_ms <= :steady_ms
GROUP BY call.connection_id, call.job;

-- name: in_job
SELECT id, lease_epoch FROM call
WHERE connection_id = :connection_id AND job = :job AND in_job = 1 ORDER BY id;

-- One check at a time: the process that moves the time of the next check does this one.
-- name: begin_job_check
UPDATE call SET check_at_ms = :check_at_ms
WHERE connection_id = :connection_id AND job = :job AND in_job = 1 AND check_at_ms = :was_ms;

-- The job's result for an update counts only for the claim under which it was sent.
-- name: claim_from_job
UPDATE call SET state = 'sending', owner = :owner, lease_epoch = lease_epoch + 1, lease_until_ms = :lease_until_ms,
    in_job = 0
WHERE id = :id AND state = 'checking' AND in_job = 1 AND lease_epoch = :lease_epoch
RETURNING lease_epoch;

-- Open orders that a connection does not have and that no update is creating there, the most urgent first.
-- name: unknown_to
SELECT id FROM orders WHERE left_units > 0 AND cancelled = 0
AND NOT EXISTS (SELECT 1 FROM link WHERE link.order_id = orders.id AND link.connection_id = :connection_id)
AND NOT EXISTS (SELECT 1 FROM call WHERE call.order_id = orders.id AND call.connection_id = :connection_id
    AND call.shipment_id IS NULL AND call.state NOT IN ('cancelled', 'superseded'))
ORDER BY is_first DESC, due_at_ms, number_key, id LIMIT :most;

-- name: standing
SELECT call.id, call.order_id, orders.number, call.state, call.message, call.job
FROM call JOIN orders ON orders.id = call.order_id WHERE call.id IN :ids ORDER BY call.id;
