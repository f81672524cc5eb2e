"""Provide the desktop on which the package is tested: keyring, simulated platforms, screen, and menu."""

from __future__ import annotations

import configparser
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from machines import FailedError, Machine

sys.path.append(str(Path(__file__).resolve().parents[2]))
from bootstrap import virtual_screen as virtual_screen  # used by try_deb

_APP_ID = "io.shipconsole.Shipconsole"
_TIMEOUT_S = 120
# An empty window has a few colors; one with text has hundreds of shades.
_LEAST_COLORS = 100


def wait_for(problem: str, is_done: Callable[[], bool], timeout_s: float = _TIMEOUT_S) -> None:
    """Wait for a condition; raises FailedError with the problem after the timeout."""
    until_s = time.monotonic() + timeout_s
    while not is_done():
        if time.monotonic() > until_s:
            raise FailedError(f"{problem} within {timeout_s:.0f} s")
        time.sleep(0.1)


@contextmanager
def keyring(machine: Machine) -> Iterator[str]:
    """Run a D-Bus session with an unlocked keyring for the user, and yield its address."""
    address = f"unix:path={machine.run_folder}/bus"
    env = machine.env(as_user=True, DBUS_SESSION_BUS_ADDRESS=address)
    ask = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
    ask += ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
    bus = subprocess.Popen(
        machine.command("dbus-daemon", "--session", "--nofork", f"--address={address}", as_user=True), env=env
    )
    try:
        wait_for("the bus did not start", machine.host_path(f"{machine.run_folder}/bus").exists)
        daemon = subprocess.Popen(
            machine.command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", as_user=True),
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert daemon.stdin is not None
            with daemon.stdin as typed:
                typed.write(b"password")

            def is_there() -> bool:
                return "true" in machine.run(*ask, as_user=True, DBUS_SESSION_BUS_ADDRESS=address)

            wait_for("the keyring did not start", is_there)
            yield address
        finally:
            daemon.terminate()
            daemon.wait()
    finally:
        bus.terminate()
        bus.wait()


@contextmanager
def simulated_platforms(machine: Machine) -> Iterator[str]:
    """Run the packaged program's simulated platforms and yield their address."""
    process = subprocess.Popen(
        machine.command("shipconsole", "simulator", "--ends-with-input", as_user=True),
        env=machine.env(as_user=True),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+?(?=[\s.]*(?:with|$))", process.stdout.readline())
        if found is None:
            raise FailedError("the simulated platforms did not start")
        yield found[0]
    finally:
        process.communicate()


def open_from_menu(machine: Machine, bus: str, display: str, picture: Path) -> None:
    """Start the menu entry as a desktop does, wait for the window, take a screenshot, and close it."""
    entry = f"{machine.prefix}/share/applications/{_APP_ID}.desktop"
    env = machine.env(as_user=True, DISPLAY=display, DBUS_SESSION_BUS_ADDRESS=bus)
    # The window keeps the output open after gio has ended, so the output is not captured.
    subprocess.run(machine.command("gio", "launch", entry, as_user=True), env=env, check=True)
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read(machine.host_path(entry), encoding="utf-8")
    search = ["search", "--onlyvisible", "--class", parsed["Desktop Entry"]["StartupWMClass"]]
    wait_for(
        "no window of the entry's class appeared", lambda: bool(_output_of(display, "xdotool", *search, may_fail=True))
    )
    take_picture(display, picture)
    pid = int(_output_of(display, "xdotool", *search, "getwindowpid"))
    # There is no window manager to close the window; the end of a session sends this signal too.
    os.kill(pid, signal.SIGTERM)
    wait_for("the program did not end", lambda: not Path(f"/proc/{pid}/exe").exists())


def take_picture(display: str, picture: Path) -> None:
    """Take a screenshot after the screen has shown something for a while."""
    shown = 0

    def is_settled() -> bool:
        nonlocal shown
        time.sleep(1)  # the list and the connections are read after the first paint
        _output_of(display, "import", "-window", "root", str(picture))
        shown = shown + 1 if int(_output_of(display, "identify", "-format", "%k", str(picture))) > _LEAST_COLORS else 0
        return shown == 3

    wait_for("the window showed nothing", is_settled)


def _output_of(display: str, *command: str, may_fail: bool = False) -> str:
    env = {**os.environ, "DISPLAY": display}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=not may_fail).stdout.strip()
