-- name: get
SELECT apart_ms, step_ms, step_at_ms FROM steady_time WHERE id = 1;

-- name: save
UPDATE steady_time SET apart_ms = :apart_ms, step_ms = :step_ms, step_at_ms = :step_at_ms WHERE id = 1;
