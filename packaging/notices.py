"""Says whose work is in the frozen program: the licences of all of it in one text, and a list for machines (CycloneDX).

The list is the one that CycloneDX 1.6 describes. It is made from what the lock names and is installed, and from the
libraries of the system that were taken along.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from freeze import ROOT, VERSION

LICENCES = ROOT / "packaging" / "licences"
_RULE = "=" * 80
_CLASSIFIERS = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
}
_NAMES = {"BSD 3-Clause License": "BSD-3-Clause"}
"""Licences that a package names in words."""
# Nothing else may come along unread. PyInstaller's own exception lets its starter be part of any program. "any-OSI" is
# apsw's: the terms of the zlib licence, or of any other that the Open Source Initiative approves.
ALLOWED = re.compile(
    r"MIT|MIT-0|any-OSI|BSD-[23]-Clause|Apache-2\.0|PSF-2\.0|MPL-2\.0|Apache-2\.0 OR BSD-[23]-Clause"
    r"|LGPL-3\.0-only OR GPL-2\.0-only OR GPL-3\.0-only|LGPL-3\.0-only WITH .*"
)
_QT = """Qt and PySide6 (Qt for Python) are used under the GNU Lesser General Public License, version 3, whose text and
that of the GNU General Public License, which it builds on, stand at the end. They are the unchanged libraries of the
packages PySide6_Essentials and shiboken6 of the versions named here; their source is published by The Qt Company under
the same version number, as `pyside-setup` and Qt's `everywhere` archive. They lie in the folder `_internal/PySide6` as
libraries of their own: another build of the same version may be put in their place. Nothing in the licence of
Shipconsole forbids to change them, or to take the program apart in order to find faults in such a change.
"""


class Part(NamedTuple):
    """One unit of others' work: its `kind` is that of a package URL, `pypi` or `deb`."""

    kind: str
    name: str
    version: str
    licence: str
    text: str


def locked(lock: Path) -> list[str]:
    """Gives the names that a lock names, whatever system they are for."""
    return re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)


def libraries(lock: Path) -> Iterator[Part]:
    """Gives the lock's Python libraries that this system has installed, and PyInstaller, whose starter comes along."""
    for name in (*locked(lock), "pyinstaller"):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield Part("pypi", name, found.version, _licence(found), _texts(found))


def system_libraries(bundle: Path) -> Iterator[Part]:
    """Gives the Debian packages whose libraries were taken along, as far as dpkg knows them."""
    names = {file.name for file in bundle.rglob("*.so*") if not file.is_symlink()}
    seen: set[str] = set()
    for name in sorted(names):
        told = subprocess.run(["dpkg-query", "-S", f"*/{name}"], capture_output=True, text=True, check=False).stdout
        # Whatever else brings a file of that name along has it below a folder of its own.
        owners = [
            line.partition(":")[0] for line in told.splitlines() if re.search(r": (/usr)?/lib/[^/]+/[^/]+$", line)
        ]
        if not owners or owners[0] in seen:
            continue
        seen.add(owners[0])
        ask = ["dpkg-query", "-W", "-f=${Version}\n", owners[0]]
        version = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.splitlines()[0]
        copyright_file = Path("/usr/share/doc") / owners[0] / "copyright"
        text = copyright_file.read_text(encoding="utf-8", errors="replace") if copyright_file.exists() else ""
        yield Part("deb", owners[0], version, "", text)


def unknown(parts: Iterable[Part]) -> list[str]:
    """Gives the libraries whose licence nobody looked at yet; there may be none."""
    return [
        f"{part.name}: {part.licence or 'none named'}"
        for part in parts
        if part.kind == "pypi" and part.name != "pyinstaller" and not ALLOWED.fullmatch(part.licence)
    ]


def as_text(parts: Iterable[Part]) -> str:
    """Writes the licences of all of it as one text."""
    whole = [f"Shipconsole {VERSION} holds the work of others. These are their licences.\n\n{_QT}"]
    for part in parts:
        head = f"{_RULE}\n{part.name} {part.version}" + (f": {part.licence}" if part.licence else "")
        whole.append(f"{head}\n{_RULE}\n\n{part.text}")
    inter = (ROOT / "resources" / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    whole.append(f"{_RULE}\nInter, the typeface: OFL-1.1\n{_RULE}\n\n{inter}")
    texts = sorted(LICENCES.glob("*.txt"), reverse=True)
    whole += [f"{_RULE}\n{file.stem}\n{_RULE}\n\n{file.read_text(encoding='utf-8')}" for file in texts]
    return "\n".join(whole)


def as_cyclonedx(parts: Iterable[Part]) -> str:
    """Writes the list for machines; the same parts give the same bytes."""
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "shipconsole",
                "name": "shipconsole",
                "version": VERSION,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [_component(part) for part in parts],
    }
    return json.dumps(document, indent=1) + "\n"


def _component(part: Part) -> dict[str, object]:
    space = "debian/" if part.kind == "deb" else ""
    url = f"pkg:{part.kind}/{space}{quote(part.name)}@{quote(part.version)}"
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": url,
        "name": part.name,
        "version": part.version,
        "purl": url,
    }
    if part.licence:
        component["licenses"] = [
            {"license": {"name": part.licence}} if "WITH" in part.licence else {"expression": part.licence}
        ]
    return component


def _licence(found: Distribution) -> str:
    data = found.metadata
    if data["Name"] == "pyinstaller":
        return "GPL-2.0-or-later WITH Bootloader-exception"
    named = data.get_all("License-Expression") or data.get_all("License")
    if named:
        return _NAMES.get(named[0], named[0])
    return next((_CLASSIFIERS[line] for line in data.get_all("Classifier", []) if line in _CLASSIFIERS), "")


def _texts(found: Distribution) -> str:
    files = [file for file in found.files or () if re.match(r"(?i)(LICEN[CS]E|COPYING|NOTICE)", file.name)]
    inside = [file for file in files if ".dist-info" in str(file)]
    return "\n".join(file.read_text(encoding="utf-8") for file in inside) or "Its text stands at the end.\n"
