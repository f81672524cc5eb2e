-- name: next_position
SELECT COALESCE(MAX(position) + 1, 0) FROM order_line WHERE order_id = :order_id;
