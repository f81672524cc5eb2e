"""Fill a database with years of work, written directly to its tables in SQL that both engines understand.

All but the newest orders are shipped and told to two connections; each has updates, attempts, scans, webhook events and
tracks. What is open is the same however long the history: the newest orders, a few updates in each open state, a few
packages in transit. So what the day's work costs can be compared between two lengths of history.
"""

from collections.abc import Callable

NOW_MS = 1_790_000_000_000
MINUTE_MS = 60_000
OPEN = 60
"""How many orders are open: the newest, and every second of them is part shipped."""
IN_TRANSIT = 40
"""How many of the newest shipped orders' packages are not delivered."""
PACKER, STATION = "Ana", "Bench 1"


def fill(execute: Callable[[str], object], orders: int, *, bytes_type: str = "BLOB") -> None:
    """Fill an empty database with so many orders, at least 200; the newest shipped a minute ago."""
    ended = orders - OPEN
    names = {
        "n": f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {orders})",
        "s": f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ended})",
        "at": f"({NOW_MS} - ({orders} - i) * CAST({MINUTE_MS} AS BIGINT))",
        "orders": str(orders),
        "ended": str(ended),
        "at_end": str(NOW_MS),
        "bytes": bytes_type,
        "on_the_way": str(ended - IN_TRANSIT),
        "document": '\'{"order_id": "\' || i || \'", "items": [' + "0123456789 " * 20 + "]}'",
        "PACKER": f"'{PACKER}'",
        "STATION": f"'{STATION}'",
    }
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            for name, text in names.items():
                statement = statement.replace("{" + name + "}", text)  # braces of JSON stay
            execute(statement)


