-- The script of an administrator, before and after the rights on the tables.
-- name: begin
-- The roles of a Shipconsole database, with no right that is not needed. Run this in the database, as the server's
-- administrator:
--
--     shipconsole database --role-script > roles.sql
--     sudo -iu postgres psql --dbname shipconsole --set ON_ERROR_STOP=1 < roles.sql
--
-- shipconsole_owner     owns the tables; only `shipconsole database --create` and `--upgrade` connect as it.
-- shipconsole_stations  reads and writes rows; the role of every station is a member of it. It cannot create, change,
--                       or empty a table, and cannot change or delete what is append-only, except that names and old
--                       orders are removed in transactions that say so in the audit log.
--
-- It can be run again at any time. Then give the owner a password, and each station a role:
--
--     \password shipconsole_owner
--     CREATE ROLE station_1 LOGIN IN ROLE shipconsole_stations;
--     \password station_1
BEGIN;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'shipconsole_owner') THEN
        CREATE ROLE shipconsole_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'shipconsole_stations') THEN
        CREATE ROLE shipconsole_stations NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    -- The owner of the database may create tables in its schema public, and trusted extensions.
    EXECUTE format('ALTER DATABASE %I OWNER TO shipconsole_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO shipconsole_stations', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO shipconsole_owner;

-- name: end
COMMIT;
