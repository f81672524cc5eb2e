"""Builds what can be installed on the system it runs on, with its notices and checksums.

On Linux that is a Debian package and an archive; on Windows and macOS the frozen folder, which the release's own steps
make an installer of. Run it with `python3 bootstrap.py package`, which makes the environment that it needs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from freeze import ROOT, VERSION, UnfitError, freeze, size_bytes, source_date_s

# Drawing icons needs no screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))
LOCK = ROOT / "requirements.lock"


def main() -> int:
    """Builds, and says what was built."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist", metavar="DIR", help="where the packages go")
    parser.add_argument("--build", type=Path, default=ROOT / "build", metavar="DIR", help="where the work is done")
    parser.add_argument("--release", action="store_true", help="as small as can be, which takes minutes more")
    parser.add_argument("--pictures-url", default="", metavar="URL", help="where the window's pictures can be seen")
    parser.add_argument("--maintainer", metavar="NAME <ADDRESS>", help="who answers for the Debian package")
    words = parser.parse_args()
    build, out = words.build.resolve(), words.to.resolve()
    out.mkdir(parents=True, exist_ok=True)
    started_s = time.monotonic()

    def say(text: str) -> None:
        print(f"package: {text} ({time.monotonic() - started_s:.0f} s)", flush=True)

    import icons
    from linux import completion

    icons.write_all(build / "icons")
    try:
        bundle = freeze(build)
        say(f"frozen: {size_bytes(bundle) / 1e6:.0f} MB in {bundle}")
        write_notices(bundle, build)
        if sys.platform == "win32":
            (bundle / completion.POWERSHELL).write_text(completion.script("powershell"), encoding="utf-8")
        packages = build_for_linux(bundle, build, out, words) if sys.platform == "linux" else []
    except UnfitError as unfit:
        say(f"stopped: {unfit}")
        return 1
    made = [build / "THIRD-PARTY.txt", build / "sbom.cdx.json"]
    for file in made:
        (out / file.name).write_bytes(file.read_bytes())
    carry_notices(bundle, build)
    for file in packages:
        say(f"{file.stat().st_size / 1e6:.0f} MB: {file}")
    write_checksums(out)
    say(f"version {VERSION} is in {out}")
    return 0


def build_for_linux(bundle: Path, build: Path, out: Path, words: argparse.Namespace) -> list[Path]:
    """Makes the Debian package and the archive, both at once: each takes one core a while."""
    from linux import archive, deb, help_pages

    (build / "shipconsole.1").write_text(help_pages.manual(source_date_s()), encoding="utf-8")
    tree, depends = build / "tree", deb.dependencies(bundle)
    maintainer = words.maintainer or deb.MAINTAINER
    deb.stage(bundle, build, tree, maintainer=maintainer, pictures_url=words.pictures_url)
    deb.look_at_entry(tree)
    with ThreadPoolExecutor() as pool:
        packed = pool.submit(archive.archive, tree, out, small=words.release)
        package = deb.pack(tree, out, depends=depends, maintainer=maintainer, small=words.release)
        return [package, packed.result()]


def write_notices(bundle: Path, build: Path) -> None:
    """Writes whose work is in the frozen folder; raises UnfitError for a licence that nobody looked at."""
    import notices

    parts = [*notices.libraries(LOCK)]
    strangers = notices.unknown(parts)
    if strangers:
        raise UnfitError("licences to look at first: " + ", ".join(strangers))
    if sys.platform == "linux":
        parts += notices.system_libraries(bundle)
    (build / "THIRD-PARTY.txt").write_text(notices.as_text(parts), encoding="utf-8")
    (build / "sbom.cdx.json").write_text(notices.as_cyclonedx(parts), encoding="utf-8")


def carry_notices(bundle: Path, build: Path) -> None:
    """Puts the licences into what is installed; on Linux the packages have a place of their own for them."""
    if sys.platform == "linux":
        return
    inside = bundle if sys.platform == "win32" else build / "frozen" / "Shipconsole.app" / "Contents" / "Resources"
    for name, text in (("THIRD-PARTY.txt", build / "THIRD-PARTY.txt"), ("LICENSE.txt", ROOT / "LICENSE")):
        (inside / name).write_bytes(text.read_bytes())


def write_checksums(out: Path) -> None:
    """Writes `SHA256SUMS` of all that lies beside it, as sha256sum does."""
    files = sorted(file for file in out.iterdir() if file.is_file() and file.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
