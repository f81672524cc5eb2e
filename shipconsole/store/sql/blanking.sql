-- Finished orders whose names and addresses are due to be removed, the oldest first; nothing of them changed since a
-- time, and no request about them may still take effect. Each order's rows are looked up: for a long span the server
-- would read whole tables instead, to compare them with a few orders.
-- name: due
SELECT finished_order.id, finished_order.changed_at_ms FROM finished_order
WHERE (finished_order.blanked_at_ms IS NULL OR finished_order.blanked_at_ms < finished_order.changed_at_ms)
AND finished_order.changed_at_ms >= :after_ms AND finished_order.changed_at_ms < :before_ms
AND (finished_order.changed_at_ms > :after_ms OR finished_order.id > :after_id)
AND (SELECT 1 FROM call WHERE call.order_id = finished_order.id
    AND (call.changed_at_ms >= :before_ms OR call.may_act_until_ms > :steady_ms) LIMIT 1) IS NULL
AND (SELECT 1 FROM track WHERE track.order_id = finished_order.id
    AND track.changed_at_ms >= :before_ms LIMIT 1) IS NULL
AND (SELECT 1 FROM claim WHERE claim.order_id = finished_order.id AND claim.seen_at_ms >= :claimed_ms LIMIT 1) IS NULL
ORDER BY finished_order.changed_at_ms, finished_order.id LIMIT :most;

-- Whether an order is still due, by the same conditions, in the transaction that blanks it.
-- name: is_due
SELECT 1 FROM finished_order WHERE finished_order.id = :order_id
AND (finished_order.blanked_at_ms IS NULL OR finished_order.blanked_at_ms < finished_order.changed_at_ms)
AND finished_order.changed_at_ms < :before_ms
AND NOT EXISTS (SELECT 1 FROM call WHERE call.order_id = finished_order.id
    AND (call.changed_at_ms >= :before_ms OR call.may_act_until_ms > :steady_ms))
AND NOT EXISTS (SELECT 1 FROM track WHERE track.order_id = finished_order.id AND track.changed_at_ms >= :before_ms)
AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.order_id = finished_order.id AND claim.seen_at_ms >= :claimed_ms);

-- How many orders are blanked, and how many finished ones of an age are not.
-- name: waiting
SELECT COUNT(*) FROM (SELECT orders.id FROM orders
WHERE orders.left_units = 0 AND orders.waiting_updates = 0 AND orders.needs_attention = 0
AND orders.unresolved_lines = 0 AND (orders.blanked_at_ms IS NULL OR orders.blanked_at_ms < orders.changed_at_ms)
AND orders.changed_at_ms < :before_ms LIMIT :most) AS due;

-- Orders of the same age that keep their names, because something of them is unfinished or needs attention.
-- The few that are open are looked through, and not all that are old.
-- name: unfinished
SELECT COUNT(*) FROM (
    SELECT id FROM orders WHERE left_units > 0 AND changed_at_ms + 0 < :before_ms AND ship_to <> '{}'
    UNION ALL SELECT id FROM orders
    WHERE waiting_updates > 0 AND left_units = 0 AND changed_at_ms + 0 < :before_ms AND ship_to <> '{}'
    UNION ALL SELECT id FROM orders
    WHERE needs_attention > 0 AND left_units = 0 AND waiting_updates = 0 AND changed_at_ms + 0 < :before_ms
    AND ship_to <> '{}' LIMIT :most) AS kept;

-- What no one will end: an order that was open at a station which is gone, and tasks about an order that was finished
-- long ago, such as those of a platform that is paused.
-- name: leave_open_orders
DELETE FROM open_order
WHERE NOT EXISTS (SELECT 1 FROM sending_station WHERE sending_station.name = open_order.station)
AND EXISTS (SELECT 1 FROM orders WHERE orders.id = open_order.order_id AND orders.changed_at_ms < :before_ms
    AND orders.left_units = 0 AND orders.waiting_updates = 0 AND orders.needs_attention = 0
    AND orders.unresolved_lines = 0);

