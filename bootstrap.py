"""Prepare a fresh checkout and run the demo or the tests; needs only Python and pip.

`python3 bootstrap.py demo` opens Shipconsole with simulated platforms.
`python3 bootstrap.py test` runs the tests; further arguments are passed to pytest.
`python3 bootstrap.py setup` only installs what the tests need, and the command `shipconsole` into .venv/bin.
`python3 bootstrap.py package` builds the packages for this system; further arguments are passed to packaging/build.py.
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
ENVIRONMENT_PROBLEM = 5

# A package that was renamed is listed with all its names, the newest first.
QT_PACKAGES = (
    "libglib2.0-0t64|libglib2.0-0",
    "libegl1",
    "libgl1",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
    "fonts-dejavu-core",
    # Small typefaces for names and addresses in Chinese, Japanese, Korean, and Thai.
    "fonts-wqy-microhei",
    "fonts-tlwg-garuda-ttf",
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
# at-spi2-core carries what a screen reader reads, for the test that listens as one.
TEST_PACKAGES = ("at-spi2-core", "dbus", "fish", "gnome-keyring", "postgresql", "strace", "xdotool", "zsh")


class StepFailed(Exception):
    """A step failed; the text says which one and what to do."""


def report(text: str) -> None:
    """Print one step on one line."""
    print(f"bootstrap: {text}", flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run the command in the first argument and return the exit code."""
    if sys.version_info[:2] not in PYTHONS:
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        report(f"Shipconsole needs Python 3.11, 3.12, or 3.13; this is {found}.")
        return 2
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    try:
        if command == "demo":
            return demo(rest)
        if command == "test":
            prepare(DEV_LOCK, (*QT_PACKAGES, *SCREEN_PACKAGES, *VIRTUAL_SCREEN_PACKAGES, *TEST_PACKAGES))
            report("running the tests")
            return run([VENV_PYTHON, "-m", "pytest", *(rest or ALL_CORES)], os.environ)
        if command == "package":
            return package(rest)
        if command == "setup" and not rest:
            prepare(DEV_LOCK, (*QT_PACKAGES, *SCREEN_PACKAGES, *VIRTUAL_SCREEN_PACKAGES, *TEST_PACKAGES))
            install_program()
            return 0
    except StepFailed as failed:
        report(str(failed))
        return ENVIRONMENT_PROBLEM
    except KeyboardInterrupt:
        return 130
    report("use `demo`, `test`, `setup`, or `package`, as in: python3 bootstrap.py demo")
    return 2


def demo(arguments: Sequence[str]) -> int:
    """Open Shipconsole with simulated platforms, on a virtual screen if there is no real one."""
    without_screen = needs_screen(os.environ)
    screen = VIRTUAL_SCREEN_PACKAGES if without_screen else ()
    prepare(RUN_LOCK, (*QT_PACKAGES, *SCREEN_PACKAGES, *screen))
    command = [VENV_PYTHON, "-m", "shipconsole", "--demo", *arguments]
    if not without_screen:
        report("starting the demo")
        return run(command, os.environ)
    with virtual_screen() as name:
        report(f"no screen found: the demo runs on the virtual screen {name}; press Ctrl+C to end it")
        return run(command, {**os.environ, "DISPLAY": name})


def package(arguments: Sequence[str]) -> int:
    """Build the packages in a separate environment, which has only what is included in them."""
    install_system_packages((*QT_PACKAGES, *SCREEN_PACKAGES, *VIRTUAL_SCREEN_PACKAGES, *PACKAGE_PACKAGES))
    freezing, version = freezing_python()
    # The interpreter as a library, which is included in the package.
    install_system_packages((f"libpython{version}",))
    python = PACKAGE_VENV / VENV_PYTHON.relative_to(VENV)
    stamp_file = PACKAGE_VENV / "shipconsole-lock.txt"
    if not stamp_file.exists() or stamp_file.read_text(encoding="utf-8") != digest(PACKAGE_LOCK):
        report(f"creating the environment for packages with {freezing}")
        install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
        if run([freezing, "-m", "venv", "--clear", PACKAGE_VENV], os.environ) != 0:
            raise StepFailed("the environment for packages could not be created; on Debian, install python3-venv")
        if run([python, *install, "--require-hashes", "--only-binary", ":all:", "-r", PACKAGE_LOCK], os.environ) != 0:
            raise StepFailed(f"pip could not install {PACKAGE_LOCK.name}; see its output above")
        stamp_file.write_text(digest(PACKAGE_LOCK), encoding="utf-8")
    report("building the packages")
    return run([python, "packaging/build.py", *arguments], os.environ)


def freezing_python() -> tuple[str, str]:
    """Return the Python to include in the packages and its version, as in "3.11"; Debian's Python is preferred.

    A Python that a user compiled has the path of its folder in every library, and debug information.
    """
    own = Path("/usr/bin/python3")
    if sys.platform == "linux" and own.exists():
        command = [str(own), "-c", "import sys; print(*sys.version_info[:2])"]
        version = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        if tuple(int(number) for number in version) in PYTHONS:
            return str(own), ".".join(version)
    return sys.executable, f"{sys.version_info[0]}.{sys.version_info[1]}"


