"""Makes the Debian package of a frozen program, with nothing but dpkg-deb.

Which packages it depends on is read from the libraries in it. There are no scripts of its maintainer in it: Debian's
triggers keep menus, icons and manual pages, and a person's profile is never touched.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from freeze import ROOT, VERSION, UnfitError, size_bytes, source_date_s
from linux import completion

HERE = Path(__file__).resolve().parent
APP_ID = "io.shipconsole.Shipconsole"
# Whoever publishes the package names an address of theirs with --maintainer.
MAINTAINER = "The Shipconsole authors <shipconsole@localhost>"
# Asked for by no library: certificates of the vendors, and names of countries' time zones.
_ALSO_NEEDED = ("ca-certificates", "tzdata")
_DESCRIPTION = """packing bench that tells every carrier platform once
Shipconsole is a program for the packing bench of a warehouse. A packer opens
an order, puts some or all of it in a package, scans the label, and presses one
key. ShipEngine, Starshipit and Shipup are each told in their own form, exactly
once.
.
`shipconsole --demo` opens it on simulated platforms of its own."""
_PICTURES = (
    ("window-light.png", "The list of orders, the open order, and what became of it"),
    ("window-dark.png", "The same in dark colors"),
)


def stage(bundle: Path, made: Path, tree: Path, *, maintainer: str, pictures_url: str = "") -> None:
    """Lays out below `tree` all that the package installs; `made` holds icons, pages and notices.

    `pictures_url` is where the publisher shows the two pictures of `resources/pictures`; menus of programs show them.
    """
    shutil.rmtree(tree, ignore_errors=True)
    share, doc = tree / "usr/share", tree / "usr/share/doc/shipconsole"
    shutil.copytree(bundle, tree / "usr/lib/shipconsole", symlinks=True)
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/shipconsole").symlink_to("../lib/shipconsole/shipconsole")
    _put(HERE / f"{APP_ID}.desktop", share / "applications" / f"{APP_ID}.desktop")
    _write(share / "metainfo" / f"{APP_ID}.metainfo.xml", metainfo(pictures_url))
    _put(ROOT / "resources/icons/shipconsole.svg", share / "icons/hicolor/scalable/apps/shipconsole.svg")
    for picture in (made / "icons").glob("*.png"):
        _put(picture, share / "icons/hicolor" / picture.stem / "apps/shipconsole.png")
    for unit in HERE.glob("*.service"):
        _put(unit, tree / "usr/lib/systemd/user" / unit.name)
    for place, text in completion.scripts().items():
        _write(share / place, text)
    _zip(made / "shipconsole.1", share / "man/man1/shipconsole.1.gz")
    _zip(made / "THIRD-PARTY.txt", doc / "THIRD-PARTY.txt.gz")
    _zip(made / "sbom.cdx.json", doc / "sbom.cdx.json.gz")
    _write(doc / "copyright", copyright_text())
    changelog = changelog_text(VERSION, source_date_s(), maintainer)
    (doc / "changelog.gz").write_bytes(gzip.compress(changelog.encode(), 9, mtime=0))
    _put(HERE / "lintian-overrides", share / "lintian/overrides/shipconsole")
    for path in sorted(tree.rglob("*")):
        if path.is_symlink():
            continue
        runs = path.is_dir() or path == tree / "usr/lib/shipconsole/shipconsole"
        path.chmod(0o755 if runs else 0o644)


def look_at_entry(tree: Path) -> None:
    """Has the desktop's own tools look at the menu entry and its description; raises UnfitError with their words."""
    entry = tree / f"usr/share/applications/{APP_ID}.desktop"
    description = tree / f"usr/share/metainfo/{APP_ID}.metainfo.xml"
    looks = (["desktop-file-validate", entry], ["appstreamcli", "validate", "--no-net", description])
    for command in looks:
        if not shutil.which(str(command[0])):
            raise UnfitError(f"{command[0]} is not installed, which looks at the menu entry")
        looked = subprocess.run(command, capture_output=True, text=True, check=False)
        if looked.returncode != 0:
            raise UnfitError(f"{command[0]} says: {looked.stdout}{looked.stderr}")


