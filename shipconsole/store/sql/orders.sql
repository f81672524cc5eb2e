-- name: get
SELECT id, number, ship_to, cancelled, ordered_at_ms, due_at_ms, note, primary_connection_id FROM orders WHERE id = :id;

-- name: lines
SELECT id, sku, description, ordered, shipped, cancelled, weight_g, quantity_text, resolution, resolved_quantity,
    barcode
FROM order_line WHERE order_id = :order_id ORDER BY position;

-- name: numbered
SELECT id FROM orders WHERE number = :number ORDER BY id;

-- An order whose number differs only by zeros before its digits.
-- name: with_number_key
SELECT number FROM orders WHERE number_key = :number_key LIMIT 1;

-- name: numbered_alike
SELECT id FROM orders WHERE match_key = :match_key ORDER BY id;

-- An item of another order: by its SKU as written, by its SKU in normal form, by its barcode in normal form.
-- name: item_with_sku
SELECT sku, description FROM order_line
WHERE sku_key = :key AND sku = :sku AND order_id <> :order_id LIMIT 1;

-- name: item_with_key
SELECT sku, description FROM order_line
WHERE sku_key = :key AND order_id <> :order_id LIMIT 1;

-- name: item_with_barcode
SELECT sku, description FROM order_line
WHERE barcode_key = :key AND barcode_key <> '' AND order_id <> :order_id LIMIT 1;

-- SKUs and order numbers with the same beginning and length, to compare each.
-- name: skus_between
SELECT DISTINCT sku_key FROM order_line
WHERE sku_key >= :first AND sku_key < :end AND LENGTH(sku_key) = :length LIMIT :most;

-- name: numbers_between
SELECT DISTINCT number FROM orders WHERE number >= :first AND number < :end AND LENGTH(number) = :length LIMIT :most;

-- name: add
INSERT INTO orders (number, match_key, number_key, primary_connection_id, state, changed_at_ms)
VALUES (:number, :match_key, :number_key, :primary_connection_id, 'open', :now_ms)
RETURNING id;

-- A note is kept where the platform has none.
-- name: describe
UPDATE orders SET ship_to = :ship_to, recipient = :recipient, cancelled = :cancelled,
    note = CASE WHEN :note = '' THEN note ELSE :note END, ordered_at_ms = :ordered_at_ms, due_at_ms = :due_at_ms,
    service = :service, rules_due = 1
WHERE id = :id;

-- name: add_note
UPDATE orders SET note = :note WHERE id = :id AND note = '';

-- name: refresh_totals
UPDATE orders SET state = :state, ordered_units = :ordered, shipped_units = :shipped, left_units = :left,
    unresolved_lines = :unresolved, search_text = :search_text, changed_at_ms = :now_ms
WHERE id = :id;

-- name: note_shipped
UPDATE orders SET state = :state, ordered_units = :ordered, shipped_units = :shipped, left_units = :left,
    unresolved_lines = :unresolved, search_text = search_text || :search_text, changed_at_ms = :now_ms
WHERE id = :id;

-- name: add_line
INSERT INTO order_line (order_id, position, sku, sku_key, description, ordered, cancelled, cancelled_by_platform,
    weight_g, quantity_text)
VALUES (:order_id, (SELECT COALESCE(MAX(position) + 1, 0) FROM order_line WHERE order_id = :order_id), :sku, :sku_key,
    :description, :ordered, :cancelled, :cancelled, :weight_g, :quantity_text)
RETURNING id;

-- Only a line that is not counted in units can be resolved by a person.
-- name: resolve_line
UPDATE order_line SET resolution = :resolution, resolved_quantity = :resolved_quantity
WHERE id = :id AND order_id = :order_id AND (quantity_text <> '' OR resolution <> '');

-- name: units_of_case
SELECT units FROM case_units WHERE code = :code;

-- name: put_units_of_case
INSERT INTO case_units (code, units, at_ms, station, operator) VALUES (:code, :units, :now_ms, :station, :operator)
ON CONFLICT (code) DO UPDATE SET units = excluded.units, at_ms = excluded.at_ms, station = excluded.station,
    operator = excluded.operator;

-- name: cases
SELECT code, units, at_ms, station, operator FROM case_units ORDER BY code;

-- name: drop_case
DELETE FROM case_units WHERE code = :code;

