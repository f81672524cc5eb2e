"""Keys on a virtual screen that the X server itself presses, so far apart as they should be.

A program that presses them one by one is stopped by whatever else the computer does: a scanner would stutter, and what
a person types would come all at once.
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_uint, c_ulong, c_void_p
from typing import Any

GS = "\x1d"
_SYMS = {"\n": 0xFF0D, "\t": 0xFF09, GS: ord("]")}
_SHIFT, _CONTROL = "Shift_L", "Control_L"


class Keys:
    """Types on one display: as a scanner, or as a person."""

    def __init__(self, display: str) -> None:
        """Take the display's name."""
        self._name = display.encode()

    def type(self, text: str, every_ms: int) -> None:
        """Press the keys of a text; line ends are Enter, and GS goes as Ctrl+], as from a scanner."""
        with self._connected() as (xlib, xtest, display):
            for place, character in enumerate(text):
                self._press(xlib, xtest, display, character, every_ms if place else 0)
            xlib.XSync(display, 0)

    @contextmanager
    def _connected(self) -> Iterator[tuple[Any, Any, int]]:
        xlib, xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        xlib.XOpenDisplay.restype, xlib.XOpenDisplay.argtypes = c_void_p, [c_char_p]
        xlib.XStringToKeysym.restype, xlib.XStringToKeysym.argtypes = c_ulong, [c_char_p]
        xlib.XKeysymToKeycode.restype, xlib.XKeysymToKeycode.argtypes = c_uint, [c_void_p, c_ulong]
        xlib.XkbKeycodeToKeysym.restype = c_ulong
        xlib.XkbKeycodeToKeysym.argtypes = [c_void_p, c_uint, c_int, c_int]
        xlib.XSync.argtypes, xlib.XCloseDisplay.argtypes = [c_void_p, c_int], [c_void_p]
        xtest.XTestFakeKeyEvent.argtypes = [c_void_p, c_uint, c_int, c_ulong]
        display = xlib.XOpenDisplay(self._name)
        assert display, "no display to scan on"
        try:
            yield xlib, xtest, display
        finally:
            xlib.XCloseDisplay(display)

    def _press(self, xlib: Any, xtest: Any, display: int, character: str, after_ms: int) -> None:
        # The symbol of a key is its character, as far as Latin 1 goes.
        sym = _SYMS.get(character, ord(character))
        code = xlib.XKeysymToKeycode(display, sym)
        assert code, f"no key for {character!r}"
        held: Sequence[str] = (_CONTROL,) if character == GS else ()
        if not held and xlib.XkbKeycodeToKeysym(display, code, 0, 0) != sym:
            held = (_SHIFT,)
        codes = [xlib.XKeysymToKeycode(display, xlib.XStringToKeysym(one.encode())) for one in held]
        for place, modifier in enumerate(codes):
            xtest.XTestFakeKeyEvent(display, modifier, 1, 0 if place else after_ms)
        xtest.XTestFakeKeyEvent(display, code, 1, 0 if codes else after_ms)
        xtest.XTestFakeKeyEvent(display, code, 0, 0)
        for modifier in codes:
            xtest.XTestFakeKeyEvent(display, modifier, 0, 0)
