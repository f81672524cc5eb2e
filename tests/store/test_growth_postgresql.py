"""On a server, too, what has ended does not slow the day's work: each query's plan, run, goes through few rows.

The planner has its usual settings and the statistics of a database with years of history. Rows are counted, those that
a filter drops included; seconds are not judged.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest

from shipconsole.store import parts_search
from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql import engine
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.queries import query
from tests.store.test_growth import GROWS, VARIANTS, usual_values
from tests.store.test_queries_postgresql import NAMES
from tests.support.engines import fresh_database
from tests.support.history import MINUTE_MS, NOW_MS, fill
from tests.support.postgresql import PostgresqlServer

ORDERS = 8_000
MOST_ROWS = 1_200
"""All open work is a few hundred rows, and each of these tables has ten thousand and more."""
NEXT_IDS = """
DO $$
DECLARE
    has_ids RECORD;
BEGIN
    FOR has_ids IN SELECT table_name, column_name FROM information_schema.columns
    WHERE is_identity = 'YES' AND table_schema = current_schema() LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%1$L, %2$L), COALESCE(MAX(%2$I), 0) + 1) FROM %1$I',
            has_ids.table_name, has_ids.column_name);
    END LOOP;
END $$
"""
"""The history brings its ids; the next ones follow them."""
ON_A_SERVER = {
    "backup.counts": "counts what a backup has, while it is checked",
    "backup.orders": "counts what a copy has, before it is put back",
    "moving.counted_columns": "the server's list of its columns, once, when a store is moved",
    "removal.count_old": "counts what is old enough, beside the other reads, while a person looks at it",
}
"""Counts, which the other engine makes in one step, and lists that are the server's own."""
GROWS_HERE = GROWS | ON_A_SERVER
# A few orders, scans and attempts. For a hundred, going through a whole table of this size costs the server less.
SHORT = {"after_ms": NOW_MS - 64 * MINUTE_MS, "until_ms": NOW_MS - 60 * MINUTE_MS}
LONG = {"after_ms": 0, "before_ms": NOW_MS}
VARIANTS_HERE: dict[str, tuple[Mapping[str, Any], ...]] = {
    **VARIANTS,
    "blanking.due": (SHORT, LONG),
    "blanking.loose_scans": (SHORT,),
    "blanking.orders_of_attempts": (SHORT,),
    # Of all time only without the condition: orders that are not blanked are gone through to find those that are.
    "info.ended": ({"transaction": "700"},),
    "removal.old_orders": ({"blanked": 0, **SHORT}, {"blanked": 1, **SHORT}, {"blanked": 0, **LONG}),
    **dict.fromkeys(
        (
            "browse.containing",
            "browse.containing_both",
            "browse.containing_among_newest",
            "browse.containing_first",
            "browse.with_number",
        ),
        (
            {
                "longest": "%nothing%",
                "second": "%like%",
                "others": ["%it%"],
                "exact": "%\x1f=5\x1f%",
                "newest": parts_search.NEWEST,
                "most": parts_search.NEWEST,
                "indexed": ["%not%", "%hin%"],
                "keys": ["10005", "#10005"],
            },
        ),
    ),
}


@pytest.fixture(scope="module")
def connection(postgresql_server: PostgresqlServer) -> Generator[Connection]:
    name = fresh_database(postgresql_server)
    create_or_upgrade(postgresql_server.url(name))
    with closing(engine.connect(postgresql_server.url(name))) as opened:
        # Constraints hold, which the filled database of the other engine shows; they would take most of the time.
        opened.execute("BEGIN; SET LOCAL session_replication_role = replica")
        fill(opened.execute, ORDERS, bytes_type="BYTEA")
        opened.execute(NEXT_IDS)
        opened.execute("COMMIT")
        opened.execute("VACUUM ANALYZE")
        yield opened
    postgresql_server.admin(f'DROP DATABASE "{name}"')


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def most_rows(connection: Connection, name: str, variant: Mapping[str, Any]) -> tuple[float, str]:
    """Run a query and undo it; return the most rows that one step of its plan went through, and which step that was."""
    statement = query(name, "postgresql")
    usual = {**usual_values(name, ORDERS), **variant}
    values = {key: usual.get(key, 1) for key in re.findall(r"(?<!:):([a-z_0-9]+)", statement.text)}
    if name == "info.count_commit":
        # It fails for any other.
        ((values["fingerprint"],),) = connection.execute("SELECT fingerprint FROM database_info").fetchall()
    values |= {key: [values[key]] for key in re.findall(r":([a-z_0-9]+)::\w+\[\]", statement.text)}
    connection.execute("BEGIN; SET LOCAL session_replication_role = replica")
    try:
        explain = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON) {statement.text}"
        ((found,),) = connection.execute(explain, values).fetchall()
    finally:
        connection.execute("ROLLBACK")
    (planned,) = found if isinstance(found, list) else json.loads(found)

    def gone_through(node: Mapping[str, Any]) -> float:
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
        return (node["Actual Rows"] + removed + node.get("Rows Removed by Index Recheck", 0)) * node["Actual Loops"]

    worst = max(nodes(planned["Plan"]), key=gone_through)
    step = f"{worst['Node Type']} {worst.get('Relation Name', '')} {worst.get('Index Name', '')}"
    return gone_through(worst), step


@pytest.mark.parametrize("name", NAMES)
def test_history_adds_no_work_to_a_query(connection: Connection, name: str) -> None:
    found = [(variant, *most_rows(connection, name, variant)) for variant in VARIANTS_HERE.get(name, ({},))]
    assert name in GROWS_HERE or not [(each, rows, step) for each, rows, step in found if rows > MOST_ROWS]
