-- Each view's predicate and order are those of one index: nothing is sorted, nothing is counted by scanning rows.

-- name: to_ship_by_due
SELECT id FROM orders WHERE left_pieces > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: to_ship_by_number
SELECT id FROM orders WHERE left_pieces > 0 ORDER BY number_key, id LIMIT :most;

-- name: to_ship_by_recipient
SELECT id FROM orders WHERE left_pieces > 0 ORDER BY recipient, id LIMIT :most;

-- name: partly_by_due
SELECT id FROM orders WHERE state = 'partly_shipped' ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: shipped_by_changed
SELECT id FROM orders WHERE state = 'shipped' ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: needs_you_by_due
SELECT id FROM orders WHERE needs_you > 0 ORDER BY due_at_ms, number_key, id LIMIT :most;

-- name: all_by_changed
SELECT id FROM orders ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: rows
SELECT id, number, recipient, shipped_pieces, ordered_pieces, left_pieces, due_at_ms, state, needs_you
FROM orders WHERE id IN :ids;

-- name: count_to_ship
SELECT COUNT(*) FROM orders WHERE left_pieces > 0;

-- name: count_partly
SELECT COUNT(*) FROM orders WHERE state = 'partly_shipped';

-- name: count_needs_you
SELECT COUNT(*) FROM orders WHERE needs_you > 0;

-- name: count_all
SELECT COUNT(*) FROM orders;

-- One or two letters: the beginning of a number.
-- name: beginning
SELECT id FROM orders WHERE number_key >= :start AND number_key < :end ORDER BY number_key LIMIT :most;
