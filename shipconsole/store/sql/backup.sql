-- Row counts, to compare a backup with its original.
-- name: counts
SELECT (SELECT COUNT(*) FROM connection), (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM order_line),
    (SELECT COUNT(*) FROM shipment), (SELECT COUNT(*) FROM package), (SELECT COUNT(*) FROM packed),
    (SELECT COUNT(*) FROM call), (SELECT COUNT(*) FROM attempt), (SELECT COUNT(*) FROM draft);

-- name: orders
SELECT COUNT(*) FROM orders;

-- A restored database may be older than what was sent since, so nothing is sent before a person decides.
-- name: note_undecided
INSERT INTO attempt (call_id, number, at_ms, what, message)
SELECT id, attempts, :now_ms, 'abandoned', :message FROM call
WHERE state IN ('held', 'pending', 'sending', 'retry_wait', 'unknown', 'checking', 'blocked');

-- Updates under check, or in a batch job, could otherwise be sent again afterwards.
-- The lease epoch changes, so that a late response counts for nothing.
-- name: leave_sent_open
UPDATE call SET state = 'needs_attention', message = :message, changed_at_ms = :now_ms, check_at_ms = NULL, in_job = 0,
    lease_epoch = lease_epoch + 1
WHERE state IN ('sending', 'unknown', 'checking');

-- Updates that were not sent by the time of the backup may have been sent since.
-- name: leave_unsent_open
UPDATE call SET state = 'dead', message = :message, changed_at_ms = :now_ms
WHERE state IN ('held', 'pending', 'retry_wait', 'blocked');

-- As orders.refresh_attention_count, for every order whose updates just changed.
-- name: recount_needs_attention
UPDATE orders SET needs_attention = (SELECT COUNT(*) FROM call WHERE call.order_id = orders.id
    AND (call.state IN ('unknown', 'needs_attention', 'rejected', 'blocked', 'dead')
        OR (call.state = 'checking' AND call.in_job = 0)
        OR (call.on_hold = 1 AND call.state IN ('held', 'pending', 'retry_wait'))))
WHERE id IN (SELECT order_id FROM call WHERE changed_at_ms = :now_ms);

-- Automatic rules would forward packages again that were forwarded since the backup.
-- name: review_rules
UPDATE forwarding_rule SET mode = 'review' WHERE mode = 'auto'
RETURNING (SELECT name FROM connection WHERE connection.id = forwarding_rule.from_id);

-- What shipped in this database, and in those that were replaced before.
-- name: shipped
SELECT package.tracking_key, orders.number, shipment.created_at_ms,
    CASE WHEN shipment.operator = '' THEN shipment.station ELSE shipment.operator END
FROM package JOIN shipment ON shipment.id = package.shipment_id JOIN orders ON orders.id = shipment.order_id
WHERE shipment.undone_at_ms IS NULL
UNION ALL SELECT tracking_key, order_number, shipped_at_ms, packer FROM lost_package;

-- A package that shipped after the backup, unless it is in the backup after all.
-- name: add_lost
INSERT INTO lost_package (tracking_key, order_number, shipped_at_ms, packer)
SELECT :tracking_key, :order_number, :shipped_at_ms, :packer
WHERE NOT EXISTS (SELECT 1 FROM package JOIN shipment ON shipment.id = package.shipment_id
    WHERE package.tracking_key = :tracking_key AND shipment.undone_at_ms IS NULL)
ON CONFLICT (tracking_key) DO NOTHING;