def pack(tree: Path, out: Path, *, depends: str, maintainer: str, small: bool) -> Path:
    """Makes the package of a laid out tree and gives its file; `small` takes a minute more."""
    changed_s = source_date_s()
    architecture = _told("dpkg", "--print-architecture").strip()
    control = tree / "DEBIAN"
    shutil.rmtree(control, ignore_errors=True)
    control.mkdir()
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    sums = [f"{_md5(file)}  {file.relative_to(tree)}\n" for file in files]
    (control / "md5sums").write_text("".join(sums), encoding="utf-8")
    fields = {
        "Package": "shipconsole",
        "Version": VERSION,
        "Architecture": architecture,
        "Maintainer": maintainer,
        "Installed-Size": str(-(-size_bytes(tree) // 1024)),
        "Depends": depends,
        # A keyring for the keys, and signs for the addresses of Asia.
        "Recommends": "gnome-keyring | kwalletmanager, fonts-noto-cjk",
        "Section": "misc",
        "Priority": "optional",
        "Description": _DESCRIPTION.replace("\n", "\n "),
    }
    (control / "control").write_text("".join(f"{name}: {value}\n" for name, value in fields.items()), encoding="utf-8")
    for path in (tree, *tree.rglob("*")):
        os.utime(path, (changed_s, changed_s), follow_symlinks=False)
    file = out / f"shipconsole_{VERSION}_{architecture}.deb"
    squeeze = ["-Zxz", f"-z{6 if small else 1}"]
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(changed_s)}
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", *squeeze, "--build", str(tree), str(file)],
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return file


def dependencies(bundle: Path) -> str:
    """Gives the packages that hold the libraries asked for and not brought along, and the oldest libc that will do."""
    libraries = [file for file in bundle.rglob("*") if file.is_file() and is_elf(file)]
    held = {file.name for file in libraries} | {file.name for file in bundle.rglob("*.so*")}
    asked = {name for file in libraries for name in _needed(file)} - held
    packages = {package for name in asked for package in _owners(name)} - {"libc6"}
    oldest = max((found for file in libraries for found in glibc_versions(file.read_bytes())), default=(2, 34))
    libc = f"libc6 (>= {oldest[0]}.{oldest[1]})"
    return ", ".join([libc, *sorted(packages | set(_ALSO_NEEDED))])


def is_elf(file: Path) -> bool:
    """Says whether a file is a program or library."""
    with file.open("rb") as opened:
        return not file.is_symlink() and opened.read(4) == b"\x7fELF"


def glibc_versions(held: bytes) -> Iterator[tuple[int, int]]:
    """Gives the versions of the C library that a program's text names as needed."""
    for major, minor in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", held):
        yield int(major), int(minor)


def metainfo(pictures_url: str) -> str:
    """Gives the description for menus of programs, with its pictures where it is known where they can be seen."""
    text = (HERE / f"{APP_ID}.metainfo.xml").read_text(encoding="utf-8")
    if not pictures_url:
        return text
    lines = ["  <screenshots>"]
    for number, (name, caption) in enumerate(_PICTURES):
        kind = ' type="default"' if number == 0 else ""
        lines += [f"    <screenshot{kind}>", f"      <caption>{caption}</caption>"]
        lines += [f"      <image>{pictures_url.rstrip('/')}/{name}</image>", "    </screenshot>"]
    lines.append("  </screenshots>\n")
    return text.replace("  <recommends>", "\n".join(lines) + "  <recommends>", 1)


def copyright_text() -> str:
    """Gives Debian's form of who may do what: our licence goes in from its one file."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2].partition("\n\n")[2]
    lines = [f" {line}" if line.strip() else " ." for line in licence.strip().splitlines()]
    return (HERE / "copyright.in").read_text(encoding="utf-8") + "\n".join(lines) + "\n"


def changelog_text(version: str, changed_s: int, maintainer: str) -> str:
    """Gives what changed in this version in Debian's form, from the project's own list."""
    when = datetime.fromtimestamp(changed_s, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    points = changes(VERSION) or ["See the project's list of changes."]
    wrapped = [textwrap.wrap(point, 76, initial_indent="  * ", subsequent_indent="    ") for point in points]
    lines = [line for point in wrapped for line in point]
    return f"shipconsole ({version}) stable; urgency=medium\n\n" + "\n".join(lines) + f"\n\n -- {maintainer}  {when}\n"


def changes(version: str) -> list[str]:
    """Gives the points that CHANGELOG.md has under a version."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    _, _, after = text.partition(f"## {version}")
    section = after.partition("\n## ")[0]
    return [" ".join(point.split()) for point in re.findall(r"^- (.+(?:\n  .+)*)", section, re.MULTILINE)]


def _needed(file: Path) -> list[str]:
    return re.findall(r"NEEDED.*\[(.*)\]", _told("readelf", "-dW", str(file)))


@functools.cache
def _owners(library: str) -> frozenset[str]:
    """Gives the package that has a library among the system's own; some other program's copy does not count."""
    told = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
    found = re.findall(r"^([a-z0-9.+-]+)(?::\w+)?: (?:/usr)?/lib/[^/]+/[^/]+$", told, re.MULTILINE)
    if not found and not library.startswith("ld-linux"):
        raise UnfitError(f"no package of this system has {library}, which the program asks for")
    return frozenset(found[:1])


def _told(*command: str, env: Mapping[str, str] | None = None) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout


def _md5(file: Path) -> str:
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def _put(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def _zip(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
