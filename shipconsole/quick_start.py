"""What comes before the window's modules are loaded, so that they load in half the time.

Only for a process that goes on to open the window. Figures are of CPython 3.11 with PySide6 6.11.
"""

import builtins
import gc


def begin() -> None:
    """Load Qt, and leave out what would slow down every module after it."""
    # Nothing that is loaded on the way to the window is garbage; looking for some takes 25 ms.
    gc.disable()
    usual = builtins.__import__
    import PySide6.QtCore  # noqa: F401 - what it does to Python is taken back below

    # From here on PySide6 would search the source of each module for its `__feature__` switches, which nobody here
    # uses: 20 ms until the window is there, and 80 ms and 16 MB of kept source for what is loaded after it. The
    # other thing its own import does is to complete `from PySide6... import *`, which is banned.
    builtins.__import__ = usual
