-- name: begin
INSERT INTO rate_limit (connection_id, next_at_ms) VALUES (:connection_id, 0) ON CONFLICT (connection_id) DO NOTHING;

-- Reserve the next time. A time too far in the future is left from a clock that was set back, and starts over.
-- name: take
UPDATE rate_limit SET next_at_ms = :interval_ms + CASE
    WHEN next_at_ms < :earliest_ms OR next_at_ms > :latest_ms THEN :earliest_ms ELSE next_at_ms END
WHERE connection_id = :connection_id AND (next_at_ms <= :patient_ms OR next_at_ms > :latest_ms);

-- name: next_at
SELECT next_at_ms FROM rate_limit WHERE connection_id = :connection_id;
