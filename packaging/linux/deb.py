"""Build the Debian package of the frozen program, using dpkg-deb only.

Dependencies are read from the libraries in it. There are no maintainer scripts: Debian's triggers update menus, icons,
and manual pages, and profiles are never touched.
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

from freeze import ROOT, VERSION, InvalidBuildError, size_bytes, source_date_s
from linux import completion

HERE = Path(__file__).resolve().parent
APP_ID = "io.shipconsole.Shipconsole"
# The publisher of the package sets a real address with --maintainer.
MAINTAINER = "The Shipconsole authors <shipconsole@localhost>"
# Needed, but not linked by any library: root certificates and time zones.
_ALSO_NEEDED = ("ca-certificates", "tzdata")
_DESCRIPTION = """packing station that notifies every shipping platform
Shipconsole is a desktop app for packing stations. Scan an order, pack all or
part of it, scan the shipping label, and press one key. Shipconsole records the
shipment and sends the tracking number to ShipEngine, Starshipit, and Shipup,
to each of them once.
.
`shipconsole --demo` opens it with sample orders and simulated platforms."""
_PICTURES = (
    ("window-light.png", "Order list, open order with its packages, and tracking"),
    ("window-dark.png", "The same window in the dark theme"),
)


def stage(bundle: Path, build: Path, tree: Path, *, maintainer: str, pictures_url: str = "") -> None:
    """Copy everything that the package installs to `tree`; `build` has the icons, the manual page, and the notices.

    `pictures_url` is where the publisher hosts the two screenshots of `resources/pictures`, for software centers.
    """
    shutil.rmtree(tree, ignore_errors=True)
    share, doc = tree / "usr/share", tree / "usr/share/doc/shipconsole"
    shutil.copytree(bundle, tree / "usr/lib/shipconsole", symlinks=True)
    (tree / "usr/bin").mkdir()
    (tree / "usr/bin/shipconsole").symlink_to("../lib/shipconsole/shipconsole")
    _copy(HERE / f"{APP_ID}.desktop", share / "applications" / f"{APP_ID}.desktop")
    _write(share / "metainfo" / f"{APP_ID}.metainfo.xml", metainfo(pictures_url))
    _copy(ROOT / "resources/icons/shipconsole.svg", share / "icons/hicolor/scalable/apps/shipconsole.svg")
    for picture in (build / "icons").glob("*.png"):
        _copy(picture, share / "icons/hicolor" / picture.stem / "apps/shipconsole.png")
    for unit in HERE.glob("*.service"):
        _copy(unit, tree / "usr/lib/systemd/user" / unit.name)
    for path, text in completion.scripts().items():
        _write(share / path, text)
    _compress(build / "shipconsole.1", share / "man/man1/shipconsole.1.gz")
    _compress(build / "THIRD-PARTY.txt", doc / "THIRD-PARTY.txt.gz")
    _compress(build / "sbom.cdx.json", doc / "sbom.cdx.json.gz")
    _write(doc / "copyright", copyright_text())
    changelog = changelog_text(VERSION, source_date_s(), maintainer)
    (doc / "changelog.gz").write_bytes(gzip.compress(changelog.encode(), 9, mtime=0))
    _copy(HERE / "lintian-overrides", share / "lintian/overrides/shipconsole")
    for path in sorted(tree.rglob("*")):
        if path.is_symlink():
            continue
        is_executable = path.is_dir() or path == tree / "usr/lib/shipconsole/shipconsole"
        path.chmod(0o755 if is_executable else 0o644)


def validate_menu_entry(tree: Path) -> None:
    """Validate the menu entry and the metainfo; raises InvalidBuildError with the output of the desktop's tools."""
    entry = tree / f"usr/share/applications/{APP_ID}.desktop"
    description = tree / f"usr/share/metainfo/{APP_ID}.metainfo.xml"
    checks = (["desktop-file-validate", entry], ["appstreamcli", "validate", "--no-net", description])
    for command in checks:
        if not shutil.which(str(command[0])):
            raise InvalidBuildError(f"{command[0]} is not installed; it validates the menu entry")
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise InvalidBuildError(f"{command[0]}: {result.stdout}{result.stderr}")


