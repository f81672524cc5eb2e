"""The test support works: it detects noise, blocks the network, and its services are real."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import urllib.request
from pathlib import Path

import pytest

from tests.support.secret_service import SecretService
from tests.support.silence import ExpectedNoise
from tests.support.xvfb import Display

ROOT = Path(__file__).parents[2]
KEYRING = """
import sys
from keyring.backends.SecretService import Keyring
keys = Keyring()
if sys.argv[1] == "put":
    keys.set_password("shipconsole-tests", "name", sys.argv[2])
else:
    print(keys.get_password("shipconsole-tests", "name"))
"""
NOISY = {
    "log": "import logging; logging.getLogger('x').warning('a log line')",
    "qt": "from PySide6.QtCore import qWarning; qWarning('a Qt message')",
    "qt_info": "from PySide6.QtCore import qInfo; qInfo('a Qt message')",
    "warning": "import warnings; warnings.warn('a warning')",
    "thread": "import threading; t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()",
    "outside": "import socket, contextlib\n    with contextlib.suppress(OSError):\n"
    "        socket.create_connection(('192.0.2.1', 80), 1)",
    "lookup": "import socket, contextlib\n    with contextlib.suppress(OSError):\n"
    "        socket.getaddrinfo('shipengine.com', 443)",
    "excepthook": "import sys; sys.excepthook(ValueError, ValueError('uncaught'), None)",
}


def run_keyring(service: SecretService, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KEYRING, *arguments]
    return subprocess.run(command, env=service.env, capture_output=True, text=True, check=False, timeout=30)


def run_pytest(
    folder: Path, source: str, *, plugins: tuple[str, ...] = ("-p", "no:xdist")
) -> subprocess.CompletedProcess[str]:
    """Run one test file under this project's own conftest and settings."""
    (folder / "test_planted.py").write_text(textwrap.dedent(source), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(ROOT),
    ]
    return subprocess.run(
        [*command, "-p", "tests.conftest", "-p", "no:randomly", *plugins, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


def test_each_kind_of_noise_fails_the_test_that_made_it(tmp_path: Path) -> None:
    planted = [f"def test_{name}():\n    {source}\n" for name, source in NOISY.items()]
    planted.append("def test_quiet(): pass\n")
    planted.append("import logging\ndef test_expected(expected_noise):\n    with expected_noise('a log line'):\n")
    planted.append("        logging.error('a log line')\n")
    result = run_pytest(tmp_path, "\n".join(planted))
    failed = set(re.findall(r"^FAILED \S+::test_(\w+)", result.stdout, re.MULTILINE))
    assert failed == set(NOISY), result.stdout + result.stderr
    assert f"{len(NOISY)} failed, 2 passed" in result.stdout


def test_the_end_of_a_run_shows_where_a_worker_crashed(tmp_path: Path) -> None:
    source = """
        import os

        def test_planted(): os.abort()
        def test_other(): pass
    """
    result = run_pytest(tmp_path, source, plugins=("-n", "1"))
    assert "1 failed, 1 passed" in result.stdout, result.stdout + result.stderr
    assert re.search(r"the crash of gw\d.*Fatal Python error: Aborted.*in test_planted", result.stdout, re.DOTALL)


def test_noise_while_a_fixture_is_torn_down_is_an_error(tmp_path: Path) -> None:
    result = run_pytest(
        tmp_path,
        """
        import logging
        import pytest
        from PySide6.QtCore import qWarning

        @pytest.fixture
        def leaving():
            yield
            logging.error("late log line")

        @pytest.fixture
        def leaving_qt():
            yield
            qWarning("late Qt message")

        def test_log(leaving): pass

        def test_qt(leaving_qt): pass
        """,
    )
    assert "2 passed, 2 errors" in result.stdout, result.stdout


def test_expected_noise_must_occur(expected_noise: ExpectedNoise) -> None:
    with pytest.raises(AssertionError, match="did not occur"), expected_noise("never logged"):
        pass


def test_expected_noise_covers_only_its_patterns(expected_noise: ExpectedNoise) -> None:
    with pytest.raises(AssertionError, match="unexpected noise"), expected_noise("this one"):
        logging.getLogger("support").warning("this one")
        logging.getLogger("support").warning("another")


def test_expected_noise_covers_every_channel(expected_noise: ExpectedNoise) -> None:
    from PySide6.QtCore import qWarning

    def divide() -> None:
        _ = 1 / 0

    with expected_noise(
        "log ERROR support: first", "Qt QtWarningMsg: second", "in a thread.*", "uncaught: .*third"
    ) as noise:
        logging.getLogger("support").error("first")
        qWarning("second")
        thread = threading.Thread(target=divide)
        thread.start()
        thread.join()
        sys.excepthook(ValueError, ValueError("third"), None)
    assert len(noise) == 4


def test_loopback_is_open_and_everything_else_is_closed(expected_noise: ExpectedNoise) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=2).close()
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("unknown.invalid", 443)
    with (
        expected_noise("another computer: 192.0.2.1", "another computer: ship24.com"),
        pytest.raises(OSError, match="no network but loopback"),
    ):
        with pytest.raises(OSError, match="no network but loopback"):
            urllib.request.urlopen("https://ship24.com", timeout=2)
        socket.create_connection(("192.0.2.1", 80), timeout=2)


def test_a_secret_survives_the_service_and_needs_its_password(secret_service: SecretService) -> None:
    assert run_keyring(secret_service, "put", "geheim-ключ").returncode == 0
    secret_service.start()
    assert run_keyring(secret_service, "get").stdout == "geheim-ключ\n"
    secret_service.start_locked()
    assert "KeyringLocked" in run_keyring(secret_service, "get").stderr
    secret_service.start("another password")
    assert "KeyringLocked" in run_keyring(secret_service, "get").stderr


def test_a_service_that_ends_by_itself_is_restarted_and_its_end_reported(secret_service: SecretService) -> None:
    assert run_keyring(secret_service, "put", "a-secret").returncode == 0
    assert secret_service.watch() == ""
    secret_service.crash()
    assert "ended by itself with -9" in secret_service.watch()
    assert secret_service.watch() == ""
    assert run_keyring(secret_service, "get").stdout == "a-secret\n"


def test_a_bus_can_have_no_service_and_then_be_gone(bare_bus: SecretService) -> None:
    assert "org.freedesktop.secrets was not provided" in run_keyring(bare_bus, "get").stderr
    bare_bus.kill_bus()
    assert run_keyring(bare_bus, "get").returncode != 0


def test_a_frozen_service_does_not_respond_until_it_is_thawed(secret_service: SecretService) -> None:
    secret_service.freeze()
    command = [sys.executable, "-c", KEYRING, "get"]
    with subprocess.Popen(command, env=secret_service.env, stdout=subprocess.PIPE, text=True) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        secret_service.thaw()
        result, _ = process.communicate(timeout=60)
    assert result == "None\n"


def test_a_window_opens_on_the_virtual_screen(display: Display) -> None:
    source = """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("hello")
label.show()
app.processEvents()
print(app.platformName(), label.isVisible())
"""
    command = [sys.executable, "-c", source]
    result = subprocess.run(command, env=display.env, capture_output=True, text=True, check=True, timeout=30)
    assert result.stdout == "xcb True\n"


def test_a_virtual_screen_ends_with_its_test() -> None:
    from tests.support.xvfb import running_xvfb

    with running_xvfb() as display:
        os.kill(display.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(display.pid, signal.SIG_DFL)


def test_the_home_is_a_folder_of_the_tests() -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        assert "shipconsole-tests-" in os.environ[name]
