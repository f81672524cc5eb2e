"""The last known commit of a database, its mark, in a small file beside it.

It is written after each commit and never before, without a sync of its own. So after a crash it may be behind the
database, but never ahead: a database behind its mark has lost commits. Several programs may write it at once; each
writes only a later commit than it finds.
"""

import os
import sys
import zlib
from pathlib import Path
from typing import NamedTuple

_LENGTH = 63
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Mark(NamedTuple):
    """A database's id, and how many groups of writes it has committed."""

    database_id: str
    commits: int


def file_of(store: Path) -> Path:
    """Return the mark's file, which is beside the database."""
    return store.with_name(f"{store.name}-committed")


def read(store: Path) -> Mark | None:
    """Return a database's mark; None if there is none or it cannot be read."""
    try:
        with file_of(store).open("rb") as file:
            return _parsed(file.read(_LENGTH + 1))
    except OSError:
        return None


class Marker:
    """Writes a database's mark for one writing connection; to be used by one thread."""

    def __init__(self, store: Path) -> None:
        """Open or create the mark's file, closed to other users; raises OSError if it cannot be written."""
        self._file = file_of(store)
        self._descriptor = os.open(self._file, _FLAGS, 0o600)
        self._line = b""
        self._last: Mark | None = None

    def reached(self, mark: Mark) -> None:
        """Write the last commit, unless the file has a later one or belongs to another database."""
        try:
            if not os.fstat(self._descriptor).st_nlink:
                self._reopen()
            line = _read_at_start(self._descriptor)
            # What this connection wrote last needs no parsing, which each commit would wait for.
            found = self._last if line == self._line else _parsed(line)
            if found is None or (found.database_id == mark.database_id and found.commits < mark.commits):
                self._line, self._last = as_line(mark), mark
                _write_at_start(self._descriptor, self._line)
        except OSError:
            # The commit itself is safe. The mark stays behind until it can be written again.
            return

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _reopen(self) -> None:
        fresh = os.open(self._file, _FLAGS, 0o600)
        os.close(self._descriptor)
        self._descriptor = fresh


if sys.platform == "win32":

    def _read_at_start(descriptor: int) -> bytes:
        os.lseek(descriptor, 0, os.SEEK_SET)
        return os.read(descriptor, _LENGTH)

    def _write_at_start(descriptor: int, line: bytes) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, line)

else:

    def _read_at_start(descriptor: int) -> bytes:
        return os.pread(descriptor, _LENGTH, 0)

    def _write_at_start(descriptor: int, line: bytes) -> None:
        os.pwrite(descriptor, line, 0)


def as_line(mark: Mark) -> bytes:
    """Return the mark as one line of fixed length, with a checksum at its end."""
    what = f"{mark.database_id:<32} {mark.commits:020}".encode()
    return what + f" {zlib.crc32(what):08x}\n".encode()


def _parsed(line: bytes) -> Mark | None:
    what, _, check = line.rstrip(b"\n").rpartition(b" ")
    if len(line) != _LENGTH or check != f"{zlib.crc32(what):08x}".encode():
        return None
    database_id, _, commits = what.decode("ascii", "replace").partition(" ")
    return Mark(database_id, int(commits)) if commits.isdecimal() else None
