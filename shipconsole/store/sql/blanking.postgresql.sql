-- The search index has no words of its own that outlive a row.
-- name: begin_search
SELECT 1;

-- name: end_search
SELECT 1;
