"""The archive: what is removed from the database, written before to compressed files of JSON lines.

A file belongs to one day and one process. Each group of lines is a gzip member of its own and synced to disk before
anything is removed, so that what a killed program left unfinished is only the end of a file, whose rows are still in
the database. Lines have a kind and an id: one that is there twice was archived, and not removed before the program
ended.
"""

import gzip
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.private_file import own

_READ_BYTES = 1 << 20


class Archive:
    """One run's file, which is created with its first lines."""

    def __init__(self, folder: Path, now_ms: int) -> None:
        """Prepare to write into a folder."""
        self._folder = folder
        self._name = f"{datetime.fromtimestamp(now_ms / 1_000, UTC):%Y%m%d}-{os.getpid()}"
        self._file: Path | None = None

    def add(self, lines: Iterable[dict[str, Any]]) -> None:
        """Append lines and sync them to disk; raise `EnvironmentFailure` where they can't be written."""
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        if not text:
            return
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            if self._file is None:
                self._file = self._intact_file()
            with open(self._file, "ab", opener=own) as file:
                file.write(gzip.compress(text.encode()))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            reason = error.strerror or str(error)
            raise EnvironmentFailure(Message("file.not_written", path=str(self._folder), reason=reason)) from error

    def _intact_file(self) -> Path:
        """Return the day's file, or another one if a killed program left its end unfinished."""
        number = 1
        while True:
            file = self._folder / f"{self._name}{f'-{number}' if number > 1 else ''}.jsonl.gz"
            if not file.exists() or _is_intact(file):
                return file
            number += 1


def _is_intact(file: Path) -> bool:
    try:
        with gzip.open(file) as lines:
            while lines.read(_READ_BYTES):
                pass
    except (OSError, EOFError):
        return False
    return True
