"""Prepare the environment before any other import: no screen, a temporary home, loopback only, no noise."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from tests.support.screen_sizes import offscreen_platform

_HOME = Path(tempfile.mkdtemp(prefix="shipconsole-tests-"))
for _name, _folder in {
    "HOME": ".",
    "XDG_DATA_HOME": "data",
    "XDG_CONFIG_HOME": "config",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
    "HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis",
}.items():
    (_HOME / _folder).mkdir(mode=0o700, exist_ok=True)
    os.environ[_name] = str(_HOME / _folder)

os.environ["QT_QPA_PLATFORM"] = offscreen_platform(_HOME)
# Texts are English, whatever the language of the user is.
os.environ["LC_ALL"] = "C.UTF-8"
# A bus that does not exist, so that no test finds the user's keyring.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={_HOME / 'run' / 'no-bus'}"
for _name in list(os.environ):
    if _name.startswith(("SHIPCONSOLE_", "PYTHON_KEYRING_")) or _name.lower().endswith("_proxy"):
        del os.environ[_name]
for _name in ("DISPLAY", "WAYLAND_DISPLAY"):
    os.environ.pop(_name, None)

# A shell ignores Ctrl+C in its background processes, and the programs of the tests would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = (
    "tests.support.crashes",
    "tests.support.loopback",
    "tests.support.silence",
    "tests.support.screen_reader",
    "tests.support.secret_service",
    "tests.support.xvfb",
    "tests.support.postgresql",
    "tests.support.engines",
    "tests.support.bench",
    "tests.support.walk",
    "tests.support.waiting",
)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run every async test on asyncio."""
    return "asyncio"


def pytest_unconfigure() -> None:
    """Remove the temporary home."""
    shutil.rmtree(_HOME, ignore_errors=True)
