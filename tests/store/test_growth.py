"""What has ended does not slow the day's work: no query reads more rows because more orders were shipped before.

Each named query runs on two databases with the same open work, one with ten times the history, and SQLite counts the
steps of its machine. Seconds are not judged.
"""

import re
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest

from shipconsole.domain.call import CALL_STATES
from shipconsole.store import engine, migrations
from shipconsole.store.queries import bind, query
from tests.store.test_queries import NAMES
from tests.support.history import IN_TRANSIT, MINUTE_MS, NOW_MS, OPEN, PACKER, STATION, fill

FEW, MANY = 400, 4_000
STEPS_MORE = 150
"""So many more steps are no growth: the rows that one order happens to have."""

GROWS = {
    # Once, when a copy was put back.
    "backup.leave_sent_open": "goes through all updates of a restored database",
    "backup.leave_unsent_open": "goes through all updates of a restored database",
    "backup.note_undecided": "goes through all updates of a restored database",
    "backup.shipped": "lists everything that shipped in the database that is replaced",
    # What a person asked for is as long as it is.
    "audit_log.found": "a search through all time reads all time, beside the other reads, and can be interrupted",
    "browse.all_by_changed": "all ids of the view",
    "browse.shipped_by_changed": "all ids of the view",
    "calls.latest": "all updates, or those of the state that most are in",
    "exports.updates": "a file of the updates of one state goes through all, beside the other reads",
    "hand_overs.shipped_between": "all packages of all time",
    "shift_report.by_platform": "a report about all time",
    "shift_report.quarters": "a report about all time",
    "shift_report.shipped": "a report about all time",
    "shift_report.updates": "a report about all time",
    "shift_report.verdicts": "a report about all time",
    "orders.skus_between": "compares the SKUs that begin alike, one entry of an index for each line",
    "platform_notices.latest": "all notices",
    "forwarding.decided": "all reviews",
    "shipments.unverified": "one station's numbers among those of all stations",
}
"""Queries that read more where more has ended, each with the reason why that is right."""

ALL_TIME = {"since_ms": 0, "until_ms": NOW_MS + MINUTE_MS}
EVERY = {"most": 2**60}
VARIANTS: dict[str, tuple[Mapping[str, Any], ...]] = {
    "audit_log.found": ({}, {**ALL_TIME}, {**ALL_TIME, "find": "nothing like it", "together": "nothinglikeit"}),
    "blanking.begin": ({"kind": "blank"},),
    "blanking.put_call": ({"intent": None},),
    "batches.unknown_to": ({}, {"connection_id": 2}, {"connection_id": 3}),
    "browse.all_by_changed": ({}, EVERY),
    "browse.shipped_by_changed": ({}, EVERY),
    "browse.waiting_by_changed": ({}, EVERY),
    "calls.add": ({"shipment_id": None, "intent": "{}", "supersedes": None, "package_id": None},),
    "calls.latest": ({"state": ""}, {"state": "confirmed"}, {"state": "dead"}),
    "calls.latest_open": tuple({"state": state} for state in CALL_STATES),
    "calls.latest_withdrawn": ({"state": "cancelled"}, {"state": "superseded"}, {"state": "dead"}),
    "exports.updates": ({"state": "", "after": 0}, {"state": "dead", "after": 0}),
    "exports.webhook_events": ({"after": 0}, {"after": 5, **EVERY}),
    "first.to_ship_after": ({"after": 0},),
    "forwarding.decided": ({}, EVERY),
    "forwarding.end": ({"state": "shipped", "shipment_id": None},),
    "forwarding.put_rule": ({"mode": "off", "from_id": 1},),
    "hand_overs.shipped_between": ({}, ALL_TIME),
    "imports.add": ({"row_key": "new"},),
    "imports.keep_mapping": ({"kind": "orders"},),
    "linking.move": ({"to_order_id": 10**9},),
    "order_lines.add": ({"position": 10**6},),
    "orders.numbers_between": ({"length": 3},),
    "orders.resolve_line": ({"resolution": "shipped"},),
    "orders.skus_between": ({}, {"first": "SKU", "end": "SKV", "length": 3}),
    "moving.begin": ({"state": "leaving"},),
    "moving.continue_ids": ({"counter": "attempt_id_seq", "last_id": 10**9},),
    "platform_notices.latest": ({}, EVERY),
    "removal.old_orders": ({"blanked": 0}, {"blanked": 1}, {"blanked": 0, "after_ms": 0}),
    "senders.put": ({"state": "sends"},),
    "shift_report.by_platform": ({}, ALL_TIME),
    "shift_report.quarters": ({}, ALL_TIME),
    "shift_report.shipped": ({}, ALL_TIME),
    "shift_report.updates": ({}, ALL_TIME),
    "shift_report.verdicts": ({}, ALL_TIME),
    "shipments.unverified": ({"length": 9}, {"length": 9, "station": "Bench 9"}),
    "webhook_events.latest": ({}, EVERY),
    "webhook_events.old": ({}, EVERY),
    "calls.add_attempt": ({"status": 200},),
    "webhook_events.store_result": ({"state": "processed", "duplicates": 9},),
}
"""Values with which a query is tried, where others than the usual ones matter."""
TEXTS = (
    *("message", "name", "job", "request", "fingerprint", "signature", "token", "sku", "sku_key", "barcode"),
    *("barcode_key", "badge", "badge_key", "computer", "folder", "carriers", "old_number", "event_key", "problem"),
    *("service", "recipient", "ship_to", "quantity_text", "resolution", "database_id", "profile_id", "by", "raw_scan"),
    *("mark", "pattern", "station_id", "task", "host", "move_id", "other"),
    *("kept_reason", "accepted", "dedupe_key", "waits_for", "unconfirmed_of", "remote_number", "status", "note"),
)
"""Values of text columns, which a server tells from numbers."""
REMOVALS = ("blanking.", "removal.")
"""What removes data, to which append-only tables give way: an order that is finished, or a span of time."""
ORDER_STATES = {"orders.note_shipped", "orders.refresh_totals"}


