-- name: add_packed
INSERT INTO packed (package_id, line_id, quantity)
SELECT * FROM unnest(:package_id::BIGINT[], :line_id::BIGINT[], :quantity::BIGINT[]);