def pack(tree: Path, out: Path, *, depends: str, maintainer: str, small: bool) -> Path:
    """Build the package of a staged tree and return its path; `small` takes a minute more."""
    changed_s = source_date_s()
    architecture = _output_of("dpkg", "--print-architecture").strip()
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
        # A keyring for API keys, and small typefaces for Asian names and addresses.
        "Recommends": "gnome-keyring | kwalletmanager, fonts-wqy-microhei | fonts-noto-cjk,"
        " fonts-tlwg-garuda-ttf | fonts-noto-core",
        "Section": "misc",
        "Priority": "optional",
        "Description": _DESCRIPTION.replace("\n", "\n "),
    }
    (control / "control").write_text("".join(f"{name}: {value}\n" for name, value in fields.items()), encoding="utf-8")
    for path in (tree, *tree.rglob("*")):
        os.utime(path, (changed_s, changed_s), follow_symlinks=False)
    file = out / f"shipconsole_{VERSION}_{architecture}.deb"
    compression = ["-Zxz", f"-z{6 if small else 1}"]
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(changed_s)}
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", *compression, "--build", str(tree), str(file)],
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return file


def dependencies(bundle: Path) -> str:
    """Return the packages of the linked libraries that are not included, and the oldest libc that is sufficient."""
    libraries = [file for file in bundle.rglob("*") if file.is_file() and is_elf(file)]
    included = {file.name for file in libraries} | {file.name for file in bundle.rglob("*.so*")}
    needed = {name for file in libraries for name in _needed(file)} - included
    packages = {package for name in needed for package in _owners(name)} - {"libc6"}
    oldest = max((found for file in libraries for found in glibc_versions(file.read_bytes())), default=(2, 34))
    libc = f"libc6 (>= {oldest[0]}.{oldest[1]})"
    return ", ".join([libc, *sorted(packages | set(_ALSO_NEEDED))])


def is_elf(file: Path) -> bool:
    """Return whether a file is an ELF program or library."""
    with file.open("rb") as opened:
        return not file.is_symlink() and opened.read(4) == b"\x7fELF"


def glibc_versions(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the versions of the C library that a binary needs."""
    for major, minor in re.findall(rb"\0GLIBC_(\d+)\.(\d+)", content):
        yield int(major), int(minor)


def metainfo(pictures_url: str) -> str:
    """Return the metainfo for software centers, with screenshots if their address is known."""
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
    """Return the copyright file in Debian's format, with the text of the LICENSE file."""
    license_text = (ROOT / "LICENSE").read_text(encoding="utf-8").partition("\n\n")[2].partition("\n\n")[2]
    lines = [f" {line}" if line.strip() else " ." for line in license_text.strip().splitlines()]
    return (HERE / "copyright.in").read_text(encoding="utf-8") + "\n".join(lines) + "\n"


def changelog_text(version: str, changed_s: int, maintainer: str) -> str:
    """Return the changes of this version in Debian's format, from CHANGELOG.md."""
    when = datetime.fromtimestamp(changed_s, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    points = changes(VERSION) or ["See the project's changelog."]
    wrapped = [textwrap.wrap(point, 76, initial_indent="  * ", subsequent_indent="    ") for point in points]
    lines = [line for point in wrapped for line in point]
    return f"shipconsole ({version}) stable; urgency=medium\n\n" + "\n".join(lines) + f"\n\n -- {maintainer}  {when}\n"


def changes(version: str) -> list[str]:
    """Return the list items of a version in CHANGELOG.md."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    _, _, after = text.partition(f"## {version}")
    section = after.partition("\n## ")[0]
    return [" ".join(point.split()) for point in re.findall(r"^- (.+(?:\n  .+)*)", section, re.MULTILINE)]


def _needed(file: Path) -> list[str]:
    return re.findall(r"NEEDED.*\[(.*)\]", _output_of("readelf", "-dW", str(file)))


@functools.cache
def _owners(library: str) -> frozenset[str]:
    """Return the Debian package that owns a system library; copies in folders of other programs don't count."""
    output = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
    found = re.findall(r"^([a-z0-9.+-]+)(?::\w+)?: (?:/usr)?/lib/[^/]+/[^/]+$", output, re.MULTILINE)
    if not found and not library.startswith("ld-linux"):
        raise InvalidBuildError(f"no package of this system has {library}, which the program needs")
    return frozenset(found[:1])


def _output_of(*command: str, env: Mapping[str, str] | None = None) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout


def _md5(file: Path) -> str:
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _compress(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
