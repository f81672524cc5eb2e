-- name: id_of
SELECT profile_id FROM profile WHERE computer = :computer AND folder = :folder;

-- name: last_noted
SELECT profile_id FROM profile ORDER BY noted_at_ms DESC LIMIT 1;

-- name: has_connections
SELECT EXISTS (SELECT 1 FROM connection);

-- name: note
INSERT INTO profile (computer, folder, profile_id, noted_at_ms) VALUES (:computer, :folder, :profile_id, :now_ms)
ON CONFLICT (computer, folder) DO UPDATE SET profile_id = excluded.profile_id, noted_at_ms = excluded.noted_at_ms;
