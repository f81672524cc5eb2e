-- Each for many lines at once, every line once.
-- name: add
INSERT INTO order_line (order_id, position, sku, sku_key, description, ordered, cancelled, cancelled_by_platform,
    weight_g, quantity_text)
SELECT new.order_id, new.position, new.sku, new.sku_key, new.description, new.ordered, new.cancelled, new.cancelled,
    new.weight_g, new.quantity_text
FROM unnest(:order_id::BIGINT[], :position::BIGINT[], :sku::TEXT[], :sku_key::TEXT[], :description::TEXT[],
    :ordered::BIGINT[], :cancelled::BIGINT[], :weight_g::BIGINT[], :quantity_text::TEXT[]) WITH ORDINALITY
    AS new (order_id, position, sku, sku_key, description, ordered, cancelled, weight_g, quantity_text, place)
ORDER BY new.place;

-- Cancelled is the greater of what the platform reports and what was cancelled here.
-- name: change
UPDATE order_line SET description = now.description, ordered = now.ordered, cancelled_by_platform = now.cancelled,
    cancelled = GREATEST(now.cancelled, order_line.cancelled_here),
    weight_g = COALESCE(now.weight_g, order_line.weight_g), quantity_text = now.quantity_text
FROM unnest(:id::BIGINT[], :description::TEXT[], :ordered::BIGINT[], :cancelled::BIGINT[], :weight_g::BIGINT[],
    :quantity_text::TEXT[]) AS now (id, description, ordered, cancelled, weight_g, quantity_text)
WHERE order_line.id = now.id;

-- name: put_barcode
UPDATE order_line SET barcode = now.barcode, barcode_key = now.barcode_key
FROM unnest(:id::BIGINT[], :barcode::TEXT[], :barcode_key::TEXT[]) AS now (id, barcode, barcode_key)
WHERE order_line.id = now.id AND order_line.barcode <> now.barcode;

-- name: link
INSERT INTO line_link (link_id, line_id, remote_id, quantity, quantity_text, is_manual)
SELECT now.link_id, now.line_id, now.remote_id, now.quantity, now.quantity_text, now.is_manual
FROM unnest(:link_id::BIGINT[], :line_id::BIGINT[], :remote_id::TEXT[], :quantity::BIGINT[], :quantity_text::TEXT[],
    :is_manual::BIGINT[]) AS now (link_id, line_id, remote_id, quantity, quantity_text, is_manual)
ON CONFLICT (link_id, line_id) DO UPDATE SET remote_id = excluded.remote_id, quantity = excluded.quantity,
    quantity_text = excluded.quantity_text, is_manual = excluded.is_manual;
