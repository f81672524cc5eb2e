"""The columns that the generated rows fill; every other column keeps its default."""

COLUMNS = {
    "connection": "id name vendor base_url synced_at_ms",
    "packer": "id name badge badge_key",
    "orders": "id number match_key number_key primary_connection_id ship_to recipient state cancelled ordered_units"
    " shipped_units left_units needs_attention ordered_at_ms due_at_ms note service is_first first_by rules_due"
    " waiting_updates search_text changed_at_ms",
    "order_line": "id order_id position sku sku_key barcode barcode_key description ordered shipped cancelled"
    " cancelled_by_platform cancelled_here weight_g",
    "link": "id order_id connection_id remote_id remote_number match_key source_id source_name status cancelled"
    " document seen_at_ms as_of",
    "line_link": "link_id line_id remote_id quantity",
    "shipment": "id order_id created_at_ms station operator undone_at_ms",
    "package": "id shipment_id position tracking_number tracking_key carrier weight_g typed_units raw_scan",
    "packed": "package_id line_id quantity",
    "package_change": "id package_id at_ms station operator old_number number old_carrier carrier reason",
    "hand_over": "id at_ms station operator",
    "hand_over_package": "package_id hand_over_id",
    "call": "id key order_id shipment_id package_id connection_id state summary created_at_ms changed_at_ms due_at_ms"
    " attempts first_try_ms request fingerprint repeatable owner lease_epoch message vendor_request_id position",
    "attempt": "id call_id number at_ms what status vendor_request_id answer message owner station operator elapsed_ms",
    "scan": "id order_id at_ms station operator raw kind reason number verdict answer",
    "manual_change": "id order_id at_ms station operator what reason",
    "webhook_event": "id connection_id received_at_ms headers body sha256 dedupe_key verified state message"
    " processed_at_ms removed_at_ms",
    "platform_notice": "id at_ms connection_id webhook_event_id order_id kind position message stands_out"
    " tracking_key is_package_issue",
    "track": "id connection_id tracking_number tracking_key carrier order_id status expected expected_at_ms delivered"
    " details changed_at_ms next_check_at_ms subscribed",
    "track_event": "id track_id event_key occurred_at occurred_at_ms code message location description status"
    " platform_text",
    "draft": "order_id body changed_at_ms station",
    "claim": "order_id station operator at_ms seen_at_ms by_opening",
}
"""Every filled table, those that others refer to first."""
COLUMNS = {table: tuple(names.split()) for table, names in COLUMNS.items()}
