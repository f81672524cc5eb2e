"""A database in which every table has rows, made from the schema alone, so that a new table has rows too."""

import re
from ast import literal_eval
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from shipconsole.store.move_source import Source
from shipconsole.store.moved_rows import Table
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql

_CHOICES = re.compile(r"CHECK \((\w+) IN \(([^)]*)\)\)")
ROWS = 26
"""Twice the states of an update, the longest list of choices."""
# Where one of two columns is filled, and where a row of a new database stands for all.
_EMPTY = {("call", "intent")}


def filled(folder: Path, rows: int = ROWS) -> Path:
    """Return a database file, closed, with so many rows in every table that moves to another engine."""
    file = folder / "shipconsole.db"
    store = SqliteStore(file)
    store.open()
    store.write(lambda db: db.value("changes.newest")).result(60)
    store.close()
    with closing(Source(file)) as source:
        tables = source.tables()
    with closing(sql.connect(file)) as connection, connection:
        for table in tables:
            if not connection.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchall():
                places = ", ".join("?" * len(table.columns))
                statement = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})"
                connection.executemany(statement, _rows(connection, table, rows))
    return file


def _rows(connection: sql.Connection, table: Table, count: int) -> Iterator[tuple[Any, ...]]:
    ((text,),) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table.name,)).fetchall()
    choices = {name: literal_eval(f"[{listed}]") for name, listed in _CHOICES.findall(str(text))}
    types = {row[1]: str(row[2]) for row in connection.execute(f"PRAGMA table_info({table.name})")}
    refers = {row[3]: (row[2], row[4]) for row in connection.execute(f"PRAGMA foreign_key_list({table.name})")}
    parents = {
        column: [key for (key,) in connection.execute(f"SELECT {to} FROM {other} ORDER BY 1")]
        for column, (other, to) in refers.items()
        if other != table.name
    }
    for number in range(1, count + 1):
        yield tuple(
            _value(table.name, column, types[column], number, choices, parents, refers) for column in table.columns
        )


def _value(
    table: str,
    column: str,
    type_: str,
    number: int,
    choices: dict[str, list[Any]],
    parents: dict[str, list[Any]],
    refers: dict[str, tuple[str, str]],
) -> Any:
    if (table, column) in _EMPTY:
        return None
    if column in choices:
        return choices[column][number % len(choices[column])]
    if column in parents:
        return parents[column][(number - 1) % len(parents[column])]
    if column in refers:
        return number - 1 or None
    match type_:
        case "BLOB":
            return bytes([number % 256, 0, 255])
        case "DOUBLE PRECISION":
            return number / 3
        case "TEXT":
            return f"{column} {number} · 箱 {'x' * (number % 7)}"
        case _:
            return number
