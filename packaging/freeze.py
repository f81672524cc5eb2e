"""Freeze the program with PyInstaller and check the result.

It needs an environment with `requirements-package.lock`; `python3 bootstrap.py package` creates one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Read from the source text, because the package cannot be imported everywhere.
VERSION = re.findall(
    r'^__version__ = "(.+)"$', (ROOT / "shipconsole" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE
)[0]
# If these were included, another computer would run with a foreign C runtime, ICU, or display driver.
SYSTEM_LIBRARIES = re.compile(
    r"(?i)(icuuc|bcryptprimitives|mscms|ucrtbase|api-ms-.*)\.dll|lib(GL|EGL|X11|c|stdc\+\+)\.so.*"
)


# The first migration, a page of help, a sound, and the program's and Qt's German texts.
REQUIRED = (
    "/sql/migrations/0001_first.sql",
    "/resources/docs/shipping.md",
    "/resources/locale/de/shipconsole.po",
    "/resources/sounds/error.wav",
    "/translations/qtbase_de.qm",
)


class InvalidBuildError(Exception):
    """The build must not be published; the text gives the reason."""


def freeze(build: Path, script: str = "start.py") -> Path:
    """Freeze one script of this folder and return the resulting folder.

    The build is reproducible: Python's hash seed and the file times are fixed.
    """
    options = ["--noconfirm", "--clean", "--log-level", "ERROR"]
    folders = ["--distpath", str(build / "frozen"), "--workpath", str(build / "work")]
    env = {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(source_date_s())}
    env["SHIPCONSOLE_ICONS"] = str(build / "icons")
    spec = HERE / "shipconsole.spec"
    command = [sys.executable, "-m", "PyInstaller", *options, *folders, str(spec), "--", script]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    name = "shipconsole" if script == "start.py" else Path(script).stem.replace("_", "-")
    bundle = build / "frozen" / name
    if found := [*problems(bundle)]:
        raise InvalidBuildError("; ".join(found))
    return bundle


def source_date_s() -> int:
    """Return the time of the last change of the source, in seconds since 1970.

    This is `SOURCE_DATE_EPOCH`, or else the time of the last commit, or else of the changelog.
    """
    date = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not date and shutil.which("git"):
        date = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()
    return int(date) if date.isdigit() else int((ROOT / "CHANGELOG.md").stat().st_mtime)


def problems(bundle: Path) -> Iterator[str]:
    """Yield what a frozen folder contains by mistake, and what it lacks."""
    names = [file.relative_to(bundle).as_posix() for file in bundle.rglob("*") if file.is_file()]
    yield from (f"{name} belongs to the system" for name in names if SYSTEM_LIBRARIES.fullmatch(Path(name).name))
    if not any("/platforms/" in name for name in names):
        yield "no platform plugin of Qt"
    if bundle.name == "shipconsole":
        yield from (f"no file {end}" for end in REQUIRED if not any(name.endswith(end) for name in names))


def size_bytes(folder: Path) -> int:
    """Return the size of a folder, without links."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
