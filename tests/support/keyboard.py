"""Type on a virtual screen: keys go through the X server, as from a scanner or a person."""

import shutil
import subprocess
from time import monotonic, sleep

import pytest

from tests.support.x_keys import Keys
from tests.support.xvfb import Display

PERSON_MS = 70
"""Time between two keys of a person; keys 37 ms apart or less count as a scanner's, and screens can delay keys."""
SCANNER_MS = 5


class Keyboard:
    """Types into one window of a display."""

    def __init__(self, display: Display, title: str, timeout_s: float = 60) -> None:
        """Wait for a visible window with a title and focus it."""
        if not shutil.which("xdotool"):
            pytest.fail("install xdotool (python3 bootstrap.py setup does)")
        self._env = display.env
        self._keys = Keys(display.name)
        self.go_to(title, timeout_s)

    def go_to(self, title: str, timeout_s: float = 60) -> None:
        """Focus another window, as a window manager does when a window opens or closes."""
        deadline_s = monotonic() + timeout_s
        window = ""
        while not window:
            assert monotonic() < deadline_s, f"no window with the title {title}"
            sleep(0.1)
            window = self._do("search", "--onlyvisible", "--name", title).partition("\n")[0]
        self._do("windowfocus", "--sync", window)

    def resize(self, title: str, width: int, height: int) -> None:
        """Resize a window, as a user does with a window manager."""
        window = self._do("search", "--onlyvisible", "--name", title).partition("\n")[0]
        self._do("windowsize", "--sync", window, str(width), str(height))

    def press(self, *keys: str) -> None:
        """Press keys or combinations, such as ``ctrl+Return``."""
        self._do("key", "--delay", "30", *keys)

    def write(self, text: str) -> None:
        """Type a text as a person does."""
        self._keys.type(text, PERSON_MS)

    def scan(self, text: str, end: str = "\n", every_ms: int = SCANNER_MS) -> None:
        """Type a text as a scanner does, with what ends it."""
        self._keys.type(text + end, every_ms)

    def _do(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["xdotool", *arguments], env=self._env, capture_output=True, text=True, timeout=60, check=False
        )
        return ran.stdout
