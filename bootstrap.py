"""Make a fresh checkout ready and runs the demo or the tests, with nothing but Python and pip.

`python3 bootstrap.py demo` opens the program on its simulated platforms.
`python3 bootstrap.py test` runs the tests; further words go to pytest.
`python3 bootstrap.py setup` only prepares what the tests need, and puts the command `shipconsole` into .venv/bin.
`python3 bootstrap.py package` builds what can be installed on this system; further words go to packaging/build.py.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "shipconsole-stamp.json"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
PACKAGE_LOCK = ROOT / "requirements-package.lock"
PACKAGE_VENV = ROOT / "build" / "environment"
PYTHONS = ((3, 11), (3, 12), (3, 13))
SURROUNDINGS = 5

# A package that newer releases renamed stands with all its names, the newest first.
QT_PACKAGES = (
    "libglib2.0-0t64|libglib2.0-0",
    "libegl1",
    "libgl1",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
    "fonts-dejavu-core",
)
SCREEN_PACKAGES = (
    "libxcb-cursor0",
    "libxcb-glx0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libx11-xcb1",
)
VIRTUAL_SCREEN_PACKAGES = ("xvfb",)
ALL_CORES = ("-n", "auto", "--quiet")
PACKAGE_PACKAGES = (
    "appstream",
    "binutils",
    "dbus",
    "debootstrap",
    "desktop-file-utils",
    "gnome-keyring",
    "imagemagick",
    "libglib2.0-bin",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "lintian",
    "python3-venv",
    "xdotool",
)
TEST_PACKAGES = ("dbus", "fish", "gnome-keyring", "strace", "xdotool", "zsh")


class Stopped(Exception):
    """A step could not be done; its text says which and what to do."""


def say(text: str) -> None:
    """Tells the reader one step in one line."""
    print(f"bootstrap: {text}", flush=True)


def main(words: Sequence[str]) -> int:
    """Do what the first word says and returns the exit code."""
    if sys.version_info[:2] not in PYTHONS:
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        say(f"Shipconsole needs Python 3.11, 3.12 or 3.13; this is {found}.")
        return 2
    verb, rest = (words[0], list(words[1:])) if words else ("", [])
    try:
        if verb == "demo":
            return demo(rest)
        if verb == "test":
            prepare(DEV_LOCK, (*QT_PACKAGES, *SCREEN_PACKAGES, *VIRTUAL_SCREEN_PACKAGES, *TEST_PACKAGES))
            say("running the tests")
            return run([VENV_PYTHON, "-m", "pytest", *(rest or ALL_CORES)], os.environ)
        if verb == "package":
            return package(rest)
        if verb == "setup" and not rest:
            prepare(DEV_LOCK, (*QT_PACKAGES, *SCREEN_PACKAGES, *VIRTUAL_SCREEN_PACKAGES, *TEST_PACKAGES))
            install_program()
            return 0
    except Stopped as stopped:
        say(str(stopped))
        return SURROUNDINGS
    except KeyboardInterrupt:
        return 130
    say("say `demo`, `test`, `setup` or `package`, as in: python3 bootstrap.py demo")
    return 2


def demo(words: Sequence[str]) -> int:
    """Open the program on its simulated platforms, on a virtual screen if there is no real one."""
    without_screen = needs_screen(os.environ)
    screen = VIRTUAL_SCREEN_PACKAGES if without_screen else ()
    prepare(RUN_LOCK, (*QT_PACKAGES, *SCREEN_PACKAGES, *screen))
    command = [VENV_PYTHON, "-m", "shipconsole", "--demo", *words]
    if not without_screen:
        say("starting the demo")
        return run(command, os.environ)
    with virtual_screen() as name:
        say(f"there is no screen, so the demo starts on the virtual screen {name}; Ctrl+C ends it")
        return run(command, {**os.environ, "DISPLAY": name})


def package(words: Sequence[str]) -> int:
    """Build the packages in an environment of their own, which holds nothing that does not belong into them."""
    install_system_packages((*QT_PACKAGES, *SCREEN_PACKAGES, *VIRTUAL_SCREEN_PACKAGES, *PACKAGE_PACKAGES))
    freezing, version = freezing_python()
    # The interpreter as a library, which goes into the package.
    install_system_packages((f"libpython{version}",))
    python = PACKAGE_VENV / VENV_PYTHON.relative_to(VENV)
    made_from = PACKAGE_VENV / "shipconsole-lock.txt"
    if not made_from.exists() or made_from.read_text(encoding="utf-8") != digest(PACKAGE_LOCK):
        say(f"making the environment for packages with {freezing}")
        install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
        if run([freezing, "-m", "venv", "--clear", PACKAGE_VENV], os.environ) != 0:
            raise Stopped("the environment for packages could not be made; on Debian install python3-venv")
        if run([python, *install, "--require-hashes", "--only-binary", ":all:", "-r", PACKAGE_LOCK], os.environ) != 0:
            raise Stopped(f"pip could not install {PACKAGE_LOCK.name}; its own words are above")
        made_from.write_text(digest(PACKAGE_LOCK), encoding="utf-8")
    say("building the packages")
    return run([python, "packaging/build.py", *words], os.environ)


def freezing_python() -> tuple[str, str]:
    """Return the Python that goes into the packages, and its version in two numbers: Debian's own where it fits.

    One that a person built leaves the path of its folder in every library, and carries all that helps to debug it.
    """
    own = Path("/usr/bin/python3")
    if sys.platform == "linux" and own.exists():
        ask = [str(own), "-c", "import sys; print(*sys.version_info[:2])"]
        told = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.split()
        if tuple(int(number) for number in told) in PYTHONS:
            return str(own), ".".join(told)
    return sys.executable, f"{sys.version_info[0]}.{sys.version_info[1]}"


def needs_screen(env: Mapping[str, str]) -> bool:
    """Return whether a window has nowhere to go here."""
    chosen = env.get("QT_QPA_PLATFORM", "")
    screens = (env.get("DISPLAY"), env.get("WAYLAND_DISPLAY"))
    return sys.platform == "linux" and not any(screens) and not chosen


def prepare(lock: Path, packages: Sequence[str]) -> None:
    """Bring the system libraries and the virtual environment up to what the lock asks for."""
    install_system_packages(packages)
    if is_ready(lock):
        return
    make_environment()
    say(f"installing {lock.name} into {VENV.name}")
    install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    if run([VENV_PYTHON, *install, "--require-hashes", "-r", lock], os.environ) != 0:
        raise Stopped(f"pip could not install {lock.name}; its own words are above")
    STAMP.write_text(json.dumps({**stamp(), lock.name: digest(lock)}), encoding="utf-8")


def install_program() -> None:
    """Put the command `shipconsole` into the environment; it runs the checkout as it is, later changes included."""
    if (VENV_PYTHON.parent / ("shipconsole.exe" if os.name == "nt" else "shipconsole")).exists():
        return
    say(f"installing the program itself into {VENV.name}")
    install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check", "--no-index"]
    # What builds it is in the lock, so nothing is downloaded.
    if run([VENV_PYTHON, *install, "--no-deps", "--no-build-isolation", "--editable", ROOT], os.environ) != 0:
        raise Stopped("pip could not install the program itself; its own words are above")


def is_ready(lock: Path) -> bool:
    """Return whether the environment holds this lock; the development lock holds the run-time one too."""
    found = stamp()
    if found.get("python") != python_name() or not VENV_PYTHON.exists():
        return False
    covered = found.get(RUN_LOCK.name) == digest(RUN_LOCK)
    full = found.get(DEV_LOCK.name) == digest(DEV_LOCK)
    return full or (lock == RUN_LOCK and covered)


def stamp() -> dict[str, str]:
    """Read which Python and which locks the environment was made from, as far as it is still true."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"python": python_name()}
    return found if isinstance(found, dict) else {"python": python_name()}


