-- What only SQLite has: its own lists of tables, columns and numbers.

-- name: tables
SELECT name FROM pragma_table_list
WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name;

-- name: columns
SELECT name FROM pragma_table_xinfo(:name) WHERE hidden = 0 ORDER BY cid;

-- name: refers_to
SELECT DISTINCT "table" FROM pragma_foreign_key_list(:name) WHERE "table" <> :name;

-- The last id of each table that was ever given away, also if its row is gone.
-- name: last_ids
SELECT name, seq FROM sqlite_sequence ORDER BY name;
