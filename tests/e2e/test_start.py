"""Compare the time to the first page with an empty window that built one pydantic model, in turn in one run."""

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep

import pytest

from tests.support.many_orders import store_with_orders
from tests.support.xvfb import Display

pytestmark = pytest.mark.heavy

ROUNDS = 15
WITHIN_S = 60
# More orders than are counted before the first page is shown.
ORDERS = 30_000
EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
from pydantic import BaseModel
class Row(BaseModel):
    number: int = 0
Row(number=1)
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
window.show()
app.exec()
"""
COMMANDS = {
    "empty window": [sys.executable, "-c", EMPTY],
    "ours": [sys.executable, "-m", "shipconsole"],  # as the menu starts it
}
# A rectangle in the list's rows, where both programs have a window; the empty screen is black.
ROWS_X, ROWS_Y, ROWS_WIDTH, ROWS_HEIGHT = 40, 300, 300, 100
ALL_PLANES, BY_PIXEL = 0xFFFFFF, 2


class Screen:
    """The pixels of a virtual screen."""

    def __init__(self, display: Display) -> None:
        self._x11 = ctypes.CDLL("libX11.so.6")
        self._x11.XOpenDisplay.restype = self._x11.XGetImage.restype = ctypes.c_void_p
        self._x11.XGetPixel.restype = self._x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(display.name.encode()))
        self._root = ctypes.c_ulong(self._x11.XDefaultRootWindow(self._display))

    def colors(self, width: int, height: int) -> set[int]:
        """Return the colors in the upper left part of the rectangle."""
        x11, planes = self._x11, ctypes.c_ulong(ALL_PLANES)
        image = ctypes.c_void_p(
            x11.XGetImage(self._display, self._root, ROWS_X, ROWS_Y, width, height, planes, BY_PIXEL)
        )
        found = {int(x11.XGetPixel(image, x, y)) for y in range(height) for x in range(width)}
        x11.XDestroyImage(image)
        return found

    def close(self) -> None:
        """Disconnect from the screen."""
        self._x11.XCloseDisplay(self._display)


@contextmanager
def started(command: list[str], display: Display, folder: Path) -> Iterator[tuple[Screen, float, float]]:
    """Start a program and yield the seconds to its first paint: wall-clock time and CPU time."""
    env = display.env | {
        "SHIPCONSOLE_PROFILE": str(folder),
        # As installed: compiled once, even if the tests must not write compiled files beside the source.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }
    screen = Screen(display)
    began_s = monotonic()
    process = subprocess.Popen(command, env=env)
    try:
        while screen.colors(1, 1) == {0}:
            assert process.poll() is None, "the program ended"
            assert monotonic() - began_s < WITHIN_S, "no window appeared"
            sleep(0.001)
        took_s = monotonic() - began_s
        threads = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
        yield screen, took_s, sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
    finally:
        process.kill()
        process.communicate()
        while screen.colors(1, 1) != {0}:  # the next program must not find this window
            assert monotonic() - began_s < 2 * WITHIN_S, "the window stayed"
            sleep(0.001)
        screen.close()


def test_the_first_page_takes_at_most_one_and_a_half_times_an_empty_window(display: Display, tmp_path: Path) -> None:
    store_with_orders(tmp_path, ORDERS).close()
    took_s: dict[str, list[float]] = {name: [] for name in COMMANDS}
    cpu_s: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(ROUNDS + 1):
        for name, command in COMMANDS.items():
            with started(command, display, tmp_path) as (screen, wall_s, used_s):
                # Letters have edges in many shades; an empty list has three colors.
                rows_are_there = len(screen.colors(ROWS_WIDTH, ROWS_HEIGHT)) > 20
                assert rows_are_there == (name == "ours")
            if number:  # the first start of each compiles, and reads from the disk
                took_s[name].append(wall_s)
                cpu_s[name].append(used_s)
    (empty_s, ours_s), (empty_cpu_s, ours_cpu_s) = map(median, took_s.values()), map(median, cpu_s.values())
    print(
        f"empty window {empty_s * 1e3:.0f} ms, ours with its first page {ours_s * 1e3:.0f} ms, {ours_s / empty_s:.2f}x;"
        f" processor {empty_cpu_s * 1e3:.0f} and {ours_cpu_s * 1e3:.0f} ms, {ours_cpu_s / empty_cpu_s:.2f}x"
    )
    assert ours_s <= 1.5 * empty_s
