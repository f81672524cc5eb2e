"""Locks a file through the operating system, so that the lock dies with its process."""

import contextlib
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path

from shipconsole.station.private_file import own

if sys.platform == "win32":
    import msvcrt

    def _seize(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _seize(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_RETRY_S = 0.01


class FileLock:
    """One lock on one file; it is free again when released, or when its process ends in whatever way."""

    def __init__(self, file: Path) -> None:
        """Name the file; it is made when first needed and left there, for removing it would race."""
        self.file = file
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock and say whether it is ours; a second one is refused, here or in another process."""
        if self._descriptor is not None:
            return True
        descriptor = own(str(self.file), os.O_RDWR | os.O_CREAT)
        try:
            _seize(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back; without a lock there is nothing to do."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def held(file: Path, wait_s: float) -> Generator[None]:
    """Hold the lock on a file for the block, waiting a little for a neighbour who has it.

    Raises TimeoutError, which is an OSError, when the neighbour keeps it.
    """
    lock = FileLock(file)
    give_up_s = time.monotonic() + wait_s
    while not lock.acquire():
        if time.monotonic() >= give_up_s:
            raise TimeoutError(f"{file.name} is locked by another program")
        time.sleep(_RETRY_S)
    try:
        yield
    finally:
        lock.release()
