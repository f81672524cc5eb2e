"""Migrations: numbered SQL files, each applied once, all in one transaction.

A file `0001_first.sql` is for every database; `0001_first.sqlite.sql` beside it has what only SQLite can do. In the
common files `{identity}` stands for an auto-incremented key, `{bytes}` for the type of a column of bytes.
"""

import os
import re
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store.engine import Connection, StatementError, is_whole_statement
from shipconsole.store.errors import StoreLayoutError, unusable

_FOLDER = Path(__file__).parent / "sql" / "migrations"
_COMMENT = re.compile(r"--.*")
_TYPES = {"identity": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"}


class Migration(NamedTuple):
    """One numbered step of the schema."""

    number: int
    name: str
    text: str

    @property
    def fingerprint(self) -> str:
        """Return a hash of the step's text without comments and blanks."""
        return _hash(" ".join(_COMMENT.sub("", self.text).split()))


def known() -> list[Migration]:
    """Return every migration of this program, in order."""
    texts = {file.name: file.read_text("utf-8") for file in _FOLDER.glob("*.sql")}
    steps: list[Migration] = []
    for name in sorted(name for name in texts if name.count(".") == 1):
        stem = name.removesuffix(".sql")
        text = texts[name].format(**_TYPES) + texts.get(f"{stem}.sqlite.sql", "")
        steps.append(Migration(int(stem[:4]), stem[5:], text))
    return steps


def is_blank(connection: Connection) -> bool:
    """Return whether no migration was ever applied to a database."""
    return not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").fetchall()


def waiting(connection: Connection, steps: Sequence[Migration]) -> list[Migration]:
    """Return the steps that a database lacks, in order."""
    if is_blank(connection):
        return list(steps)
    done = _done(connection)
    return [step for step in steps if step.number not in done]


def refuse_other_layout(connection: Connection, file: Path, steps: Sequence[Migration] | None = None) -> None:
    """Raise `StoreLayoutError` if a database's tables are not those that these steps create.

    Each applied step must be the one with that number here, and the schema must be that of the last step. A blank
    database passes, and so does one that a newer program migrated further, which `migrate` refuses.
    """
    if is_blank(connection):
        return
    known_steps = {step.number: step for step in (known() if steps is None else steps)}
    try:
        done = connection.execute("SELECT number, fingerprint FROM migration").fetchall()
        ((left,),) = connection.execute("SELECT fingerprint FROM database_info").fetchall() or [("",)]
    except StatementError:
        done, left = [], ""
    are_same = all(number not in known_steps or known_steps[number].fingerprint == found for number, found in done)
    if not done or not are_same or left != _fingerprint(connection):
        raise StoreLayoutError(unusable(file, Message("database.other_tables")))


def migrate(connection: Connection, steps: Sequence[Migration] | None = None) -> list[int]:
    """Apply all missing steps in one transaction and return their numbers.

    Raises `EnvironmentFailure` if a newer program has migrated the database further: an older one must not change it.
    """
    steps = known() if steps is None else steps
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
            " applied_at_ms BIGINT NOT NULL, fingerprint TEXT NOT NULL)"
        )
        done = _done(connection)
        if done - {step.number for step in steps}:
            raise EnvironmentFailure(Message("database.newer"))
        missing = [step for step in steps if step.number not in done]
        for step in missing:
            for statement in statements(step.text):
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migration VALUES (?, ?, ?, ?)",
                (step.number, step.name, time.time_ns() // 1_000_000, step.fingerprint),
            )
        if missing:
            connection.execute(
                "INSERT INTO database_info (id, database_id, fingerprint) VALUES (1, ?, '') ON CONFLICT DO NOTHING",
                (os.urandom(16).hex(),),
            )
            connection.execute("UPDATE database_info SET fingerprint = ?", (_fingerprint(connection),))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [step.number for step in missing]


def _done(connection: Connection) -> set[int]:
    return {number for (number,) in connection.execute("SELECT number FROM migration")}


def _fingerprint(connection: Connection) -> str:
    """Return a hash of the schema: each table, index, view and trigger with its text."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name"
    ).fetchall()
    return _hash(repr(rows))


def _hash(text: str) -> str:
    """Return a short hash against mistakes; zlib is loaded anyway, and the first page waits for this."""
    data = text.encode()
    return f"{len(data):x}-{zlib.crc32(data):08x}"


def statements(text: str) -> Iterator[str]:
    """Yield the statements of a script one by one; a trigger's inner statements stay with it."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if is_whole_statement(statement):
            yield statement
            statement = ""
