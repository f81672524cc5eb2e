"""What comes before the window's modules are loaded, so that they load in half the time.

Only for a process that goes on to open the window. Figures are of CPython 3.11 with PySide6 6.11.
"""

import builtins
import gc
import sys
import threading
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# What PySide6 needs to tell the signature of a function: for help, for hints, and for the words of a TypeError.
_SIGNATURES = "shibokensupport.signature"
_ABOUT_SIGNATURES = ("errorhandler", "layout", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool")


def begin() -> None:
    """Load Qt, and leave out what would slow down every module after it."""
    # Nothing that is loaded on the way to the window is garbage; looking for some takes 25 ms.
    gc.disable()
    usual = builtins.__import__

    def importing(name: str, *rest: Any, **named: Any) -> ModuleType:
        if name == _SIGNATURES:
            _leave_signatures_for_later()
        return usual(name, *rest, **named)

    builtins.__import__ = importing
    inspect = sys.modules.setdefault("inspect", _NoSource("inspect"))
    try:
        import PySide6.QtCore  # noqa: F401 - what it does to Python is taken back below
    finally:
        # From here on PySide6 would search the source of each module for its `__feature__` switches, which nobody
        # here uses: 20 ms until the window is there, and 80 ms and 16 MB of kept source for what is loaded after it.
        # The other thing its own import does is to complete `from PySide6... import *`, which is banned.
        builtins.__import__ = usual
        if isinstance(inspect, _NoSource):
            del sys.modules["inspect"]


def _leave_signatures_for_later() -> None:
    """Let PySide6 compile its modules about signatures when one is asked for, not at each start: 25 ms."""
    finder = sys.meta_path[0]  # its own, for as long as it loads them
    for name in _ABOUT_SIGNATURES:
        full_name = f"{_SIGNATURES}.{name}"
        spec = None if full_name in sys.modules else finder.find_spec(full_name, None)
        if spec is not None and spec.loader is not None:
            sys.modules[full_name] = _Later(full_name, spec.loader.exec_module)


class _NoSource(ModuleType):
    """Stands for `inspect`, of which PySide6 wants one thing at once: whether the source of `shiboken6` has a word."""

    def getsource(self, _: object) -> str:
        raise OSError


class _Later(ModuleType):
    """A module that is loaded when something in it is first wanted."""

    _loading = threading.RLock()

    def __init__(self, name: str, load: Callable[[ModuleType], None]) -> None:
        super().__init__(name)
        # PySide6 renames the one that it sees, and needs the other to find the source.
        self.__spec__, self._own_spec = ModuleSpec(name, None), ModuleSpec(name, None)
        self._load: Callable[[ModuleType], None] | None = load

    def __getattr__(self, name: str) -> Any:
        with self._loading:
            load, self._load = self._load, None
            if load is not None:
                seen, self.__spec__ = self.__spec__, self._own_spec
                try:
                    load(self)
                except BaseException:
                    self._load = load
                    raise
                finally:
                    self.__spec__ = seen
        try:
            return vars(self)[name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None
