-- name: begin
INSERT INTO turn (connection_id, next_at_ms) VALUES (:connection_id, 0) ON CONFLICT (connection_id) DO NOTHING;

-- name: take
-- A turn that lies too far ahead is left from a clock that was set back since.
UPDATE turn SET next_at_ms = :interval_ms + CASE
    WHEN next_at_ms < :earliest_ms OR next_at_ms > :latest_ms THEN :earliest_ms ELSE next_at_ms END
WHERE connection_id = :connection_id;

-- name: following
SELECT next_at_ms FROM turn WHERE connection_id = :connection_id;
