-- What only PostgreSQL has: its own lists of tables, columns, indexes and keys.

-- name: tables
SELECT relname::text FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname;

-- name: columns
SELECT column_name::text, udt_name::text FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = :name ORDER BY ordinal_position;

-- Indexes that are no constraint of a table, each with the statement that creates it again and the one that drops it.
-- name: indexes
SELECT pg_get_indexdef(pg_index.indexrelid), format('DROP INDEX %s', pg_index.indexrelid::regclass)
FROM pg_index JOIN pg_class ON pg_class.oid = pg_index.indrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace AND pg_class.relkind = 'r'
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE pg_constraint.conindid = pg_index.indexrelid)
ORDER BY pg_index.indrelid, pg_index.indexrelid;

-- Foreign keys: checked once at the end, which is much faster than row by row.
-- name: foreign_keys
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
    format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conrelid, conname;

-- Columns whose ids the server counts itself, with their sequences.
-- name: counted_columns
SELECT table_name::text, column_name::text,
    pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name)
FROM information_schema.columns
WHERE table_schema = current_schema()
    AND pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name) IS NOT NULL
ORDER BY table_name;

-- name: continue_ids
SELECT setval(CAST(:counter AS regclass), :last_id);

-- Other programs of ours that are connected to the database.
-- name: others
SELECT COUNT(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'shipconsole%';
