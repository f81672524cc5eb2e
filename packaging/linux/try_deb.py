"""Test the Debian package on a clean Debian without Python: install, pack an order, upgrade, remove, purge.

With `--archive`, the archive for any Linux is tested there afterwards. If a clean Debian cannot be created (this needs
root and the right to mount), the package is unpacked and used from there; the output names what was not tested. The
screen is one of the host in both cases.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desktops import keyring, open_from_menu, simulated_platforms, virtual_screen
from machines import USER, CleanRoot, FailedError, Machine, UnsupportedError, clean_root, unpacked

# Part of any desktop system, but not of a minimal Debian.
DESKTOP_PACKAGES = ("bash-completion", "dbus", "gnome-keyring", "libglib2.0-bin", "man-db", "systemd", "xz-utils")
TRACKING = "9400100109361129278357"
_OLDER = "0.0.9"


def main() -> int:
    """Test the package, print each step, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", type=Path, help="the .deb")
    parser.add_argument("--archive", type=Path, metavar="FILE", help="the archive for any Linux, tested afterwards")
    parser.add_argument("--base", type=Path, metavar="DIR", help="a clean Debian to copy; created if it does not exist")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="folder for screenshots of the window")
    parser.add_argument("--unpacked", action="store_true", help="unpack the package instead of creating a clean Debian")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shipconsole-deb-") as folder:
        work = Path(folder)
        pictures = options.pictures or work
        pictures.mkdir(parents=True, exist_ok=True)
        package = options.package.resolve()
        archive = options.archive and options.archive.resolve()
        try:
            if options.unpacked:
                raise UnsupportedError("--unpacked was given")
            with clean_root(options.base or work / "base", work / "root") as root:
                try_package(root, package, work, pictures)
                if archive:
                    try_archive(root, archive, pictures)
            report("all tests passed")
        except UnsupportedError as reason:
            report(f"NOT TESTED: installation, dependencies, upgrade, removal, archive; no clean Debian here: {reason}")
            return try_unpacked(package, work, pictures)
        except FailedError as failed:
            report(f"FAILED: {failed}")
            return 1
    return 0


def report(text: str) -> None:
    """Print a finished step with the time so far."""
    print(f"test: {text} ({time.monotonic() - _STARTED_S:.0f} s)", flush=True)


def try_package(root: CleanRoot, package: Path, work: Path, pictures: Path) -> None:
    """Install, use, upgrade, remove, and purge the package."""
    if has_python(root):
        raise FailedError("the clean system has a Python")
    root.run("apt-get", "update", "-qq")
    install(root, *DESKTOP_PACKAGES)
    root.run("useradd", "--create-home", USER)
    root.run("install", "-d", "-o", USER, "-m", "700", root.run_folder)
    report("a clean system without Python is ready, with a keyring and a user")
    shutil.copy(package, root.folder / "tmp" / "new.deb")
    repack(package, work / "older", root.folder / "tmp" / "older.deb")

    before = root.files()
    install(root, "/tmp/older.deb")
    if has_python(root):
        raise FailedError("the package installed a Python of the system")
    report(f"version {_OLDER} is installed by apt, with {len(root.files() - before)} new files")
    with keyring(root) as bus, simulated_platforms(root) as url:
        ship_package(root, bus, url)
        install(root, "/tmp/new.deb")
        check_version(root, package)
        check_data_is_kept(root, bus)
        if (root.folder / "usr/lib/shipconsole/only-in-the-older-version").exists():
            raise FailedError("a file of the older version is still there")
        report("upgraded; orders, the update, and the API key were kept")
        check_window(root, bus, pictures / "installed.png")
    check_help_pages(root)
    report("the manual page is readable, bash completes, and systemd accepts the unit")
    remove_and_purge(root, set(root.run("dpkg", "-L", "shipconsole").split("\n")) - {""})
    report("removed and purged; only the profile is left")


