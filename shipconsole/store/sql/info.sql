-- name: count_commit
UPDATE database_info SET commits = commits + 1 WHERE id = 1
RETURNING database_id, commits;

-- What takes the place of another database goes on with its id, and with its count.
-- name: continue_from
UPDATE database_info SET database_id = :database_id, commits = MAX(commits, :commits) + 1 WHERE id = 1;
