-- An update that supersedes another takes its position; any other is the last one.
-- name: add
INSERT INTO call (key, order_id, shipment_id, intent, package_id, connection_id, state, summary, repeatable,
    created_at_ms, changed_at_ms, due_at_ms, counts_down, supersedes, position)
VALUES (:key, :order_id, :shipment_id, :intent, :package_id, :connection_id,
    CASE WHEN :held_until_ms > 0 THEN 'held' ELSE 'pending' END, :summary, :repeatable, :now_ms, :now_ms,
    :held_until_ms, :counts_down, :supersedes,
    COALESCE((SELECT position FROM call WHERE id = :supersedes), (SELECT COALESCE(MAX(id), 0) + 1 FROM call)))
RETURNING id;

-- name: get
SELECT * FROM call_with_names WHERE id = :id;

-- name: order_of
SELECT order_id FROM call WHERE id = :id;

-- name: of_order
SELECT * FROM call_with_names WHERE order_id = :order_id ORDER BY id;

-- The updates that changed last: of all states, or of the one that most are in.
-- name: latest
SELECT * FROM call_with_names WHERE (:state = '' OR state = :state) ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- As latest, of an open state; the second condition is that of the index of the open updates.
-- name: latest_open
SELECT * FROM call_with_names WHERE state = :state AND state NOT IN ('confirmed', 'cancelled', 'superseded')
ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- As latest, of a state in which updates that were never confirmed end.
-- name: latest_withdrawn
SELECT * FROM call_with_names WHERE state = :state AND state IN ('cancelled', 'superseded')
ORDER BY changed_at_ms DESC, id DESC LIMIT :most;

-- name: count_by_state
SELECT state, COUNT(*) FROM call WHERE state NOT IN ('confirmed', 'cancelled', 'superseded') GROUP BY state;

-- A connection's due updates, oldest first. Each waits for older open updates of its order at that connection.
-- name: due_pending
SELECT id, connection_id, due_at_ms FROM call
WHERE state = 'pending' AND connection_id = :connection_id AND due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.position < call.position
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
AND call.on_hold = 0
ORDER BY id LIMIT :most;

-- As due_pending, for updates that are sent again; a statement of its own, so that each uses an index.
-- name: due_waiting
SELECT id, connection_id, due_at_ms FROM call
WHERE state = 'retry_wait' AND connection_id = :connection_id AND due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.position < call.position
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
AND call.on_hold = 0
ORDER BY id LIMIT :most;

-- Whether the undo window of a scheduled update is over.
-- name: held_is_due
SELECT id FROM call WHERE state = 'held' AND due_at_ms <= :steady_ms AND counts_down = 0 LIMIT 1;

-- name: release_held
UPDATE call SET state = 'pending', due_at_ms = 0, changed_at_ms = :now_ms
WHERE state = 'held' AND due_at_ms <= :steady_ms AND counts_down = 0
RETURNING id;

-- The countdown of a shipment that no one commanded is over.
-- name: release_counted_down
UPDATE call SET state = 'pending', due_at_ms = 0, counts_down = 0, changed_at_ms = :now_ms
WHERE shipment_id = :shipment_id AND state = 'held' AND counts_down = 1
RETURNING id;

-- Scheduled updates of a shipment whose countdown runs.
-- name: counting_down
SELECT id FROM call WHERE shipment_id = :shipment_id AND state = 'held' AND counts_down = 1;

-- Updates whose countdown was to end before a time: no program counts it any more.
-- name: left_counting
SELECT id FROM call WHERE state = 'held' AND due_at_ms < :steady_ms AND counts_down = 1 ORDER BY due_at_ms, id;

-- name: leave_to_person
UPDATE call SET state = 'needs_attention', message = :message, due_at_ms = 0, counts_down = 0, changed_at_ms = :now_ms
WHERE id = :id AND state = 'held' AND counts_down = 1;

-- Take the right to send an update. A request that may have taken effect is sent unchanged, any other as of now.
-- name: claim
UPDATE call SET state = 'sending', attempts = attempts + 1, owner = :owner, lease_epoch = lease_epoch + 1,
    first_try_ms = CASE WHEN first_try_ms = 0 THEN :steady_ms ELSE first_try_ms END,
    lease_until_ms = :lease_until_ms,
    request = CASE WHEN may_act_until_ms = 0 THEN :request ELSE COALESCE(request, :request) END,
    fingerprint = CASE WHEN may_act_until_ms = 0 THEN :fingerprint ELSE COALESCE(fingerprint, :fingerprint) END,
    repeatable = :repeatable,
    summary = :summary, evidence = :evidence, changed_at_ms = :now_ms
WHERE id = :id AND on_hold = 0 AND state IN ('pending', 'retry_wait') AND due_at_ms <= :steady_ms
AND NOT EXISTS (SELECT 1 FROM connection WHERE connection.id = call.connection_id
    AND (is_blocked = 1 OR paused_at_ms > 0 OR held_until_ms > :steady_ms OR failures >= :failures_most))
