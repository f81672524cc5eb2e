"""A window receives webhooks if the settings say so, and reports if it cannot."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from shipconsole.messages import text
from tests.durability.power_cut import ROOT
from tests.receiver.senders import status_of

# Prints the banner's message, then closes the window.
BANNER = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shipconsole import app
from shipconsole.ui.window.main_window import MainWindow

def check():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and window.banner.messages():
            print(window.banner.messages()[0].what, flush=True)
            app.QApplication.instance().timer.stop()
            window.close()

class Application(QApplication):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.timer = QTimer(self)
        self.timer.timeout.connect(check)
        self.timer.start(50)

app.QApplication = Application
sys.exit(app.run_window(profile=sys.argv[1], database=None, demo=False))
"""

# The receiver cannot create its own context, so its thread ends.
BREAK = """
from shipconsole.receiver import server

def fail(ctx):
    raise RuntimeError("no second context")

server.context_for_loop = fail
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def profile_with(folder: Path, port: int) -> Path:
    (folder / "settings.toml").write_text(f"receiver = true\nreceiver_port = {port}\n")
    return folder


def test_an_open_window_responds_and_closes_in_order(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "shipconsole", "--profile", str(profile_with(tmp_path, port))]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE, text=True) as window:
        try:
            deadline_s, status = time.monotonic() + 60, 0
            while not status and time.monotonic() < deadline_s:
                try:
                    status = status_of(f"http://127.0.0.1:{port}", "/webhooks/unknown/x", b"{}")
                except OSError:
                    time.sleep(0.05)
            assert status == 404
            window.send_signal(signal.SIGTERM)
            _, errors = window.communicate(timeout=60)
        finally:
            window.kill()
    assert (window.returncode, "Traceback" in errors) == (0, False), errors


def test_a_port_in_use_is_reported_in_the_window(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-c", BANNER, str(profile_with(tmp_path, port))]
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=30, check=False
        )
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    reason = os.strerror(errno.EADDRINUSE)
    assert ended.stdout.startswith(text("receiver.not_started", host="127.0.0.1", port=str(port), reason=reason))


def test_a_receiver_that_stops_unexpectedly_is_reported_in_the_window(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BREAK + BANNER, str(profile_with(tmp_path, free_port()))]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert ended.stdout.strip() == text("receiver.stopped")
