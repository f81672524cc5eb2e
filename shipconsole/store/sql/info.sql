-- name: count_commit
UPDATE database_info SET commits = commits + 1 WHERE id = 1
RETURNING database_id, commits;

-- A database that replaces another takes over its id, and continues its count.
-- name: continue_from
UPDATE database_info SET database_id = :database_id, commits = MAX(commits, :commits) + 1 WHERE id = 1;
