"""The end state: everything that processing webhook events writes, without ids and times of receipt."""

from collections.abc import Mapping
from pathlib import Path

from tests.support import sql

QUERIES: Mapping[str, str] = {
    "webhook_events": "SELECT connection.name, dedupe_key, state, message, waits_for FROM webhook_event"
    " JOIN connection ON connection.id = webhook_event.connection_id",
    "tracks": "SELECT connection.name, tracking_number, carrier, orders.number, status, expected, expected_at_ms,"
    " delivered, details FROM track JOIN connection ON connection.id = track.connection_id"
    " LEFT JOIN orders ON orders.id = track.order_id",
    "events": "SELECT tracking_number, occurred_at, occurred_at_ms, code, message, location, track_event.status,"
    " platform_text, local_time, company, signer, proof_url, latitude, longitude FROM track_event"
    " JOIN track ON track.id = track_event.track_id",
    "notices": "SELECT current_notice.name, dedupe_key, orders.number, kind, current_notice.message, stands_out"
    " FROM current_notice JOIN webhook_event ON webhook_event.id = webhook_event_id"
    " LEFT JOIN orders ON orders.id = current_notice.order_id",
    "reviews": "SELECT name, tracking_number, number, carrier, items, confirmed, state, message, shipment_id IS NULL"
    " FROM forward_review_with_names",
    "orders": "SELECT number, connection.name, ship_to, recipient, state, cancelled, ordered_units, shipped_units,"
    " left_units, needs_attention, ordered_at_ms, due_at_ms, note, terms(search_text) FROM orders"
    " LEFT JOIN connection ON connection.id = primary_connection_id",
    "lines": "SELECT number, position, sku, description, ordered, shipped, order_line.cancelled, weight_g"
    " FROM order_line JOIN orders ON orders.id = order_id",
    "links": "SELECT number, connection.name, remote_id, remote_number, status, link.cancelled, shipped_elsewhere,"
    " document FROM link JOIN orders ON orders.id = order_id JOIN connection ON connection.id = connection_id",
    "line links": "SELECT number, connection.name, line_link.remote_id, sku, quantity FROM line_link"
    " JOIN link ON link.id = link_id JOIN order_line ON order_line.id = line_id"
    " JOIN orders ON orders.id = link.order_id JOIN connection ON connection.id = connection_id",
    "packages": "SELECT number, shipment.station, tracking_number, carrier, sku, quantity FROM shipment"
    " JOIN orders ON orders.id = shipment.order_id JOIN package ON package.shipment_id = shipment.id"
    " JOIN packed ON packed.package_id = package.id JOIN order_line ON order_line.id = line_id",
    "calls": "SELECT number, connection.name, tracking_number, call.state, intent, summary FROM call"
    " JOIN orders ON orders.id = call.order_id JOIN connection ON connection.id = call.connection_id"
    " LEFT JOIN package ON package.shipment_id = call.shipment_id",
    "follow_up_jobs": "SELECT connection.name, number, kind FROM follow_up_job JOIN orders ON orders.id = order_id"
    " JOIN connection ON connection.id = connection_id",
}


def end_state(file: Path) -> dict[str, list[str]]:
    """Return a database's content as sorted text, for comparison."""
    with sql.connect(file) as store:
        # A shipment adds its numbers at the end; what an order is found by counts, not where it stands.
        store.create_scalar_function("terms", lambda found: " ".join(sorted({*found.split("\n")})), 1)
        found = {what: sorted(map(repr, store.execute(query))) for what, query in QUERIES.items()}
    store.close()
    return found


def differences(first: dict[str, list[str]], second: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what only one of two end states contains."""
    return {
        table: sorted(set(first[table]) ^ set(second[table]))
        for table in first
        if sorted(first[table]) != sorted(second[table])
    }
