-- A store that is being imported has been so since it was first seen so; an unknown name does not replace a known one.
-- name: put
INSERT INTO store_state (connection_id, source_id, name, status, refreshed_at, since_ms, at_ms)
VALUES (:connection_id, :source_id, :name, :status, :refreshed_at, :since_ms, :at_ms)
ON CONFLICT (connection_id, source_id) DO UPDATE SET
    name = CASE WHEN excluded.name = '' THEN store_state.name ELSE excluded.name END,
    status = excluded.status,
    refreshed_at = excluded.refreshed_at,
    since_ms = CASE WHEN excluded.since_ms IS NULL THEN NULL ELSE COALESCE(store_state.since_ms, excluded.since_ms) END,
    at_ms = excluded.at_ms;

-- Stores without a name of their own get it from their orders.
-- name: every
SELECT store_state.connection_id, connection.name, store_state.source_id,
    CASE WHEN store_state.name <> '' THEN store_state.name ELSE COALESCE((
        SELECT MAX(link.source_name) FROM link
        WHERE link.connection_id = store_state.connection_id AND link.source_id = store_state.source_id
    ), '') END,
    store_state.status, store_state.refreshed_at, store_state.since_ms, store_state.at_ms
FROM store_state JOIN connection ON connection.id = store_state.connection_id
ORDER BY connection.name, store_state.source_id;