_STATEMENTS = """
INSERT INTO connection (id, name, vendor, base_url, synced_at_ms) VALUES
    (1, 'ShipEngine', 'shipengine', 'http://127.0.0.1', 1), (2, 'Starshipit', 'starshipit', 'http://127.0.0.1', 1),
    (3, 'Shipup', 'shipup', 'http://127.0.0.1', 1);

INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (2, '[1]', 'auto'), (3, '[1]', 'review');

{n} INSERT INTO orders (id, number, match_key, number_key, primary_connection_id, ship_to, recipient, state,
    ordered_units, shipped_units, left_units, needs_attention, ordered_at_ms, due_at_ms, rules_due, search_text,
    changed_at_ms)
SELECT i, CAST(1000000 + i AS TEXT), CAST(1000000 + i AS TEXT), CAST(1000000 + i AS TEXT), 1, '{}',
    'Recipient ' || i % 5000 || ' · Lyon', CASE WHEN i <= {ended} THEN 'shipped' WHEN i % 2 = 0 THEN 'open'
    ELSE 'partly_shipped' END, 4, CASE WHEN i <= {ended} THEN 4 WHEN i % 2 = 0 THEN 0 ELSE 2 END,
    CASE WHEN i <= {ended} THEN 0 WHEN i % 2 = 0 THEN 4 ELSE 2 END,
    CASE WHEN i > {ended} AND i % 10 = 1 THEN 1 ELSE 0 END, {at}, {at} + 86400000,
    CASE WHEN i % 7 = 0 THEN 1 ELSE 0 END, CAST(1000000 + i AS TEXT) || ' recipient lyon', {at} FROM n;

{n} INSERT INTO order_line (id, order_id, position, sku, sku_key, barcode, barcode_key, description, ordered, shipped)
SELECT 2 * i - 1, i, 0, 'SKU-' || i % 500, 'SKU-' || i % 500, CAST(4000000 + i % 500 AS TEXT),
    CAST(4000000 + i % 500 AS TEXT), 'Cup', 2, CASE WHEN i <= {ended} OR i % 2 = 1 THEN 2 ELSE 0 END FROM n
UNION ALL SELECT 2 * i, i, 1, 'SKU-' || (500 + i % 700), 'SKU-' || (500 + i % 700), '', '', 'Plate', 2,
    CASE WHEN i <= {ended} THEN 2 ELSE 0 END FROM n;

{n} INSERT INTO link (id, order_id, connection_id, remote_id, remote_number, match_key, source_id, source_name, status,
    document, seen_at_ms)
SELECT 2 * i - 1, i, 1, 'se-' || i, CAST(1000000 + i AS TEXT), CAST(1000000 + i AS TEXT), 'store-' || i % 3,
    'Store ' || i % 3, 'x', {document}, {at} FROM n
UNION ALL SELECT 2 * i, i, 2, 'ss-' || i, CAST(1000000 + i AS TEXT), CAST(1000000 + i AS TEXT), 'store-' || i % 3,
    'Store ' || i % 3, 'x', {document}, {at} FROM n WHERE i <= {ended} OR i % 3 > 0;

{n} INSERT INTO line_link (link_id, line_id, remote_id, quantity)
SELECT 2 * i - 1, 2 * i - 1, 'l1', 2 FROM n UNION ALL SELECT 2 * i - 1, 2 * i, 'l2', 2 FROM n;

{n} INSERT INTO shipment (id, order_id, created_at_ms, station, operator, undone_at_ms)
SELECT i, i, {at}, CASE WHEN i % 4 = 0 THEN 'Bench 2' ELSE {STATION} END, CASE WHEN i % 4 = 0 THEN 'Ben' ELSE {PACKER}
    END, CASE WHEN i % 90 = 0 THEN {at} + 60000 END FROM n WHERE i <= {ended} OR i % 2 = 1;

INSERT INTO package (id, shipment_id, position, tracking_number, tracking_key, carrier, raw_scan, unverified, box)
SELECT id, id, 0, 'T' || CAST(10000000 + id AS TEXT), 'T' || CAST(10000000 + id AS TEXT), 'ups',
    'T' || CAST(10000000 + id AS TEXT), CASE WHEN id % 25 = 0 THEN 1 ELSE 0 END,
    CASE WHEN id % 40 < 2 THEN 'box-' || CAST(id / 40 AS TEXT) ELSE '' END FROM shipment;

INSERT INTO packed (package_id, line_id, quantity)
SELECT id, 2 * id - 1, 2 FROM package UNION ALL SELECT id, 2 * id, 2 FROM package WHERE id <= {ended};

INSERT INTO call (id, key, order_id, shipment_id, connection_id, state, summary, created_at_ms, changed_at_ms,
    due_at_ms, attempts, request, fingerprint, position, problems)
SELECT 2 * id - 1, 'a' || id, order_id, id, 1, CASE WHEN id % 30 = 0 THEN 'cancelled' ELSE 'confirmed' END, 'shipped',
    created_at_ms, created_at_ms + 500, 0, 1, '{"tracking_number": "x"}', 'f' || id, 2 * id - 1,
    CASE WHEN id % 30 = 0 THEN '["x"]' ELSE '[]' END FROM shipment WHERE id <= {ended};

INSERT INTO call (id, key, order_id, shipment_id, connection_id, state, summary, created_at_ms, changed_at_ms,
    due_at_ms, check_at_ms, attempts, request, fingerprint, position, lease_until_ms, counts_down, on_hold, job, in_job)
SELECT 2 * id, 'b' || id, order_id, id, 2,
    CASE WHEN id <= {ended} THEN 'confirmed' ELSE CASE id % 10
        WHEN 1 THEN 'rejected' WHEN 3 THEN 'held' WHEN 5 THEN 'retry_wait' WHEN 7 THEN
            CASE WHEN id % 20 = 7 THEN 'unknown' ELSE 'sending' END
        ELSE CASE WHEN id % 20 = 9 THEN 'blocked' ELSE 'checking' END END END,
    'shipped', created_at_ms, created_at_ms + 700, 0, CASE WHEN id > {ended} THEN 0 END, 1, '{"tracking_number": "x"}',
    'g' || id, 2 * id, 0, CASE WHEN id > {ended} AND id % 20 = 3 THEN 1 ELSE 0 END,
    CASE WHEN id > {ended} AND id % 20 = 5 THEN 1 ELSE 0 END, CASE WHEN id % 20 = 19 THEN 'job' ELSE '' END,
    CASE WHEN id > {ended} AND id % 20 = 19 THEN 1 ELSE 0 END FROM shipment;

{n} INSERT INTO call (id, key, order_id, intent, connection_id, state, summary, created_at_ms, changed_at_ms, due_at_ms,
    position)
SELECT 2 * i + 1, 'c' || i, i, '{}', 1, 'pending', 'create', {at}, {at}, 0, 2 * i + 1 FROM n
WHERE i > {ended} AND i % 2 = 0 UNION ALL
SELECT 10 * {orders} + i, 'd' || i, i, '{}', 3, 'superseded', 'create', {at}, {at}, 0, 10 * {orders} + i FROM n
WHERE i % 50 = 0;

INSERT INTO attempt (call_id, number, at_ms, what, status, owner, station, operator)
SELECT id, 1, created_at_ms + 100, 'sending', NULL, 'run', {STATION}, {PACKER} FROM call WHERE attempts > 0
UNION ALL SELECT id, 1, created_at_ms + 500, 'answered', 200, 'run', {STATION}, {PACKER} FROM call WHERE attempts > 0;

INSERT INTO package_change (package_id, at_ms, old_number, number)
SELECT id, {at_end}, 'OLD' || id, tracking_number FROM package WHERE id % 20 = 0;

INSERT INTO track (id, connection_id, tracking_number, tracking_key, carrier, order_id, status, expected_at_ms, details,
    changed_at_ms, next_check_at_ms, subscribed)
SELECT package.id, 1, tracking_number, tracking_key, carrier, package.id,
    CASE WHEN package.id <= {on_the_way} THEN 'delivered' WHEN package.id % 8 = 0 THEN 'exception' ELSE 'in_transit'
    END, shipment.created_at_ms + 3600001, '{}', shipment.created_at_ms + 60000, shipment.created_at_ms + 3600000, 1
FROM package JOIN shipment ON shipment.id = package.shipment_id WHERE package.id <= {ended};

INSERT INTO track (id, connection_id, tracking_number, tracking_key, carrier, order_id, status, expected_at_ms, details,
    changed_at_ms, next_check_at_ms)
SELECT id + 2 * {orders}, 3, tracking_number, tracking_key, carrier, order_id + 1, 'exception', changed_at_ms, '{}',
    changed_at_ms, next_check_at_ms FROM track WHERE status = 'exception'
UNION ALL SELECT package_id + 3 * {orders}, 3, 'OLD' || package_id, 'OLD' || package_id, 'ups', package_id,
    'in_transit', {at_end}, '{}', {at_end}, {at_end} FROM package_change
WHERE package_id > {on_the_way} AND package_id <= {ended};

INSERT INTO track_event (track_id, event_key, message, status)
SELECT id, 'e1', 'm', 'not_yet' FROM track UNION ALL SELECT id, 'e2', 'm', 'in_transit' FROM track
UNION ALL SELECT id, 'e3', 'm', status FROM track;

INSERT INTO track_check (connection_id, at_ms) VALUES (1, 1), (2, 1);

{s} INSERT INTO webhook_event (id, connection_id, received_at_ms, body, sha256, dedupe_key, verified, state,
    processed_at_ms, removed_at_ms)
SELECT 2 * i - 1, 1, {at}, CAST('{}' AS {bytes}), 'x', 'w' || i, 1, 'processed', {at},
    CASE WHEN i < {ended} - 100 THEN {at} + 1 END FROM n
UNION ALL SELECT 2 * i, 2, {at}, CAST('{}' AS {bytes}), 'x', 'v' || i, 1,
    CASE WHEN i > {ended} - 4 THEN 'new' ELSE 'processed' END,
    {at}, CASE WHEN i < {ended} - 100 THEN {at} + 1 END FROM n;

INSERT INTO platform_notice (at_ms, connection_id, webhook_event_id, order_id, kind, position, message, tracking_key,
    is_package_issue, source_id)
SELECT received_at_ms, connection_id, id, id / 2, 'track', 0, '["x"]', 'T' || CAST(10000000 + id / 2 AS TEXT), id % 2,
    '' FROM webhook_event WHERE id / 2 > 0;

INSERT INTO store_state (connection_id, source_id, name, status, at_ms) VALUES (1, 'store-0', '', 'x', 1),
    (1, 'store-1', 'Named', 'x', 1), (2, 'store-2', '', 'x', 1);

INSERT INTO rate_limit (connection_id, next_at_ms) VALUES (1, 0), (2, 0), (3, 0);

{n} INSERT INTO scan (order_id, at_ms, station, operator, raw, kind, number, verdict)
SELECT i, {at}, {STATION}, {PACKER}, 'SKU-' || i, 'item', '', 'item' FROM n
UNION ALL SELECT i, {at} + 1, {STATION}, {PACKER}, 'T' || i, 'tracking', 'T' || i, 'label' FROM n;

{n} INSERT INTO manual_change (order_id, at_ms, station, operator, what, reason)
SELECT i, {at}, {STATION}, {PACKER}, '["x"]', 'why' FROM n WHERE i % 5 = 0;

{s} INSERT INTO hand_over (id, at_ms, station, operator)
SELECT i / 20, {at}, {STATION}, {PACKER} FROM n WHERE i % 20 = 0;

INSERT INTO hand_over_package (package_id, hand_over_id)
SELECT id, 1 + (id - 1) / 20 FROM package WHERE 1 + (id - 1) / 20 <= {ended} / 20;

INSERT INTO forward_review (connection_id, tracking_number, order_id, confirmed, state, shipment_id, at_ms)
SELECT 2, tracking_number, id, 1, CASE WHEN id % 2 = 0 THEN 'shipped' ELSE 'declined' END, id, 1
FROM package WHERE id % 3 = 0 AND id <= {ended} - 30
UNION ALL SELECT 2, tracking_number, id, id % 2, CASE WHEN id % 4 = 0 THEN 'refused' ELSE 'proposed' END, NULL, 1
FROM package WHERE id > {ended} - 30 AND id <= {ended};

INSERT INTO platform_drift (call_id, at_ms) SELECT id, created_at_ms FROM call WHERE id % 25 = 0 AND attempts > 0;

INSERT INTO follow_up_job (connection_id, order_id, kind, due_at_ms, failures)
SELECT 1, id, 'refresh', 0, id % 2 FROM orders WHERE id > {ended} - 20 AND id <= {ended};

{n} INSERT INTO joined_order (id, number, match_key, order_id)
SELECT 10 * {orders} + i, 'J' || i, 'J' || i, i FROM n WHERE i % 50 = 0;

{n} INSERT INTO imported_row (row_key, order_id, shipment_id, file, row_number, at_ms)
SELECT 'r' || i, i, i, 'orders.csv', i, {at} FROM n WHERE i % 4 = 0 AND i <= {ended};

{n} INSERT INTO kept_separate (order_id, other_id) SELECT i, i - 1 FROM n WHERE i % 50 = 0
UNION ALL SELECT i - 1, i FROM n WHERE i % 50 = 0;

INSERT INTO draft (order_id, body, changed_at_ms, station)
SELECT id, '{}', 1, {STATION} FROM orders WHERE id > {orders} - 5;

INSERT INTO claim (order_id, station, operator, at_ms, seen_at_ms)
SELECT id, {STATION}, {PACKER}, 1, 1 FROM orders WHERE id > {orders} - 5;

INSERT INTO order_change (order_id, at_ms, connection) SELECT id, 1, 'x' FROM orders WHERE id > {orders} - 5;

INSERT INTO open_order (station, order_id) VALUES ({STATION}, {orders});

INSERT INTO case_units (code, units, at_ms) VALUES ('04000000000001', 12, 1);

INSERT INTO packer (name) VALUES ({PACKER}), ('Ben');

INSERT INTO change (kind, ref_id, at_ms) SELECT 'order', id, 1 FROM orders WHERE id > {orders} - 150
"""
