"""Tries the Debian package on a clean Debian without Python: install, pack an order, upgrade, remove, purge.

Needs root for `debootstrap` and `chroot`, and Xvfb, xdotool and ImageMagick for the screen, which stays outside of the
clean system. What cannot be tried here is said as `SKIPPED` and never counted as done.
"""

from __future__ import annotations

import argparse
import configparser
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SUITE = "bookworm"
PERSON = "packer"
HOME = f"/home/{PERSON}"
APP_ID = "io.shipconsole.Shipconsole"
WINDOW_WITHIN_S = 60
# What a person has beside the program on any desktop, and a bare system has not.
DESKTOP_PACKAGES = ("dbus", "gnome-keyring", "libglib2.0-bin", "bash-completion", "man-db")
TRACKING = "9400100109361129278357"
_OLDER = "0.0.9"
# Where dpkg and apt keep their own books.
_BOOKS = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/proc", "/sys", "/dev", "/tmp", "/run", "/home")


class FailedError(Exception):
    """A step did not do what it should; the text says which."""


class Root:
    """A clean Debian in a folder, with what is run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *command: str, as_person: bool = False, within_s: float = 600) -> str:
        """Runs a program in it that must end well, and gives what it printed."""
        ended = subprocess.run(
            self.command(*command, as_person=as_person),
            env=self.env(as_person=as_person),
            capture_output=True,
            text=True,
            check=False,
            timeout=within_s,
        )
        if ended.returncode != 0:
            raise FailedError(
                f"{shlex.join(command)[:300]} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
            )
        return ended.stdout

    def command(self, *command: str, as_person: bool) -> list[str]:
        """Gives the command as it is started from outside."""
        person = [f"--userspec={PERSON}:{PERSON}"] if as_person else []
        return ["chroot", *person, str(self.folder), *command]

    def env(self, *, as_person: bool, display: str = "") -> dict[str, str]:
        """Gives the few variables that a fresh sign-in has."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        env["HOME"] = HOME if as_person else "/root"
        if as_person:
            env["XDG_RUNTIME_DIR"] = f"/run/{PERSON}"
        return {**env, "DISPLAY": display} if display else env

    def files(self) -> set[str]:
        """Gives every path but people's and those where the system keeps its books."""
        found: set[str] = set()
        for top, folders, names in os.walk(self.folder):
            inside = "/" + Path(top).relative_to(self.folder).as_posix().lstrip(".")
            folders[:] = [name for name in folders if f"{inside.rstrip('/')}/{name}" not in _BOOKS]
            found |= {f"{inside.rstrip('/')}/{name}" for name in (*names, *folders)}
        return found


