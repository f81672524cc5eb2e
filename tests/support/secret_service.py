"""Run a real Secret Service for tests: a separate D-Bus and gnome-keyring, in every state that a user may meet.

Every process is started here and ended by its ID.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# No service folders: with them, the bus itself would start a missing daemon, with a locked keyring.
_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
_READY_WITHIN_S = 30


class SecretService:
    """A session bus with or without a keyring daemon on it.

    `start` (unlocked), `start_locked`, `stop` (no service), `freeze` and `thaw` (no response), and `kill_bus` change
    its state. Secrets survive `stop` and `start`. `watch` restarts a daemon that ended by itself.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run = folder / "run"
        self._run.mkdir(mode=0o700)
        (folder / "data").mkdir(mode=0o700)
        config = folder / "bus.conf"
        config.write_text(_BUS_CONFIG.format(folder=self._run), encoding="utf-8")
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._bus.stdout is not None
        with self._bus.stdout:
            self.address = self._bus.stdout.readline().strip()
        assert self.address, "dbus-daemon ended before it had an address"
        self._daemon: subprocess.Popen[bytes] | None = None
        self._password: str | None = None
        self._errors = folder / "daemon.txt"

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment variables that lead to this service."""
        return {
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "HOME": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._run),
            "XDG_DATA_HOME": str(self._folder / "data"),
        }

    @property
    def env(self) -> dict[str, str]:
        """Return the environment for another process, without a screen for a password prompt."""
        hidden = {"DISPLAY", "WAYLAND_DISPLAY"}
        return {name: value for name, value in os.environ.items() if name not in hidden} | self.variables

    def start(self, password: str = "test-pass") -> None:
        """Start the daemon and unlock its keyring; with another password than the first, it stays locked."""
        self._start(password)

    def start_locked(self) -> None:
        """Start the daemon with a locked keyring; before it was unlocked once, there is no keyring."""
        self._start(None)

    def watch(self) -> str:
        """Restart a daemon that ended by itself, and return how it ended, or an empty text."""
        if self._bus.poll() is not None:
            pytest.fail(f"the bus of the tests ended by itself with {self._bus.returncode}")
        if self._daemon is None or self._daemon.poll() is None:
            return ""
        errors = self._errors.read_text("utf-8", "replace").strip().splitlines()[-3:]
        output = " / ".join(errors) or "no output"
        report = f"gnome-keyring-daemon ended by itself with {self._daemon.returncode}: {output}"
        self._start(self._password)
        return report

    def stop(self) -> None:
        """End the daemon, frozen or not, as a crash would; then there is no service."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait(timeout=_READY_WITHIN_S)
            self._daemon = None

    def crash(self) -> None:
        """Kill the daemon without noting it, as if it ended by itself."""
        assert self._daemon is not None, "the daemon is not running"
        self._daemon.kill()
        self._daemon.wait(timeout=_READY_WITHIN_S)

    def freeze(self) -> None:
        """Suspend the daemon: requests reach it and get no response."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume a frozen daemon."""
        self._signal(signal.SIGCONT)

    def kill_bus(self) -> None:
        """End the bus and the daemon, so that nothing can connect."""
        self.stop()
        self._bus.kill()
        self._bus.wait(timeout=_READY_WITHIN_S)

    def _signal(self, number: signal.Signals) -> None:
        assert self._daemon is not None, "the daemon is not running"
        os.kill(self._daemon.pid, number)

    def _start(self, password: str | None) -> None:
        self.stop()
        self._password = password
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if password is not None:
            command.append("--unlock")
        with self._errors.open("ab") as errors:
            self._daemon = subprocess.Popen(
                [*command, "--control-directory", str(self._run / "keyring")],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=self.env,
            )
        assert self._daemon.stdin is not None
        with self._daemon.stdin as typed:
            typed.write((password or "").encode())
        self._wait_until_ready(self._daemon.pid)

    def _wait_until_ready(self, pid: int) -> None:
        query = [
            "dbus-send",
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.GetConnectionUnixProcessID",
            "string:org.freedesktop.secrets",
        ]
        until = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < until:
            reply = subprocess.run(query, env=self.env, capture_output=True, text=True, check=False)
            if reply.stdout.split()[-1:] == [str(pid)]:
                return
            time.sleep(0.01)
        pytest.fail("gnome-keyring-daemon did not register on the bus")


@contextmanager
def running_bus() -> Generator[SecretService]:
    """Run a bus without a Secret Service on it while the block lasts."""
    if sys.platform != "linux":
        pytest.skip("the Secret Service is for Linux")
    for program in ("dbus-daemon", "dbus-send", "gnome-keyring-daemon"):
        if not shutil.which(program):
            pytest.fail(f"install {program} (python3 bootstrap.py setup does)")
    # pytest's own folders can be too long for the address of a socket.
    with tempfile.TemporaryDirectory(prefix="shipconsole-bus-", ignore_cleanup_errors=True) as folder:
        service = SecretService(Path(folder))
        try:
            yield service
        finally:
            service.kill_bus()


@pytest.fixture
def bare_bus() -> Iterator[SecretService]:
    """Yield a bus without a Secret Service; the test starts one in the state that it needs."""
    with running_bus() as service:
        yield service


@pytest.fixture
def secret_service(bare_bus: SecretService) -> SecretService:
    """Return a running, unlocked Secret Service."""
    bare_bus.start()
    return bare_bus
