"""Named queries: each of them runs, and those of daily use walk an index and sort nothing."""

import re
from collections.abc import Generator
from importlib.resources import files

import pytest

from shipconsole.store import engine, migrations
from shipconsole.store.engine import Connection
from shipconsole.store.queries import LIST_SIZES, bind, query

SQL = files("shipconsole.store") / "sql"
NAMES = sorted(
    f"{entry.name.partition('.')[0]}.{name}"
    for entry in SQL.iterdir()
    if entry.name.endswith(".sql") and not entry.name.endswith(".postgresql.sql")
    for name in re.findall(r"^-- name: (\w+)", entry.read_text("utf-8"), re.MULTILINE)
)
# Reads of whole small tables, of a count that is shown once, of all calls after a copy was put back, or of what a
# query's own parts have found by their indexes.
SCANS = {
    "backup.leave_sent_open",
    "backup.review_rules",
    "backup.shipped",
    "backup.leave_unsent_open",
    "backup.note_undecided",
    "browse.count_mine",
    "browse.counts",
    "browse.mine_by_due",
    "browse.package_issues",
    "changes.forget",
    "changes.newest",
    "connections.all",
    "webhook_events.latest",
    "drafts.every",
    "linking.move_open",
    "orders.cases",
    "packers.every",
    "platform_notices.latest",
    "forwarding.due",
    "forwarding.decided",
    "forwarding.rules",
    "profiles.last_noted",
    "saved_filters.every",
    "connections.put",
    "connections.due_probes",
    "audit_log.found",
    "shift_report.by_platform",
    "audit_log.found_of_order",
}
# A handful of rows each: those of one order, of one blocked connection, or a page of the feed; and what is looked
# for once in a span of time, beside everything else.
SORTS = {
    "browse.mine_by_due",
    "orders.cases",
    "packers.every",
    "browse.package_issues",
    "calls.blocked_orders",
    "calls.count_interrupted_runs",
    "calls.of_order",
    "changes.since",
    "drafts.every",
    "linking.move_open",
    "forwarding.due",
    "forwarding.rules",
    "profiles.last_noted",
    "audit_log.found",
    "shift_report.by_platform",
    "shift_report.quarters",
    "audit_log.found_of_order",
    "calls.backlog",
    "shift_report.shipped",
    "shift_report.updates",
    "shift_report.verdicts",
    "tracks.events",
    "tracks.of_order",
    "tracks.orders_shipped_with",
    "tracks.to_be_subscribed",
    "orders.line_links",
    "orders.tracking_numbers",
}


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Generator[Connection]:
    opened = engine.connect(tmp_path_factory.mktemp("store") / "plan.db", writing=True)
    migrations.migrate(opened)
    # A plan would show the searches for broken foreign keys, too, which only run where one is broken.
    opened.execute("PRAGMA foreign_keys = 0")
    yield opened
    opened.close()


def plan(connection: Connection, name: str) -> list[str]:
    statement = query(name)
    names = set(re.findall(r":(\w+)", statement.text))
    values = {name: [1, 2] if name == statement.list else 1 for name in names}
    text, bound = bind(statement, values)
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", bound)]


@pytest.mark.parametrize("name", NAMES)
def test_no_query_reads_a_table_from_end_to_end(connection: Connection, name: str) -> None:
    steps = plan(connection, name)
    scans = [step for step in steps if step.startswith("SCAN") and "USING" not in step and "VIRTUAL" not in step]
    scans = [step for step in scans if "CONSTANT ROW" not in step]
    assert not scans or name in SCANS, steps
    assert not any("TEMP B-TREE" in step for step in steps) or name in SORTS, steps


@pytest.mark.parametrize("name", sorted(SCANS | SORTS))
def test_the_exceptions_are_still_exceptions(name: str) -> None:
    assert name in NAMES


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("browse.to_ship_by_due", "orders_to_ship_by_due"),
        ("browse.to_ship_by_number", "orders_to_ship_by_number"),
        ("browse.to_ship_by_recipient", "orders_to_ship_by_recipient"),
        ("browse.partly_by_due", "orders_partly_by_due"),
        ("browse.shipped_by_changed", "orders_shipped_by_changed"),
        ("browse.needs_attention_by_due", "orders_needing_attention"),
        ("browse.waiting_by_changed", "orders_waiting_by_changed"),
        ("browse.all_by_changed", "orders_by_changed"),
        ("browse.package_issues", "tracks_expected"),
        ("browse.mine_by_due", "claims_by_station"),
        ("browse.mine_by_due", "claims_by_operator"),
        ("browse.mine_by_due", "drafts_by_station"),
        ("browse.count_mine", "claims_by_station"),
        ("linking.alike_by_recipient", "orders_with_same_recipient"),
        ("first.with_rules_due", "orders_with_rules_due"),
        ("first.due_before", "orders_to_ship_by_due"),
        ("calls.not_sent", "calls_by_order"),
        ("calls.release_from_hold", "calls_by_order"),
        ("packers.by_badge", "packers_by_badge"),
        ("calls.due_pending", "calls_by_connection"),
        ("calls.due_waiting", "calls_by_connection"),
        ("calls.release_held", "calls_held"),
        ("calls.held_is_due", "calls_held"),
        ("calls.left_counting", "calls_held"),
        ("calls.release_counted_down", "calls_by_shipment"),
        ("calls.counting_down", "calls_by_shipment"),
        ("calls.due_checks", "calls_unknown"),
        ("calls.abandoned", "calls_leased"),
        ("calls.backlog", "calls_unfinished"),
        ("audit_log.found_of_order", "shipments_by_order"),
        ("audit_log.found_of_order", "calls_by_order"),
        ("audit_log.found_of_order", "manual_changes_by_order"),
        ("audit_log.found_of_order", "scans_by_order"),
        ("orders.item_with_sku", "order_lines_by_sku"),
        ("orders.item_with_key", "order_lines_by_sku"),
        ("orders.item_with_barcode", "order_lines_by_barcode"),
        ("orders.skus_between", "order_lines_by_sku"),
        ("orders.numbers_between", "orders_by_number"),
        ("hand_overs.shipped_between", "shipments_by_time"),
        ("hand_overs.shipped_between", "tracks_by_key"),
        ("hand_overs.handed_over_between", "hand_overs_by_time"),
        ("hand_overs.handed_over_between", "hand_over_packages_by_list"),
        ("hand_overs.newest", "hand_overs_by_time"),
        ("hand_overs.of_shipment", "sqlite_autoindex_package_1"),
        ("shipments.with_tracking_key", "packages_by_tracking_key"),
        ("shipments.tracked_elsewhere", "tracks_by_key"),
        ("shipments.unverified", "packages_unverified"),
    ],
)
def test_an_index_fits_its_query(connection: Connection, name: str, index: str) -> None:
    assert any(index in step for step in plan(connection, name))


def test_a_list_is_filled_to_a_round_number() -> None:
    text, bound = bind(query("browse.rows"), {"ids": [5, 6, 7]})
    assert text.count("?") == LIST_SIZES[1] == len(bound)
    assert set(bound) == {5, 6, 7}
    with pytest.raises(ValueError, match="at most"):
        bind(query("browse.rows"), {"ids": range(LIST_SIZES[-1] + 1)})


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        query("browse.no_such_thing")
