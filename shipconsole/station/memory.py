"""Keep the keys in memory from being written to disk or read by other programs of the user."""

import contextlib
import functools
import sys

_PR_SET_DUMPABLE = 4


@functools.cache
def keep_private() -> None:
    """Disable core files and access to this process's memory, if the system allows it.

    Sources: setrlimit(2), RLIMIT_CORE; prctl(2), PR_SET_DUMPABLE, which also applies if core files are piped to a
    program.
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
