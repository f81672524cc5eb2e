"""Migrations: numbered SQL files, each applied once, all in one transaction.

A file ``0001_first.sql`` is meant for every database; ``0001_first.sqlite.sql`` beside it holds what only
SQLite can do. In the common files ``{identity}`` stands for a key that counts itself up.
"""

import sqlite3
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from shipconsole.domain.problem import OutsideError

_WORDS = {"identity": "INTEGER PRIMARY KEY AUTOINCREMENT"}


class Migration(NamedTuple):
    """One numbered step of the schema."""

    number: int
    name: str
    text: str


def known() -> list[Migration]:
    """Every migration that this program has, in order."""
    folder = files("shipconsole.store") / "sql" / "migrations"
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".sql")}
    steps: list[Migration] = []
    for name in sorted(name for name in texts if name.count(".") == 1):
        stem = name.removesuffix(".sql")
        text = texts[name].format(**_WORDS) + texts.get(f"{stem}.sqlite.sql", "")
        steps.append(Migration(int(stem[:4]), stem[5:], text))
    return steps


def migrate(connection: sqlite3.Connection) -> list[int]:
    """Bring the schema up to date and tell which steps that took.

    Raises `OutsideError` where a newer program has already gone further: an older one must not touch it.
    """
    steps = known()
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
        waiting = [step for step in steps if step.number not in done]
        for step in waiting:
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
    return [step.number for step in waiting]


def statements(text: str) -> Iterator[str]:
    """The statements of a script one by one; a trigger's inner statements stay with it."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