-- name: leave_tasks
DELETE FROM follow_up_job
WHERE EXISTS (SELECT 1 FROM orders WHERE orders.id = follow_up_job.order_id AND orders.changed_at_ms < :before_ms
    AND orders.left_units = 0 AND orders.waiting_updates = 0 AND orders.needs_attention = 0
    AND orders.unresolved_lines = 0);

-- name: any_blanked
SELECT 1 FROM manual_change WHERE order_id = 0 AND what LIKE :pattern LIMIT 1;

-- The removal that is running: append-only tables give way to it, as long as its row is there.
-- name: begin
INSERT INTO data_removal (manual_change_id, kind) SELECT MAX(id), :kind FROM manual_change;

-- name: end
DELETE FROM data_removal;

-- name: order
SELECT ship_to, blanked_at_ms FROM orders WHERE id = :order_id;

-- name: blanked_at
SELECT blanked_at_ms FROM orders WHERE id = :order_id;

-- name: put_order
UPDATE orders SET ship_to = :ship_to, recipient = :recipient, note = :note, search_text = :search_text,
    blanked_at_ms = CASE WHEN :now_ms > changed_at_ms THEN :now_ms ELSE changed_at_ms END
WHERE id = :order_id;

-- An order that is open again may be filled again by its platform.
-- name: unblank
UPDATE orders SET blanked_at_ms = NULL, note = '' WHERE id = :order_id;

-- The order is looked at again: something was added to it since it was blanked.
-- name: blank_again
UPDATE orders SET blanked_at_ms = 0
WHERE blanked_at_ms > 0 AND (id = :order_id OR id = (SELECT order_id FROM joined_order WHERE joined_order.id = :order_id));

-- name: documents
SELECT id, document FROM link WHERE order_id = :order_id;

-- name: put_document
UPDATE link SET document = :document WHERE id = :id;

-- name: calls
SELECT id, request, intent, message, summary, problems FROM call WHERE order_id = :order_id;

-- name: put_call
UPDATE call SET request = :request, intent = :intent, message = :message, summary = :summary, problems = :problems,
    evidence = '{}'
WHERE id = :id;

-- Nothing that was sent is compared any more with what a platform returns.
-- name: put_drift
INSERT INTO platform_drift (call_id, at_ms, changes) VALUES (:id, :now_ms, '[]')
ON CONFLICT (call_id) DO UPDATE SET changes = '[]';

-- name: attempt_messages
SELECT attempt.id, attempt.message FROM attempt JOIN call ON call.id = attempt.call_id
WHERE call.order_id = :order_id AND attempt.message <> '';

-- name: put_attempt_message
UPDATE attempt SET message = :message WHERE id = :id;

-- name: attempts
UPDATE attempt SET answer = '', operator = CASE WHEN operator = '' THEN '' ELSE :mark END
WHERE call_id IN (SELECT id FROM call WHERE order_id = :order_id) AND (answer <> '' OR operator <> '');

-- name: shipments
UPDATE shipment SET operator = :mark WHERE order_id = :order_id AND operator NOT IN ('', :mark);

-- name: packages
UPDATE package SET raw_scan = CASE WHEN raw_scan = '' THEN '' ELSE :mark END,
    kept_reason = CASE WHEN kept_reason = '' THEN '' ELSE :mark END
WHERE shipment_id IN (SELECT id FROM shipment WHERE order_id = :order_id);

-- name: package_changes
UPDATE package_change SET operator = CASE WHEN operator = '' THEN '' ELSE :mark END,
    reason = CASE WHEN reason = '' THEN '' ELSE :mark END
WHERE package_id IN (SELECT package.id FROM package JOIN shipment ON shipment.id = package.shipment_id
    WHERE shipment.order_id = :order_id);

