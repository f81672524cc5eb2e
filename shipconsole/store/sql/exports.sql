-- A page of updates by id, of one state or of all.
-- name: updates
SELECT * FROM call_with_names WHERE id > :after AND (:state = '' OR state = :state) ORDER BY id LIMIT :most;

-- A page of webhook events by id.
-- name: webhook_events
SELECT webhook_event.id, connection.name, connection.vendor, webhook_event.received_at_ms, LENGTH(webhook_event.body),
    webhook_event.verified, webhook_event.verify_message, webhook_event.state, webhook_event.message,
    webhook_event.duplicates, webhook_event.processed_at_ms
FROM webhook_event JOIN connection ON connection.id = webhook_event.connection_id
WHERE webhook_event.id > :after AND webhook_event.removed_at_ms IS NULL ORDER BY webhook_event.id LIMIT :most;

-- name: items
SELECT order_id, sku, description, barcode, ordered, shipped, cancelled, quantity_text, weight_g
FROM order_line WHERE order_id IN :ids ORDER BY order_id, position;

-- name: packages
SELECT shipment.order_id, package.tracking_number, package.carrier, package.service, package.weight_g,
    shipment.created_at_ms, shipment.station, shipment.operator, package.box,
    (SELECT track.status FROM track WHERE track.tracking_key = package.tracking_key
        ORDER BY track.id DESC LIMIT 1),
    (SELECT track.delivered FROM track WHERE track.tracking_key = package.tracking_key
        ORDER BY track.id DESC LIMIT 1)
FROM shipment JOIN package ON package.shipment_id = shipment.id
WHERE shipment.order_id IN :ids AND shipment.undone_at_ms IS NULL;
