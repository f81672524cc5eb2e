-- A shop that is busy has been so since it was first seen busy.
-- name: put
INSERT INTO source_state (connection_id, source_id, name, status, refreshed_at, since_ms, at_ms)
VALUES (:connection_id, :source_id, :name, :status, :refreshed_at, :since_ms, :at_ms)
ON CONFLICT (connection_id, source_id) DO UPDATE SET
    name = CASE WHEN excluded.name = '' THEN source_state.name ELSE excluded.name END,
    status = excluded.status,
    refreshed_at = excluded.refreshed_at,
    since_ms = CASE WHEN excluded.since_ms IS NULL THEN NULL ELSE COALESCE(source_state.since_ms, excluded.since_ms) END,
    at_ms = excluded.at_ms;

-- name: every
SELECT source_state.connection_id, connection.name, source_state.source_id,
    CASE WHEN source_state.name <> '' THEN source_state.name ELSE COALESCE((
        SELECT MAX(link.source_name) FROM link
        WHERE link.connection_id = source_state.connection_id AND link.source_id = source_state.source_id
    ), '') END,
    source_state.status, source_state.refreshed_at, source_state.since_ms, source_state.at_ms
FROM source_state JOIN connection ON connection.id = source_state.connection_id
ORDER BY connection.name, source_state.source_id;
