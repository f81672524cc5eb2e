-- Count a commit and note who made it. Fails, so that nothing is committed, where the schema has another fingerprint than
-- the program knows, or the server lacks commits.
-- name: count_commit
WITH counted AS (
    UPDATE database_info SET commits = commits + 1 WHERE id = 1 RETURNING database_id, commits, fingerprint
), noted AS (
    INSERT INTO writer (token, commits, at_ms)
    SELECT :token, counted.commits, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT FROM counted
    ON CONFLICT (token) DO UPDATE SET commits = excluded.commits, at_ms = excluded.at_ms
)
SELECT database_id, commits, 1 / CASE WHEN counted.fingerprint = :fingerprint
    AND NOT EXISTS (SELECT 1 FROM behind WHERE lost_commits > 0) THEN 1 ELSE 0 END
FROM counted;

-- How a transaction ended, and the last commit of this program.
-- name: ended
SELECT pg_xact_status(CAST(:transaction AS XID8)), (SELECT writer.commits FROM writer WHERE writer.token = :token);

-- What the database is, how far it is, how far this program's own commits go or were accepted, and how many it lacks.
-- name: reached
SELECT database_info.database_id, database_info.commits, database_info.fingerprint,
    GREATEST(COALESCE((SELECT writer.commits FROM writer WHERE writer.token = :token), 0),
        COALESCE((SELECT behind.accepted_commits FROM behind), 0)),
    COALESCE((SELECT behind.lost_commits FROM behind), 0)
FROM database_info;

-- The newest change of the feed, and how far the database is.
-- name: followed
SELECT COALESCE((SELECT MAX(change.seq) FROM change), 0), database_info.commits FROM database_info;

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