def main() -> int:
    """Tries the package and says what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", type=Path, help="the .deb")
    parser.add_argument("--base", type=Path, metavar="DIR", help="a clean Debian to copy; made if it is not there")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="where pictures of the window go")
    words = parser.parse_args()
    missing = [name for name in ("debootstrap", "chroot", "Xvfb", "xdotool", "import") if not shutil.which(name)]
    if os.geteuid() != 0 or missing:
        say(f"SKIPPED: it needs root and {', '.join(missing) or 'nothing else'}")
        return 0
    with tempfile.TemporaryDirectory(prefix="shipconsole-deb-") as folder:
        base = words.base or Path(folder) / "base"
        pictures = words.pictures or Path(folder)
        pictures.mkdir(parents=True, exist_ok=True)
        try:
            make_base(base)
            with clean_root(base, Path(folder) / "root") as root:
                try_all(root, words.package.resolve(), Path(folder), pictures)
        except FailedError as failed:
            say(f"FAILED: {failed}")
            return 1
    say("all of it went well")
    return 0


def say(text: str) -> None:
    """Tells one step."""
    print(f"try: {text} ({time.monotonic() - _STARTED_S:.0f} s)", flush=True)


def make_base(base: Path) -> None:
    """Makes the smallest Debian there is, from where this system has its own packages."""
    if (base / "usr/bin/dpkg").exists():
        return
    say(f"making a clean {SUITE}")
    command = ["debootstrap", "--variant=minbase", SUITE, str(base), mirror()]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise FailedError(ended.stdout[-2_000:] + ended.stderr)


def mirror() -> str:
    """Gives the address from which this system gets Debian's packages."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for file in (file for file in files if file.is_file()):
        found = re.search(r"^(?:URIs:|deb(?: \[.*\])?)\s+(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    raise FailedError("this system has no list of where packages are")


@contextmanager
def clean_root(base: Path, folder: Path) -> Iterator[Root]:
    """Copies the clean Debian, lets the kernel's own folders be seen in it, and takes it away again."""
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(folder)], check=True)
    for name in ("/etc/resolv.conf", "/etc/hosts"):
        shutil.copyfile(name, folder / name.lstrip("/"))
    # Without it a package would start services of the system outside.
    (folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    (folder / "usr/sbin/policy-rc.d").chmod(0o755)
    mounted: list[Path] = []
    try:
        for kind, place in (("proc", "proc"), ("devtmpfs", "dev"), ("tmpfs", "run")):
            subprocess.run(["mount", "-t", kind, kind, str(folder / place)], check=True)
            mounted.append(folder / place)
        yield Root(folder)
    finally:
        for place in reversed(mounted):
            subprocess.run(["umount", "--lazy", str(place)], check=False)


def try_all(root: Root, package: Path, work: Path, pictures: Path) -> None:
    """Goes through a package's life."""
    if (root.folder / "usr/bin/python3").exists():
        raise FailedError("the clean system has a Python")
    root.run("apt-get", "update", "-qq")
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *DESKTOP_PACKAGES)
    root.run("useradd", "--create-home", PERSON)
    root.run("install", "-d", "-o", PERSON, "-m", "700", f"/run/{PERSON}")
    say("a clean system is there, with a keyring and a person")
    version = subprocess.run(
        ["dpkg-deb", "-f", str(package), "Version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    shutil.copy(package, root.folder / "tmp" / "new.deb")
    repack(package, work / "older", root.folder / "tmp" / "older.deb")

    before_depends = root.files()
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "/tmp/older.deb")
    if has_python(root):
        raise FailedError("the package brought a Python of the system with it")
    say(f"version {_OLDER} is installed, with {len(root.files() - before_depends)} files beside what was there")
    with keyring(root) as bus, running_practice(root) as url:
        ship_a_parcel(root, bus, url)
        say("a key was kept in the Secret Service and read again, orders were pulled, one parcel was shipped and told")
        root.run("apt-get", "install", "-y", "-qq", "/tmp/new.deb")
        told = root.run("shipconsole", "--version", as_person=True).strip()
        if told != f"shipconsole {version}":
            raise FailedError(f"after the upgrade it says {told}")
        look_at_what_is_kept(root, bus)
        say(f"upgraded to {version}; orders, the call and the key are still there")
        with virtual_screen() as display:
            open_from_the_menu(root, bus, display, pictures / "installed.png")
        say(f"started from its menu entry, seen, and closed; the picture is {pictures / 'installed.png'}")
    look_at_pages(root)
    installed = set(root.run("dpkg", "-L", "shipconsole").split("\n")) - {""}
    take_away(root, installed)
    say("removed and purged: nothing of it is left but the profile")


def has_python(root: Root) -> bool:
    """Says whether the clean system has an interpreter of its own."""
    return any((root.folder / "usr/bin").glob("python3*"))


def repack(package: Path, folder: Path, older: Path) -> None:
    """Makes a package that differs in its version and in a file that the newer one does not have."""
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(folder)], check=True)
    control = folder / "DEBIAN/control"
    text = re.sub(r"^Version: .*$", f"Version: {_OLDER}", control.read_text(encoding="utf-8"), flags=re.MULTILINE)
    control.write_text(text, encoding="utf-8")
    (folder / "usr/lib/shipconsole/of-an-older-version").write_text("", encoding="utf-8")
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(folder), str(older)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder)


