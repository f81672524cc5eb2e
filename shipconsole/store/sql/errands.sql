-- name: put
INSERT INTO errand (connection_id, order_id, kind, due_at_ms) VALUES (:connection_id, :order_id, :kind, :due_at_ms)
ON CONFLICT (connection_id, order_id, kind) DO UPDATE SET due_at_ms = excluded.due_at_ms, failures = 0, words = '';

-- name: due
SELECT id, connection_id, order_id, kind, due_at_ms, failures FROM errand WHERE due_at_ms <= :now_ms ORDER BY due_at_ms, id LIMIT :most;

-- name: put_off
UPDATE errand SET due_at_ms = :due_at_ms, failures = failures + 1, words = :words WHERE id = :id AND due_at_ms = :was_due_at_ms;

-- Only the errand that was done: the same one may have been put again meanwhile.
-- name: done
DELETE FROM errand WHERE id = :id AND due_at_ms = :was_due_at_ms;