def needs_screen(env: Mapping[str, str]) -> bool:
    """Return whether there is no screen to show a window on."""
    chosen = env.get("QT_QPA_PLATFORM", "")
    screens = (env.get("DISPLAY"), env.get("WAYLAND_DISPLAY"))
    return sys.platform == "linux" and not any(screens) and not chosen


def prepare(lock: Path, packages: Sequence[str]) -> None:
    """Install the system libraries and the locked libraries that are missing."""
    install_system_packages(packages)
    if is_ready(lock):
        return
    make_environment()
    report(f"installing {lock.name} into {VENV.name}")
    install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    if run([VENV_PYTHON, *install, "--require-hashes", "-r", lock], os.environ) != 0:
        raise StepFailed(f"pip could not install {lock.name}; see its output above")
    STAMP.write_text(json.dumps({**stamp(), lock.name: digest(lock)}), encoding="utf-8")


def install_program() -> None:
    """Install the command `shipconsole` into the environment; it runs the checkout, with later changes."""
    if (VENV_PYTHON.parent / ("shipconsole.exe" if os.name == "nt" else "shipconsole")).exists():
        return
    report(f"installing Shipconsole into {VENV.name}")
    install = ["-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check", "--no-index"]
    # The build tools are in the lock, so nothing is downloaded.
    if run([VENV_PYTHON, *install, "--no-deps", "--no-build-isolation", "--editable", ROOT], os.environ) != 0:
        raise StepFailed("pip could not install Shipconsole; see its output above")


def is_ready(lock: Path) -> bool:
    """Return whether the environment has the libraries of a lock; the development lock includes the run-time one."""
    found = stamp()
    if found.get("python") != python_name() or not VENV_PYTHON.exists():
        return False
    covered = found.get(RUN_LOCK.name) == digest(RUN_LOCK)
    full = found.get(DEV_LOCK.name) == digest(DEV_LOCK)
    return full or (lock == RUN_LOCK and covered)


def stamp() -> dict[str, str]:
    """Read from which Python and locks the environment was created."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"python": python_name()}
    return found if isinstance(found, dict) else {"python": python_name()}


def digest(lock: Path) -> str:
    """Return the hash that detects a changed lock."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def python_name() -> str:
    """Return the version and location of this interpreter."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix}"


def make_environment() -> None:
    """Create the virtual environment, unless this Python already created it."""
    if VENV_PYTHON.exists() and STAMP.exists() and stamp().get("python") == python_name():
        return
    report(f"creating the virtual environment {VENV.name} with Python {sys.version.split()[0]}")
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        install_system_packages((f"python{version}-venv|python3-venv",))
    if run([sys.executable, "-m", "venv", "--clear", VENV], os.environ) != 0:
        raise StepFailed("the virtual environment could not be created; on Debian, install python3-venv")


def install_system_packages(packages: Sequence[str]) -> None:
    """Install missing packages on Debian and Ubuntu; without administrator rights, only name them."""
    if sys.platform != "linux" or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    missing = missing_packages(packages)
    if not missing:
        return
    prefix = administrator()
    if prefix is None:
        listed = " ".join(names.split("|")[0] for names in missing)
        report(f"ask an administrator to run: apt-get install {listed}")
        return
    report("installing system libraries: " + " ".join(names.split("|")[0] for names in missing))
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([*prefix, "apt-get", "update", "-qq"], quiet, hidden=True)
    names = [available_name(names) for names in missing]
    if run([*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *names], quiet, hidden=True):
        report("apt-get could not install them; continuing without them")


def missing_packages(packages: Sequence[str]) -> list[str]:
    """Return the packages that are not installed under any of their names."""
    all_names = [name for names in packages for name in names.split("|")]
    query = ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *all_names]
    output = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in output.splitlines() if line.endswith(" installed")}
    return [names for names in packages if installed.isdisjoint(names.split("|"))]


def available_name(names: str) -> str:
    """Return the first of a package's names that this release has."""
    for name in names.split("|"):
        policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True, check=False)
        if "Candidate:" in policy.stdout and "Candidate: (none)" not in policy.stdout:
            return name
    return names.split("|")[-1]


def administrator() -> list[str] | None:
    """Return the prefix of a command that needs administrator rights, or None without such rights."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and run(["sudo", "-n", "true"], os.environ, hidden=True) == 0:
        return ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive"]
    return None


@contextmanager
def virtual_screen() -> Iterator[str]:
    """Run Xvfb on a free display while the block lasts, and yield the display's name."""
    if not shutil.which("Xvfb"):
        raise StepFailed("there is no screen, and Xvfb for a virtual one is not installed; install xvfb")
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
        start_new_session=True,  # Ctrl+C ends the program, not the screen
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as output:
            number = output.readline().strip()
        if not number:
            raise StepFailed("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def run(command: Sequence[str | Path], env: Mapping[str, str], *, hidden: bool = False) -> int:
    """Run a program in the checkout, pass Ctrl+C and termination on, and return its exit code."""
    output = subprocess.DEVNULL if hidden else None
    with subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=dict(env), stdout=output, stderr=output
    ) as child:
        before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            while True:
                try:
                    code = child.wait()
                except KeyboardInterrupt:
                    continue  # the child received Ctrl+C too and ends by itself
                return code if code >= 0 else 128 - code
        finally:
            signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
