-- name: rules
SELECT from_id, to_ids, mode FROM pass_rule ORDER BY from_id;

-- name: put_rule
INSERT INTO pass_rule (from_id, to_ids, mode) VALUES (:from_id, :to_ids, :mode)
ON CONFLICT (from_id) DO UPDATE SET to_ids = excluded.to_ids, mode = excluded.mode;

-- A parcel is proposed once an order; what is in it may be told later, and that it is true. What was confirmed counts
-- before what was not, then what the vendor wrote last. What was refused is proposed again where the parcel is told of
-- differently, unless it was a shipment that was taken back.
-- name: propose
INSERT INTO proposal (connection_id, tracking_number, order_id, carrier, items, confirmed, message, told_at_ms, at_ms)
VALUES (:connection_id, :tracking_number, :order_id, :carrier, :items, :confirmed, :message, :told_at_ms, :now_ms)
ON CONFLICT (connection_id, tracking_number, order_id) DO UPDATE SET carrier = excluded.carrier,
    items = excluded.items, confirmed = excluded.confirmed, told_at_ms = excluded.told_at_ms,
    state = CASE WHEN proposal.shipment_id IS NULL AND (excluded.confirmed, excluded.items, excluded.carrier)
        <> (proposal.confirmed, proposal.items, proposal.carrier) THEN 'proposed' ELSE proposal.state END,
    message = CASE WHEN proposal.state = 'proposed' OR proposal.shipment_id IS NULL
        AND (excluded.confirmed, excluded.items, excluded.carrier)
        <> (proposal.confirmed, proposal.items, proposal.carrier) THEN excluded.message ELSE proposal.message END
    WHERE proposal.state IN ('proposed', 'refused') AND (excluded.confirmed, excluded.told_at_ms, excluded.items, excluded.carrier)
        > (proposal.confirmed, proposal.told_at_ms, proposal.items, proposal.carrier);

-- name: get
SELECT proposal.id, proposal.connection_id, connection.name, proposal.tracking_number, proposal.order_id,
    orders.number, proposal.carrier, proposal.items, proposal.confirmed, proposal.state, proposal.message,
    proposal.shipment_id, proposal.at_ms
FROM proposal JOIN connection ON connection.id = proposal.connection_id JOIN orders ON orders.id = proposal.order_id
WHERE proposal.id = :id;

-- name: undecided
SELECT proposal.id, proposal.connection_id, connection.name, proposal.tracking_number, proposal.order_id,
    orders.number, proposal.carrier, proposal.items, proposal.confirmed, proposal.state, proposal.message,
    proposal.shipment_id, proposal.at_ms
FROM proposal JOIN connection ON connection.id = proposal.connection_id JOIN orders ON orders.id = proposal.order_id
WHERE proposal.state IN ('proposed', 'refused') ORDER BY proposal.id DESC LIMIT :most;

-- name: decided
SELECT proposal.id, proposal.connection_id, connection.name, proposal.tracking_number, proposal.order_id,
    orders.number, proposal.carrier, proposal.items, proposal.confirmed, proposal.state, proposal.message,
    proposal.shipment_id, proposal.at_ms
FROM proposal JOIN connection ON connection.id = proposal.connection_id JOIN orders ON orders.id = proposal.order_id
WHERE proposal.state NOT IN ('proposed', 'refused') ORDER BY proposal.id DESC LIMIT :most;

-- name: open_of
SELECT proposal.id, proposal.connection_id, connection.name, proposal.tracking_number, proposal.order_id,
    orders.number, proposal.carrier, proposal.items, proposal.confirmed, proposal.state, proposal.message,
    proposal.shipment_id, proposal.at_ms
FROM proposal JOIN connection ON connection.id = proposal.connection_id JOIN orders ON orders.id = proposal.order_id
WHERE proposal.connection_id = :connection_id AND proposal.state IN ('proposed', 'refused') ORDER BY proposal.id;

-- name: settled
SELECT tracking_number FROM proposal
WHERE order_id = :order_id AND connection_id = :connection_id
    AND (confirmed = 1 OR state IN ('shipped', 'declined'));

-- What goes on without a person a moment later waits for none.
-- name: waiting
SELECT COUNT(*) FROM proposal LEFT JOIN pass_rule ON pass_rule.from_id = proposal.connection_id
WHERE proposal.state IN ('proposed', 'refused')
    AND NOT (proposal.state = 'proposed' AND proposal.confirmed = 1 AND COALESCE(pass_rule.mode, 'off') = 'auto');

-- What goes on without a person: proved at the vendor, under a rule that wants it so.
-- name: due
SELECT proposal.id FROM proposal JOIN pass_rule ON pass_rule.from_id = proposal.connection_id
WHERE proposal.state = 'proposed' AND proposal.confirmed = 1 AND pass_rule.mode = 'auto' ORDER BY proposal.id;

-- One that was a shipment before keeps it, which tells that it was taken back.
-- name: end
UPDATE proposal SET state = :state, message = :message, shipment_id = COALESCE(:shipment_id, shipment_id)
WHERE id = :id AND state IN ('proposed', 'refused');

-- name: take_back
UPDATE proposal SET state = 'refused', message = :message
WHERE order_id = :order_id AND shipment_id = :shipment_id AND state = 'shipped';
