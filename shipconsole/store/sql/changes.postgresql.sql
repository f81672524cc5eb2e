-- Many at once, where a group of writes ends.
-- name: note_all
INSERT INTO change (kind, ref_id, at_ms) SELECT noted.kind, noted.ref_id, :at_ms::BIGINT
FROM unnest(:kinds::TEXT[], :ref_ids::BIGINT[]) AS noted (kind, ref_id);
