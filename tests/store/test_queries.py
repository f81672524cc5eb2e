"""Named queries: each of them runs, and those of daily use walk an index and sort nothing."""

import re
from collections.abc import Generator
from importlib.resources import files
from pathlib import Path

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
SMALL = {
    "blanked_until",
    "case_units",
    "connection",
    "data_removal",
    "draft",
    "lease",
    "forwarding_rule",
    "import_mapping",
    "lost_package",
    "open_order",
    "packer",
    "profile",
    "saved_filter",
    "sender",
    "sending_station",
    "view_count",
}
"""Tables that do not grow with the work; the tests of growth show that the partial indexes do not grow either."""
SCANS = {
    "backup.counts": "counts what a backup has, while it is checked",
    "backup.leave_sent_open": "all updates, once, when a copy was put back",
    "backup.leave_unsent_open": "all updates, once, when a copy was put back",
    "backup.note_undecided": "all updates, once, when a copy was put back",
    "backup.orders": "counts what a copy has, before it is put back",
    "backup.shipped": "all packages, once, when a copy was put back",
    "blanking.leave_tasks": "the tasks that are not done yet, once in a run",
    "browse.all_by_changed": "the newest page along an index, or all ids of the view",
    "browse.shipped_by_changed": "the newest page along an index, or all ids of the view",
    "calls.latest": "the newest updates along an index",
    "forwarding.decided": "the newest reviews by id",
    "hand_overs.newest": "the newest lists along an index",
    "moving.last_ids": "the last id of each table, once, when a store is moved",
    "platform_notices.latest": "the newest notices by id",
}
"""Reads along a table or an index that grows, each with the reason why that is right."""
ALL_SHIPPED = "orders_shipped_by_changed"
"""A partial index that grows."""
# A handful of rows each: those of one order, of one blocked connection, or a page of the feed; and what is looked
# for once in a span of time, beside everything else.
SORTS = {
    "blanking.cleaners",
    "blanking.events",
    "blanking.orders_of_attempts",
    "blanking.orders_of_manual_changes",
    "blanking.orders_of_scans",
    "senders.every",
    "batches.due",
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
    "moving.columns",
    "moving.last_ids",
    "moving.refers_to",
    "moving.tables",
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


@pytest.fixture(scope="module")
def growing(connection: Connection) -> frozenset[str]:
    """The tables that grow with the work, and the virtual one by its name."""
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return frozenset(name for (name,) in rows) - SMALL - {"order_search"}


@pytest.fixture(scope="module")
def of_open_rows(connection: Connection) -> frozenset[str]:
    """The indexes that have the rows of what is open only."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'")
    return frozenset(name for name, _ in rows.fetchall()) - {ALL_SHIPPED}


def scans(steps: list[str], growing: frozenset[str], of_open_rows: frozenset[str]) -> list[str]:
    """Return the steps that go through a whole table that grows, or a whole index of it."""
    found: list[str] = []
    for step in steps:
        named = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", step)
        if named and named[1] in growing and named[2] not in of_open_rows:
            found.append(step)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_query_reads_a_table_from_end_to_end(
    connection: Connection, growing: frozenset[str], of_open_rows: frozenset[str], name: str
) -> None:
    steps = plan(connection, name)
    assert bool(scans(steps, growing, of_open_rows)) == (name in SCANS), steps
    assert not any("TEMP B-TREE" in step for step in steps) or name in SORTS, steps


def test_a_query_without_its_index_is_seen(
    tmp_path: Path, growing: frozenset[str], of_open_rows: frozenset[str]
) -> None:
    connection = engine.connect(tmp_path / "plan.db", writing=True)
    migrations.migrate(connection)
    connection.execute("DROP INDEX forward_reviews_undecided")
    assert scans(plan(connection, "forwarding.due"), growing, of_open_rows)
    connection.close()


@pytest.mark.parametrize("name", sorted(SCANS.keys() | SORTS))
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
        ("blanking.due", "orders_to_blank"),
        ("blanking.waiting", "orders_to_blank"),
        ("blanking.events", "platform_notices_by_order"),
        ("removal.old_orders", "orders_by_changed"),
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
        ("calls.count_by_state", "calls_unfinished"),
        ("calls.latest", "calls_by_changed"),
        ("calls.latest_open", "calls_unfinished"),
        ("calls.latest_withdrawn", "calls_withdrawn"),
        ("batches.due", "calls_by_connection"),
        ("batches.unknown_to", "orders_to_ship_by_due"),
        ("exports.webhook_events", "webhook_events_kept_by_id"),
        ("webhook_events.latest", "webhook_events_kept_by_id"),
        ("webhook_events.old", "webhook_events_kept"),
        ("first.to_ship_after", "orders_to_ship_by_id"),
        ("follow_up_jobs.due", "follow_up_jobs_by_due"),
        ("forwarding.due", "forward_reviews_undecided"),
        ("forwarding.waiting", "forward_reviews_undecided"),
        ("linking.alike_by_sku", "orders_to_ship_by_id"),
        ("shift_report.shipped", "shipments_by_time"),
        ("shift_report.updates", "shipments_by_time"),
        ("shift_report.verdicts", "scans_by_time"),
        ("store_states.every", "links_by_source"),
        ("tracks.to_be_subscribed", "calls_by_order"),
        ("tracks.next_to_check", "tracks_to_check"),
        ("platform_drift.not_compared", "calls_by_order"),
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
        ("hand_overs.not_scanned_between", "hand_overs_by_time"),
        ("hand_overs.not_scanned_between", "tracks_by_key"),
        ("hand_overs.count_not_scanned", "hand_overs_by_time"),
        ("hand_overs.count_not_scanned", "tracks_by_key"),
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