AND NOT EXISTS (SELECT 1 FROM call AS older WHERE older.order_id = call.order_id
    AND older.connection_id = call.connection_id AND older.position < call.position
    AND older.state NOT IN ('confirmed', 'cancelled', 'superseded'))
RETURNING lease_epoch, attempts;

-- Until when a claim holds, 0 where another decided about its update.
-- name: lease_until
SELECT COALESCE(MAX(lease_until_ms), 0) FROM call
WHERE id = :id AND state = 'sending' AND owner = :owner AND lease_epoch = :lease_epoch;

-- A response counts only for the claim that it belongs to.
-- name: settle
UPDATE call SET state = :state, message = :message, problems = :problems, due_at_ms = :due_at_ms,
    check_at_ms = :check_at_ms, vendor_request_id = :vendor_request_id, changed_at_ms = :now_ms
WHERE id = :id AND state = 'sending' AND owner = :owner AND lease_epoch = :lease_epoch;

-- Releasing a claim adds one to its epoch, so a late response finds that epoch as long as nothing was sent since.
-- name: settle_late
UPDATE call SET state = :state, message = :message, problems = :problems, due_at_ms = :due_at_ms,
    check_at_ms = :check_at_ms, vendor_request_id = :vendor_request_id, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('unknown', 'checking', 'needs_attention', 'retry_wait') AND lease_epoch = :lease_epoch;

-- How often it was sent, or may have been. A rejected key is about the station that sent it.
-- name: tries
SELECT COUNT(*) FROM attempt WHERE call_id = :id AND what IN ('answered', 'lost', 'abandoned')
AND NOT (what = 'answered' AND status IN (401, 402, 403));

-- name: may_act_until
UPDATE call SET may_act_until_ms = :until_ms WHERE id = :id AND may_act_until_ms < :until_ms;

-- name: acts_until
SELECT may_act_until_ms FROM call WHERE id = :id;

-- Until when another request about the same order may still take effect, if it differs or must not be repeated.
-- name: others_act_until
SELECT COALESCE(MAX(other.may_act_until_ms), 0) FROM call AS other JOIN call ON call.id = :id
WHERE other.order_id = call.order_id AND other.connection_id = call.connection_id AND other.id <> call.id
AND other.may_act_until_ms > :steady_ms AND (other.fingerprint <> :fingerprint OR :repeatable = 0);

-- Postpone a due update, never to an earlier time.
-- name: wait
UPDATE call SET due_at_ms = :due_at_ms, message = :message, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait') AND due_at_ms < :due_at_ms;

-- Without a claim: the update could not be prepared, so nothing was sent.
-- name: put_off
UPDATE call SET state = :state, message = :message, problems = :problems, due_at_ms = :due_at_ms,
    attempts = attempts + 1, first_try_ms = CASE WHEN first_try_ms = 0 THEN :steady_ms ELSE first_try_ms END,
    changed_at_ms = :now_ms
WHERE id = :id AND state IN ('pending', 'retry_wait');

-- name: move
UPDATE call SET state = :state, message = :message, due_at_ms = 0, changed_at_ms = :now_ms
WHERE id = :id AND state = :from_state;

-- What is on hold says why until a person has seen the change.
-- name: unblock
UPDATE call SET state = 'pending', message = CASE WHEN on_hold = 1 THEN message ELSE '' END, due_at_ms = 0, changed_at_ms = :now_ms
WHERE connection_id = :connection_id AND state = 'blocked';

-- name: blocked_orders
SELECT DISTINCT order_id FROM call WHERE connection_id = :connection_id AND state = 'blocked';

-- Updates whose process ended: their lease is over and they are in no batch job. One that lasts longer than any can is
-- left from before the clock was set back.
-- name: abandoned
SELECT id, state, owner FROM call WHERE state IN ('sending', 'checking') AND job = ''
AND (lease_until_ms < :steady_ms OR lease_until_ms > :latest_ms);

-- How many runs of the program ended while this update was being sent.
-- name: count_interrupted_runs
SELECT COUNT(DISTINCT owner) FROM attempt WHERE call_id = :id AND what = 'abandoned';

-- name: release_claim
UPDATE call SET state = :state, message = :message, due_at_ms = :due_at_ms, check_at_ms = :check_at_ms,
    lease_epoch = lease_epoch + CASE WHEN state = 'sending' THEN 1 ELSE 0 END, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('sending', 'checking');

-- Updates without a response whose platform can be checked now.
-- name: due_checks
SELECT call.id, call.connection_id FROM call JOIN connection ON connection.id = call.connection_id
WHERE call.state = 'unknown' AND call.check_at_ms <= :steady_ms AND connection.is_blocked = 0
AND connection.paused_at_ms = 0 AND connection.held_until_ms <= :steady_ms AND connection.failures < :failures_most
ORDER BY call.check_at_ms, call.id LIMIT :most;

-- name: begin_check
UPDATE call SET state = 'checking', checks = checks + 1, owner = :owner, lease_until_ms = :lease_until_ms,
    changed_at_ms = :now_ms
WHERE id = :id AND state = 'unknown' AND check_at_ms <= :steady_ms
RETURNING checks;

