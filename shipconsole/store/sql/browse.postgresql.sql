-- Orders whose search text has all of some parts, newest first: the longest part by the index of trigrams, the others
-- in what that finds.
-- name: containing
SELECT id FROM orders WHERE search_text LIKE :longest AND search_text LIKE ALL (:others) ORDER BY id DESC LIMIT :most;
