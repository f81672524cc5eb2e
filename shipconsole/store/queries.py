"""Named queries: hand-written SQL in commented files, one file a subject, values always by name.

A file holds blocks that start with ``-- name: something``; comments above the name belong to the reader. A list
of ids is written ``IN :ids`` and filled to a round number, so that the statement's text, and with it the
prepared statement, stays the same. Such a statement has no other value. A file ``browse.sqlite.sql`` beside
``browse.sql`` holds what only SQLite understands.
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


class Query(NamedTuple):
    """One named statement; `list` names its one value where that is a list of ids, and is empty elsewhere."""

    text: str
    list: str


@cache
def _subject(subject: str) -> dict[str, Query]:
    texts = [(_FOLDER / f"{subject}.sql").read_text("utf-8")]
    own = _FOLDER / f"{subject}.sqlite.sql"
    if own.is_file():
        texts.append(own.read_text("utf-8"))
    parts = [part for text in texts for part in _NAME.split(text)[1:]]
    return {
        name: Query(_statement(body), "".join(_LIST.findall(body)))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def _statement(body: str) -> str:
    """A block without what stands after its statement: comments there are about the next one."""
    lines = body.strip().splitlines()
    while lines and (not lines[-1].strip() or lines[-1].startswith("--")):
        lines.pop()
    return "\n".join(lines).rstrip(";")


def query(name: str) -> Query:
    """The statement called ``subject.name``; KeyError where there is none."""
    subject, _, short = name.partition(".")
    return _subject(subject)[short]


def bind(statement: Query, values: Values) -> tuple[str, Values | list[int]]:
    """The statement's text and values as the driver takes them: by name, or a list by position.

    A list is filled up by repeating its last id; an empty one matches nothing (ids are above zero). Raises
    ValueError for a list longer than the longest size.
    """
    if not statement.list:
        return statement.text, values
    (given,) = values.values()
    if isinstance(given, str | int | float | bytes) or given is None:
        raise TypeError(f"{statement.list} is a list of ids")
    size = next((size for size in LIST_SIZES if size >= len(given)), 0)
    if not size:
        raise ValueError(f"{statement.list} holds {len(given)} ids, at most {LIST_SIZES[-1]} go in one statement")
    filled = [*given, *[given[-1] if given else 0] * (size - len(given))]
    return _spelled_out(statement, size), filled


@cache
def _spelled_out(statement: Query, size: int) -> str:
    return statement.text.replace(f"IN :{statement.list}", f"IN ({', '.join('?' * size)})")
