"""Compare the frozen program's size and start-up time with an empty window frozen the same way; at most 1.5 times each.

The start-up time is measured from the command until the window is mapped. The two alternate, so that other load slows
both, and the medians are compared. Linux with Xvfb only.
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

LIMIT = 1.5
ROUNDS = 25
_TIMEOUT_S = 60
# Constants of X11: the event mask, and the event that is sent when a window is shown.
_SUBSTRUCTURE_NOTIFY = 1 << 19
_MAP_NOTIFY = 19


def main() -> int:
    """Measure both, print the figures, and return 0 if they are within the limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("program", type=Path, help="the frozen folder of the program")
    parser.add_argument(
        "--build", type=Path, required=True, metavar="DIR", help="folder in which the empty window is frozen"
    )
    options = parser.parse_args()
    build = options.build.resolve()
    bare = freeze(build, "bare_window.py")
    commands = {"program": [str(options.program.resolve() / "shipconsole")], "empty window": [str(bare / bare.name)]}
    sizes = {"program": size_bytes(options.program), "empty window": size_bytes(bare)}
    starts_s: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as profile, virtual_screen() as display:
        for number in range(ROUNDS + 1):
            for name, command in commands.items():
                took_s = start_s(command, profile, display)
                if number:  # the first start of each reads from the disk
                    starts_s[name].append(took_s)
    for name in commands:
        low, high = min(starts_s[name]) * 1e3, max(starts_s[name]) * 1e3
        middle = statistics.median(starts_s[name]) * 1e3
        print(f"{name}: {sizes[name] / 1e6:.0f} MB, window after {middle:.0f} ms ({low:.0f} to {high:.0f})")
    size = sizes["program"] / sizes["empty window"]
    start = statistics.median(starts_s["program"]) / statistics.median(starts_s["empty window"])
    print(f"program / empty window: size {size:.2f}, start {start:.2f}; at most {LIMIT}")
    return 0 if max(size, start) <= LIMIT else 1


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb on a free display, yield the display's name, and end it."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as output:
            yield f":{output.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def start_s(command: list[str], profile: str, display: str) -> float:
    """Start a program, wait for its window, end it, and return the start-up time in seconds."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XDefaultRootWindow.argtypes = x11.XPending.argtypes = x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XSelectInput.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_long]
    x11.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    connection = x11.XOpenDisplay(display.encode())
    x11.XSelectInput(connection, x11.XDefaultRootWindow(connection), _SUBSTRUCTURE_NOTIFY)
    x11.XSync(ctypes.c_void_p(connection), 0)
    event = (ctypes.c_long * 24)()  # the size of the largest event of Xlib
    env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "SHIPCONSOLE_PROFILE": profile}
    began_s = time.perf_counter()
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began_s < _TIMEOUT_S:
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
