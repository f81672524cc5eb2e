"""Provide the machine on which the package is tested: a clean Debian in a folder, or else the unpacked files."""

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

USER = "packer"
# Folders that dpkg, apt, and the kernel change by themselves.
_CHANGING_FOLDERS = (
    "/var/lib/dpkg",
    "/var/lib/apt",
    "/var/cache",
    "/var/log",
    "/proc",
    "/sys",
    "/dev",
    "/tmp",
    "/run",
    "/home",
)
# Settings of apt for reaching the package servers, which the clean system needs too.
_APT_SETTINGS = re.compile(r"^Acquire::(?:.*Proxy|Check-Valid-Until|Check-Date) .*$", re.MULTILINE)


class FailedError(Exception):
    """A step failed; the text says which."""


class UnsupportedError(Exception):
    """A clean Debian cannot be created on this system; the text gives the reason."""


class Machine(ABC):
    """A system on which a user runs the program; `home`, `run_folder`, and `prefix` are paths in that system.

    The program is installed below `prefix`, as in `/usr`.
    """

    def __init__(self, folder: Path, prefix: str, home: str, run_folder: str) -> None:
        self.folder = folder
        self.prefix = prefix
        self.home = home
        self.run_folder = run_folder

    @abstractmethod
    def command(self, *command: str, as_user: bool) -> list[str]:
        """Return the command line that runs a command in this system from the host."""

    @abstractmethod
    def host_path(self, path: str) -> Path:
        """Return the host's path of a file in this system."""

    def env(self, *, as_user: bool, **more: str) -> dict[str, str]:
        """Return the environment variables of a new login session, and more."""
        env = {"PATH": f"{self.prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}
        if as_user:
            env |= {"HOME": self.home, "XDG_RUNTIME_DIR": self.run_folder}
        return {**env, "DEBIAN_FRONTEND": "noninteractive", **more}

    def run(
        self, *command: str, as_user: bool = False, input_text: str = "", timeout_s: float = 600, **env: str
    ) -> str:
        """Run a program with `input_text` as its input and return its output; raises FailedError if it fails."""
        try:
            ended = subprocess.run(
                self.command(*command, as_user=as_user),
                env=self.env(as_user=as_user, **env),
                input=input_text,
                capture_output=True,
                text=True,
                check=False,
                timeout=timeout_s,
            )
        except subprocess.TimeoutExpired:
            raise FailedError(f"{shlex.join(command)[:300]} did not end within {timeout_s:.0f} s") from None
        if ended.returncode != 0:
            output = f"{ended.stdout}{ended.stderr}"
            raise FailedError(f"{shlex.join(command)[:300]} ended with {ended.returncode}:\n{output}")
        return ended.stdout


class CleanRoot(Machine):
    """A clean Debian with a user account."""

    def __init__(self, folder: Path, prefix: str = "/usr") -> None:
        super().__init__(folder, prefix, f"/home/{USER}", f"/run/{USER}")

    def command(self, *command: str, as_user: bool) -> list[str]:
        user = [f"--userspec={USER}:{USER}"] if as_user else []
        return ["chroot", *user, str(self.folder), *command]

    def host_path(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def files(self) -> set[str]:
        """Return every path, except in home folders and where the system changes files by itself."""
        found: set[str] = set()
        for top, folders, names in os.walk(self.folder):
            inside = "/" + Path(top).relative_to(self.folder).as_posix().lstrip(".")
            folders[:] = [name for name in folders if f"{inside.rstrip('/')}/{name}" not in _CHANGING_FOLDERS]
            found |= {f"{inside.rstrip('/')}/{name}" for name in (*names, *folders)}
        return found


class Unpacked(Machine):
    """The package's files in a folder of the host, used by the current user with a separate home folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, f"{folder}/usr", f"{folder}/home", f"{folder}/run")

    def command(self, *command: str, as_user: bool) -> list[str]:  # noqa: ARG002 - there is only one user
        return ["/usr/bin/env", *command]

    def host_path(self, path: str) -> Path:
        return Path(path)


@contextmanager
def clean_root(base: Path, folder: Path) -> Iterator[CleanRoot]:
    """Copy a clean Debian, created first if `base` does not exist, and end the copy's processes afterwards.

    Raises UnsupportedError if it cannot be created.
    """
    check_requirements(folder.parent)
    make_base(base)
    subprocess.run(["cp", "-a", "--reflink=auto", str(base), str(folder)], check=True)
    for name in ("/etc/resolv.conf", "/etc/hosts"):
        shutil.copyfile(name, folder / name.lstrip("/"))
    settings = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    lines = "".join(f"{line}\n" for line in _APT_SETTINGS.findall(settings))
    (folder / "etc/apt/apt.conf.d/90as-on-the-host").write_text(lines, encoding="utf-8")
    # Without this, a package would start services of the host.
    (folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    (folder / "usr/sbin/policy-rc.d").chmod(0o755)
    # Its devices are its own: nothing of the host is ever mounted below a folder that will be deleted.
    subprocess.run(["mount", "-t", "proc", "proc", str(folder / "proc")], check=True)
    try:
        yield CleanRoot(folder)
    finally:
        kill_processes_below(folder)
        subprocess.run(["umount", "--lazy", str(folder / "proc")], check=False)


@contextmanager
def unpacked(package: Path, folder: Path) -> Iterator[Unpacked]:
    """Unpack the package, and end its processes afterwards."""
    subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True)
    for name in ("home", "run"):
        (folder / name).mkdir(mode=0o700)
    try:
        yield Unpacked(folder)
    finally:
        kill_processes_below(folder)


def check_requirements(folder: Path) -> None:
    """Raise UnsupportedError if a clean Debian cannot be created or used below a folder."""
    if os.geteuid() != 0:
        raise UnsupportedError("root is required")
    missing = [name for name in ("debootstrap", "chroot", "mount") if not shutil.which(name)]
    if missing:
        raise UnsupportedError(f"{', '.join(missing)} is not installed")
    mount_point, node = folder / "may-be-mounted", folder / "may-be-written"
    mount_point.mkdir()
    if (
        subprocess.run(["mount", "-t", "proc", "proc", str(mount_point)], capture_output=True, check=False).returncode
        != 0
    ):
        raise UnsupportedError("mounting is not permitted")
    subprocess.run(["umount", str(mount_point)], check=True)
    try:
        os.mknod(node, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        node.write_bytes(b"test")
        node.unlink()
    except OSError:
        raise UnsupportedError("creating devices is not permitted") from None


def make_base(base: Path) -> None:
    """Create a minimal Debian of the host's release from the host's package server."""
    if (base / "usr/bin/dpkg").exists():
        return
    suite = platform.freedesktop_os_release().get("VERSION_CODENAME", "stable")
    command = ["debootstrap", "--variant=minbase", suite, str(base), mirror()]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        subprocess.run(["umount", "--lazy", str(base / "proc")], capture_output=True, check=False)
        raise UnsupportedError(f"debootstrap of {suite} failed: {(ended.stdout + ended.stderr)[-500:]}")


def mirror() -> str:
    """Return the address of the host's package server."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for file in (file for file in files if file.is_file()):
        found = re.search(r"^(?:URIs:|deb(?: \[.*\])?)\s+(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    raise UnsupportedError("this system has no list of package servers")


def kill_processes_below(folder: Path) -> None:
    """Kill every process whose program is below a folder."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "exe").readlink().is_relative_to(folder):
                os.kill(int(process.name), signal.SIGKILL)
