-- What a server says of itself and of the role that asks. All of it may be read by any role.
-- name: settings
SELECT current_setting('server_version'), current_setting('server_version_num')::int,
    current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'),
    current_setting('synchronous_standby_names'), current_setting('server_encoding'),
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
    pg_is_in_recovery(), current_database()::text, session_user::text;

-- Microseconds since 1970, at the moment of the statement and not of its transaction.
-- name: clock
SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint;

-- name: encryption
SELECT ssl, COALESCE(version, '') FROM pg_stat_ssl WHERE pid = pg_backend_pid();

-- Without the right to see more, a role sees that standbys exist and not how they follow.
-- name: standbys
SELECT COALESCE(application_name, ''), COALESCE(sync_state, '') FROM pg_stat_replication ORDER BY 1;

-- name: connections
SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend';

-- The stations: each has several connections, under one name.
-- name: stations
SELECT COALESCE(application_name, ''), COALESCE(usename::text, ''), COUNT(*)
FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
GROUP BY 1, 2 ORDER BY 1, 2;

-- name: role
SELECT rolsuper, rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = session_user;

-- Rights on the tables: too few, and more than a station needs. Who owns a table may do everything with it.
-- name: table_rights
SELECT relname::text,
    has_table_privilege(oid, 'SELECT'),
    has_table_privilege(oid, 'INSERT'),
    has_table_privilege(oid, 'UPDATE') OR has_any_column_privilege(oid, 'UPDATE'),
    has_table_privilege(oid, 'DELETE'),
    pg_has_role(session_user, relowner, 'USAGE') OR has_table_privilege(oid, 'TRUNCATE'),
    has_table_privilege(oid, 'UPDATE')
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
ORDER BY relname;

-- The process that runs the statement: behind a transaction pooler, each one may be another.
-- name: process
SELECT pg_backend_pid();

-- name: has_migrations
SELECT to_regclass('public.migration') IS NOT NULL;

-- name: migrations
SELECT number FROM public.migration ORDER BY number;

-- The size of the database on the server's disk, in bytes.
-- name: size
SELECT pg_database_size(current_database());
