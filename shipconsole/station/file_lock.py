"""Lock files through the operating system, so that a lock ends with its process."""

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
    """A lock on a file, released by `release` or at the end of its process."""

    def __init__(self, file: Path) -> None:
        """Name the file; it is created when first needed and never removed, which would race."""
        self.file = file
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Lock the file and return whether that worked; a second lock is refused, here or in another process."""
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
        """Release the lock, if held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextlib.contextmanager
def held(file: Path, wait_s: float) -> Generator[None]:
    """Hold the lock on a file during the block, waiting a moment for another process.

    Raises TimeoutError, which is an OSError, if the other process keeps it.
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
