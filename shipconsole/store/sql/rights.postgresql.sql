-- The rights of the stations on the tables; run as their owner whenever tables were created or changed.
-- The stations' role is missing where an administrator did not run roles.sql: then there is nothing to grant.
-- name: grant
DO $$
DECLARE
    one text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'shipconsole_stations') THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA public TO shipconsole_stations;
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM shipconsole_stations;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shipconsole_stations;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO shipconsole_stations;
    -- What is append-only has triggers against changes; without the right not even they are asked.
    FOREACH one IN ARRAY ARRAY['attempt', 'manual_change', 'package_change', 'packed'] LOOP
        IF to_regclass('public.' || one) IS NOT NULL THEN
            EXECUTE format('REVOKE UPDATE, DELETE ON public.%I FROM shipconsole_stations', one);
        END IF;
    END LOOP;
    FOREACH one IN ARRAY ARRAY['package', 'shipment'] LOOP
        IF to_regclass('public.' || one) IS NOT NULL THEN
            EXECUTE format('REVOKE DELETE ON public.%I FROM shipconsole_stations', one);
        END IF;
    END LOOP;
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
