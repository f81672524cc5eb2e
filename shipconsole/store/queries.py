"""Named queries: hand-written SQL in commented files, one file per subject, with values by name only.

A block starts with `-- name: something`; comments for the reader stand above it. A list of ids is written `IN :ids`
and padded to a round number, so that the statement's text, and with it the prepared statement, stays the same. Such a
statement has no other values. A file `browse.sqlite.sql` beside `browse.sql` has what only SQLite understands,
`browse.postgresql.sql` the same for PostgreSQL.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

Value = str | int | float | bytes | None
Values = Mapping[str, Value | Sequence[int]]

_FOLDER = Path(__file__).parent / "sql"
_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_LIST = re.compile(r"IN :(\w+)")
LIST_SIZES = (1, 10, 100, 1_000)
NO_LIMIT = 2**63 - 1
"""The value of a LIMIT for all rows."""


class Query(NamedTuple):
    """One named statement; `list` is the name of its list of ids, empty if it has none."""

    text: str
    list: str


@cache
def _subject(subject: str, engine: str) -> dict[str, Query]:
    files = (_FOLDER / f"{subject}.sql", _FOLDER / f"{subject}.{engine}.sql")
    texts = [file.read_text("utf-8") for file in files if file.is_file()]
    parts = [part for text in texts for part in _NAME.split(text)[1:]]
    return {
        name: Query(_statement(body), "".join(_LIST.findall(body)))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def _statement(body: str) -> str:
    """Return a block without the comments after its statement, which belong to the next one."""
    lines = body.strip().splitlines()
    while lines and (not lines[-1].strip() or lines[-1].startswith("--")):
        lines.pop()
    return "\n".join(lines).rstrip(";")


def query(name: str, engine: str = "sqlite") -> Query:
    """Return an engine's statement named `subject.name`; raises KeyError if there is none."""
    subject, _, short = name.partition(".")
    return _subject(subject, engine)[short]


def bind(statement: Query, values: Values) -> tuple[str, Values | list[int]]:
    """Return the statement's text and its values for the driver: by name, or a list by position.

    A list is padded with its last id; an empty one matches nothing (ids are above zero). Raises ValueError for a list
    longer than the longest size.
    """
    if not statement.list:
        return statement.text, values
    (ids,) = values.values()
    if isinstance(ids, str | int | float | bytes) or ids is None:
        raise TypeError(f"{statement.list} is a list of ids")
    size = next((size for size in LIST_SIZES if size >= len(ids)), 0)
    if not size:
        raise ValueError(f"{statement.list} holds {len(ids)} ids, at most {LIST_SIZES[-1]} go in one statement")
    padded = [*ids, *[ids[-1] if ids else 0] * (size - len(ids))]
    return _expanded(statement, size), padded


@cache
def _expanded(statement: Query, size: int) -> str:
    return statement.text.replace(f"IN :{statement.list}", f"IN ({', '.join('?' * size)})")
