-- Processing an event again repeats no notice, but may change its message, or add the order that it belongs to.
-- name: put
INSERT INTO platform_notice (at_ms, connection_id, webhook_event_id, order_id, kind, position, message, stands_out,
    tracking_key, is_package_issue, source_id)
VALUES (:now_ms, :connection_id, :webhook_event_id, :order_id, :kind, :position, :message, :stands_out, :tracking_key,
    :is_package_issue, :source_id)
ON CONFLICT (webhook_event_id, position) DO UPDATE SET order_id = COALESCE(excluded.order_id, platform_notice.order_id),
    message = excluded.message, stands_out = excluded.stands_out, is_package_issue = excluded.is_package_issue
    WHERE (platform_notice.message, platform_notice.stands_out, platform_notice.is_package_issue)
        <> (excluded.message, excluded.stands_out, excluded.is_package_issue)
        OR COALESCE(excluded.order_id, platform_notice.order_id, 0) <> COALESCE(platform_notice.order_id, 0);

-- name: latest
SELECT id, at_ms, name, order_id, kind, message, stands_out, webhook_event_id, source_id FROM current_notice
ORDER BY id DESC LIMIT :most;

-- name: forget_from
DELETE FROM platform_notice WHERE webhook_event_id = :webhook_event_id AND position >= :position;
