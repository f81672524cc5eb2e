-- name: note
INSERT INTO change (kind, ref_id, at_ms) VALUES (:kind, :ref_id, :at_ms);

-- name: newest
SELECT COALESCE(MAX(seq), 0) FROM change;

-- name: since
SELECT MAX(seq), kind, ref_id FROM change WHERE seq > :cursor GROUP BY kind, ref_id ORDER BY 1 LIMIT :most;

-- The feed is for screens, which reload everything when they fell far behind; older notes serve nobody.
-- name: forget
DELETE FROM change WHERE seq <= (SELECT MAX(seq) FROM change) - :kept;
