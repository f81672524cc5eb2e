-- name: get
SELECT at_ms, run, monotonic_ms FROM steady_time WHERE id = 1;

-- name: save
INSERT INTO steady_time (id, at_ms, run, monotonic_ms) VALUES (1, :at_ms, :run, :monotonic_ms)
ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, run = excluded.run, monotonic_ms = excluded.monotonic_ms;
