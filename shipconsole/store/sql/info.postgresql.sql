-- Count a commit and note who made it; with the fingerprint of the schema, the id of the transaction, by which its end can
-- be looked up, and how many commits this server lacks.
-- name: count_commit
WITH counted AS (
    UPDATE database_info SET commits = commits + 1 WHERE id = 1 RETURNING database_id, commits, fingerprint
), noted AS (
    INSERT INTO writer (token, commits, at_ms)
    SELECT :token, counted.commits, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT FROM counted
    ON CONFLICT (token) DO UPDATE SET commits = excluded.commits, at_ms = excluded.at_ms
)
SELECT database_id, commits, fingerprint, pg_current_xact_id()::TEXT, COALESCE((SELECT lost_commits FROM behind), 0)
FROM counted;

-- What the database is, how far it is, how far this program's own commits go or were accepted, and how many it lacks.
-- name: reached
SELECT database_info.database_id, database_info.commits, database_info.fingerprint,
    GREATEST(COALESCE((SELECT writer.commits FROM writer WHERE writer.token = :token), 0),
        COALESCE((SELECT behind.accepted_commits FROM behind), 0)),
    COALESCE((SELECT behind.lost_commits FROM behind), 0)
FROM database_info;

-- name: note_behind
INSERT INTO behind (id, lost_commits) VALUES (1, :lost_commits)
ON CONFLICT (id) DO UPDATE SET lost_commits = GREATEST(behind.lost_commits, excluded.lost_commits);

-- Continue the count far beyond what any station may have seen, so that one decision counts for all.
-- name: accept_behind
WITH counted AS (
    UPDATE database_info SET commits = GREATEST(commits, :commits) + :gap WHERE id = 1 RETURNING commits
)
INSERT INTO behind (id, lost_commits, accepted_commits) SELECT 1, 0, counted.commits FROM counted
ON CONFLICT (id) DO UPDATE SET lost_commits = 0, accepted_commits = excluded.accepted_commits;