def try_archive(root: CleanRoot, archive: Path, pictures: Path) -> None:
    """Install the archive as a user without administrator rights, use it with the existing profile, and remove it."""
    machine = CleanRoot(root.folder, prefix=f"{root.home}/.local")
    before = files_below(machine.host_path(machine.home))
    shutil.copy(archive, root.folder / "tmp" / archive.name)
    unpack = (
        f"mkdir {machine.run_folder}/a && tar -xf /tmp/{archive.name} -C {machine.run_folder}/a --strip-components=1"
    )
    machine.run("sh", "-c", unpack, as_user=True)
    # The second installation replaces the first.
    for _ in range(2):
        machine.run(f"{machine.run_folder}/a/install.sh", as_user=True)
    count = len(files_below(machine.host_path(machine.home)) - before)
    report(f"the archive is installed without administrator rights, {count} files")
    with keyring(machine) as bus, simulated_platforms(machine) as url:
        connect(machine, bus, url)  # the simulated platforms have a new address
        check_data_is_kept(machine, bus)
        check_window(machine, bus, pictures / "archive.png")
    check_completion(machine)
    profile = files_below(machine.host_path(f"{machine.home}/.local/share/shipconsole"))
    machine.run(f"{machine.run_folder}/a/install.sh", "--remove", as_user=True)
    after = files_below(machine.host_path(machine.home))
    if after - before - profile:
        raise FailedError(f"the archive's installer left behind: {sorted(after - before - profile)[:20]}")
    if not profile <= after:
        raise FailedError("the archive's installer removed files of the profile")
    report("the archive's program is removed; only the profile is left")


def try_unpacked(package: Path, work: Path, pictures: Path) -> int:
    """Use the package's program without installing it: keyring, sync, ship, window."""
    try:
        with (
            unpacked(package, work / "unpacked") as machine,
            keyring(machine) as bus,
            simulated_platforms(machine) as url,
        ):
            check_version(machine, package)
            ship_package(machine, bus, url)
            check_data_is_kept(machine, bus)
            check_window(machine, bus, pictures / "unpacked.png")
    except FailedError as failed:
        report(f"FAILED: {failed}")
        return 1
    report("the unpacked program stored an API key, shipped, notified once, and opened its window")
    return 0


def install(root: CleanRoot, *packages: str) -> None:
    """Install packages with their dependencies only."""
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def has_python(root: CleanRoot) -> bool:
    """Return whether the clean system has a Python."""
    return any((root.folder / "usr/bin").glob("python3*"))


def files_below(folder: Path) -> set[str]:
    """Return all files and links below a folder."""
    return {str(path) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


def repack(package: Path, folder: Path, older: Path) -> None:
    """Make a package with an older version number and a file that the newer package lacks."""
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(folder)], check=True)
    control = folder / "DEBIAN/control"
    text = re.sub(r"^Version: .*$", f"Version: {_OLDER}", control.read_text(encoding="utf-8"), flags=re.MULTILINE)
    control.write_text(text, encoding="utf-8")
    (folder / "usr/lib/shipconsole/only-in-the-older-version").write_text("", encoding="utf-8")
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", str(folder), str(older)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder)


def program(machine: Machine, bus: str, *arguments: str, input_text: str = "") -> str:
    """Run a command of the program as the user, with `input_text` as its standard input."""
    return machine.run(
        "shipconsole", *arguments, as_user=True, input_text=input_text, timeout_s=120, DBUS_SESSION_BUS_ADDRESS=bus
    )


def ship_package(machine: Machine, bus: str, url: str) -> None:
    """Connect the simulated platform, sync, ship, and check that the platform was notified."""
    connect(machine, bus, url)
    program(machine, bus, "sync")
    orders = json.loads(program(machine, bus, "orders", "--state", "to_ship", "--json"))
    if not any(order["number"] == "10001" for order in orders):
        raise FailedError(f"the order 10001 is not among {len(orders)} orders")
    program(machine, bus, "ship", "10001", "--all-left", "--tracking", TRACKING, "--wait", "30")
    updates = json.loads(program(machine, bus, "outbox", "--json"))
    if [update["state"] for update in updates] != ["confirmed"]:
        raise FailedError(f"the outbox is {updates}")
    report(f"the API key is in the keyring, {len(orders)} orders were synced, one package was shipped and notified")


