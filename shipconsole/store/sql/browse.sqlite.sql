-- What every other database does in its own way: substring search.

-- Three letters and more: trigrams find any part of any word.
-- name: containing
SELECT rowid FROM order_search WHERE search_text MATCH :phrase ORDER BY rowid DESC LIMIT :most;
