-- Drafts of orders that were finished long ago and are open at no station.
-- name: old_drafts
SELECT draft.order_id FROM draft CROSS JOIN orders
WHERE orders.id = draft.order_id AND draft.changed_at_ms < :before_ms AND orders.changed_at_ms < :before_ms AND orders.left_units = 0
AND orders.unresolved_lines = 0 AND orders.waiting_updates = 0 AND orders.needs_attention = 0
AND NOT EXISTS (SELECT 1 FROM open_order WHERE open_order.order_id = orders.id)
AND NOT EXISTS (SELECT 1 FROM order_change WHERE order_change.order_id = orders.id)
ORDER BY draft.order_id LIMIT :most;

-- Old notices that no person has to see, about webhook events that were worked off.
-- name: old_notices
SELECT current_notice.id, current_notice.at_ms, current_notice.name, orders.number, current_notice.message
FROM current_notice JOIN webhook_event ON webhook_event.id = current_notice.webhook_event_id
LEFT JOIN orders ON orders.id = current_notice.order_id
WHERE current_notice.id > :after AND current_notice.at_ms < :before_ms AND current_notice.stands_out = 0
AND webhook_event.state IN ('processed', 'ignored')
AND webhook_event.waits_for = ''
AND (webhook_event.unconfirmed_of = '' OR NOT EXISTS (SELECT 1 FROM link JOIN follow_up_job
    ON follow_up_job.connection_id = link.connection_id AND follow_up_job.order_id = link.order_id
    WHERE link.connection_id = webhook_event.connection_id AND link.remote_id = webhook_event.unconfirmed_of
    AND follow_up_job.kind = 'confirm'))
ORDER BY current_notice.id LIMIT :most;

-- name: drop_notice
DELETE FROM platform_notice WHERE id = :id;

-- Updates in the sequence of their last change. What ended late is late in this sequence too.
-- name: next_calls
SELECT id, changed_at_ms, state, request, evidence, may_act_until_ms FROM call
WHERE changed_at_ms > :after_ms AND changed_at_ms < :before_ms ORDER BY changed_at_ms LIMIT :most;

-- name: drop_details
UPDATE call SET request = :request, evidence = '{}'
WHERE id = :id AND state IN ('confirmed', 'cancelled', 'superseded') AND may_act_until_ms <= :steady_ms;

-- name: drop_answers
UPDATE attempt SET answer = '' WHERE call_id = :id AND answer <> '';

-- Finished orders that are old enough to be removed; with `:blanked` only those without names and addresses.
-- Each order's rows are looked up, as by `blanking.due`.
-- name: old_orders
SELECT finished_order.id, finished_order.changed_at_ms FROM finished_order
WHERE finished_order.changed_at_ms >= :after_ms AND finished_order.changed_at_ms < :before_ms
AND (finished_order.changed_at_ms > :after_ms OR finished_order.id > :after_id)
AND (:blanked = 0 OR finished_order.blanked_at_ms >= finished_order.changed_at_ms)
AND (SELECT 1 FROM call WHERE call.order_id = finished_order.id
    AND (call.changed_at_ms >= :before_ms OR call.may_act_until_ms > :steady_ms) LIMIT 1) IS NULL
AND (SELECT 1 FROM shipment WHERE shipment.order_id = finished_order.id
    AND shipment.created_at_ms >= :before_ms LIMIT 1) IS NULL
AND (SELECT 1 FROM track WHERE track.order_id = finished_order.id
    AND track.changed_at_ms >= :before_ms LIMIT 1) IS NULL
AND (SELECT 1 FROM claim WHERE claim.order_id = finished_order.id AND claim.seen_at_ms >= :claimed_ms LIMIT 1) IS NULL
AND (SELECT 1 FROM package JOIN shipment ON shipment.id = package.shipment_id
    JOIN package AS other ON other.box = package.box AND other.box <> ''
    JOIN shipment AS beside ON beside.id = other.shipment_id
    JOIN orders ON orders.id = beside.order_id
    WHERE shipment.order_id = finished_order.id AND orders.left_units > 0 LIMIT 1) IS NULL
ORDER BY finished_order.changed_at_ms, finished_order.id LIMIT :most;

-- name: is_old
SELECT 1 FROM finished_order WHERE finished_order.id = :order_id AND finished_order.changed_at_ms < :before_ms
AND (:blanked = 0 OR finished_order.blanked_at_ms >= finished_order.changed_at_ms)
AND NOT EXISTS (SELECT 1 FROM call WHERE call.order_id = finished_order.id
    AND (call.changed_at_ms >= :before_ms OR call.may_act_until_ms > :steady_ms))
AND NOT EXISTS (SELECT 1 FROM shipment WHERE shipment.order_id = finished_order.id
    AND shipment.created_at_ms >= :before_ms)
