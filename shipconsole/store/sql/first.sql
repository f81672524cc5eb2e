-- A person's decision; it stays whatever the rules say.
-- name: decide
UPDATE orders SET is_first = :is_first, first_by = 'person' WHERE id = :id AND left_units > 0
AND (is_first <> :is_first OR first_by <> 'person');

-- A rule's decision, '' in `:rule` if none is met.
-- name: apply
UPDATE orders SET is_first = CASE WHEN :rule = '' THEN 0 ELSE 1 END, first_by = :rule, rules_due = 0
WHERE id = :id AND first_by <> 'person' AND first_by <> :rule;

-- name: applied
UPDATE orders SET rules_due = 0 WHERE id = :id AND rules_due = 1;

-- name: with_rules_due
SELECT id FROM orders WHERE rules_due = 1 AND left_units > 0 ORDER BY id LIMIT :most;

-- name: to_ship_after
SELECT id FROM orders WHERE left_units > 0 AND id > :after ORDER BY id LIMIT :most;

-- Orders that became due; those that are packed first already, or not by a person's decision, are left out.
-- name: due_before
SELECT id FROM orders WHERE left_units > 0 AND is_first = 0 AND due_at_ms < :before_ms AND first_by <> 'person'
ORDER BY due_at_ms, number_key, id LIMIT :most;

-- What the rules are applied to.
-- name: facts
SELECT id, service, ship_to, due_at_ms, note, left_units,
    COALESCE((SELECT STRING_AGG(source_name, ' ') FROM link WHERE link.order_id = orders.id), '')
FROM orders WHERE id IN :ids;

-- name: station
SELECT rules, applied_to_id FROM station_rules WHERE station = :station;

-- name: put_station
INSERT INTO station_rules (station, rules, applied_to_id) VALUES (:station, :rules, :applied_to_id)
ON CONFLICT (station) DO UPDATE SET rules = excluded.rules, applied_to_id = excluded.applied_to_id;
