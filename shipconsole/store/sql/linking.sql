-- name: of_connection
SELECT id FROM link WHERE order_id = :order_id AND connection_id = :connection_id;

-- name: move
UPDATE link SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: line_links
SELECT line_link.link_id, line_link.line_id, line_link.remote_id, line_link.quantity, line_link.quantity_text
FROM line_link JOIN link ON link.id = line_link.link_id WHERE link.order_id = :order_id;

-- name: drop_line_links
DELETE FROM line_link WHERE link_id IN (SELECT id FROM link WHERE order_id = :order_id);

-- name: put_line_link_by_hand
INSERT INTO line_link (link_id, line_id, remote_id, quantity, quantity_text, by_hand)
VALUES (:link_id, :line_id, :remote_id, :quantity, :quantity_text, 1);

-- name: drop_line_links_of
DELETE FROM line_link WHERE link_id = :link_id;

-- name: drop
DELETE FROM link WHERE id = :id;

-- name: keep_apart
INSERT INTO kept_apart (order_id, other_id) VALUES (:order_id, :other_id) ON CONFLICT (order_id, other_id) DO NOTHING;

-- name: kept_apart
SELECT other_id FROM kept_apart WHERE order_id = :order_id;

-- A connection's order is kept apart from one here where the order that it knows is.
-- name: kept_apart_from_connection
SELECT 1 FROM kept_apart JOIN link ON link.order_id = kept_apart.other_id
WHERE kept_apart.order_id = :order_id AND link.connection_id = :connection_id LIMIT 1;

-- What an order was kept apart from, the one that it becomes part of is kept apart from.
-- name: move_kept_apart
INSERT INTO kept_apart (order_id, other_id)
SELECT :to_order_id, other_id FROM kept_apart WHERE order_id = :order_id AND other_id <> :to_order_id
UNION ALL SELECT other_id, :to_order_id FROM kept_apart WHERE order_id = :order_id AND other_id <> :to_order_id
ON CONFLICT (order_id, other_id) DO NOTHING;

-- name: drop_kept_apart
DELETE FROM kept_apart WHERE order_id = :order_id OR other_id = :order_id;

-- name: set_home
UPDATE orders SET primary_connection_id = :connection_id WHERE id = :id;

-- name: move_calls
UPDATE call SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: move_tracks
UPDATE track SET order_id = :to_order_id WHERE order_id = :order_id;

-- What was refused may fit now: the order has other items and is known to others. Not one that was taken back.
-- name: move_proposals
UPDATE proposal SET order_id = :to_order_id,
    state = CASE WHEN state = 'refused' AND shipment_id IS NULL THEN 'proposed' ELSE state END
WHERE order_id = :order_id;

-- A parcel that both propose is proposed once.
-- name: drop_twin_proposals
DELETE FROM proposal WHERE order_id = :order_id AND EXISTS (
    SELECT 1 FROM proposal AS mine WHERE mine.connection_id = proposal.connection_id
    AND mine.tracking_number = proposal.tracking_number AND mine.order_id = :to_order_id
);

-- What became a shipment of the order stays with it.
-- name: move_proposals_of
UPDATE proposal SET order_id = :to_order_id
WHERE order_id = :order_id AND connection_id = :connection_id AND state <> 'shipped';

-- name: move_tracks_of
UPDATE track SET order_id = :to_order_id WHERE order_id = :order_id AND connection_id = :connection_id
AND NOT EXISTS (
    SELECT 1 FROM package JOIN shipment ON shipment.id = package.shipment_id
    WHERE package.tracking_key = track.tracking_key AND shipment.order_id = :order_id
    AND shipment.taken_back_at_ms IS NULL
);

-- name: drop_follow_up_jobs_of
DELETE FROM follow_up_job WHERE order_id = :order_id AND connection_id = :connection_id;

-- name: move_open
UPDATE open_order SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: move_joined
UPDATE joined_order SET order_id = :to_order_id WHERE order_id = :order_id;

-- name: keep_number
INSERT INTO joined_order (id, number, match_key, order_id)
SELECT id, number, match_key, :to_order_id FROM orders WHERE id = :order_id;

-- name: became_part_of
SELECT order_id FROM joined_order WHERE id = :order_id;

-- name: formerly_numbered
SELECT DISTINCT order_id FROM joined_order WHERE match_key = :match_key ORDER BY order_id;

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
SELECT id FROM orders WHERE left_pieces > 0 AND id <> :order_id AND recipient <> ''
AND recipient = (SELECT recipient FROM orders WHERE id = :order_id) ORDER BY id LIMIT :most;

-- name: alike_by_sku
SELECT theirs.order_id FROM order_line AS mine
JOIN order_line AS theirs ON theirs.sku_key = mine.sku_key
JOIN orders ON orders.id = theirs.order_id
WHERE mine.order_id = :order_id AND mine.sku_key <> '' AND theirs.order_id <> :order_id AND orders.left_pieces > 0
LIMIT :most;
