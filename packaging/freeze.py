"""Freezes the program with PyInstaller and looks at what came out.

Runs in an environment that holds `requirements-package.lock`; `python3 bootstrap.py package` makes one.
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
# From the source's text: the same number must come out where the package cannot be imported.
VERSION = re.findall(
    r'^__version__ = "(.+)"$', (ROOT / "shipconsole" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE
)[0]
# Where these came along, another computer would run with a stranger's C runtime, ICU or screen driver.
_NOT_OURS = re.compile(r"(?i)(icuuc|bcryptprimitives|mscms|ucrtbase|api-ms-.*)\.dll|lib(GL|EGL|X11|c|stdc\+\+)\.so.*")


class UnfitError(Exception):
    """What was frozen may not be given away; its text says why."""


def freeze(build: Path, script: str = "start.py") -> Path:
    """Freezes one script of this folder and gives the folder that came out.

    The same source gives the same bytes: Python's hashes and the times of files are fixed.
    """
    words = ["--noconfirm", "--clean", "--log-level", "ERROR"]
    places = ["--distpath", str(build / "frozen"), "--workpath", str(build / "work")]
    env = {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(source_date_s())}
    env["SHIPCONSOLE_ICONS"] = str(build / "icons")
    spec = HERE / "shipconsole.spec"
    command = [sys.executable, "-m", "PyInstaller", *words, *places, str(spec), "--", script]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    name = "shipconsole" if script == "start.py" else Path(script).stem.replace("_", "-")
    bundle = build / "frozen" / name
    found = [*faults(bundle)]
    if found:
        raise UnfitError("; ".join(found))
    return bundle


def source_date_s() -> int:
    """Gives when the source was last changed, in seconds since 1970: the last commit, or else the changelog's time.

    `SOURCE_DATE_EPOCH` comes before both, as everywhere.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not told and shutil.which("git"):
        told = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout.strip()
    return int(told) if told.isdigit() else int((ROOT / "CHANGELOG.md").stat().st_mtime)


def faults(bundle: Path) -> Iterator[str]:
    """Says what is in a frozen folder that must not be, and what should be and is not."""
    names = [file.relative_to(bundle).as_posix() for file in bundle.rglob("*") if file.is_file()]
    yield from (f"{name} belongs to the system" for name in names if _NOT_OURS.fullmatch(Path(name).name))
    if not any("/platforms/" in name for name in names):
        yield "no plugin of Qt's for a screen"
    if bundle.name == "shipconsole" and not any(name.endswith("/migrations/0001_first.sql") for name in names):
        yield "no migration of the store"


def size_bytes(folder: Path) -> int:
    """Gives how much a folder holds, links not counted."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
