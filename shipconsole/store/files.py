"""Files that come whole or not at all: filled under a name of their own, synced, then put in their place."""

import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

SIDE_FILES = ("-journal", "-wal", "-shm")


@contextmanager
def part_of(target: Path) -> Generator[Path]:
    """A file to be filled, closed to other users, beside the one that it is for; what is left of it goes at the end."""
    part = target.with_name(f".{target.name}-{os.getpid()}-{threading.get_ident()}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield part
    finally:
        for end in ("", *SIDE_FILES):
            part.with_name(part.name + end).unlink(missing_ok=True)


def put_in_place(part: Path, target: Path) -> None:
    """Give a file that is whole its name, so that a power cut leaves it or what was there before."""
    _sync(part, os.O_RDWR)
    part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder last; Windows has no such call and needs none."""
    if sys.platform != "win32":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