-- Scans, changes and imported rows of an order, and of those that became part of it.
-- name: scans
UPDATE scan SET raw = CASE WHEN raw = '' THEN '' ELSE :mark END,
    operator = CASE WHEN operator = '' THEN '' ELSE :mark END
WHERE order_id IN (SELECT CAST(:order_id AS BIGINT)
    UNION ALL SELECT id FROM joined_order WHERE joined_order.order_id = :order_id);

-- name: manual_changes
SELECT id, operator, what, reason FROM manual_change
WHERE order_id IN (SELECT CAST(:order_id AS BIGINT)
    UNION ALL SELECT id FROM joined_order WHERE joined_order.order_id = :order_id);

-- name: put_manual_change
UPDATE manual_change SET operator = :operator, what = :what, reason = :reason WHERE id = :id;

-- name: imported_rows
UPDATE imported_row SET operator = :mark
WHERE order_id IN (SELECT CAST(:order_id AS BIGINT)
    UNION ALL SELECT id FROM joined_order WHERE joined_order.order_id = :order_id)
AND operator NOT IN ('', :mark);

-- name: claims
DELETE FROM claim WHERE order_id = :order_id;

-- name: reviews
SELECT id, message FROM forward_review WHERE order_id = :order_id AND message <> '';

-- name: put_review
UPDATE forward_review SET message = :message WHERE id = :id;

-- Webhook events about an order, whatever became of them: one that failed, or that nothing confirmed, has names for ever.
-- name: events
SELECT DISTINCT webhook_event.id FROM platform_notice
JOIN webhook_event ON webhook_event.id = platform_notice.webhook_event_id
WHERE platform_notice.order_id = :order_id AND webhook_event.removed_at_ms IS NULL AND webhook_event.state <> 'new';

-- name: tracks
SELECT id FROM track WHERE order_id = :order_id;

-- Tracks of no order, a page at a time.
-- name: loose_tracks
SELECT id FROM track WHERE order_id IS NULL AND id > :after AND changed_at_ms < :before_ms ORDER BY id LIMIT :most;

-- name: track
SELECT details FROM track WHERE id = :id;

-- name: put_track
UPDATE track SET details = :details WHERE id = :id;

-- name: drop_track_events
DELETE FROM track_event WHERE track_id = :id;

-- How far the rows of a kind were looked through.
-- name: until
SELECT at_ms FROM blanked_until WHERE kind = :kind;

-- name: put_until
INSERT INTO blanked_until (kind, at_ms) VALUES (:kind, :at_ms)
ON CONFLICT (kind) DO UPDATE SET at_ms = excluded.at_ms;

-- Which station removes what is old for all that share a database: when it did so last, by its id.
-- name: cleaners
SELECT blanked_until.kind, blanked_until.at_ms, COALESCE(sending_station.name, '') FROM blanked_until
LEFT JOIN sending_station ON 'cleaned by ' || sending_station.id = blanked_until.kind
WHERE blanked_until.kind LIKE :pattern ORDER BY blanked_until.at_ms DESC;

-- name: forget_cleaners
DELETE FROM blanked_until WHERE kind LIKE :pattern AND kind <> :kind;

-- The next rows of each kind in time. Rows of one moment go together.
-- name: next_scans
SELECT at_ms FROM scan WHERE at_ms > :after_ms AND at_ms < :before_ms ORDER BY at_ms LIMIT :most;

-- name: next_manual_changes
SELECT at_ms FROM manual_change WHERE at_ms > :after_ms AND at_ms < :before_ms ORDER BY at_ms LIMIT :most;

-- name: next_attempts
SELECT at_ms FROM attempt WHERE at_ms > :after_ms AND at_ms < :before_ms ORDER BY at_ms LIMIT :most;

-- name: next_hand_overs
SELECT at_ms FROM hand_over WHERE at_ms > :after_ms AND at_ms < :before_ms ORDER BY at_ms LIMIT :most;

