-- Guarded, so that two stations never ship the last unit twice: changes nothing unless that many units are left.
-- name: claim_units
UPDATE order_line SET shipped = shipped + :units
WHERE id = :id AND order_id = :order_id AND shipped + cancelled + :units <= ordered
    AND quantity_text = '' AND resolution = ''
RETURNING id;

-- name: release_units
UPDATE order_line SET shipped = shipped - :units WHERE id = :id AND order_id = :order_id AND shipped >= :units
RETURNING id;
