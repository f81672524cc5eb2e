-- name: rules
SELECT from_id, to_ids, mode FROM forwarding_rule ORDER BY from_id;

-- name: put_rule
INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (:from_id, :to_ids, :mode)
ON CONFLICT (from_id) DO UPDATE SET to_ids = excluded.to_ids, mode = excluded.mode;

-- A package is reviewed once per order; its contents and confirmation may be reported later. Confirmed reports count
-- before unconfirmed ones, then the latest change at the platform. A refused review opens again if the package is
-- reported differently, unless its shipment was undone.
-- name: put_review
INSERT INTO forward_review (connection_id, tracking_number, order_id, carrier, items, confirmed, message,
    remote_changed_at_ms, at_ms)
VALUES (:connection_id, :tracking_number, :order_id, :carrier, :items, :confirmed, :message,
    :remote_changed_at_ms, :now_ms)
ON CONFLICT (connection_id, tracking_number, order_id) DO UPDATE SET carrier = excluded.carrier,
    items = excluded.items, confirmed = excluded.confirmed, remote_changed_at_ms = excluded.remote_changed_at_ms,
    state = CASE WHEN forward_review.shipment_id IS NULL AND (excluded.confirmed, excluded.items, excluded.carrier)
        <> (forward_review.confirmed, forward_review.items, forward_review.carrier)
        THEN 'proposed' ELSE forward_review.state END,
    message = CASE WHEN forward_review.state = 'proposed' OR forward_review.shipment_id IS NULL
        AND (excluded.confirmed, excluded.items, excluded.carrier)
        <> (forward_review.confirmed, forward_review.items, forward_review.carrier)
        THEN excluded.message ELSE forward_review.message END
    WHERE forward_review.state IN ('proposed', 'refused')
        AND (excluded.confirmed, excluded.remote_changed_at_ms, excluded.items, excluded.carrier)
        > (forward_review.confirmed, forward_review.remote_changed_at_ms, forward_review.items, forward_review.carrier);

-- name: get
SELECT * FROM forward_review_with_names WHERE id = :id;

-- name: undecided
SELECT * FROM forward_review_with_names WHERE state IN ('proposed', 'refused') ORDER BY id DESC LIMIT :most;

-- name: decided
SELECT * FROM forward_review_with_names WHERE state NOT IN ('proposed', 'refused') ORDER BY id DESC LIMIT :most;

-- name: open_of
SELECT * FROM forward_review_with_names
WHERE connection_id = :connection_id AND state IN ('proposed', 'refused') ORDER BY id;

-- Packages that a connection need not be queried about: confirmed, or decided on.
-- name: settled
SELECT tracking_number FROM forward_review
WHERE order_id = :order_id AND connection_id = :connection_id
    AND (confirmed = 1 OR state IN ('shipped', 'declined'));

-- Reviews that wait for a person; those about to be forwarded automatically do not.
-- name: waiting
SELECT COUNT(*) FROM forward_review LEFT JOIN forwarding_rule ON forwarding_rule.from_id = forward_review.connection_id
WHERE forward_review.state IN ('proposed', 'refused')
    AND NOT (forward_review.state = 'proposed' AND forward_review.confirmed = 1
        AND COALESCE(forwarding_rule.mode, 'off') = 'auto');

-- Reviews to forward automatically: confirmed by the platform, under a rule in mode 'auto'. The second condition is
-- that of the index of the open reviews.
-- name: due
SELECT forward_review.id
FROM forward_review JOIN forwarding_rule ON forwarding_rule.from_id = forward_review.connection_id
WHERE forward_review.state = 'proposed' AND forward_review.state IN ('proposed', 'refused')
    AND forward_review.confirmed = 1 AND forwarding_rule.mode = 'auto'
ORDER BY forward_review.id;

-- A review keeps the shipment that it became, also after that was undone.
-- name: end
UPDATE forward_review SET state = :state, message = :message, shipment_id = COALESCE(:shipment_id, shipment_id)
WHERE id = :id AND state IN ('proposed', 'refused');

-- name: undo_shipment
UPDATE forward_review SET state = 'refused', message = :message
WHERE order_id = :order_id AND shipment_id = :shipment_id AND state = 'shipped';
