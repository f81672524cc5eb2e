-- name: put
-- 0 and less is at once. Each time it is put again the time is another one, so that a run that began before
-- neither ends it nor puts it off.
INSERT INTO follow_up_job (connection_id, order_id, kind, due_at_ms) VALUES (:connection_id, :order_id, :kind, 0)
ON CONFLICT (connection_id, order_id, kind) DO UPDATE
SET due_at_ms = CASE WHEN follow_up_job.due_at_ms > 0 THEN 0 ELSE follow_up_job.due_at_ms - 1 END, failures = 0, message = '';

-- name: due
SELECT id, connection_id, order_id, kind, due_at_ms, failures FROM follow_up_job WHERE due_at_ms <= :steady_ms ORDER BY due_at_ms, id LIMIT :most;

-- name: put_off
UPDATE follow_up_job SET due_at_ms = :due_at_ms, failures = failures + 1, message = :message WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Only the follow_up_job that was done: the same one may have been put again meanwhile.
-- name: done
DELETE FROM follow_up_job WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Those that wait for a shop to be read, and were begun after their call was told.
-- name: of_source
SELECT follow_up_job.id, follow_up_job.connection_id, follow_up_job.order_id, follow_up_job.kind, follow_up_job.due_at_ms, follow_up_job.failures FROM follow_up_job
JOIN link ON link.order_id = follow_up_job.order_id AND link.connection_id = follow_up_job.connection_id
WHERE link.connection_id = :connection_id AND link.source_id = :source_id AND follow_up_job.kind = :kind
AND follow_up_job.failures > 0;
