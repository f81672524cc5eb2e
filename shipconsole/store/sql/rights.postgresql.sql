-- The rights of the stations on the tables; run as their owner whenever tables were created or changed.
-- The stations' role is missing where an administrator did not run roles.sql: then there is nothing to grant.
-- name: grant
DO $$
DECLARE
    one text;
    columns text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'shipconsole_stations') THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA public TO shipconsole_stations;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM shipconsole_stations;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shipconsole_stations;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO shipconsole_stations;
    -- What is append-only is guarded twice. By rights: a station may update only the columns that a blanking replaces, so
    -- that what counts (numbers, times, quantities, states) is out of its reach. By triggers: these columns, and rows as a
    -- whole, give way only in a transaction that stored its entry in the audit log and a row of data_removal, which never
    -- outlives it. Rights alone would not do, since a role either may delete a row or may not. Functions with the owner's
    -- rights (SECURITY DEFINER) would not protect more, since each station has to be able to call them; and every statement
    -- of a removal would have to be such a function, beside the same statement for a file.
    FOR one, columns IN VALUES ('attempt', 'answer, message, operator'), ('manual_change', 'operator, what, reason'),
        ('package_change', 'operator, reason'), ('packed', '') LOOP
        IF to_regclass('public.' || one) IS NOT NULL THEN
            EXECUTE format('REVOKE UPDATE ON public.%I FROM shipconsole_stations', one);
            IF columns <> '' THEN
                EXECUTE format('GRANT UPDATE (%s) ON public.%I TO shipconsole_stations', columns, one);
            END IF;
        END IF;
    END LOOP;
    -- The row that lets them give way is stored and deleted, and never changed.
    IF to_regclass('public.data_removal') IS NOT NULL THEN
        REVOKE UPDATE ON public.data_removal FROM shipconsole_stations;
    END IF;
    FOREACH one IN ARRAY ARRAY['database_info', 'migration'] LOOP
        IF to_regclass('public.' || one) IS NOT NULL THEN
            EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON public.%I FROM shipconsole_stations', one);
        END IF;
    END LOOP;
    -- Its count of commits goes on with each group of writes; the row itself is the owner's.
    IF to_regclass('public.database_info') IS NOT NULL THEN
        GRANT UPDATE ON public.database_info TO shipconsole_stations;
    END IF;
END $$;
