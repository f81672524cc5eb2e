-- A station's heartbeat, with its name and whether it sends at all.
-- name: beat
INSERT INTO sending_station (id, name, host, is_serve, sends, seen_at_ms)
VALUES (:id, :name, :host, :is_serve, :sends, :steady_ms)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, host = excluded.host, is_serve = excluded.is_serve,
    sends = excluded.sends, seen_at_ms = excluded.seen_at_ms;

-- name: station
SELECT name, host, is_serve, sends, seen_at_ms FROM sending_station WHERE id = :id;

-- It is not seen any more, but others remember it: its name stays its own, and what it learned of its keys, and what it
-- blocked for that, is not forgotten.
-- name: end
UPDATE sending_station SET seen_at_ms = :ended_ms WHERE id = :id AND seen_at_ms > :ended_ms;

-- name: names
SELECT id, name, seen_at_ms FROM sending_station ORDER BY id;

-- The name of a station, also of one that does not run.
-- name: hold_name
INSERT INTO sending_station (id, name, host, is_serve, sends, seen_at_ms)
VALUES (:id, :name, :host, :is_serve, :sends, :ended_ms)
ON CONFLICT (id) DO UPDATE SET name = excluded.name;

-- Stations that were not seen for so long are of no interest any more.
-- name: forget_stations
DELETE FROM sending_station WHERE seen_at_ms < :before_ms AND id <> :id;

-- name: forget_senders
DELETE FROM sender WHERE station_id <> :id AND station_id NOT IN (SELECT id FROM sending_station);

-- name: put
INSERT INTO sender (station_id, connection_id, state, message, since_ms)
VALUES (:station_id, :connection_id, :state, :message, :now_ms)
ON CONFLICT (station_id, connection_id) DO UPDATE SET state = excluded.state, message = excluded.message,
    since_ms = excluded.since_ms
WHERE sender.state <> excluded.state OR sender.message <> excluded.message;

-- A keyring that cannot be read yet is read again after another pause.
-- name: still
UPDATE sender SET since_ms = :now_ms WHERE station_id = :station_id AND connection_id = :connection_id;

-- name: state_of
SELECT state, message FROM sender WHERE station_id = :station_id AND connection_id = :connection_id;

-- name: drop
DELETE FROM sender WHERE station_id = :station_id AND connection_id = :connection_id;

-- name: drop_all
DELETE FROM sender WHERE connection_id = :connection_id;

-- Connections for which a station cannot send.
-- name: unable
SELECT connection_id FROM sender WHERE station_id = :station_id AND state <> 'sends';

-- Connections for which another station sends, or has not tried yet. One seen far in the future was seen before the
-- clock was set back, and not since.
-- name: others_able
SELECT DISTINCT connection.id FROM connection JOIN sending_station AS other
    ON other.id <> :station_id AND other.sends = 1 AND other.seen_at_ms > :since_ms AND other.seen_at_ms <= :latest_ms
WHERE NOT EXISTS (SELECT 1 FROM sender WHERE sender.station_id = other.id AND sender.connection_id = connection.id
    AND sender.state <> 'sends');

-- Connections that a station has not checked for keys, or whose keyring could not be read before a time.
-- name: unchecked
SELECT id FROM connection WHERE NOT EXISTS (SELECT 1 FROM sender WHERE sender.station_id = :station_id
    AND sender.connection_id = connection.id
    AND (sender.state IN ('sends', 'failed', 'no_key') OR sender.since_ms > :since_ms))
ORDER BY id;

-- Connections that others had to block while this station did not run: its keys worked, or it has not looked for them,
-- because it was always alone.
-- name: blocked_by_others
SELECT connection.id FROM connection
LEFT JOIN sender ON sender.connection_id = connection.id AND sender.station_id = :station_id
WHERE connection.is_blocked = 1 AND COALESCE(sender.state, 'sends') = 'sends'
AND EXISTS (SELECT 1 FROM sender AS other WHERE other.connection_id = connection.id
    AND other.station_id <> :station_id AND other.state <> 'sends');

-- name: others_failed
SELECT station_id FROM sender WHERE connection_id = :connection_id AND station_id <> :station_id AND state <> 'sends'
LIMIT 1;

-- name: others_alive
SELECT id FROM sending_station WHERE id <> :station_id AND seen_at_ms > :since_ms AND seen_at_ms <= :latest_ms LIMIT 1;

-- Who sends for each connection, and who does not and why: the running stations, with what they last learned.
-- name: every
SELECT connection.id, other.id, other.name, other.host, other.is_serve, other.sends, COALESCE(sender.state, ''),
    COALESCE(sender.message, ''), COALESCE(sender.since_ms, 0)
FROM connection JOIN sending_station AS other ON other.seen_at_ms > :since_ms AND other.seen_at_ms <= :latest_ms
LEFT JOIN sender ON sender.station_id = other.id AND sender.connection_id = connection.id
ORDER BY connection.id, other.is_serve, other.name, other.id;

-- What was learned at a station, whether or not a window or `serve` runs there.
-- name: of_station
SELECT connection_id, state, message, since_ms FROM sender WHERE station_id = :station_id;
