-- The server's clock, which all stations share.
-- name: server_ms
SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT;
