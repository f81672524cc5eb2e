"""Compare a database that was moved with the file that it came from, row by row."""

from contextlib import closing
from pathlib import Path
from typing import Any

from shipconsole.store.move_source import Source
from shipconsole.store.postgresql.engine import connect
from tests.support import sql

Rows = dict[str, list[dict[str, Any]]]


def rows_here(file: Path) -> Rows:
    """Return all rows of all tables that move, as they are in the file."""
    with closing(Source(file)) as source:
        tables = source.tables()
    with closing(sql.connect(file)) as opened:
        return {
            table.name: [
                dict(zip(table.columns, row, strict=True))
                for row in opened.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
            ]
            for table in tables
        }


def rows_there(url: str, here: Rows) -> Rows:
    """Return the rows of the same tables at the server."""
    with closing(connect(url)) as opened:
        return {
            name: [
                dict(zip(rows[0], row, strict=True))
                for row in opened.execute(f"SELECT {', '.join(rows[0])} FROM {name}").fetchall()
            ]
            for name, rows in here.items()
        }


def ordered(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(repr, rows))


def steady_offset(url: str) -> int:
    with closing(connect(url)) as opened:
        ((offset_ms,),) = opened.execute("SELECT steady_offset_ms FROM move").fetchall()
        return offset_ms


def expected(here: Rows, offset_ms: int) -> Rows:
    """Return the rows as they have to be at the server."""
    for name, columns in {
        "claim": ("at_ms", "seen_at_ms"),
        "call": ("due_at_ms", "check_at_ms", "first_try_ms", "may_act_until_ms"),
        "connection": ("held_until_ms", "failing_since_ms"),
        "follow_up_job": ("due_at_ms",),
        "lease": ("until_ms",),
        "rate_limit": ("next_at_ms",),
        "sending_station": ("seen_at_ms",),
    }.items():
        for row in here[name]:
            row |= {column: row[column] + offset_ms if row[column] else row[column] for column in columns}
    for row in here["call"]:
        row["lease_until_ms"] = 0
    return here


def assert_all_there(file: Path, url: str) -> None:
    here = rows_here(file)
    there = rows_there(url, here)
    for name, rows in expected(here, steady_offset(url)).items():
        assert ordered(there[name]) == ordered(rows), name
