"""Holds the frozen program's size and start against a bare window frozen by the same recipe; at most 1.5 times each.

A start is counted from the command until the window is on the screen. The two take turns, so that whatever else the
computer does slows both; the medians are compared. Linux with Xvfb only.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from freeze import freeze, size_bytes

MOST = 1.5
ROUNDS = 25
_WITHIN_S = 60
# X11's own numbers: what is asked to be told of, and the event that comes when a window is shown.
_SUBSTRUCTURE_NOTIFY = 1 << 19
_MAP_NOTIFY = 19


def main() -> int:
    """Measures both, prints the figures, and says by its exit code whether they are within bounds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("program", type=Path, help="the frozen folder of the program")
    parser.add_argument("--build", type=Path, required=True, metavar="DIR", help="where the bare window is frozen")
    words = parser.parse_args()
    build = words.build.resolve()
    bare = freeze(build, "bare_window.py")
    commands = {"program": [str(words.program.resolve() / "shipconsole")], "bare window": [str(bare / bare.name)]}
    sizes = {"program": size_bytes(words.program), "bare window": size_bytes(bare)}
    starts_s: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as profile, virtual_screen() as display:
        for number in range(ROUNDS + 1):
            for name, command in commands.items():
                took_s = start_s(command, profile, display)
                if number:  # the first one of each reads the disk
                    starts_s[name].append(took_s)
    for name in commands:
        low, high = min(starts_s[name]) * 1e3, max(starts_s[name]) * 1e3
        middle = statistics.median(starts_s[name]) * 1e3
        print(f"{name}: {sizes[name] / 1e6:.0f} MB, window after {middle:.0f} ms ({low:.0f} to {high:.0f})")
    size = sizes["program"] / sizes["bare window"]
    start = statistics.median(starts_s["program"]) / statistics.median(starts_s["bare window"])
    print(f"program / bare window: size {size:.2f}, start {start:.2f}; at most {MOST}")
    return 0 if max(size, start) <= MOST else 1


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Runs Xvfb on a free display, gives its name, and ends it."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def start_s(command: list[str], profile: str, display: str) -> float:
    """Starts a program, waits for its window, ends it, and gives how long the window took in seconds."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.argtypes = x11.XPending.argtypes = x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XSelectInput.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_long]
    x11.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    connection = x11.XOpenDisplay(display.encode())
    x11.XSelectInput(connection, x11.XDefaultRootWindow(connection), _SUBSTRUCTURE_NOTIFY)
    x11.XSync(ctypes.c_void_p(connection), 0)
    event = (ctypes.c_long * 24)()  # what Xlib keeps for the largest of its events
    env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "SHIPCONSOLE_PROFILE": profile}
    began_s = time.perf_counter()
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began_s < _WITHIN_S:
            while x11.XPending(connection):
                x11.XNextEvent(connection, event)
                if event[0] & 0xFFFFFFFF == _MAP_NOTIFY:
                    return time.perf_counter() - began_s
            time.sleep(0.001)
        raise TimeoutError(f"{command[0]} showed no window")
    finally:
        process.terminate()
        process.wait()
        x11.XCloseDisplay(connection)


if __name__ == "__main__":
    sys.exit(main())
