-- name: add
INSERT INTO call (key, order_id, shipment_id, intent, package_id, connection_id, state, summary, repeatable, created_at_ms,
    changed_at_ms, due_at_ms, supersedes, place)
VALUES (:key, :order_id, :shipment_id, :intent, :package_id, :connection_id, CASE WHEN :held_until_ms > 0 THEN 'held' ELSE 'pending' END,
    :summary, :repeatable, :now_ms, :now_ms, :held_until_ms, :supersedes, COALESCE((SELECT place FROM call WHERE id = :supersedes),
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

-- The calls of a connection that may go now, oldest first. One whose order has an older call there that is not at
-- its end waits for it.
-- name: due_pending
SELECT id, connection_id, due_at_ms FROM call
WHERE state = 'pending' AND connection_id = :connection_id AND due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.place < call.place
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
ORDER BY id LIMIT :most;

-- name: due_waiting
SELECT id, connection_id, due_at_ms FROM call
WHERE state = 'retry_wait' AND connection_id = :connection_id AND due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.place < call.place
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
ORDER BY id LIMIT :most;

-- name: held_is_due
SELECT id FROM call WHERE state = 'held' AND due_at_ms <= :steady_ms LIMIT 1;

-- name: release_held
UPDATE call SET state = 'pending', due_at_ms = 0, changed_at_ms = :now_ms
WHERE state = 'held' AND due_at_ms <= :steady_ms
RETURNING id;

-- What its platform may have acted on goes as it went; anything else goes as things stand now.
-- name: claim
UPDATE call SET state = 'sending', attempts = attempts + 1, owner = :owner, lease_epoch = lease_epoch + 1,
    first_try_ms = CASE WHEN first_try_ms = 0 THEN :steady_ms ELSE first_try_ms END,
    lease_until_ms = :lease_until_ms,
    request = CASE WHEN may_act_until_ms = 0 THEN :request ELSE COALESCE(request, :request) END,
    fingerprint = CASE WHEN may_act_until_ms = 0 THEN :fingerprint ELSE COALESCE(fingerprint, :fingerprint) END,
    repeatable = :repeatable,
    summary = :summary, evidence = :evidence, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait') AND due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM connection WHERE connection.id = call.connection_id
    AND (is_blocked = 1 OR held_until_ms > :steady_ms OR failures >= :failures_most))
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.place < call.place
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
RETURNING lease_epoch;

-- An answer counts only for the claim that it belongs to.
-- name: settle
UPDATE call SET state = :state, message = :message, problems = :problems, due_at_ms = :due_at_ms,
    check_at_ms = :check_at_ms, vendor_request_id = :vendor_request_id, changed_at_ms = :now_ms
WHERE id = :id AND state = 'sending' AND owner = :owner AND lease_epoch = :lease_epoch;

-- Giving up a claim counts its epoch up by one, so an answer to it finds just that epoch as long as nothing was sent since.
-- name: settle_late
UPDATE call SET state = :state, message = :message, problems = :problems, due_at_ms = :due_at_ms,
    check_at_ms = :check_at_ms, vendor_request_id = :vendor_request_id, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('unknown', 'checking', 'needs_attention', 'retry_wait') AND lease_epoch = :lease_epoch;

-- How often it left and something came of it. What was in the way before that, for however long, is no try.
-- name: tries
SELECT COUNT(*) FROM attempt WHERE call_id = :id AND what IN ('answered', 'lost', 'abandoned');

-- name: may_act_until
UPDATE call SET may_act_until_ms = :until_ms WHERE id = :id AND may_act_until_ms < :until_ms;

-- name: acts_until
SELECT may_act_until_ms FROM call WHERE id = :id;

-- Until when the vendor may act on another request about the same order, which says something else, or the same where
-- to be told that twice is not the same as once.
-- name: others_act_until
SELECT COALESCE(MAX(other.may_act_until_ms), 0) FROM call AS other JOIN call ON call.id = :id
WHERE other.order_id = call.order_id AND other.connection_id = call.connection_id AND other.id <> call.id
AND other.may_act_until_ms > :steady_ms AND (other.fingerprint <> :fingerprint OR :repeatable = 0);

-- name: wait
UPDATE call SET due_at_ms = :due_at_ms, message = :message, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait') AND due_at_ms < :due_at_ms;

-- Before a claim: what had to be known first could not be learned, so nothing was sent.
-- name: put_off
UPDATE call SET state = :state, message = :message, problems = :problems, due_at_ms = :due_at_ms,
    attempts = attempts + 1, first_try_ms = CASE WHEN first_try_ms = 0 THEN :steady_ms ELSE first_try_ms END,
    changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait');

-- name: move
UPDATE call SET state = :state, message = :message, due_at_ms = 0, changed_at_ms = :now_ms
WHERE id = :id AND state = :from_state;

-- name: unblock
UPDATE call SET state = 'pending', message = '', due_at_ms = 0, changed_at_ms = :now_ms
WHERE connection_id = :connection_id AND state = 'blocked';

-- name: blocked_orders
SELECT DISTINCT order_id FROM call WHERE connection_id = :connection_id AND state = 'blocked';

-- name: abandoned
SELECT id, state, owner FROM call WHERE state IN ('sending', 'checking') AND lease_until_ms < :steady_ms AND job = '';

-- In how many runs of the program it was in hand when that run ended.
-- name: runs_ended_in_it
SELECT COUNT(DISTINCT owner) FROM attempt WHERE call_id = :id AND what = 'abandoned';

-- name: give_up_claim
UPDATE call SET state = :state, message = :message, due_at_ms = :due_at_ms, check_at_ms = :check_at_ms,
    lease_epoch = lease_epoch + CASE WHEN state = 'sending' THEN 1 ELSE 0 END, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('sending', 'checking');

-- name: due_checks
SELECT call.id FROM call JOIN connection ON connection.id = call.connection_id
WHERE call.state = 'unknown' AND call.check_at_ms <= :steady_ms AND connection.is_blocked = 0
AND connection.held_until_ms <= :steady_ms AND connection.failures < :failures_most
ORDER BY call.check_at_ms, call.id LIMIT :most;

-- name: begin_check
UPDATE call SET state = 'checking', checks = checks + 1, owner = :owner, lease_until_ms = :lease_until_ms,
    changed_at_ms = :now_ms
WHERE id = :id AND state = 'unknown' AND check_at_ms <= :steady_ms
RETURNING checks;

-- Calls whose vendor was looked at already while it was still reading their shop.
-- name: look_now
UPDATE call SET check_at_ms = 0 WHERE connection_id = :connection_id AND state = 'unknown' AND checks > 0
AND EXISTS (SELECT 1 FROM link WHERE link.order_id = call.order_id AND link.connection_id = call.connection_id
    AND link.source_id = :source_id)
RETURNING id;

-- name: end_check
UPDATE call SET state = :state, message = :message, due_at_ms = 0, check_at_ms = :check_at_ms, evidence = :evidence,
    checks = :checks, changed_at_ms = :now_ms
WHERE id = :id AND state = 'checking' AND owner = :owner AND checks = :checks_begun;

-- Whether anything else was ever sent of the order to the connection.
-- name: others_sent
SELECT COUNT(*) FROM call AS other JOIN call ON call.id = :id
WHERE other.order_id = call.order_id AND other.connection_id = call.connection_id AND other.id <> call.id
AND other.attempts > 0 AND EXISTS (SELECT 1 FROM attempt WHERE attempt.call_id = other.id
    AND attempt.what IN ('answered', 'lost', 'abandoned'));

-- Calls of a shipment that the vendor certainly knows nothing of, and those of which that cannot be said. What a person
-- gave up after a refusal was refused.
-- name: of_shipment
SELECT id, state, may_act_until_ms > 0 OR EXISTS (SELECT 1 FROM attempt WHERE attempt.call_id = call.id
    AND (what IN ('lost', 'abandoned') OR (what = 'sending' AND call.state = 'sending')
        OR (what = 'answered' AND status NOT IN (401, 402, 403, 429) AND NOT (status BETWEEN 400 AND 499
            AND status NOT IN (408, 409, 425) AND call.state IN ('cancelled', 'superseded')))))
FROM call WHERE shipment_id = :shipment_id;

-- name: newest_attempt
SELECT COALESCE(MAX(id), 0) FROM attempt;

-- The newest attempt of the other calls of a call's order and connection.
-- name: newest_attempt_beside
SELECT COALESCE(MAX(attempt.id), 0) FROM attempt JOIN call AS other ON other.id = attempt.call_id
JOIN call ON call.order_id = other.order_id AND call.connection_id = other.connection_id AND other.id <> call.id
WHERE call.id = :id;

-- name: newer_confirmed
SELECT COUNT(*) FROM call AS newer JOIN call ON call.id = :id
WHERE newer.order_id = call.order_id AND newer.connection_id = call.connection_id AND newer.place > call.place
AND newer.state = 'confirmed';

-- Whether a newer call tells of the same package: it went out, or will.
-- name: newer_of_package
SELECT COUNT(*) FROM call AS newer JOIN call ON call.id = :id
WHERE newer.connection_id = call.connection_id AND newer.shipment_id = call.shipment_id
AND newer.package_id = call.package_id AND newer.id > call.id AND newer.state NOT IN ('cancelled', 'superseded');

-- name: backlog
SELECT connection_id, COUNT(*), MIN(created_at_ms) FROM call
WHERE state IN ('pending', 'retry_wait') GROUP BY connection_id;

-- name: add_attempt
INSERT INTO attempt (call_id, number, at_ms, what, status, vendor_request_id, answer, message, owner, station, operator,
    elapsed_ms)
VALUES (:call_id, :number, :at_ms, :what, :status, :vendor_request_id, :answer, :message, :owner, :station, :operator,
    :elapsed_ms);

-- name: attempts
SELECT number, at_ms, what, status, vendor_request_id, answer, message, station, elapsed_ms, operator
FROM attempt WHERE call_id = :call_id ORDER BY id;
