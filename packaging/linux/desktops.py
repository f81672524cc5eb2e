"""The desktop that the package is tried on: a keyring, the simulated platforms, a screen, and the menu."""

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

from places import FailedError, Place

sys.path.append(str(Path(__file__).resolve().parents[2]))
from bootstrap import virtual_screen as virtual_screen  # the screen of the demo will do

_APP_ID = "io.shipconsole.Shipconsole"
_WITHIN_S = 120
# An empty window has its frame and background; text has hundreds of shades.
_COLOURS = 100


def wait_for(what: str, seen: Callable[[], bool], within_s: float = _WITHIN_S) -> None:
    """Waits until something is seen; raises FailedError, which names it, when that takes too long."""
    until_s = time.monotonic() + within_s
    while not seen():
        if time.monotonic() > until_s:
            raise FailedError(f"{what} within {within_s:.0f} s")
        time.sleep(0.1)


@contextmanager
def keyring(place: Place) -> Iterator[str]:
    """Gives the address of a bus with an unlocked keyring on it for the person."""
    address = f"unix:path={place.run_folder}/bus"
    person = place.env(as_person=True, DBUS_SESSION_BUS_ADDRESS=address)
    ask = ["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]
    ask += ["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]
    bus = subprocess.Popen(
        place.command("dbus-daemon", "--session", "--nofork", f"--address={address}", as_person=True), env=person
    )
    try:
        wait_for("the bus did not start", place.outside(f"{place.run_folder}/bus").exists)
        daemon = subprocess.Popen(
            place.command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", as_person=True),
            env=person,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert daemon.stdin is not None
            with daemon.stdin as typed:
                typed.write(b"practice")

            def is_there() -> bool:
                return "true" in place.run(*ask, as_person=True, DBUS_SESSION_BUS_ADDRESS=address)

            wait_for("the keyring did not start", is_there)
            yield address
        finally:
            daemon.terminate()
            daemon.wait()
    finally:
        bus.terminate()
        bus.wait()


@contextmanager
def simulated_platforms(place: Place) -> Iterator[str]:
    """Runs the program's own simulated platforms from the package and gives their address."""
    process = subprocess.Popen(
        place.command("shipconsole", "simulator", "--ends-with-input", as_person=True),
        env=place.env(as_person=True),
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


def open_from_the_menu(place: Place, bus: str, display: str, picture: Path) -> None:
    """Starts the menu entry as a desktop does, waits for its window, takes its picture, and closes it."""
    entry = f"{place.prefix}/share/applications/{_APP_ID}.desktop"
    env = place.env(as_person=True, DISPLAY=display, DBUS_SESSION_BUS_ADDRESS=bus)
    # What the window prints goes on after gio has ended, so it is not waited for.
    subprocess.run(place.command("gio", "launch", entry, as_person=True), env=env, check=True)
    read = configparser.ConfigParser(interpolation=None)
    read.read(place.outside(entry), encoding="utf-8")
    search = ["search", "--onlyvisible", "--class", read["Desktop Entry"]["StartupWMClass"]]
    wait_for("no window of the entry's class came", lambda: bool(_told(display, "xdotool", *search, may_fail=True)))
    take_picture(display, picture)
    owner = int(_told(display, "xdotool", *search, "getwindowpid"))
    # There is no window manager to ask the window to close; the end of a session asks like this.
    os.kill(owner, signal.SIGTERM)
    wait_for("the window was closed and the program went on", lambda: not Path(f"/proc/{owner}/exe").exists())


def take_picture(display: str, picture: Path) -> None:
    """Takes a picture of the screen when it has shown something for a while."""
    shown = 0

    def is_settled() -> bool:
        nonlocal shown
        time.sleep(1)  # the list and the connections are read after the first paint
        _told(display, "import", "-window", "root", str(picture))
        shown = shown + 1 if int(_told(display, "identify", "-format", "%k", str(picture))) > _COLOURS else 0
        return shown == 3

    wait_for("the window showed nothing", is_settled)


def _told(display: str, *command: str, may_fail: bool = False) -> str:
    env = {**os.environ, "DISPLAY": display}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=not may_fail).stdout.strip()