-- Make a check due that was made before: an update that was never checked may still take effect.
-- name: check_one_now
UPDATE call SET check_at_ms = 0 WHERE id = :id AND state = 'unknown' AND checks > 0;

-- Make checks due that were made before while the platform was still importing from the order's store.
-- name: check_now
UPDATE call SET check_at_ms = 0 WHERE connection_id = :connection_id AND state = 'unknown' AND checks > 0
AND EXISTS (SELECT 1 FROM link WHERE link.order_id = call.order_id AND link.connection_id = call.connection_id
    AND link.source_id = :source_id)
RETURNING id;

-- name: end_check
UPDATE call SET state = :state, message = :message, due_at_ms = 0, check_at_ms = :check_at_ms, evidence = :evidence,
    checks = :checks, changed_at_ms = :now_ms
WHERE id = :id AND state = 'checking' AND owner = :owner AND checks = :checks_begun;

-- How many other updates of the order were ever sent to the connection.
-- name: others_were_sent
SELECT COUNT(*) FROM call AS other JOIN call ON call.id = :id
WHERE other.order_id = call.order_id AND other.connection_id = call.connection_id AND other.id <> call.id
AND other.attempts > 0 AND EXISTS (SELECT 1 FROM attempt WHERE attempt.call_id = other.id
    AND attempt.what IN ('answered', 'lost', 'abandoned'));

-- A shipment's updates, each with whether the platform may know of it. An update discarded after a rejection was
-- rejected.
-- name: of_shipment
SELECT id, state, may_act_until_ms > 0 OR EXISTS (SELECT 1 FROM attempt WHERE attempt.call_id = call.id
    AND (what IN ('lost', 'abandoned') OR (what = 'sending' AND call.state = 'sending')
        OR (what = 'answered' AND status NOT IN (401, 402, 403, 429) AND NOT (status BETWEEN 400 AND 499
            AND status NOT IN (408, 409, 425) AND call.state IN ('cancelled', 'superseded')))))
FROM call WHERE shipment_id = :shipment_id;

-- name: newest_attempt
SELECT COALESCE(MAX(id), 0) FROM attempt;

-- The newest attempt of the other updates of an update's order and connection.
-- name: newest_attempt_of_other_updates
SELECT COALESCE(MAX(attempt.id), 0) FROM attempt JOIN call AS other ON other.id = attempt.call_id
JOIN call ON call.order_id = other.order_id AND call.connection_id = other.connection_id AND other.id <> call.id
WHERE call.id = :id;

-- How many newer updates of the order the connection confirmed.
-- name: newer_confirmed
SELECT COUNT(*) FROM call AS newer JOIN call ON call.id = :id
WHERE newer.order_id = call.order_id AND newer.connection_id = call.connection_id AND newer.position > call.position
AND newer.state = 'confirmed';

-- How many newer updates are about the same package, sent or still to be sent.
-- name: newer_of_package
SELECT COUNT(*) FROM call AS newer JOIN call ON call.id = :id
WHERE newer.connection_id = call.connection_id AND newer.shipment_id = call.shipment_id
AND newer.package_id = call.package_id AND newer.id > call.id AND newer.state NOT IN ('cancelled', 'superseded');

-- Updates that a platform cannot know of yet: none of these may have taken effect. A forwarded shipment was packed
-- elsewhere, from the order as it was there, so that its updates are not among them.
-- name: not_sent
SELECT id, state FROM call WHERE order_id = :order_id AND state IN ('held', 'pending', 'retry_wait', 'blocked')
AND may_act_until_ms = 0
AND (shipment_id IS NULL OR shipment_id NOT IN (
    SELECT shipment_id FROM forward_review WHERE order_id = :order_id AND shipment_id IS NOT NULL));

-- The order of an update changed: it is not sent before a person has seen how.
-- name: put_on_hold
UPDATE call SET on_hold = 1, message = :message, changed_at_ms = :now_ms
WHERE id = :id AND state IN ('held', 'pending', 'retry_wait', 'blocked') AND may_act_until_ms = 0;

-- name: release_from_hold
UPDATE call SET on_hold = 0, message = '', changed_at_ms = :now_ms WHERE order_id = :order_id AND on_hold = 1
RETURNING id;

-- How many updates each connection has to send, and since when the oldest waits. The second condition is that of an
-- index, which holds the open updates only.
-- name: backlog
SELECT connection_id, COUNT(*), MIN(created_at_ms) FROM call
WHERE state IN ('pending', 'retry_wait') AND state NOT IN ('confirmed', 'cancelled', 'superseded')
GROUP BY connection_id;

-- name: add_attempt
INSERT INTO attempt (call_id, number, at_ms, what, status, vendor_request_id, answer, message, owner, station, operator,
    elapsed_ms)
VALUES (:call_id, :number, :at_ms, :what, :status, :vendor_request_id, :answer, :message, :owner, :station, :operator,
    :elapsed_ms);

-- name: attempts
SELECT number, at_ms, what, status, vendor_request_id, answer, message, station, elapsed_ms, operator
FROM attempt WHERE call_id = :call_id ORDER BY id;
