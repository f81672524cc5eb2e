"""The rows of a database that moves to another engine: what changes in them, and the sums by which both are compared.

A row's sum is a hash of its values with their types; a table's is that of its rows, in whatever order, modulo 2^64.
Both engines' rows are summed here, as the program reads them, never by the engines, which would do it differently.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import NamedTuple

from shipconsole.store import steady_time
from shipconsole.store.engine import Value

Row = Sequence[Value]
Change = Callable[[Row], Row]

FIRST_ROW = -(2**63)
ROWS_MOST, TEXT_MOST = 10_000, 4 << 20
"""The limits of a batch: rows, and characters of their text; a single row may be longer."""
REPLACEMENT = "\ufffd"
_NUL = "\x00"
_NUL_SHOWN = r"\x00"
_SUMS = 1 << 64

LEFT_OUT = frozenset({"database_info", "migration", "move", "move_progress", "steady_time"})
"""Tables about one database itself, which the other one has for itself."""
FILLED_WHEN_NEW = frozenset({"profile", "sender", "sending_station", "view_count"})
"""Tables that have rows although no one has worked on a database yet: a station that only opened it is in two."""


class Table(NamedTuple):
    """A table that moves, and its columns."""

    name: str
    columns: tuple[str, ...]


class Progress(NamedTuple):
    """How far a table was copied: the last row's number in the file, how many rows, and their sum.

    `replaced` is how many characters the server can't store and were replaced.
    """

    last_row: int = FIRST_ROW
    copied: int = 0
    row_sum: int = 0
    replaced: int = 0
    verified: bool = False


class Tally(NamedTuple):
    """How many rows a table has, and their sum."""

    rows: int
    row_sum: int


@dataclass(slots=True)
class Batch:
    """One batch of a table: yields its rows as they are stored at the server, and counts what was yielded.

    `found` are the rows of the file with their numbers, from the first one after `progress` on. It reads no further
    than the limits of a batch; `is_last` is whether the table has ended.
    """

    found: Iterator[tuple[int, Row]]
    change: Change | None
    progress: Progress
    is_last: bool = False

    def __iter__(self) -> Iterator[Row]:
        last_row, copied, row_sum, replaced, _ = self.progress
        left, size, change = ROWS_MOST, 0, self.change
        for last_row, row in self.found:  # noqa: B007 - stored below
            if change is not None:
                row = change(row)
            text = repr(row)
            if _NUL_SHOWN in text:
                row, count = without_nul(row)
                replaced += count
                text = repr(row)
            row_sum += _hash(text)
            copied += 1
            left -= 1
            size += len(text)
            yield row
            if not left or size >= TEXT_MOST:
                break
        else:
            self.is_last = True
        self.progress = Progress(last_row, copied, row_sum % _SUMS, replaced)


def tally(rows: Iterable[Row]) -> Tally:
    """Return how many rows there are, and their sum."""
    count = row_sum = 0
    for row in rows:
        count += 1
        row_sum += _hash(repr(row))
    return Tally(count, row_sum % _SUMS)


def changes_of(table: Table, steady_offset_ms: int) -> Change | None:
    """Return what changes in the rows of a table, None if nothing does.

    Steady times are converted to those of the server. No lease continues: no program works on the file, so each update
    that was being sent is taken over by the first program at the server, which never simply sends it again.
    """
    steady = [table.columns.index(name) for name in steady_time.COLUMNS.get(table.name, ())]
    lease = table.columns.index("lease_until_ms") if table.name == "call" else None
    evidence = table.columns.index("evidence") if table.name == "call" else None
    if not steady:
        return None

    def change(row: Row) -> Row:
        values = list(row)
        for index in steady:
            if values[index]:
                values[index] += steady_offset_ms  # type: ignore[operator]
        if lease is not None:
            values[lease] = 0
        if evidence is not None and steady_time.IN_EVIDENCE in str(values[evidence]):
            values[evidence] = _shifted(str(values[evidence]), steady_offset_ms)
        return tuple(values)

    return change


def without_nul(row: Row) -> tuple[Row, int]:
    """Return a row whose texts have a replacement for each NUL, which PostgreSQL can't store, and how many."""
    count = sum(value.count(_NUL) for value in row if isinstance(value, str))
    return tuple(value.replace(_NUL, REPLACEMENT) if isinstance(value, str) else value for value in row), count


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _shifted(evidence: str, offset_ms: int) -> str:
    try:
        found = json.loads(evidence)
        found[steady_time.IN_EVIDENCE] += offset_ms
    except (ValueError, TypeError, LookupError):
        return evidence
    return json.dumps(found)