def digest(lock: Path) -> str:
    """Return the hash by which a changed lock is noticed."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def python_name() -> str:
    """Return the interpreter that the environment belongs to."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix}"


def make_environment() -> None:
    """Make the virtual environment anew unless this very Python made the one that is there."""
    if VENV_PYTHON.exists() and STAMP.exists() and stamp().get("python") == python_name():
        return
    say(f"making the virtual environment {VENV.name} with Python {sys.version.split()[0]}")
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        install_system_packages((f"python{version}-venv|python3-venv",))
    if run([sys.executable, "-m", "venv", "--clear", VENV], os.environ) != 0:
        raise Stopped("the virtual environment could not be made; on Debian install python3-venv")


def install_system_packages(packages: Sequence[str]) -> None:
    """Install what is missing on Debian and Ubuntu; elsewhere and without rights it only says so."""
    if sys.platform != "linux" or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    missing = missing_packages(packages)
    if not missing:
        return
    asking = administrator()
    if asking is None:
        wanted = " ".join(names.split("|")[0] for names in missing)
        say(f"an administrator should install: apt-get install {wanted}")
        return
    say("installing system libraries: " + " ".join(names.split("|")[0] for names in missing))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([*asking, "apt-get", "update", "-qq"], quiet, hidden=True)
    names = [available_name(names) for names in missing]
    if run([*asking, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *names], quiet, hidden=True):
        say("apt-get could not install them; going on without")


def missing_packages(packages: Sequence[str]) -> list[str]:
    """Return the packages of which no name is installed."""
    every = [name for names in packages for name in names.split("|")]
    query = ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *every]
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [names for names in packages if installed.isdisjoint(names.split("|"))]


def available_name(names: str) -> str:
    """Return the first of a package's names that this release knows."""
    for name in names.split("|"):
        policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False)
        if "Candidate:" in policy.stdout and "Candidate: (none)" not in policy.stdout:
            return name
    return names.split("|")[-1]


def administrator() -> list[str] | None:
    """Return the words before a command that needs an administrator, or None if we may not be one."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"], os.environ, hidden=True) == 0:
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive"]
    return None


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb on a free display and gives the display's name; Xvfb ends with the block."""
    if not shutil.which("Xvfb"):
        raise Stopped("there is no screen and no Xvfb to make a virtual one; install xvfb")
    read_end, write_end = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write_end),
        "-screen",
        "0",
        "1600x1000x24",
        "-noreset",
        "-nolisten",
        "tcp",
    ]
    server = subprocess.Popen(
        command,
        pass_fds=[write_end],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C is for the program; the screen goes after it
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            number = told.readline().strip()
        if not number:
            raise Stopped("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def run(command: Sequence[str | Path], env: Mapping[str, str], *, hidden: bool = False) -> int:
    """Run a program in the checkout, passes Ctrl+C and termination on, and returns its exit code."""
    output = subprocess.DEVNULL if hidden else None
    with subprocess.Popen(
        [str(word) for word in command], cwd=ROOT, env=dict(env), stdout=output, stderr=output
    ) as child:
        before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            while True:
                try:
                    code = child.wait()
                except KeyboardInterrupt:
                    continue  # the child had the same Ctrl+C and ends by itself
                return code if code >= 0 else 128 - code
        finally:
            signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
