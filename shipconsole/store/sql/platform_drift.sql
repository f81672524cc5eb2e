-- Confirmed updates that were not compared with the platform's order yet, if nothing was sent since it was read.
-- name: not_compared
SELECT call.id, call.request FROM call LEFT JOIN platform_drift ON platform_drift.call_id = call.id
WHERE call.order_id = :order_id AND call.connection_id = :connection_id AND call.state = 'confirmed'
    AND call.request IS NOT NULL AND platform_drift.call_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.call_id = call.id AND attempt.id > :as_of)
ORDER BY call.id;

-- name: put
INSERT INTO platform_drift (call_id, at_ms, changes) VALUES (:call_id, :at_ms, :changes)
ON CONFLICT (call_id) DO NOTHING;

-- name: of_order
SELECT platform_drift.call_id, connection.vendor, platform_drift.changes
FROM platform_drift JOIN call ON call.id = platform_drift.call_id JOIN connection ON connection.id = call.connection_id
WHERE call.order_id = :order_id;
