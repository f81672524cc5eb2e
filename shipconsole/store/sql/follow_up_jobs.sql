-- A time of 0 or less is at once. Adding a task again changes its time, so that a run that began before neither ends
-- nor postpones it.
-- name: put
INSERT INTO follow_up_job (connection_id, order_id, kind, due_at_ms) VALUES (:connection_id, :order_id, :kind, 0)
ON CONFLICT (connection_id, order_id, kind) DO UPDATE
SET due_at_ms = CASE WHEN follow_up_job.due_at_ms > 0 THEN 0 ELSE follow_up_job.due_at_ms - 1 END, failures = 0,
    message = '';

-- Due tasks of connections that are not paused.
-- name: due
SELECT id, connection_id, order_id, kind, due_at_ms, failures FROM follow_up_job
WHERE due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM connection WHERE connection.id = follow_up_job.connection_id AND paused_at_ms > 0)
ORDER BY due_at_ms, id LIMIT :most;

-- name: put_off
UPDATE follow_up_job SET due_at_ms = :due_at_ms, failures = failures + 1, message = :message
WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Delete a task, unless it was added again meanwhile.
-- name: done
DELETE FROM follow_up_job WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Tasks about a store's orders that were tried and not finished.
-- name: of_source
SELECT follow_up_job.id, follow_up_job.connection_id, follow_up_job.order_id, follow_up_job.kind,
    follow_up_job.due_at_ms, follow_up_job.failures
FROM follow_up_job
JOIN link ON link.order_id = follow_up_job.order_id AND link.connection_id = follow_up_job.connection_id
WHERE link.connection_id = :connection_id AND link.source_id = :source_id AND follow_up_job.kind = :kind
AND follow_up_job.failures > 0;
