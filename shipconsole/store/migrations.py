"""Migrations: numbered SQL files, each applied once, all in one transaction.

A file ``0001_first.sql`` is meant for every database; ``0001_first.sqlite.sql`` beside it holds what only
SQLite can do. In the common files ``{identity}`` stands for a key that counts itself up, ``{bytes}`` for the kind of
a column that holds bytes.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from shipconsole.domain.problem import OutsideError
from shipconsole.store.engine import Connection, is_whole_statement

_FOLDER = Path(__file__).parent / "sql" / "migrations"
_WORDS = {"identity": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"}


class Migration(NamedTuple):
    """One numbered step of the schema."""

    number: int
    name: str
    text: str


def known() -> list[Migration]:
    """Every migration that this program has, in order."""
    texts = {file.name: file.read_text("utf-8") for file in _FOLDER.glob("*.sql")}
    steps: list[Migration] = []
    for name in sorted(name for name in texts if name.count(".") == 1):
        stem = name.removesuffix(".sql")
        text = texts[name].format(**_WORDS) + texts.get(f"{stem}.sqlite.sql", "")
        steps.append(Migration(int(stem[:4]), stem[5:], text))
    return steps


def waiting(connection: Connection, steps: Sequence[Migration]) -> list[Migration]:
    """The steps that a store lacks, in order, without changing it."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").fetchone() is None:
        return list(steps)
    done = {number for (number,) in connection.execute("SELECT number FROM migration")}
    return [step for step in steps if step.number not in done]


def migrate(connection: Connection, steps: Sequence[Migration] | None = None) -> list[int]:
    """Bring the schema up to date, with every step that this program has, and tell which steps that took.

    Raises `OutsideError` where a newer program has already gone further: an older one must not touch it.
    """
    steps = known() if steps is None else steps
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
            " applied_at_ms BIGINT NOT NULL)"
        )
        done = {number for (number,) in connection.execute("SELECT number FROM migration")}
        if done - {step.number for step in steps}:
            raise OutsideError(
                "These orders were last opened by a newer Shipconsole. Install that version here too;"
                " nothing was changed."
            )
        missing = [step for step in steps if step.number not in done]
        for step in missing:
            for statement in statements(step.text):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migration VALUES (?, ?, ?)",
                (step.number, step.name, time.time_ns() // 1_000_000),
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [step.number for step in missing]


def statements(text: str) -> Iterator[str]:
    """The statements of a script one by one; a trigger's inner statements stay with it."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if is_whole_statement(statement):
            yield statement
            statement = ""
