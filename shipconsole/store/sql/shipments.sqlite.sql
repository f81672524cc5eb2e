-- name: add_packed
INSERT INTO packed (package_id, line_id, quantity) VALUES (:package_id, :line_id, :quantity);
