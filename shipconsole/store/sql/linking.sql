-- name: of_connection
SELECT id FROM link WHERE order_id = :order_id AND connection_id = :connection_id;

-- name: move
UPDATE link SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: line_links
SELECT line_link.link_id, line_link.line_id, line_link.remote_id, line_link.quantity, line_link.quantity_text
FROM line_link JOIN link ON link.id = line_link.link_id WHERE link.order_id = :order_id;

-- name: drop_line_links
DELETE FROM line_link WHERE link_id IN (SELECT id FROM link WHERE order_id = :order_id);

-- name: put_manual_line_link
INSERT INTO line_link (link_id, line_id, remote_id, quantity, quantity_text, is_manual)
VALUES (:link_id, :line_id, :remote_id, :quantity, :quantity_text, 1);

-- name: drop_line_links_of
DELETE FROM line_link WHERE link_id = :link_id;

-- name: drop
DELETE FROM link WHERE id = :id;

-- name: keep_separate
INSERT INTO kept_separate (order_id, other_id) VALUES (:order_id, :other_id)
ON CONFLICT (order_id, other_id) DO NOTHING;

-- name: kept_separate
SELECT other_id FROM kept_separate WHERE order_id = :order_id;

-- Whether the order that a connection has is one that was kept separate from this one.
-- name: kept_apart_from_connection
SELECT 1 FROM kept_separate JOIN link ON link.order_id = kept_separate.other_id
WHERE kept_separate.order_id = :order_id AND link.connection_id = :connection_id LIMIT 1;

-- The order that another becomes part of stays separate from the same orders.
-- name: move_kept_separate
INSERT INTO kept_separate (order_id, other_id)
SELECT :to_order_id, other_id FROM kept_separate WHERE order_id = :order_id AND other_id <> :to_order_id
UNION ALL SELECT other_id, :to_order_id FROM kept_separate WHERE order_id = :order_id AND other_id <> :to_order_id
ON CONFLICT (order_id, other_id) DO NOTHING;

-- name: drop_kept_separate
DELETE FROM kept_separate WHERE order_id = :order_id OR other_id = :order_id;

-- name: set_primary_connection
UPDATE orders SET primary_connection_id = :connection_id WHERE id = :id;

-- name: move_calls
UPDATE call SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: move_tracks
UPDATE track SET order_id = :to_order_id WHERE order_id = :order_id;

-- A refused review may succeed now, with the other order's items and connections; not one whose shipment was undone.
-- name: move_reviews
UPDATE forward_review SET order_id = :to_order_id,
    state = CASE WHEN state = 'refused' AND shipment_id IS NULL THEN 'proposed' ELSE state END
WHERE order_id = :order_id;

-- A package under review for both orders is reviewed once.
-- name: drop_duplicate_reviews
DELETE FROM forward_review WHERE order_id = :order_id AND EXISTS (
    SELECT 1 FROM forward_review AS mine WHERE mine.connection_id = forward_review.connection_id
    AND mine.tracking_number = forward_review.tracking_number AND mine.order_id = :to_order_id
);

-- A package that became a shipment of the order stays with it.
-- name: move_reviews_of
UPDATE forward_review SET order_id = :to_order_id
WHERE order_id = :order_id AND connection_id = :connection_id AND state <> 'shipped';

-- Tracks of packages that shipped for the order stay with it.
-- name: move_tracks_of
UPDATE track SET order_id = :to_order_id WHERE order_id = :order_id AND connection_id = :connection_id
AND NOT EXISTS (
    SELECT 1 FROM package JOIN shipment ON shipment.id = package.shipment_id
    WHERE package.tracking_key = track.tracking_key AND shipment.order_id = :order_id
    AND shipment.undone_at_ms IS NULL
);

-- name: drop_follow_up_jobs_of
DELETE FROM follow_up_job WHERE order_id = :order_id AND connection_id = :connection_id;

-- name: move_open
UPDATE open_order SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: move_joined
UPDATE joined_order SET order_id = :to_order_id WHERE order_id = :order_id;

-- Keep the number of an order that becomes part of another.
-- name: keep_number
INSERT INTO joined_order (id, number, match_key, order_id)
SELECT id, number, match_key, :to_order_id FROM orders WHERE id = :order_id;

-- name: became_part_of
SELECT order_id FROM joined_order WHERE id = :order_id;

-- name: formerly_numbered
SELECT DISTINCT order_id FROM joined_order WHERE match_key = :match_key ORDER BY order_id;

-- What is claimed or changed goes with the order that becomes part of another.
-- name: drop_claim
DELETE FROM claim WHERE order_id = :order_id;

-- name: move_change
INSERT INTO order_change (order_id, at_ms, connection, cancelled, changes)
SELECT :to_order_id, at_ms, connection, cancelled, changes FROM order_change WHERE order_id = :order_id
ON CONFLICT (order_id) DO NOTHING;

-- name: drop_change
DELETE FROM order_change WHERE order_id = :order_id;

-- name: drop_draft
DELETE FROM draft WHERE order_id = :order_id;

-- name: drop_lines
DELETE FROM order_line WHERE order_id = :order_id;

-- name: drop_order
DELETE FROM orders WHERE id = :order_id;

-- name: alike_by_number
SELECT id FROM orders WHERE match_key = (SELECT match_key FROM orders WHERE id = :order_id) AND id <> :order_id
ORDER BY id LIMIT :most;

-- name: alike_by_recipient
SELECT id FROM orders WHERE left_units > 0 AND id <> :order_id AND recipient <> ''
AND recipient = (SELECT recipient FROM orders WHERE id = :order_id) ORDER BY id LIMIT :most;

-- From the orders to ship, the newest first: a common SKU is in the lines of any number of shipped ones.
-- name: alike_by_sku
SELECT id FROM orders WHERE left_units > 0 AND id <> :order_id AND EXISTS (
    SELECT 1 FROM order_line AS theirs JOIN order_line AS mine ON mine.sku_key = theirs.sku_key
    WHERE theirs.order_id = orders.id AND mine.order_id = :order_id AND mine.sku_key <> ''
) ORDER BY id DESC LIMIT :most;
