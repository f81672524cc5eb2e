-- name: add
INSERT INTO call (key, order_id, shipment_id, intent, package_id, connection_id, state, summary, repeatable, created_at_ms,
    changed_at_ms, due_at_ms, supersedes, place)
VALUES (:key, :order_id, :shipment_id, :intent, :package_id, :connection_id, 'pending', :summary, :repeatable, :now_ms,
    :now_ms, 0, :supersedes, COALESCE((SELECT place FROM call WHERE id = :supersedes),
    (SELECT COALESCE(MAX(id), 0) + 1 FROM call)))
RETURNING id;

-- name: get
SELECT * FROM told_call WHERE id = :id;

-- name: of_order
SELECT * FROM told_call WHERE order_id = :order_id ORDER BY id;

-- name: latest
SELECT * FROM told_call WHERE (:state = '' OR state = :state) ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: count_by_state
SELECT state, COUNT(*) FROM call WHERE state NOT IN ('confirmed', 'cancelled', 'superseded') GROUP BY state;

-- Calls that may go now, oldest first. One whose order and connection has an older call that is not at its
-- end waits for it, and so does one whose connection is blocked.
-- name: due_pending
SELECT call.id, call.connection_id, call.due_at_ms FROM call
JOIN connection ON connection.id = call.connection_id
WHERE call.state = 'pending' AND call.due_at_ms <= :now_ms AND connection.blocked_words = ''
AND connection.held_until_ms <= :now_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.place < call.place
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
ORDER BY call.due_at_ms, call.id LIMIT :most;

-- name: due_waiting
SELECT call.id, call.connection_id, call.due_at_ms FROM call
JOIN connection ON connection.id = call.connection_id
WHERE call.state = 'retry_wait' AND call.due_at_ms <= :now_ms AND connection.blocked_words = ''
AND connection.held_until_ms <= :now_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.place < call.place
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
ORDER BY call.due_at_ms, call.id LIMIT :most;

-- name: claim
UPDATE call SET state = 'sending', attempts = attempts + 1, owner = :owner, lease_epoch = lease_epoch + 1,
    lease_until_ms = :lease_until_ms, request = COALESCE(request, :request),
    fingerprint = COALESCE(fingerprint, :fingerprint), repeatable = :repeatable, summary = :summary,
    changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait') AND due_at_ms <= :now_ms
AND NOT EXISTS (SELECT 1 FROM connection WHERE connection.id = call.connection_id
    AND (blocked_words <> '' OR held_until_ms > :now_ms))
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.place < call.place
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
RETURNING lease_epoch;

-- An answer counts only for the claim that it belongs to.
-- name: settle
UPDATE call SET state = :state, words = :words, problems = :problems, due_at_ms = :due_at_ms,
    check_at_ms = :check_at_ms, vendor_request_id = :vendor_request_id, changed_at_ms = :now_ms
WHERE id = :id AND state = 'sending' AND owner = :owner AND lease_epoch = :lease_epoch;

-- Giving up a claim counts its epoch up by one, so an answer to it finds just that epoch as long as nothing was sent since.
-- name: settle_late
UPDATE call SET state = :state, words = :words, problems = :problems, due_at_ms = :due_at_ms,
    check_at_ms = :check_at_ms, vendor_request_id = :vendor_request_id, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('unknown', 'retry_wait') AND lease_epoch = :lease_epoch;

-- Before a claim: what had to be known first could not be learned, so nothing was sent.
-- name: put_off
UPDATE call SET state = :state, words = :words, problems = :problems, due_at_ms = :due_at_ms,
    attempts = attempts + 1, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait');

-- name: move
UPDATE call SET state = :state, words = :words, due_at_ms = 0, changed_at_ms = :now_ms
WHERE id = :id AND state = :from_state;

-- name: unblock
UPDATE call SET state = 'pending', words = '', due_at_ms = 0, changed_at_ms = :now_ms
WHERE connection_id = :connection_id AND state = 'blocked';

-- name: blocked_orders
SELECT DISTINCT order_id FROM call WHERE connection_id = :connection_id AND state = 'blocked';

-- name: abandoned
SELECT id, attempts, order_id, repeatable FROM call WHERE state = 'sending' AND lease_until_ms < :now_ms;

-- name: give_up_claim
UPDATE call SET state = :state, words = :words, due_at_ms = :due_at_ms, check_at_ms = :check_at_ms,
    lease_epoch = lease_epoch + 1, changed_at_ms = :now_ms
WHERE id = :id AND state = 'sending';

-- name: add_attempt
INSERT INTO attempt (call_id, number, at_ms, what, status, vendor_request_id, answer, words, owner, station, elapsed_ms)
VALUES (:call_id, :number, :at_ms, :what, :status, :vendor_request_id, :answer, :words, :owner, :station, :elapsed_ms);

-- name: attempts
SELECT number, at_ms, what, status, vendor_request_id, answer, words, station, elapsed_ms
FROM attempt WHERE call_id = :call_id ORDER BY id;
