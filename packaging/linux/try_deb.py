"""Tries the Debian package on a clean Debian without Python: install, pack an order, upgrade, remove, purge.

With `--archive` the archive for any Linux is tried there afterwards. Where no clean Debian can be made, which takes
root and the right to mount, the package is unpacked instead and its program used from there; what that leaves out is
said. The screen stays outside of both.
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

from desktops import keyring, open_from_the_menu, simulated_platforms, virtual_screen
from places import PERSON, CleanRoot, FailedError, HinderedError, Place, clean_root, unpacked

# What a person has beside the program on any desktop, and a bare system has not.
DESKTOP_PACKAGES = ("bash-completion", "dbus", "gnome-keyring", "libglib2.0-bin", "man-db", "systemd", "xz-utils")
TRACKING = "9400100109361129278357"
_OLDER = "0.0.9"


def main() -> int:
    """Tries the package and says what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("package", type=Path, help="the .deb")
    parser.add_argument("--archive", type=Path, metavar="FILE", help="the archive for any Linux, tried after it")
    parser.add_argument("--base", type=Path, metavar="DIR", help="a clean Debian to copy; made if it is not there")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="where pictures of the window go")
    parser.add_argument("--unpacked", action="store_true", help="use no clean Debian even where one can be made")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shipconsole-deb-") as folder:
        work = Path(folder)
        pictures = words.pictures or work
        pictures.mkdir(parents=True, exist_ok=True)
        package = words.package.resolve()
        archive = words.archive and words.archive.resolve()
        try:
            if words.unpacked:
                raise HinderedError("the smaller form was asked for")
            with clean_root(words.base or work / "base", work / "root") as root:
                try_package(root, package, work, pictures)
                if archive:
                    try_archive(root, archive, pictures)
            say("all of it went well")
        except HinderedError as hindered:
            say(f"NOT TRIED: installing, dependencies, upgrade, removal, the archive; no clean Debian here: {hindered}")
            return try_unpacked(package, work, pictures)
        except FailedError as failed:
            say(f"FAILED: {failed}")
            return 1
    return 0


def say(text: str) -> None:
    """Tells one step."""
    print(f"try: {text} ({time.monotonic() - _STARTED_S:.0f} s)", flush=True)


def try_package(root: CleanRoot, package: Path, work: Path, pictures: Path) -> None:
    """Goes through a package's life."""
    if has_python(root):
        raise FailedError("the clean system has a Python")
    root.run("apt-get", "update", "-qq")
    install(root, *DESKTOP_PACKAGES)
    root.run("useradd", "--create-home", PERSON)
    root.run("install", "-d", "-o", PERSON, "-m", "700", root.run_folder)
    say("a clean system is there, with a keyring and a person, and without Python")
    shutil.copy(package, root.folder / "tmp" / "new.deb")
    repack(package, work / "older", root.folder / "tmp" / "older.deb")

    before = root.files()
    install(root, "/tmp/older.deb")
    if has_python(root):
        raise FailedError("the package brought a Python of the system with it")
    say(f"version {_OLDER} is installed by apt, with {len(root.files() - before)} files beside what was there")
    with keyring(root) as bus, simulated_platforms(root) as url:
        ship_a_parcel(root, bus, url)
        install(root, "/tmp/new.deb")
        look_at_version(root, package)
        look_at_what_is_kept(root, bus)
        if (root.folder / "usr/lib/shipconsole/of-an-older-version").exists():
            raise FailedError("a file of the older version is still there")
        say("upgraded; orders, the call and the key are still there")
        look_at_the_window(root, bus, pictures / "installed.png")
    look_at_pages(root)
    say("the manual page can be read, bash completes, and systemd finds no fault with the unit")
    take_away(root, set(root.run("dpkg", "-L", "shipconsole").split("\n")) - {""})
    say("removed and purged: nothing of it is left but the profile")


def try_archive(root: CleanRoot, archive: Path, pictures: Path) -> None:
    """Installs the archive as the person, who has no rights, uses it with what the package left, and removes it."""
    place = CleanRoot(root.folder, prefix=f"{root.home}/.local")
    before = files_below(place.outside(place.home))
    shutil.copy(archive, root.folder / "tmp" / archive.name)
    unpack = f"mkdir {place.run_folder}/a && tar -xf /tmp/{archive.name} -C {place.run_folder}/a --strip-components=1"
    place.run("sh", "-c", unpack, as_person=True)
    # The second one takes the first one's place.
    for _ in range(2):
        place.run(f"{place.run_folder}/a/install.sh", as_person=True)
    say(f"the archive is installed without rights, {len(files_below(place.outside(place.home)) - before)} files")
    with keyring(place) as bus, simulated_platforms(place) as url:
        connect(place, bus, url)  # the vendors have another address now
        look_at_what_is_kept(place, bus)
        look_at_the_window(place, bus, pictures / "archive.png")
    look_at_completion(place)
    kept = files_below(place.outside(f"{place.home}/.local/share/shipconsole"))
    place.run(f"{place.run_folder}/a/install.sh", "--remove", as_person=True)
    there = files_below(place.outside(place.home))
    if there - before - kept:
        raise FailedError(f"the archive's installer left behind: {sorted(there - before - kept)[:20]}")
    if not kept <= there:
        raise FailedError("the archive's installer took some of the profile")
    say("the archive's program is removed: nothing of it is left but the profile")