@contextmanager
def keyring(root: Root) -> Iterator[str]:
    """A bus and an unlocked keyring for the person, in the clean system; gives the bus's address."""
    address = f"unix:path=/run/{PERSON}/bus"
    person = root.env(as_person=True)
    bus = subprocess.Popen(
        root.command("dbus-daemon", "--session", "--nofork", f"--address={address}", as_person=True), env=person
    )
    try:
        waited_until_s = time.monotonic() + 10
        while not (root.folder / f"run/{PERSON}/bus").exists():
            if time.monotonic() > waited_until_s:
                raise FailedError("the bus did not start")
            time.sleep(0.05)
        daemon = subprocess.Popen(
            root.command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", as_person=True),
            env={**person, "DBUS_SESSION_BUS_ADDRESS": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert daemon.stdin is not None
            daemon.stdin.write(b"practice")
            daemon.stdin.close()
            yield address
        finally:
            daemon.terminate()
            daemon.wait()
    finally:
        bus.terminate()
        bus.wait()


@contextmanager
def running_practice(root: Root) -> Iterator[str]:
    """The program's own practice vendors, started from the package; gives their address."""
    process = subprocess.Popen(
        root.command("shipconsole", "practice", "--ends-with-input", as_person=True),
        env=root.env(as_person=True),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+?(?=[\s.]*(?:with|$))", process.stdout.readline())
        if found is None:
            raise FailedError("the practice vendors did not start")
        yield found[0]
    finally:
        process.communicate()


def program(root: Root, bus: str, *words: str, given: str = "") -> str:
    """Runs a command of the program as the person, with `given` at its standard input."""
    ended = subprocess.run(
        root.command("shipconsole", *words, as_person=True),
        env={**root.env(as_person=True), "DBUS_SESSION_BUS_ADDRESS": bus},
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if ended.returncode != 0:
        raise FailedError(
            f"shipconsole {shlex.join(words)} ended with {ended.returncode}: {ended.stdout}{ended.stderr}"
        )
    return ended.stdout


def ship_a_parcel(root: Root, bus: str, url: str) -> None:
    """Connects the practice vendor with a key in the keyring, pulls, ships, and sees that it was told."""
    words = ["--name", "ShipEngine", "--url", f"{url}/shipengine", "--secret", "api_key"]
    program(root, bus, "connect", "shipengine", *words, given="TEST_practice_shipengine\n")
    program(root, bus, "test-connection", "ShipEngine")
    program(root, bus, "pull")
    orders = json.loads(program(root, bus, "orders", "--state", "to_ship", "--json"))
    if not any(order["number"] == "10001" for order in orders):
        raise FailedError(f"the order 10001 is not among {len(orders)} orders")
    program(root, bus, "ship", "10001", "--all-left", "--tracking", TRACKING, "--wait", "30")
    calls = json.loads(program(root, bus, "calls", "--json"))
    if [call["state"] for call in calls] != ["confirmed"]:
        raise FailedError(f"the calls are {calls}")


def look_at_what_is_kept(root: Root, bus: str) -> None:
    """Sees that orders, the call and the key outlived an upgrade, and that the doctor says where they are."""
    if len(json.loads(program(root, bus, "calls", "--json"))) != 1:
        raise FailedError("the call is gone")
    program(root, bus, "test-connection", "ShipEngine")
    found = {one["what"]: one for one in json.loads(program(root, bus, "doctor", "--json"))}
    if f"{HOME}/.local/share/shipconsole" not in found["profile"]["words"]:
        raise FailedError(f"the doctor says of the profile: {found['profile']}")
    if "/usr/lib/shipconsole, packaged" not in found["program"]["words"]:
        raise FailedError(f"the doctor says of the program: {found['program']}")
    if (root.folder / "usr/lib/shipconsole/of-an-older-version").exists():
        raise FailedError("a file of the older version is still there")


@contextmanager
def virtual_screen() -> Iterator[str]:
    """A screen outside of the clean system; its socket has no place in the file system, so it is seen inside too."""
    read_end, write_end = os.pipe()
    # The clean system has no key to this screen, so it is open to all of this computer.
    command = [
        "Xvfb",
        "-displayfd",
        str(write_end),
        "-screen",
        "0",
        "1280x800x24",
        "-nolisten",
        "tcp",
        "-noreset",
        "-ac",
    ]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def open_from_the_menu(root: Root, bus: str, display: str, picture: Path) -> None:
    """Starts the menu entry as a desktop does, waits for its window, takes its picture, and closes it."""
    entry = f"/usr/share/applications/{APP_ID}.desktop"
    env = {**root.env(as_person=True, display=display), "DBUS_SESSION_BUS_ADDRESS": bus}
    subprocess.run(root.command("gio", "launch", entry, as_person=True), env=env, check=True)
    read = configparser.ConfigParser(interpolation=None)
    read.read(root.folder / entry.lstrip("/"), encoding="utf-8")
    outside = {**os.environ, "DISPLAY": display}
    search = ["xdotool", "search", "--onlyvisible", "--class", read["Desktop Entry"]["StartupWMClass"]]
    window = ""
    waited_until_s = time.monotonic() + WINDOW_WITHIN_S
    while not window and time.monotonic() < waited_until_s:
        window = subprocess.run(search, env=outside, capture_output=True, text=True, check=False).stdout.split("\n")[0]
        time.sleep(0.2)
    if not window:
        raise FailedError("no window of that class came")
    time.sleep(3)  # its list and the connections are read after the first paint
    subprocess.run(["import", "-window", "root", str(picture)], env=outside, check=True)
    owner = subprocess.run(["xdotool", "getwindowpid", window], env=outside, capture_output=True, text=True, check=True)
    # There is no window manager to ask the window to close; the end of a session asks like this.
    os.kill(int(owner.stdout), signal.SIGTERM)
    process = Path("/proc") / owner.stdout.strip()
    waited_until_s = time.monotonic() + 20
    while process.exists():
        if time.monotonic() > waited_until_s:
            with suppress(ProcessLookupError):
                os.kill(int(owner.stdout), signal.SIGKILL)
            raise FailedError("the window was closed and the program went on")
        time.sleep(0.1)


def look_at_pages(root: Root) -> None:
    """Sees that the manual page can be read and that the shell completes."""
    if "packing bench" not in root.run("man", "-P", "cat", "shipconsole"):
        raise FailedError("the manual page cannot be read")
    script = (
        "source /usr/share/bash-completion/completions/shipconsole; COMP_WORDS=(shipconsole ship --tr); COMP_CWORD=2; "
        '_shipconsole; echo "${COMPREPLY[*]}"'
    )
    if root.run("bash", "-c", script).strip() != "--tracking":
        raise FailedError("the shell does not complete")


def take_away(root: Root, installed: set[str]) -> None:
    """Removes the package, installs it again and purges it, and looks each time what is left of it."""
    for verb in ("remove", "purge"):
        root.run("apt-get", verb, "-y", "-qq", "shipconsole")
        there = root.files()
        owned = set(root.run("sh", "-c", "cat /var/lib/dpkg/info/*.list").split("\n"))
        left = {path for path in there if "shipconsole" in path.lower()} | (installed & there) - owned
        if left:
            raise FailedError(f"{verb} left behind: {sorted(left)[:20]}")
        if verb == "remove":
            root.run("apt-get", "install", "-y", "-qq", "/tmp/new.deb")
    if not (root.folder / f"{HOME}/.local/share/shipconsole/shipconsole.db".lstrip("/")).is_file():
        raise FailedError("the profile is gone")


_STARTED_S = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
