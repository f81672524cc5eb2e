-- name: all
SELECT id, name, vendor, base_url, options, blocked_message, held_until_ms, pulled_at_ms, failures, failing_message,
    path_changes, pull_trouble, longest_answer_ms > 0, is_blocked
FROM connection ORDER BY id;

-- name: put
INSERT INTO connection (name, vendor, base_url, options) VALUES (:name, :vendor, :base_url, :options)
ON CONFLICT (name) DO UPDATE SET base_url = excluded.base_url, options = excluded.options
RETURNING id;

-- name: block
UPDATE connection SET is_blocked = :is_blocked, blocked_message = :message
WHERE id = :id AND (is_blocked <> :is_blocked OR blocked_message <> :message);

-- name: path_changed
UPDATE connection SET path_changes = path_changes + 1 WHERE id = :id;

-- The time stays that of the last reading to the end.
-- name: pull_ended
UPDATE connection SET pull_trouble = :trouble, pulled_at_ms = CASE WHEN :trouble = '' THEN :at_ms ELSE pulled_at_ms END
WHERE id = :id;

-- A longer pause is never cut short by a shorter one.
-- name: hold
UPDATE connection SET held_until_ms = :until_ms WHERE id = :id AND held_until_ms < :until_ms;

-- name: failed
UPDATE connection SET failing_since_ms = CASE WHEN failures = 0 OR (failures < :failures_most
        AND failing_since_ms < :since_ms) THEN :steady_ms ELSE failing_since_ms END,
    failures = CASE WHEN failures < :failures_most AND failing_since_ms < :since_ms THEN 1 ELSE failures + 1 END,
    failing_message = :message
WHERE id = :id
RETURNING failures;

-- name: works
UPDATE connection SET failures = 0, failing_since_ms = 0, failing_message = '',
    held_until_ms = CASE WHEN failures >= :failures_most THEN 0 ELSE held_until_ms END
WHERE id = :id AND failures > 0;

-- name: to_ask
SELECT id FROM connection WHERE failures >= :failures_most AND held_until_ms <= :steady_ms AND is_blocked = 0
ORDER BY id;

-- name: ask_later
UPDATE connection SET held_until_ms = :until_ms WHERE id = :id AND failures >= :failures_most;

-- name: answered_in
UPDATE connection SET longest_answer_ms = :elapsed_ms WHERE id = :id AND longest_answer_ms < :elapsed_ms;

-- name: longest_answer
SELECT longest_answer_ms FROM connection WHERE id = :id;
