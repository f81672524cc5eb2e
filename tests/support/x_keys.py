"""Press keys on a virtual screen at exact intervals, timed by the X server.

A program that presses keys one by one is delayed by other load: a scanner would be too slow, and a person's keys would
arrive all at once.
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
    """Types on one display, as a scanner or as a person."""

    def __init__(self, display: str) -> None:
        """Take the display's name."""
        self._name = display.encode()

    def type(self, text: str, every_ms: int) -> None:
        """Press the keys of a text; line ends are Enter, and GS goes as Ctrl+], as from a scanner."""
        with self._connected() as (xlib, xtest, display):
            for index, character in enumerate(text):
                self._press(xlib, xtest, display, character, every_ms if index else 0)
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
        assert display, "the display cannot be opened"
        try:
            yield xlib, xtest, display
        finally:
            xlib.XCloseDisplay(display)

    def _press(self, xlib: Any, xtest: Any, display: int, character: str, after_ms: int) -> None:
        # The key symbol of a Latin-1 character is its code.
        sym = _SYMS.get(character, ord(character))
        code = xlib.XKeysymToKeycode(display, sym)
        assert code, f"no key for {character!r}"
        held: Sequence[str] = (_CONTROL,) if character == GS else ()
        if not held and xlib.XkbKeycodeToKeysym(display, code, 0, 0) != sym:
            held = (_SHIFT,)
        codes = [xlib.XKeysymToKeycode(display, xlib.XStringToKeysym(name.encode())) for name in held]
        for index, modifier in enumerate(codes):
            xtest.XTestFakeKeyEvent(display, modifier, 1, 0 if index else after_ms)
        xtest.XTestFakeKeyEvent(display, code, 1, 0 if codes else after_ms)
        xtest.XTestFakeKeyEvent(display, code, 0, 0)
        for modifier in codes:
            xtest.XTestFakeKeyEvent(display, modifier, 0, 0)
