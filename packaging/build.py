"""Build the installable packages for this system, with license notices and checksums.

On Linux, these are a Debian package and an archive; on Windows and macOS, the frozen folder, from which the release
workflow makes an installer. Run it with `python3 bootstrap.py package`, which creates the environment that it needs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from freeze import ROOT, VERSION, InvalidBuildError, freeze, size_bytes, source_date_s

# Drawing icons needs no screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))
LOCK = ROOT / "requirements.lock"


def main() -> int:
    """Build everything and print each step; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist", metavar="DIR", help="folder for the packages")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build", metavar="DIR", help="folder for intermediate files"
    )
    parser.add_argument("--release", action="store_true", help="compress as much as possible (takes some minutes more)")
    parser.add_argument("--pictures-url", default="", metavar="URL", help="where the screenshots are published")
    parser.add_argument("--maintainer", metavar="NAME <ADDRESS>", help="the maintainer of the Debian package")
    options = parser.parse_args()
    build, out = options.build.resolve(), options.to.resolve()
    out.mkdir(parents=True, exist_ok=True)
    started_s = time.monotonic()

    def report(text: str) -> None:
        print(f"package: {text} ({time.monotonic() - started_s:.0f} s)", flush=True)

    import icons
    from linux import completion

    icons.write_all(build / "icons")
    try:
        bundle = freeze(build)
        report(f"frozen: {size_bytes(bundle) / 1e6:.0f} MB in {bundle}")
        write_notices(bundle, build)
        if sys.platform == "win32":
            (bundle / completion.POWERSHELL).write_text(completion.script("powershell"), encoding="utf-8")
        packages = build_for_linux(bundle, build, out, options) if sys.platform == "linux" else []
    except InvalidBuildError as error:
        report(f"stopped: {error}")
        return 1
    for name in ("THIRD-PARTY.txt", "sbom.cdx.json"):
        (out / name).write_bytes((build / name).read_bytes())
    copy_notices(bundle, build)
    for file in packages:
        report(f"{file.stat().st_size / 1e6:.0f} MB: {file}")
    write_checksums(out)
    report(f"version {VERSION} is in {out}")
    return 0


def build_for_linux(bundle: Path, build: Path, out: Path, options: argparse.Namespace) -> list[Path]:
    """Build the Debian package and the archive in parallel; each uses one core for a while."""
    from linux import archive, deb, help_pages

    (build / "shipconsole.1").write_text(help_pages.manual(source_date_s()), encoding="utf-8")
    tree, depends = build / "tree", deb.dependencies(bundle)
    maintainer = options.maintainer or deb.MAINTAINER
    deb.stage(bundle, build, tree, maintainer=maintainer, pictures_url=options.pictures_url)
    deb.validate_menu_entry(tree)
    with ThreadPoolExecutor() as pool:
        packed = pool.submit(archive.archive, tree, out, small=options.release)
        package = deb.pack(tree, out, depends=depends, maintainer=maintainer, small=options.release)
        return [package, packed.result()]


def write_notices(bundle: Path, build: Path) -> None:
    """Write the notices of all third-party code; raises InvalidBuildError for an unreviewed license."""
    import notices

    parts = [*notices.libraries(LOCK)]
    if unreviewed := notices.unreviewed(parts):
        raise InvalidBuildError("licenses to review first: " + ", ".join(unreviewed))
    if sys.platform == "linux":
        parts += notices.system_libraries(bundle)
        parts += notices.driver_libraries(bundle)
    (build / "THIRD-PARTY.txt").write_text(notices.as_text(parts), encoding="utf-8")
    (build / "sbom.cdx.json").write_text(notices.as_cyclonedx(parts), encoding="utf-8")


def copy_notices(bundle: Path, build: Path) -> None:
    """Copy the licenses into the frozen program; Linux packages have a separate folder for them."""
    if sys.platform == "linux":
        return
    inside = bundle if sys.platform == "win32" else build / "frozen" / "Shipconsole.app" / "Contents" / "Resources"
    for name, text in (("THIRD-PARTY.txt", build / "THIRD-PARTY.txt"), ("LICENSE.txt", ROOT / "LICENSE")):
        (inside / name).write_bytes(text.read_bytes())


def write_checksums(out: Path) -> None:
    """Write `SHA256SUMS` of all files in the folder, in the format of sha256sum."""
    files = sorted(file for file in out.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
