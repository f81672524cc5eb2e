"""Opens files that no other user of the computer may read."""

import os


def private(path: str, flags: int) -> int:
    """Open a file for its owner alone; given to `open` as its opener.

    Windows has no such mode: there the user's own data folder keeps others out.
    """
    return os.open(path, flags, 0o600)