def connect(machine: Machine, bus: str, url: str) -> None:
    """Connect the simulated platform with an API key that is stored in the keyring."""
    options = ["--name", "ShipEngine", "--url", f"{url}/shipengine", "--secret", "api_key"]
    program(machine, bus, "connect", "shipengine", *options, input_text="TEST_simulator_shipengine\n")
    program(machine, bus, "test-connection", "ShipEngine")


def check_version(machine: Machine, package: Path) -> None:
    """Check that the installed program has the package's version."""
    field = ["dpkg-deb", "-f", str(package), "Version"]
    version = subprocess.run(field, capture_output=True, text=True, check=True).stdout.strip()
    printed = machine.run("shipconsole", "--version", as_user=True).strip()
    if printed != f"shipconsole {version}":
        raise FailedError(f"the package has version {version}, and the program prints {printed}")


def check_data_is_kept(machine: Machine, bus: str) -> None:
    """Check that the update and the API key were kept, and that `doctor` shows where everything is."""
    if len(json.loads(program(machine, bus, "outbox", "--json"))) != 1:
        raise FailedError("the update was lost")
    program(machine, bus, "test-connection", "ShipEngine")
    findings = {found["what_code"]: found for found in json.loads(program(machine, bus, "doctor", "--json"))}
    if f"{machine.home}/.local/share/shipconsole" not in findings["health.profile"]["message"]:
        raise FailedError(f"doctor shows the profile as {findings['health.profile']}")
    shown = findings["health.program"]
    if shown["code"] != "health.program_packaged" or f"{machine.prefix}/lib/shipconsole" not in shown["message"]:
        raise FailedError(f"doctor shows the program as {shown}")


def check_window(machine: Machine, bus: str, picture: Path) -> None:
    """Open and close the window on a virtual screen."""
    with virtual_screen() as display:
        open_from_menu(machine, bus, display, picture)
    report(f"the window was opened from the menu entry and closed; the screenshot is {picture}")


def check_help_pages(root: CleanRoot) -> None:
    """Check that the manual page is readable, that bash completes, and that systemd accepts the unit."""
    if "packing station" not in root.run("man", "-P", "cat", "shipconsole"):
        raise FailedError("the manual page cannot be read")
    check_completion(root)
    unit = f"{root.prefix}/lib/systemd/user/shipconsole-serve.service"
    problems = root.run("sh", "-c", f"systemd-analyze verify --user {unit} 2>&1", as_user=True)
    if "shipconsole" in problems:
        raise FailedError(f"systemd reports about the unit: {problems}")


def check_completion(machine: Machine) -> None:
    """Check that bash, the shell of every desktop, completes an option."""
    script = (
        f"source {machine.prefix}/share/bash-completion/completions/shipconsole;"
        ' COMP_WORDS=(shipconsole ship --tr); COMP_CWORD=2; _shtab_shipconsole; echo "${COMPREPLY[*]}"'
    )
    if machine.run("bash", "-c", script, as_user=True).strip() != "--tracking":
        raise FailedError("bash does not complete")


def remove_and_purge(root: CleanRoot, installed: set[str]) -> None:
    """Remove the package, install it again, and purge it; check each time that nothing is left."""
    for verb in ("remove", "purge"):
        root.run("apt-get", verb, "-y", "-qq", "shipconsole")
        remaining = root.files()
        owned = set(root.run("sh", "-c", "cat /var/lib/dpkg/info/*.list").split("\n"))
        left = {path for path in remaining if "shipconsole" in path.lower()} | (installed & remaining) - owned
        if left:
            raise FailedError(f"{verb} left behind: {sorted(left)[:20]}")
        if verb == "remove":
            install(root, "/tmp/new.deb")
    if not root.host_path(f"{root.home}/.local/share/shipconsole/shipconsole.db").is_file():
        raise FailedError("the profile was lost")


_STARTED_S = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
