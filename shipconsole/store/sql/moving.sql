-- The move of a database, in either of the two.

-- name: get
SELECT move_id, state, other, began_at_ms, ended_at_ms, database_id, commits, steady_offset_ms, deferred
FROM move WHERE id = 1;

-- name: begin
INSERT INTO move (id, move_id, state, other, began_at_ms, database_id, commits, steady_offset_ms, deferred)
VALUES (1, :move_id, :state, :other, :began_at_ms, :database_id, :commits, :steady_offset_ms, :deferred);

-- name: change_state
UPDATE move SET state = :state, ended_at_ms = :ended_at_ms WHERE id = 1;

-- name: forget
DELETE FROM move;

-- name: progress
SELECT last_row, copied, row_sum, replaced, verified FROM move_progress WHERE name = :name;

-- Only from the state that was read, so that two programs never copy the same rows.
-- name: go_on
INSERT INTO move_progress (name, last_row, copied, row_sum, replaced)
VALUES (:name, :last_row, :copied, :row_sum, :replaced)
ON CONFLICT (name) DO UPDATE SET last_row = excluded.last_row, copied = excluded.copied, row_sum = excluded.row_sum,
    replaced = excluded.replaced
WHERE move_progress.copied = :copied_before;

-- name: verified
UPDATE move_progress SET verified = 1 WHERE name = :name;

-- name: forget_progress
DELETE FROM move_progress;

-- name: last_commit
SELECT database_id, commits FROM database_info WHERE id = 1;

-- The moved database goes on where the file ended.
-- name: continue_from
UPDATE database_info SET database_id = :database_id, commits = :commits + 1 WHERE id = 1;
