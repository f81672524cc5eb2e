-- name: put
-- 0 and less is at once. Each time it is put again the time is another one, so that a run that began before
-- neither ends it nor puts it off.
INSERT INTO errand (connection_id, order_id, kind, due_at_ms) VALUES (:connection_id, :order_id, :kind, 0)
ON CONFLICT (connection_id, order_id, kind) DO UPDATE
SET due_at_ms = CASE WHEN errand.due_at_ms > 0 THEN 0 ELSE errand.due_at_ms - 1 END, failures = 0, words = '';

-- name: due
SELECT id, connection_id, order_id, kind, due_at_ms, failures FROM errand WHERE due_at_ms <= :steady_ms ORDER BY due_at_ms, id LIMIT :most;

-- name: put_off
UPDATE errand SET due_at_ms = :due_at_ms, failures = failures + 1, words = :words WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Only the errand that was done: the same one may have been put again meanwhile.
-- name: done
DELETE FROM errand WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Those that wait for a shop to be read, and were begun after their call was told.
-- name: of_source
SELECT errand.id, errand.connection_id, errand.order_id, errand.kind, errand.due_at_ms, errand.failures FROM errand
JOIN link ON link.order_id = errand.order_id AND link.connection_id = errand.connection_id
WHERE link.connection_id = :connection_id AND link.source_id = :source_id AND errand.kind = :kind
AND errand.failures > 0;