AND NOT EXISTS (SELECT 1 FROM track WHERE track.order_id = finished_order.id AND track.changed_at_ms >= :before_ms)
AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.order_id = finished_order.id AND claim.seen_at_ms >= :claimed_ms);

-- name: count_old
SELECT COUNT(*) FROM (SELECT finished_order.id FROM finished_order
    WHERE finished_order.changed_at_ms < :before_ms LIMIT :most) AS old;

-- name: count_calls
SELECT COUNT(*) FROM (SELECT id FROM call WHERE changed_at_ms > :after_ms AND changed_at_ms < :before_ms
    AND state IN ('confirmed', 'cancelled', 'superseded') LIMIT :most) AS old;

-- name: count_events
SELECT COUNT(*) FROM (SELECT id FROM webhook_event WHERE removed_at_ms IS NULL AND received_at_ms < :before_ms
    AND state IN ('processed', 'ignored') AND COALESCE(processed_at_ms, received_at_ms) < :before_ms
    AND waits_for = ''
    AND (unconfirmed_of = '' OR NOT EXISTS (SELECT 1 FROM link JOIN follow_up_job
        ON follow_up_job.connection_id = link.connection_id AND follow_up_job.order_id = link.order_id
        WHERE link.connection_id = webhook_event.connection_id AND link.remote_id = webhook_event.unconfirmed_of
        AND follow_up_job.kind = 'confirm'))
    LIMIT :most) AS old;

-- So that a platform that still lists an order does not bring it back as a new one.
-- name: note_links
INSERT INTO removed_link (connection_id, remote_id, number, at_ms)
SELECT connection_id, remote_id, remote_number, :now_ms FROM link WHERE order_id = :order_id
ON CONFLICT (connection_id, remote_id) DO NOTHING;

-- name: was_removed
SELECT 1 FROM removed_link WHERE connection_id = :connection_id AND remote_id = :remote_id;

-- What belongs to an order, each before what it refers to.
-- name: drop_drift
DELETE FROM platform_drift WHERE call_id IN (SELECT id FROM call WHERE order_id = :order_id);

-- name: drop_attempts
DELETE FROM attempt WHERE call_id IN (SELECT id FROM call WHERE order_id = :order_id);

-- name: forget_superseded
UPDATE call SET supersedes = NULL WHERE order_id = :order_id AND supersedes IS NOT NULL;

-- name: drop_calls
DELETE FROM call WHERE order_id = :order_id;

-- name: drop_reviews
DELETE FROM forward_review WHERE order_id = :order_id;

-- name: drop_hand_over_packages
DELETE FROM hand_over_package WHERE package_id IN (SELECT package.id FROM package
    JOIN shipment ON shipment.id = package.shipment_id WHERE shipment.order_id = :order_id);

-- name: drop_package_changes
DELETE FROM package_change WHERE package_id IN (SELECT package.id FROM package
    JOIN shipment ON shipment.id = package.shipment_id WHERE shipment.order_id = :order_id);

-- name: drop_contents
DELETE FROM packed WHERE package_id IN (SELECT package.id FROM package
    JOIN shipment ON shipment.id = package.shipment_id WHERE shipment.order_id = :order_id);

-- name: drop_packages
DELETE FROM package WHERE shipment_id IN (SELECT id FROM shipment WHERE order_id = :order_id);

-- name: drop_shipments
DELETE FROM shipment WHERE order_id = :order_id;

-- name: drop_scans
DELETE FROM scan
WHERE order_id IN (SELECT CAST(:order_id AS BIGINT)
    UNION ALL SELECT id FROM joined_order WHERE joined_order.order_id = :order_id);

-- name: drop_manual_changes
DELETE FROM manual_change
WHERE order_id IN (SELECT CAST(:order_id AS BIGINT)
    UNION ALL SELECT id FROM joined_order WHERE joined_order.order_id = :order_id);

-- name: drop_track_events
DELETE FROM track_event WHERE track_id IN (SELECT id FROM track WHERE order_id = :order_id);

-- name: drop_tracks
DELETE FROM track WHERE order_id = :order_id;

-- name: drop_notices
DELETE FROM platform_notice WHERE order_id = :order_id;

-- name: drop_line_links
DELETE FROM line_link WHERE link_id IN (SELECT id FROM link WHERE order_id = :order_id);

-- name: drop_links
DELETE FROM link WHERE order_id = :order_id;

-- name: drop_claim
DELETE FROM claim WHERE order_id = :order_id;

-- name: drop_kept_separate
DELETE FROM kept_separate WHERE (order_id = :order_id OR other_id = :order_id);

-- name: drop_joined
DELETE FROM joined_order WHERE order_id = :order_id;

-- name: drop_lines
DELETE FROM order_line WHERE order_id = :order_id;

-- name: drop_order
DELETE FROM orders WHERE id = :order_id;
