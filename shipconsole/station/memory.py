"""Keeps the keys in the program's memory from being written to disk or read by other programs of the user."""

import contextlib
import functools
import sys

_PR_SET_DUMPABLE = 4


@functools.cache
def keep_private() -> None:
    """Write no core file and let no other program of the user read this one's memory, where the system allows.

    Sources: setrlimit(2), RLIMIT_CORE; prctl(2), PR_SET_DUMPABLE, which also holds where core files go to a program.
    """
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