def try_unpacked(package: Path, work: Path, pictures: Path) -> int:
    """Uses the package's program without installing it: keyring, pull, ship, window."""
    try:
        with (
            unpacked(package, work / "unpacked") as place,
            keyring(place) as bus,
            simulated_platforms(place) as url,
        ):
            look_at_version(place, package)
            ship_a_parcel(place, bus, url)
            look_at_what_is_kept(place, bus)
            look_at_the_window(place, bus, pictures / "unpacked.png")
    except FailedError as failed:
        say(f"FAILED: {failed}")
        return 1
    say("the smaller form went well: the unpacked program kept a key, shipped, told once, and opened its window")
    return 0


def install(root: CleanRoot, *packages: str) -> None:
    """Installs packages with what they cannot do without."""
    root.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def has_python(root: CleanRoot) -> bool:
    """Says whether the clean system has an interpreter of its own."""
    return any((root.folder / "usr/bin").glob("python3*"))


def files_below(folder: Path) -> set[str]:
    """Gives all files and links below a folder."""
    return {str(path) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


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


def program(place: Place, bus: str, *words: str, given: str = "") -> str:
    """Runs a command of the program as the person, with `given` at its standard input."""
    return place.run("shipconsole", *words, as_person=True, given=given, within_s=120, DBUS_SESSION_BUS_ADDRESS=bus)


def ship_a_parcel(place: Place, bus: str, url: str) -> None:
    """Connects the simulated platform, pulls, ships, and sees that it was told."""
    connect(place, bus, url)
    program(place, bus, "sync")
    orders = json.loads(program(place, bus, "orders", "--state", "to_ship", "--json"))
    if not any(order["number"] == "10001" for order in orders):
        raise FailedError(f"the order 10001 is not among {len(orders)} orders")
    program(place, bus, "ship", "10001", "--all-left", "--tracking", TRACKING, "--wait", "30")
    calls = json.loads(program(place, bus, "outbox", "--json"))
    if [call["state"] for call in calls] != ["confirmed"]:
        raise FailedError(f"the calls are {calls}")
    say(f"a key is in the Secret Service and was used, {len(orders)} orders are here, one package was shipped and told")


def connect(place: Place, bus: str, url: str) -> None:
    """Connects the simulated platform with a key that the keyring keeps and gives back."""
    words = ["--name", "ShipEngine", "--url", f"{url}/shipengine", "--secret", "api_key"]
    program(place, bus, "connect", "shipengine", *words, given="TEST_simulator_shipengine\n")
    program(place, bus, "test-connection", "ShipEngine")


def look_at_version(place: Place, package: Path) -> None:
    """Sees that the program is the package's."""
    field = ["dpkg-deb", "-f", str(package), "Version"]
    version = subprocess.run(field, capture_output=True, text=True, check=True).stdout.strip()
    told = place.run("shipconsole", "--version", as_person=True).strip()
    if told != f"shipconsole {version}":
        raise FailedError(f"the package has version {version}, and the program says {told}")


def look_at_what_is_kept(place: Place, bus: str) -> None:
    """Sees that the call and the key are there, and that the doctor says where all is."""
    if len(json.loads(program(place, bus, "outbox", "--json"))) != 1:
        raise FailedError("the call is gone")
    program(place, bus, "test-connection", "ShipEngine")
    found = {one["what"]: one for one in json.loads(program(place, bus, "doctor", "--json"))}
    if f"{place.home}/.local/share/shipconsole" not in found["profile"]["words"]:
        raise FailedError(f"the doctor says of the profile: {found['profile']}")
    if f"{place.prefix}/lib/shipconsole, packaged" not in found["program"]["words"]:
        raise FailedError(f"the doctor says of the program: {found['program']}")


def look_at_the_window(place: Place, bus: str, picture: Path) -> None:
    """Opens and closes the window on a screen of its own."""
    with virtual_screen() as display:
        open_from_the_menu(place, bus, display, picture)
    say(f"started from its menu entry, seen, and closed; the picture is {picture}")


def look_at_pages(root: CleanRoot) -> None:
    """Sees that the manual page can be read, that bash completes, and that systemd takes the unit."""
    if "packing bench" not in root.run("man", "-P", "cat", "shipconsole"):
        raise FailedError("the manual page cannot be read")
    look_at_completion(root)
    unit = f"{root.prefix}/lib/systemd/user/shipconsole-serve.service"
    said = root.run("sh", "-c", f"systemd-analyze verify --user {unit} 2>&1", as_person=True)
    if "shipconsole" in said:
        raise FailedError(f"systemd says of the unit: {said}")


def look_at_completion(place: Place) -> None:
    """Sees that the shell of every desktop completes a word of a command; other shells want a Python of the system."""
    script = (
        f"source {place.prefix}/share/bash-completion/completions/shipconsole;"
        ' COMP_WORDS=(shipconsole ship --tr); COMP_CWORD=2; _shipconsole; echo "${COMPREPLY[*]}"'
    )
    if place.run("bash", "-c", script, as_person=True).strip() != "--tracking":
        raise FailedError("the shell does not complete")


def take_away(root: CleanRoot, installed: set[str]) -> None:
    """Removes the package, installs it again and purges it, and looks each time what is left of it."""
    for verb in ("remove", "purge"):
        root.run("apt-get", verb, "-y", "-qq", "shipconsole")
        there = root.files()
        owned = set(root.run("sh", "-c", "cat /var/lib/dpkg/info/*.list").split("\n"))
        left = {path for path in there if "shipconsole" in path.lower()} | (installed & there) - owned
        if left:
            raise FailedError(f"{verb} left behind: {sorted(left)[:20]}")
        if verb == "remove":
            install(root, "/tmp/new.deb")
    if not root.outside(f"{root.home}/.local/share/shipconsole/shipconsole.db").is_file():
        raise FailedError("the profile is gone")


_STARTED_S = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
