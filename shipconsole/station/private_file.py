"""Open files that no other user of the computer may read."""

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TextIO

_UNFOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def own(path: str, flags: int) -> int:
    """Open a file of the profile for its owner only; an opener for `open`.

    In a folder that others can write to, a link or another user's file under that name would redirect the program: it
    is refused with OSError. The permissions of an existing file are restricted.
    """
    descriptor = os.open(path, flags | _UNFOLLOWED, 0o600)
    if os.name == "posix":
        found = os.fstat(descriptor)
        # An administrator may use another user's profile: that user owns the folder.
        owners = (os.geteuid(), Path(path).parent.stat().st_uid)
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in owners:
            os.close(descriptor)
            raise PermissionError(errno.EPERM, "not a file of this user", path)
        if stat.S_IMODE(found.st_mode) & 0o077:
            os.fchmod(descriptor, 0o600)
    return descriptor


@contextlib.contextmanager
def whole_text(path: str | Path, *, encoding: str = "utf-8", newline: str = "") -> Generator[TextIO]:
    """Write a text file that a person named, readable by its owner only if it is new.

    A file that could not be written completely is removed, and an existing one stays as it was. Raises OSError.
    """
    # An existing link still points to the same file afterwards.
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        with target.open("w", encoding=encoding, newline=newline) as device:
            yield device
        return
    part = target.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        with open(part, "w", encoding=encoding, newline=newline, opener=create_own) as file:
            if target.exists():
                part.chmod(stat.S_IMODE(target.stat().st_mode))
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def create_own(path: str, flags: int) -> int:
    """Open a new file of the profile, replacing an old one; an opener for `open`."""
    Path(path).unlink(missing_ok=True)
    return own(path, flags | os.O_EXCL)


def open_to_others(folder: Path) -> Iterator[Path]:
    """Yield the folder's files, at any depth, that other users can read or write.

    A folder that only its owner may enter protects its content; on Windows nothing is reported.
    """
    if os.name != "posix" or not stat.S_IMODE(folder.stat().st_mode) & 0o011:
        return
    for file in sorted(folder.iterdir()):
        mode = file.lstat().st_mode
        if stat.S_ISDIR(mode):
            yield from open_to_others(file)
        elif stat.S_ISREG(mode) and stat.S_IMODE(mode) & 0o066:
            yield file
