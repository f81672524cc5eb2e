-- A database that replaces another takes over its id, and continues its count.
-- name: continue_from
UPDATE database_info SET database_id = :database_id,
    commits = CASE WHEN commits > :commits THEN commits ELSE :commits END + 1
WHERE id = 1;
