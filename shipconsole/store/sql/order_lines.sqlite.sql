-- name: add
INSERT INTO order_line (order_id, position, sku, sku_key, description, ordered, cancelled, cancelled_by_platform,
    weight_g, quantity_text)
VALUES (:order_id, :position, :sku, :sku_key, :description, :ordered, :cancelled, :cancelled, :weight_g,
    :quantity_text);

-- Cancelled is the greater of what the platform reports and what was cancelled here.
-- name: change
UPDATE order_line SET description = :description, ordered = :ordered, cancelled_by_platform = :cancelled,
    cancelled = CASE WHEN :cancelled > cancelled_here THEN :cancelled ELSE cancelled_here END,
    weight_g = COALESCE(:weight_g, weight_g), quantity_text = :quantity_text
WHERE id = :id;

-- name: put_barcode
UPDATE order_line SET barcode = :barcode, barcode_key = :barcode_key WHERE id = :id AND barcode <> :barcode;

-- name: link
INSERT INTO line_link (link_id, line_id, remote_id, quantity, quantity_text, is_manual)
VALUES (:link_id, :line_id, :remote_id, :quantity, :quantity_text, :is_manual)
ON CONFLICT (link_id, line_id) DO UPDATE SET remote_id = excluded.remote_id, quantity = excluded.quantity,
    quantity_text = excluded.quantity_text, is_manual = excluded.is_manual;
