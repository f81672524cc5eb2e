-- name: count_commit
UPDATE database_info SET commits = commits + 1 WHERE id = 1
RETURNING database_id, commits;
