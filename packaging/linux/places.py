"""Where the package is tried: a clean Debian in a folder or, where none can be made, its files unpacked here."""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import signal
import stat
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PERSON = "packer"
# Where dpkg and apt keep their own books.
_BOOKS = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/proc", "/sys", "/dev", "/tmp", "/run", "/home")
# How this system reaches its packages, as far as the clean one must do the same.
_APT_SETTINGS = re.compile(r"^Acquire::(?:.*Proxy|Check-Valid-Until|Check-Date) .*$", re.MULTILINE)


class FailedError(Exception):
    """A step did not do what it should; the text says which."""


class HinderedError(Exception):
    """No clean Debian can be made on this system; the text says why."""


class Place(ABC):
    """Somewhere that the program is run by a person; `home`, `run_folder` and `prefix` are paths as seen there.

    `prefix` is where the program lies, as in `/usr`.
    """

    def __init__(self, folder: Path, prefix: str, home: str, run_folder: str) -> None:
        self.folder = folder
        self.prefix = prefix
        self.home = home
        self.run_folder = run_folder

    @abstractmethod
    def command(self, *command: str, as_person: bool) -> list[str]:
        """Gives the command as it is started from outside."""

    @abstractmethod
    def outside(self, path: str) -> Path:
        """Gives where a path of the place is seen from outside."""

    def env(self, *, as_person: bool, **more: str) -> dict[str, str]:
        """Gives the few variables that a fresh sign-in has, and more."""
        env = {"PATH": f"{self.prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}
        if as_person:
            env |= {"HOME": self.home, "XDG_RUNTIME_DIR": self.run_folder}
        return {**env, "DEBIAN_FRONTEND": "noninteractive", **more}

    def run(self, *command: str, as_person: bool = False, given: str = "", within_s: float = 600, **env: str) -> str:
        """Runs a program that must end well, with `given` at its standard input, and gives what it printed."""
        try:
            ended = subprocess.run(
                self.command(*command, as_person=as_person),
                env=self.env(as_person=as_person, **env),
                input=given,
                capture_output=True,
                text=True,
                check=False,
                timeout=within_s,
            )
        except subprocess.TimeoutExpired:
            raise FailedError(f"{shlex.join(command)[:300]} did not end within {within_s:.0f} s") from None
        if ended.returncode != 0:
            said = f"{ended.stdout}{ended.stderr}"
            raise FailedError(f"{shlex.join(command)[:300]} ended with {ended.returncode}:\n{said}")
        return ended.stdout


class CleanRoot(Place):
    """A clean Debian with a person in it."""

    def __init__(self, folder: Path, prefix: str = "/usr") -> None:
        super().__init__(folder, prefix, f"/home/{PERSON}", f"/run/{PERSON}")

    def command(self, *command: str, as_person: bool) -> list[str]:
        person = [f"--userspec={PERSON}:{PERSON}"] if as_person else []
        return ["chroot", *person, str(self.folder), *command]

    def outside(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def files(self) -> set[str]:
        """Gives every path but people's and those where the system keeps its books."""
        found: set[str] = set()
        for top, folders, names in os.walk(self.folder):
            inside = "/" + Path(top).relative_to(self.folder).as_posix().lstrip(".")
            folders[:] = [name for name in folders if f"{inside.rstrip('/')}/{name}" not in _BOOKS]
            found |= {f"{inside.rstrip('/')}/{name}" for name in (*names, *folders)}
        return found


class Unpacked(Place):
    """The package's files in a folder of this system, used by whoever tries them, in a home of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, f"{folder}/usr", f"{folder}/home", f"{folder}/run")

    def command(self, *command: str, as_person: bool) -> list[str]:  # noqa: ARG002 - there is only one person
        return ["/usr/bin/env", *command]

    def outside(self, path: str) -> Path:
        return Path(path)


@contextmanager
def clean_root(base: Path, folder: Path) -> Iterator[CleanRoot]:
    """Copies a clean Debian, which is made if `base` is not there, and takes the copy's processes away again.

    Raises HinderedError where none can be made.
    """
    look_for_hindrance(folder.parent)
    make_base(base)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(folder)], check=True)
    for name in ("/etc/resolv.conf", "/etc/hosts"):
        shutil.copyfile(name, folder / name.lstrip("/"))
    settings = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    lines = "".join(f"{line}\n" for line in _APT_SETTINGS.findall(settings))
    (folder / "etc/apt/apt.conf.d/90as-outside").write_text(lines, encoding="utf-8")
    # Without it a package would start services of the system outside.
    (folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    (folder / "usr/sbin/policy-rc.d").chmod(0o755)
    # The few devices in it are its own: nothing of the system outside is ever below a folder that will be deleted.
    subprocess.run(["mount", "-t", "proc", "proc", str(folder / "proc")], check=True)
    try:
        yield CleanRoot(folder)
    finally:
        end_what_runs_from(folder)
        subprocess.run(["umount", "--lazy", str(folder / "proc")], check=False)


@contextmanager
def unpacked(package: Path, folder: Path) -> Iterator[Unpacked]:
    """Unpacks the package, and ends at last what still runs from it."""
    subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True)
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700)
    try:
        yield Unpacked(folder)
    finally:
        end_what_runs_from(folder)


def look_for_hindrance(folder: Path) -> None:
    """Raises HinderedError if a clean Debian could not be made or used below a folder."""
    if os.geteuid() != 0:
        raise HinderedError("it takes root")
    missing = [name for name in ("debootstrap", "chroot", "mount") if not shutil.which(name)]
    if missing:
        raise HinderedError(f"{', '.join(missing)} is not installed")
    place, node = folder / "may-be-mounted", folder / "may-be-written"
    place.mkdir()
    if subprocess.run(["mount", "-t", "proc", "proc", str(place)], capture_output=True, check=False).returncode != 0:
        raise HinderedError("nothing may be mounted here")
    subprocess.run(["umount", str(place)], check=True)
    try:
        os.mknod(node, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        node.write_bytes(b"nothing")
        node.unlink()
    except OSError:
        raise HinderedError("no device may be made here") from None


def make_base(base: Path) -> None:
    """Makes the smallest Debian of this system's release, from where this system has its own packages."""
    if (base / "usr/bin/dpkg").exists():
        return
    suite = platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")
    command = ["debootstrap", "--variant=minbase", suite, str(base), mirror()]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        subprocess.run(["umount", "--lazy", str(base / "proc")], capture_output=True, check=False)
        raise HinderedError(f"debootstrap of {suite} failed: {(ended.stdout + ended.stderr)[-500:]}")


def mirror() -> str:
    """Gives the address from which this system gets its packages."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for file in (file for file in files if file.is_file()):
        found = re.search(r"^(?:URIs:|deb(?: \[.*\])?)\s+(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    raise HinderedError("this system has no list of where packages are")


def end_what_runs_from(folder: Path) -> None:
    """Kills every process whose program lies below a folder."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "exe").readlink().is_relative_to(folder):
                os.kill(int(process.name), signal.SIGKILL)
