"""Make the archive for any Linux: the files of the Debian package with an installation script."""

from __future__ import annotations

import lzma
import platform
import tarfile
from pathlib import Path

from freeze import VERSION, source_date_s

INSTALLER = Path(__file__).resolve().parent / "install.sh"


def archive(tree: Path, out: Path, *, small: bool) -> Path:
    """Pack the staged files into one archive and return its path; the result is reproducible."""
    name = f"shipconsole-{VERSION}-linux-{platform.machine()}"
    file = out / f"{name}.tar.xz"
    changed_s = source_date_s()

    def without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = changed_s
        inner = entry.name.removeprefix(f"{name}/")
        return None if inner.startswith(("DEBIAN", "usr/share/lintian")) else entry

    with (
        lzma.open(file, "wb", preset=6 if small else 1) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.add(INSTALLER, f"{name}/install.sh", filter=without_owner)
        tar.add(tree / "usr", f"{name}/usr", filter=without_owner)
    return file


def unpack(file: Path, folder: Path) -> Path:
    """Unpack an archive and return the folder with the installation script."""
    with tarfile.open(file) as tar:
        # Python before 3.11.4 has no such filter; only archives of this project are unpacked here.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
        tar.extractall(folder)
    (inside,) = folder.iterdir()
    return inside
