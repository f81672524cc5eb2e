"""A spool: any number of records, sorted, in bounded memory."""

import heapq
import itertools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

AT_ONCE = 20_000
Key = tuple[Any, ...]


class Entry(NamedTuple):
    """A record with the key by which it is sorted; both are JSON."""

    key: Key
    record: Any


class Spool:
    """Collects records and gives them back sorted; more than `at_once` are kept in temporary files of this user."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        """Begin without records."""
        self._at_once = at_once
        self._here: list[Entry] = []
        self._parts: list[Path] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.count = 0

    def __enter__(self) -> Self:
        """Return itself; leaving removes the files."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here, self._parts = [], []
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, key: Key, record: Any) -> None:
        """Add a record; keys must be comparable with each other and different."""
        self._here.append(Entry(key, record))
        self.count += 1
        if len(self._here) >= self._at_once:
            self._write()

    def sorted(self) -> Iterator[Entry]:
        """Yield all records by their keys."""
        self._here.sort(key=_key)
        parts = [_read(path) for path in self._parts]
        return heapq.merge(*parts, self._here, key=_key) if parts else iter(self._here)

    def _write(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="shipconsole-")
        self._here.sort(key=_key)
        path = Path(self._folder.name) / f"{len(self._parts)}"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(entry)}\n" for entry in self._here)
        self._parts.append(path)
        self._here = []


def groups(entries: Iterator[Entry], length: int, most: int) -> Iterator[tuple[list[Any], bool]]:
    """Yield the records of successive entries whose keys begin with the same `length` parts, at most `most` at once.

    True stands beside the records of a group that has so many.
    """
    for _, group in itertools.groupby(entries, key=lambda entry: entry.key[:length]):
        records = (entry.record for entry in group)
        too_many = False
        while part := list(itertools.islice(records, most)):
            too_many = too_many or len(part) == most
            yield part, too_many


def _key(entry: Entry) -> Key:
    return entry.key


def _read(path: Path) -> Iterator[Entry]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            key, record = json.loads(line)
            yield Entry(tuple(key), record)
