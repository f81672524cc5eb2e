"""List the third-party code in the frozen program: one text with all licenses, and an SBOM (CycloneDX 1.6).

Both are made from the installed libraries of the lock file and from the system libraries that were included.
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

LICENSES = ROOT / "packaging" / "licenses"
_RULE = "=" * 80
_CLASSIFIERS = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
}
_NAMES = {"BSD 3-Clause License": "BSD-3-Clause"}
"""Licenses that a package names in other words than SPDX."""
# Any other license must be reviewed first. PyInstaller's exception permits its bootloader in any program. "any-OSI" is
# apsw's: the terms of the zlib license, or of any other license that the Open Source Initiative approves.
ALLOWED = re.compile(
    r"MIT|MIT-0|any-OSI|BSD-[23]-Clause|Apache-2\.0|PSF-2\.0|MPL-2\.0|Apache-2\.0 OR BSD-[23]-Clause"
    r"|LGPL-3\.0-only OR GPL-2\.0-only OR GPL-3\.0-only|LGPL-3\.0-only WITH .*|LGPL-3\.0-only"
)
_QT = """Qt and PySide6 (Qt for Python) are used under the GNU Lesser General Public License, version 3, whose text and
that of the GNU General Public License, on which it is based, are at the end. They are the unchanged libraries of the
packages PySide6_Essentials and shiboken6 in the versions named here; The Qt Company publishes their source under the
same version numbers, as `pyside-setup` and Qt's `everywhere` archive. They are separate files in the folder
`_internal/PySide6` and can be replaced by another build of the same version. The license of Shipconsole does not forbid
changing them, or reverse engineering the program to debug such changes.

The same license covers psycopg and psycopg-binary, which reach a PostgreSQL server. They are the unchanged packages of
those names and versions, whose source The Psycopg Team publishes: separate files in the folders `_internal/psycopg` and
`_internal/psycopg_binary` that can be replaced by another build.
"""
_DRIVER_LIBRARIES = {
    "libpq": ("PostgreSQL", "libpq5"),
    "libssl": ("Apache-2.0", "libssl3"),
    "libkrb5": ("MIT", "libkrb5-3"),
    "libldap": ("OLDAP-2.8", "libldap-2.5-0"),
    "libsasl2": ("BSD-3-Clause-Attribution", "libsasl2-2"),
    "libkeyutils": ("LGPL-2.1-or-later", "libkeyutils1"),
    "libcom_err": ("MIT", "libcom-err2"),
    "libcrypt": ("LGPL-2.1-or-later", "libcrypt1"),
}
"""What the wheel of the PostgreSQL driver carries: by name, the license and the Debian package that has its text."""


class Part(NamedTuple):
    """A third-party component; `kind` is the type in its package URL, `pypi` or `deb`."""

    kind: str
    name: str
    version: str
    license: str
    text: str


def locked(lock: Path) -> list[str]:
    """Return the names of all libraries in a lock file, for any system."""
    return re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)


def libraries(lock: Path) -> Iterator[Part]:
    """Yield the installed Python libraries of the lock file, and PyInstaller, whose bootloader is included."""
    for name in (*locked(lock), "pyinstaller"):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield Part("pypi", name, found.version, _license(found), _texts(found))


def system_libraries(bundle: Path) -> Iterator[Part]:
    """Yield the Debian packages of the included system libraries, as far as dpkg knows them."""
    names = {file.name for file in bundle.rglob("*.so*") if not file.is_symlink()}
    seen: set[str] = set()
    for name in sorted(names):
        output = subprocess.run(["dpkg-query", "-S", f"*/{name}"], capture_output=True, text=True, check=False).stdout
        # Other packages with a file of that name have it in a folder of their own.
        owners = [
            line.partition(":")[0] for line in output.splitlines() if re.search(r": (/usr)?/lib/[^/]+/[^/]+$", line)
        ]
        if not owners or owners[0] in seen:
            continue
        seen.add(owners[0])
        query = ["dpkg-query", "-W", "-f=${Version}\n", owners[0]]
        version = subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()[0]
        copyright_file = Path("/usr/share/doc") / owners[0] / "copyright"
        text = copyright_file.read_text(encoding="utf-8", errors="replace") if copyright_file.exists() else ""
        yield Part("deb", owners[0], version, "", text)


def driver_libraries(bundle: Path) -> Iterator[Part]:
    """Yield the libraries that the PostgreSQL driver carries, each once; raises KeyError for an unknown one.

    Libraries of one project, such as libssl and libcrypto, are one part.
    """
    same = {"libcrypto": "libssl", "liblber": "libldap"}
    kerberos = ("libgssapi_krb5", "libk5crypto", "libkrb5support")
    seen: set[str] = set()
    for file in sorted(bundle.rglob("psycopg_binary.libs/*.so*")):
        found = re.fullmatch(r"(lib\w+)-[0-9a-f]{8}\.so\.([\d.]+)", file.name)
        if found is None:
            raise KeyError(file.name)
        name = "libkrb5" if found[1] in kerberos else same.get(found[1], found[1])
        if name in seen:
            continue
        seen.add(name)
        named, package = _DRIVER_LIBRARIES[name]
        copyright_file = Path("/usr/share/doc") / package / "copyright"
        text = copyright_file.read_text(encoding="utf-8", errors="replace") if copyright_file.exists() else ""
        yield Part("generic", f"{name} (in psycopg-binary)", found[2], named, text)


def unreviewed(parts: Iterable[Part]) -> list[str]:
    """Return the libraries whose license has not been reviewed yet."""
    return [
        f"{part.name}: {part.license or 'none named'}"
        for part in parts
        if part.kind == "pypi" and part.name != "pyinstaller" and not ALLOWED.fullmatch(part.license)
    ]


def as_text(parts: Iterable[Part]) -> str:
    """Return one text with the licenses of all parts."""
    sections = [f"Shipconsole {VERSION} includes third-party software. These are its licenses.\n\n{_QT}"]
    for part in parts:
        head = f"{_RULE}\n{part.name} {part.version}" + (f": {part.license}" if part.license else "")
        sections.append(f"{head}\n{_RULE}\n\n{part.text}")
    inter = (ROOT / "resources" / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    sections.append(f"{_RULE}\nInter, the typeface: OFL-1.1\n{_RULE}\n\n{inter}")
    texts = sorted(LICENSES.glob("*.txt"), reverse=True)
    sections += [f"{_RULE}\n{file.stem}\n{_RULE}\n\n{file.read_text(encoding='utf-8')}" for file in texts]
    return "\n".join(sections)


def as_cyclonedx(parts: Iterable[Part]) -> str:
    """Return the SBOM as JSON; the same parts give the same text."""
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
    if part.license:
        component["licenses"] = [
            {"license": {"name": part.license}} if "WITH" in part.license else {"expression": part.license}
        ]
    return component


def _license(found: Distribution) -> str:
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
    return "\n".join(file.read_text(encoding="utf-8") for file in inside) or "The text is at the end.\n"
