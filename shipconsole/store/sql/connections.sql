-- name: all
SELECT id, name, vendor, base_url, options, blocked_message, held_until_ms, synced_at_ms, failures, failing_message,
    path_changes, sync_problem, longest_response_ms > 0, is_blocked, paused_at_ms, paused_station, paused_by
FROM connection ORDER BY id;

-- name: put
INSERT INTO connection (name, vendor, base_url, options) VALUES (:name, :vendor, :base_url, :options)
ON CONFLICT (name) DO UPDATE SET base_url = excluded.base_url, options = excluded.options
RETURNING id;

-- name: block
UPDATE connection SET is_blocked = :is_blocked, blocked_message = :message
WHERE id = :id AND (is_blocked <> :is_blocked OR blocked_message <> :message);

-- A person pauses sending, or resumes it; who was first stays the one who paused.
-- name: pause
UPDATE connection SET paused_at_ms = :at_ms, paused_by = :by, paused_station = :station
WHERE id = :id AND paused_at_ms = 0;

-- name: resume
UPDATE connection SET paused_at_ms = 0, paused_by = '', paused_station = '' WHERE id = :id AND paused_at_ms > 0;

-- name: path_changed
UPDATE connection SET path_changes = path_changes + 1 WHERE id = :id;

-- An incomplete sync keeps the time of the last complete one.
-- name: sync_ended
UPDATE connection SET sync_problem = :problem, synced_at_ms = CASE WHEN :problem = '' THEN :at_ms ELSE synced_at_ms END
WHERE id = :id;

-- A shorter pause never shortens a longer one.
-- name: hold
UPDATE connection SET held_until_ms = :until_ms WHERE id = :id AND held_until_ms < :until_ms;

-- Count a failure. Failures further apart than the given time start a new count, unless the limit is reached.
-- name: count_failure
UPDATE connection SET failing_since_ms = CASE WHEN failures = 0 OR (failures < :failures_most
        AND failing_since_ms < :since_ms) THEN :steady_ms ELSE failing_since_ms END,
    failures = CASE WHEN failures < :failures_most AND failing_since_ms < :since_ms THEN 1 ELSE failures + 1 END,
    failing_message = :message
WHERE id = :id
RETURNING failures;

-- A response ends the count, and the pause that the limit caused.
-- name: mark_reachable
UPDATE connection SET failures = 0, failing_since_ms = 0, failing_message = '',
    held_until_ms = CASE WHEN failures >= :failures_most THEN 0 ELSE held_until_ms END
WHERE id = :id AND failures > 0;

-- Connections at the failure limit whose next probe is due.
-- name: due_probes
SELECT id FROM connection WHERE failures >= :failures_most AND held_until_ms <= :steady_ms AND is_blocked = 0
AND paused_at_ms = 0
ORDER BY id;

-- The program that moves the time of the next probe makes this one.
-- name: begin_probe
UPDATE connection SET held_until_ms = :until_ms
WHERE id = :id AND failures >= :failures_most AND held_until_ms <= :steady_ms;

-- name: postpone_probe
UPDATE connection SET held_until_ms = :until_ms WHERE id = :id AND failures >= :failures_most;

-- name: record_response_time
UPDATE connection SET longest_response_ms = :elapsed_ms WHERE id = :id AND longest_response_ms < :elapsed_ms;

-- name: longest_response
SELECT longest_response_ms FROM connection WHERE id = :id;
