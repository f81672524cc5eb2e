"""Makes the archive for any Linux: the same tree as the Debian package, with a script that puts it where it belongs."""

from __future__ import annotations

import lzma
import platform
import tarfile
from pathlib import Path

from freeze import VERSION, source_date_s

INSTALLER = Path(__file__).resolve().parent / "install.sh"


def archive(tree: Path, out: Path, *, small: bool) -> Path:
    """Writes the laid out tree into one file and gives it; the same tree gives the same bytes."""
    name = f"shipconsole-{VERSION}-linux-{platform.machine()}"
    file = out / f"{name}.tar.xz"
    changed_s = source_date_s()

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = changed_s
        within = entry.name.removeprefix(f"{name}/")
        return None if within.startswith(("DEBIAN", "usr/share/lintian")) else entry

    with (
        lzma.open(file, "wb", preset=6 if small else 1) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.add(INSTALLER, f"{name}/install.sh", filter=plain)
        tar.add(tree / "usr", f"{name}/usr", filter=plain)
    return file


def unpack(file: Path, folder: Path) -> Path:
    """Unpacks an archive and gives the folder with the installer in it."""
    with tarfile.open(file) as tar:
        # Pythons before 3.11.4 have no such filter, and nothing but our own archive is unpacked here.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _path: member)
        tar.extractall(folder)
    (inside,) = folder.iterdir()
    return inside