-- Blanked orders to which something was added since, in a span of time.
-- name: orders_of_scans
SELECT DISTINCT scan.order_id FROM scan
WHERE scan.at_ms > :after_ms AND scan.at_ms <= :until_ms AND scan.order_id IS NOT NULL
AND (scan.operator NOT IN ('', :mark) OR scan.raw NOT IN ('', :mark));

-- name: orders_of_manual_changes
SELECT DISTINCT order_id FROM manual_change
WHERE at_ms > :after_ms AND at_ms <= :until_ms AND order_id > 0
AND (operator NOT IN ('', :mark) OR reason NOT IN ('', :mark));

-- name: orders_of_attempts
SELECT DISTINCT call.order_id FROM attempt JOIN call ON call.id = attempt.call_id
WHERE attempt.at_ms > :after_ms AND attempt.at_ms <= :until_ms
AND (attempt.operator NOT IN ('', :mark) OR attempt.answer <> '');

-- Rows that belong to no order any more, or never did.
-- name: loose_scans
UPDATE scan SET raw = CASE WHEN raw = '' THEN '' ELSE :mark END,
    operator = CASE WHEN operator = '' THEN '' ELSE :mark END
WHERE at_ms > :after_ms AND at_ms <= :until_ms
AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = scan.order_id)
AND NOT EXISTS (SELECT 1 FROM joined_order WHERE joined_order.id = scan.order_id);

-- name: loose_manual_changes
SELECT id, operator, what, reason FROM manual_change
WHERE at_ms > :after_ms AND at_ms <= :until_ms
AND (operator NOT IN ('', :mark) OR reason NOT IN ('', :mark))
AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.id = manual_change.order_id)
AND NOT EXISTS (SELECT 1 FROM joined_order WHERE joined_order.id = manual_change.order_id);

-- name: hand_overs
UPDATE hand_over SET operator = :mark
WHERE at_ms > :after_ms AND at_ms <= :until_ms AND operator NOT IN ('', :mark);

-- name: cases
UPDATE case_units SET operator = :mark WHERE at_ms < :before_ms AND operator NOT IN ('', :mark);

-- name: mappings
UPDATE import_mapping SET operator = :mark WHERE at_ms < :before_ms AND operator NOT IN ('', :mark);

-- name: lost_packages
UPDATE lost_package SET packer = :mark WHERE shipped_at_ms < :before_ms AND packer NOT IN ('', :mark);

-- Webhook events that came long ago and are about no order that still has its names. Those that failed, that wait for an
-- order, or that nothing confirmed go too: nothing else would ever end them.
-- name: loose_events
SELECT webhook_event.id FROM webhook_event
WHERE webhook_event.removed_at_ms IS NULL AND webhook_event.received_at_ms < :before_ms AND webhook_event.id > :after
AND webhook_event.state <> 'new'
AND COALESCE(webhook_event.processed_at_ms, webhook_event.received_at_ms) < :before_ms
AND NOT EXISTS (SELECT 1 FROM platform_notice JOIN orders ON orders.id = platform_notice.order_id
    WHERE platform_notice.webhook_event_id = webhook_event.id AND orders.blanked_at_ms IS NULL)
ORDER BY webhook_event.id LIMIT :most;

-- The same, counted, with those that no station has processed.
-- name: waiting_events
SELECT COUNT(*) FROM (SELECT webhook_event.id FROM webhook_event
WHERE webhook_event.removed_at_ms IS NULL AND webhook_event.received_at_ms < :before_ms
AND COALESCE(webhook_event.processed_at_ms, webhook_event.received_at_ms) < :before_ms
AND NOT EXISTS (SELECT 1 FROM platform_notice JOIN orders ON orders.id = platform_notice.order_id
    WHERE platform_notice.webhook_event_id = webhook_event.id AND orders.blanked_at_ms IS NULL) LIMIT :most) AS due;
