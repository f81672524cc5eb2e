"""Files that are replaced atomically: filled under a temporary name, synced, then renamed."""

import os
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

SIDE_FILES = ("-journal", "-wal", "-shm")


@contextmanager
def part_of(target: Path) -> Generator[Path]:
    """Yield a temporary file beside the target, closed to other users; delete what is left of it at the end."""
    part = target.with_name(f".{target.name}-{os.getpid()}-{threading.get_ident()}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        yield part
    finally:
        for end in ("", *SIDE_FILES):
            part.with_name(part.name + end).unlink(missing_ok=True)


def put_in_place(part: Path, target: Path) -> None:
    """Rename a complete file to its target, so that a power cut leaves either it or the previous file."""
    _sync(part, os.O_RDWR)
    part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Sync a folder's entries to disk; Windows neither has nor needs such a call."""
    if sys.platform != "win32":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
