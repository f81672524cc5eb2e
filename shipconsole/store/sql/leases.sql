-- name: get
SELECT station_id, until_ms FROM lease WHERE task = :task AND connection_id = :connection_id;

-- Take a lease that is free, over, or one's own; no one else's. One that lasts longer than any can is left from before
-- the clock was set back, and over too.
-- name: take
INSERT INTO lease (task, connection_id, station_id, until_ms) VALUES (:task, :connection_id, :station_id, :until_ms)
ON CONFLICT (task, connection_id) DO UPDATE SET station_id = excluded.station_id, until_ms = excluded.until_ms
WHERE lease.station_id = excluded.station_id OR lease.until_ms <= :steady_ms OR lease.until_ms > :latest_ms;

-- name: release
DELETE FROM lease WHERE task = :task AND connection_id = :connection_id AND station_id = :station_id;

-- name: release_connection
DELETE FROM lease WHERE connection_id = :connection_id AND station_id = :station_id;

-- name: release_all
DELETE FROM lease WHERE station_id = :station_id;