-- name: cancellations
SELECT id, cancelled_by_platform, cancelled_here FROM order_line WHERE order_id = :order_id;

-- Guarded: changes nothing unless that many units are left.
-- name: cancel_units
UPDATE order_line SET cancelled_here = cancelled + :units, cancelled = cancelled + :units
WHERE id = :id AND order_id = :order_id AND :units > 0 AND shipped + cancelled + :units <= ordered
    AND quantity_text = '' AND resolution = '';

-- Also withdraws what the primary connection reported because of us; its own cancellations come with the next sync.
-- name: restore_units
UPDATE order_line SET cancelled_here = cancelled_here - :units, cancelled = cancelled_here - :units,
    cancelled_by_platform = CASE WHEN cancelled_by_platform > cancelled_here - :units THEN cancelled_here - :units
        ELSE cancelled_by_platform END
WHERE id = :id AND order_id = :order_id AND :units > 0 AND cancelled_here >= :units;

-- name: links
SELECT id, connection_id, remote_id, remote_number, source_id, source_name, status, cancelled, shipped_elsewhere,
    document, seen_at_ms, as_of
FROM link WHERE order_id = :order_id ORDER BY connection_id;

-- The lines of all links of an order, in order.
-- name: line_links
SELECT line_link.link_id, line_link.line_id, line_link.remote_id, line_link.quantity, line_link.quantity_text,
    line_link.is_manual
FROM link JOIN line_link ON line_link.link_id = link.id JOIN order_line ON order_line.id = line_link.line_id
WHERE link.order_id = :order_id ORDER BY order_line.position;

-- name: linked
SELECT id, order_id, document, as_of FROM link WHERE connection_id = :connection_id AND remote_id = :remote_id;

-- name: linked_by_number
SELECT order_id, remote_number FROM link WHERE connection_id = :connection_id AND match_key = :match_key;

-- name: linked_vendors
SELECT connection.id, connection.vendor
FROM link JOIN connection ON connection.id = link.connection_id WHERE link.order_id = :order_id;

-- The `as_of` of a link never goes back.
-- name: put_link
INSERT INTO link (order_id, connection_id, remote_id, remote_number, match_key, source_id, source_name, status,
    cancelled, shipped_elsewhere, document, seen_at_ms, as_of)
VALUES (:order_id, :connection_id, :remote_id, :remote_number, :match_key, :source_id, :source_name, :status,
    :cancelled, :shipped_elsewhere, :document, :now_ms, :as_of)
ON CONFLICT (connection_id, remote_id) DO UPDATE SET remote_number = excluded.remote_number,
    match_key = excluded.match_key, source_id = excluded.source_id, source_name = excluded.source_name,
    status = excluded.status, cancelled = excluded.cancelled, shipped_elsewhere = excluded.shipped_elsewhere,
    document = excluded.document, seen_at_ms = excluded.seen_at_ms,
    as_of = CASE WHEN excluded.as_of > link.as_of THEN excluded.as_of ELSE link.as_of END
RETURNING id;

-- name: drop_line_links
DELETE FROM line_link WHERE link_id = :link_id;

-- name: seen
UPDATE link SET seen_at_ms = :now_ms, as_of = CASE WHEN :as_of > as_of THEN :as_of ELSE as_of END WHERE id = :id;

-- name: remote_numbers
SELECT remote_number FROM link WHERE order_id = :order_id ORDER BY connection_id;

-- name: joined_numbers
SELECT number FROM joined_order WHERE order_id = :order_id ORDER BY id;

-- name: tracking_numbers
SELECT package.tracking_number FROM package JOIN shipment ON shipment.id = package.shipment_id
WHERE shipment.order_id = :order_id AND shipment.undone_at_ms IS NULL ORDER BY package.id;

-- An update without a response still counts while it is checked; one that waits for a batch job does not. One that is
-- held because its order changed counts until a person has seen the change.
-- name: refresh_attention_count
UPDATE orders SET needs_attention = (SELECT COUNT(*) FROM call WHERE call.order_id = orders.id
    AND (call.state IN ('unknown', 'needs_attention', 'rejected', 'blocked', 'dead')
        OR (call.state = 'checking' AND call.in_job = 0)
        OR (call.on_hold = 1 AND call.state IN ('held', 'pending', 'retry_wait'))))
WHERE id = :id;
