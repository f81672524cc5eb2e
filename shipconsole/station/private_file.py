"""Opens files that no other user of the computer may read."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

_UNFOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def private(path: str, flags: int) -> int:
    """Open a file that a person named, readable by its owner alone where it is new; give to `open` as its opener.

    Windows has no such mode: there the user's own data folder keeps others out.
    """
    return os.open(path, flags, 0o600)


def own(path: str, flags: int) -> int:
    """Open a file of the profile for its owner alone; give to `open` as its opener.

    In a folder that others can write to, a link or another user's file under that name would lead the program
    to write where they want: it is refused with OSError. A file that was there and is open to others is closed.
    """
    descriptor = os.open(path, flags | _UNFOLLOWED, 0o600)
    if os.name == "posix":
        found = os.fstat(descriptor)
        # An administrator may look after another user's profile: that user is the folder's owner.
        owners = (os.geteuid(), Path(path).parent.stat().st_uid)
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in owners:
            os.close(descriptor)
            raise PermissionError(errno.EPERM, "not a file of this user", path)
        if stat.S_IMODE(found.st_mode) & 0o077:
            os.fchmod(descriptor, 0o600)
    return descriptor


def create_own(path: str, flags: int) -> int:
    """Open a new file of the profile in place of one left there; give to `open` as its opener."""
    Path(path).unlink(missing_ok=True)
    return own(path, flags | os.O_EXCL)


def open_to_others(folder: Path) -> Iterator[Path]:
    """Yield the folder's files, at any depth, that other users of the computer can read or write.

    A folder that only its owner may enter keeps all that is in it; on Windows nothing is known of this.
    """
    if os.name != "posix" or not stat.S_IMODE(folder.stat().st_mode) & 0o011:
        return
    for file in sorted(folder.iterdir()):
        mode = file.lstat().st_mode
        if stat.S_ISDIR(mode):
            yield from open_to_others(file)
        elif stat.S_ISREG(mode) and stat.S_IMODE(mode) & 0o066:
            yield file
