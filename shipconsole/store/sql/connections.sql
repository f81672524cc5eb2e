-- name: all
SELECT id, name, vendor, base_url, options, blocked_words, held_until_ms, pulled_at_ms FROM connection ORDER BY id;

-- name: put
INSERT INTO connection (name, vendor, base_url, options) VALUES (:name, :vendor, :base_url, :options)
ON CONFLICT (name) DO UPDATE SET base_url = excluded.base_url, options = excluded.options
RETURNING id;

-- name: block
UPDATE connection SET blocked_words = :words WHERE id = :id AND blocked_words <> :words;

-- name: pulled
UPDATE connection SET pulled_at_ms = :at_ms WHERE id = :id;

-- A longer pause is never cut short by a shorter one.
-- name: hold
UPDATE connection SET held_until_ms = :until_ms WHERE id = :id AND held_until_ms < :until_ms;
