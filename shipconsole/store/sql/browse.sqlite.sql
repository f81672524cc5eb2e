-- Substring search, which each database does in its own way. Trigrams find parts of three characters and more;
-- `store.search_text` pads shorter words.
-- name: containing
SELECT rowid FROM order_search WHERE search_text MATCH :phrase ORDER BY rowid DESC LIMIT :most;
