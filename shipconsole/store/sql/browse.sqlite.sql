-- What every other database does in its own way: substring search.

-- Trigrams find any part of three characters and more; `store.search_text` has shorter words filled up to that.
-- name: containing
SELECT rowid FROM order_search WHERE search_text MATCH :phrase ORDER BY rowid DESC LIMIT :most;
