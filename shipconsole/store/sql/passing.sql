-- name: rules
SELECT from_id, to_ids, mode FROM pass_rule ORDER BY from_id;

-- name: put_rule
INSERT INTO pass_rule (from_id, to_ids, mode) VALUES (:from_id, :to_ids, :mode)
ON CONFLICT (from_id) DO UPDATE SET to_ids = excluded.to_ids, mode = excluded.mode;

-- A parcel is proposed once; what is in it may be told later, and that it is true.
-- name: propose
INSERT INTO proposal (connection_id, tracking_number, order_id, carrier, items, confirmed, words, at_ms)
VALUES (:connection_id, :tracking_number, :order_id, :carrier, :items, :confirmed, :words, :now_ms)
ON CONFLICT (connection_id, tracking_number) DO UPDATE SET
    items = excluded.items, confirmed = excluded.confirmed, words = excluded.words
    WHERE proposal.state = 'proposed' AND excluded.confirmed >= proposal.confirmed
    AND (excluded.items <> proposal.items OR excluded.confirmed <> proposal.confirmed);

-- name: get
SELECT proposal.id, proposal.connection_id, connection.name, proposal.tracking_number, proposal.order_id,
    orders.number, proposal.carrier, proposal.items, proposal.confirmed, proposal.state, proposal.words,
    proposal.shipment_id, proposal.at_ms
FROM proposal JOIN connection ON connection.id = proposal.connection_id JOIN orders ON orders.id = proposal.order_id
WHERE proposal.id = :id;

-- name: every
SELECT proposal.id, proposal.connection_id, connection.name, proposal.tracking_number, proposal.order_id,
    orders.number, proposal.carrier, proposal.items, proposal.confirmed, proposal.state, proposal.words,
    proposal.shipment_id, proposal.at_ms
FROM proposal JOIN connection ON connection.id = proposal.connection_id JOIN orders ON orders.id = proposal.order_id
ORDER BY proposal.id DESC LIMIT :most;

-- What goes on without a person: proved at the vendor, under a rule that wants it so.
-- name: due
SELECT proposal.id FROM proposal JOIN pass_rule ON pass_rule.from_id = proposal.connection_id
WHERE proposal.state = 'proposed' AND proposal.confirmed = 1 AND pass_rule.mode = 'auto' ORDER BY proposal.id;

-- name: end
UPDATE proposal SET state = :state, words = :words, shipment_id = :shipment_id
WHERE id = :id AND state IN ('proposed', 'refused');