class Filled(NamedTuple):
    """A database with so many orders."""

    connection: apsw.Connection
    orders: int


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Filled, Filled]]:
    opened: list[Filled] = []
    for orders in (FEW, MANY):
        connection = engine.connect(tmp_path_factory.mktemp("history") / "shipconsole.db", writing=True)
        migrations.migrate(connection)
        driver = engine.driver_connection(connection)
        driver.execute("BEGIN")
        fill(driver.execute, orders)
        driver.execute("COMMIT")
        # What refers to a row that is deleted would be looked for.
        driver.execute("PRAGMA foreign_keys = 0")
        opened.append(Filled(driver, orders))
    few, many = opened
    yield few, many
    for filled in opened:
        filled.connection.close()


def usual_values(name: str, orders: int) -> dict[str, Any]:
    """Return values for every query: of an open order, of a newly shipped package, of the last hour."""
    open_id, shipped_id = orders - 3, orders - OPEN - IN_TRANSIT // 2
    is_removal = name.startswith(REMOVALS)
    number, key = str(1_000_000 + open_id), f"T{10_000_000 + shipped_id}"
    subject_ids = {
        "calls": 2 * shipped_id,
        "batches": 2 * shipped_id,
        "shipments": shipped_id,
        "packages": shipped_id,
        "hand_overs": 3,
        "connections": 1,
        "webhook_events": 2 * shipped_id,
        "forwarding": 5,
        "follow_up_jobs": 3,
        "blanking": 2 * shipped_id,
        "removal": 2 * shipped_id,
        "senders": "x",
    }
    times = dict.fromkeys(("now_ms", "until_ms", "at_ms", "due_at_ms", "steady_ms", "check_at_ms", "to_ms"), NOW_MS)
    texts = dict.fromkeys(TEXTS, "x") | {"kind": "refresh", "carrier": "ups", "find": "", "together": ""}
    return {
        **times,
        **texts,
        "id": subject_ids.get(name.partition(".")[0], open_id),
        "ids": list(range(shipped_id - 10, shipped_id)),
        "order_id": shipped_id if is_removal else open_id,
        "to_order_id": open_id - 4,
        "connection_id": 1,
        "most": 10,
        "station": STATION,
        "before": STATION,
        "operator": PACKER,
        "owner": "run",
        "state": "open" if name in ORDER_STATES else "confirmed",
        "from_state": "pending",
        "since_ms": NOW_MS - 60 * MINUTE_MS,
        "after_ms": NOW_MS - 90 * MINUTE_MS,
        "before_ms": NOW_MS - 30 * MINUTE_MS,
        "claimed_ms": NOW_MS - 30 * MINUTE_MS,
        "tracking_key": key,
        "tracking_number": key,
        "key": key,
        "number": number,
        "match_key": number,
        "number_key": number,
        "remote_id": f"se-{open_id}",
        "source_id": "store-1",
        "shipment_id": shipped_id,
        "package_id": shipped_id,
        "call_id": 2 * shipped_id,
        "track_id": shipped_id,
        "link_id": 2 * open_id - 1,
        "line_id": 2 * open_id + 1,
        "after": 0,
        "first": "10000",
        "end": "10001",
        "length": 7,
        "phrase": '"recipient"',
        "code": "04000000000001",
        "box": "box-1",
        "row_key": "r4",
        "rule": "",
        "view": "to_ship",
        "cancelled": 0,
        "cursor": 0,
        "kept": 100,
        "failures_most": 5,
        "day_ms": 86_400_000,
        "not_before_ms": 0,
        "expected_before_ms": NOW_MS + 10**9,
        "day_before_ms": NOW_MS - 86_400_000,
        "quiet_before_ms": NOW_MS + 10**9,
        "body": b"{}",
        "sha256": "x",
        "empty": b"",
    }


