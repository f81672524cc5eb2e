"""Named queries: hand-written SQL in commented files, one file a subject, values always by name.

A file holds blocks that start with ``-- name: something``; comments above the name belong to the reader. A list
of ids is written ``IN :ids`` and filled to a round number, so that the statement's text, and with it the
prepared statement, stays the same.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

Value = str | int | float | bytes | None
Values = Mapping[str, Value | Sequence[int]]

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_LIST = re.compile(r"IN :(\w+)")
LIST_SIZES = (1, 10, 100, 1_000)


class Query(NamedTuple):
    """One named statement and the names of its values that are lists."""

    text: str
    lists: tuple[str, ...]


@cache
def _subject(subject: str) -> dict[str, Query]:
    text = (files("shipconsole.store") / "sql" / f"{subject}.sql").read_text("utf-8")
    parts = _NAME.split(text)[1:]
    return {
        name: Query(body.strip().rstrip(";"), tuple(_LIST.findall(body)))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def query(name: str) -> Query:
    """The statement called ``subject.name``; KeyError where there is none."""
    subject, _, short = name.partition(".")
    return _subject(subject)[short]


def bind(statement: Query, values: Values) -> tuple[str, dict[str, Value]]:
    """The statement's text and its values with each list spelled out.

    A list is filled up by repeating its last id; an empty one matches nothing (ids are above zero). Raises
    ValueError for a list longer than the longest size.
    """
    text, bound = statement.text, dict[str, Value]()
    for name, value in values.items():
        if isinstance(value, str | int | float | bytes) or value is None:
            bound[name] = value
            continue
        size = next((size for size in LIST_SIZES if size >= len(value)), 0)
        if not size:
            raise ValueError(f"{name} holds {len(value)} ids, at most {LIST_SIZES[-1]} go in one statement")
        filled = [*value, *[value[-1] if value else 0] * (size - len(value))]
        bound |= {f"{name}_{position}": one for position, one in enumerate(filled)}
        marks = ", ".join(f":{name}_{position}" for position in range(size))
        text = text.replace(f"IN :{name}", f"IN ({marks})")
    return text, bound
