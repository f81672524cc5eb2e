-- Guarded, so that two stations never ship the last unit twice: changes nothing unless that many units are left. For many
-- lines at once, each of which is named once.
-- name: claim_units
UPDATE order_line SET shipped = order_line.shipped + claimed.units
FROM unnest(:id::BIGINT[], :order_id::BIGINT[], :units::BIGINT[]) AS claimed (id, order_id, units)
WHERE order_line.id = claimed.id AND order_line.order_id = claimed.order_id
    AND order_line.shipped + order_line.cancelled + claimed.units <= order_line.ordered
    AND order_line.quantity_text = '' AND order_line.resolution = ''
RETURNING order_line.id;

-- name: release_units
UPDATE order_line SET shipped = order_line.shipped - released.units
FROM unnest(:id::BIGINT[], :order_id::BIGINT[], :units::BIGINT[]) AS released (id, order_id, units)
WHERE order_line.id = released.id AND order_line.order_id = released.order_id
    AND order_line.shipped >= released.units
RETURNING order_line.id;