def steps(filled: Filled, name: str, variant: Mapping[str, Any]) -> int:
    """Run a query and undo it; return the steps of SQLite's machine."""
    statement = query(name)
    usual = {**usual_values(name, filled.orders), **variant}
    values = {key: usual.get(key, 1) for key in re.findall(r":([a-z_0-9]+)", statement.text)}
    text, bound = bind(statement, values)
    taken = 0

    def count() -> bool:
        nonlocal taken
        taken += 1
        return False

    connection = filled.connection
    connection.execute("SAVEPOINT run")
    if name.startswith(REMOVALS) and name != "blanking.begin":
        kind = name.partition(".")[0].replace("removal", "remove").replace("blanking", "blank")
        connection.execute("INSERT INTO data_removal (manual_change_id, kind) VALUES (1, ?)", (kind,))
    connection.set_progress_handler(count, 1)
    try:
        connection.execute(text, bound).fetchall()
    finally:
        connection.set_progress_handler(None)
        connection.execute("ROLLBACK TO run")
        connection.execute("RELEASE run")
    return taken


def growth(both: tuple[Filled, Filled], name: str) -> list[tuple[Mapping[str, Any], int, int]]:
    """Return the values with which a query takes more steps on the longer history, and the steps."""
    found: list[tuple[Mapping[str, Any], int, int]] = []
    for variant in VARIANTS.get(name, ({},)):
        few, many = (steps(filled, name, variant) for filled in both)
        if many > few + STEPS_MORE:
            found.append((variant, few, many))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_history_adds_no_work_to_a_query(both: tuple[Filled, Filled], name: str) -> None:
    assert not growth(both, name) or name in GROWS


@pytest.mark.parametrize("name", sorted(GROWS))
def test_each_exception_is_one(both: tuple[Filled, Filled], name: str) -> None:
    """A query that no longer grows leaves the list."""
    assert growth(both, name)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("forwarding.due", "forward_reviews_undecided"),
        ("calls.backlog", "calls_unfinished"),
        ("calls.latest_open", "calls_unfinished"),
        ("calls.latest_withdrawn", "calls_withdrawn"),
        ("calls.due_pending", "calls_by_connection"),
        ("first.to_ship_after", "orders_to_ship_by_id"),
        ("store_states.every", "links_by_source"),
        ("exports.webhook_events", "webhook_events_kept_by_id"),
        ("tracks.to_be_subscribed", "calls_by_order"),
        ("browse.waiting_by_changed", "orders_waiting_by_changed"),
    ],
)
def test_without_its_index_a_query_would_grow(both: tuple[Filled, Filled], name: str, index: str) -> None:
    for filled in both:
        filled.connection.execute("SAVEPOINT without")
        filled.connection.execute(f"DROP INDEX {index}")
    try:
        assert growth(both, name)
    finally:
        for filled in both:
            filled.connection.execute("ROLLBACK TO without")
            filled.connection.execute("RELEASE without")


def test_the_histories_have_the_same_open_work(both: tuple[Filled, Filled]) -> None:
    counts = [
        tuple(
            filled.connection.execute(f"SELECT COUNT(*) FROM {what}").fetchall()[0][0]
            for what in (
                "orders WHERE left_units > 0",
                "call WHERE state NOT IN ('confirmed', 'cancelled', 'superseded')",
                "track WHERE status <> 'delivered'",
                "webhook_event WHERE state = 'new'",
                "forward_review WHERE state IN ('proposed', 'refused')",
            )
        )
        for filled in both
    ]
    assert counts[0] == counts[1]
    assert all(counts[0])


def test_a_database_is_filled_to_the_order(tmp_path: Path) -> None:
    connection = engine.connect(tmp_path / "shipconsole.db", writing=True)
    migrations.migrate(connection)
    fill(engine.driver_connection(connection).execute, 250)
    assert connection.execute("SELECT COUNT(*), SUM(left_units > 0) FROM orders").fetchall() == [(250, OPEN)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
