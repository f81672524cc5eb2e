-- name: mapping
SELECT kind, titles FROM import_mapping WHERE signature = :signature;

-- name: keep_mapping
INSERT INTO import_mapping (signature, kind, titles, at_ms, station, operator)
VALUES (:signature, :kind, :titles, :now_ms, :station, :operator)
ON CONFLICT (signature) DO UPDATE SET kind = excluded.kind, titles = excluded.titles, at_ms = excluded.at_ms,
    station = excluded.station, operator = excluded.operator;

-- What a row became, and whether its shipment was undone or voided since.
-- name: done
SELECT order_id, shipment_id, file, row_number, at_ms,
    EXISTS (SELECT 1 FROM shipment WHERE shipment.id = imported_row.shipment_id AND undone_at_ms IS NOT NULL)
FROM imported_row WHERE row_key = :row_key;

-- name: add
INSERT INTO imported_row (row_key, order_id, shipment_id, file, row_number, at_ms, station, operator)
VALUES (:row_key, :order_id, :shipment_id, :file, :row_number, :now_ms, :station, :operator);
