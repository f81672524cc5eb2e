-- name: every
SELECT id, name, view, sort, words FROM saved_filter ORDER BY id;

-- name: put
INSERT INTO saved_filter (name, view, sort, words) VALUES (:name, :view, :sort, :words)
ON CONFLICT (name) DO UPDATE SET view = excluded.view, sort = excluded.sort, words = excluded.words
RETURNING id;

-- name: drop
DELETE FROM saved_filter WHERE id = :id;
