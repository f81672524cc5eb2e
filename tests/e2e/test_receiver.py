"""A window that takes webhooks in, where the settings say so, and says where it cannot."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.durability.power_cut import ROOT
from tests.receiver.senders import status_of

# Says what the banner says, then closes.
BANNER = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shipconsole import app
from shipconsole.ui.window.main_window import MainWindow

def look():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and window.banner.troubles():
            print(window.banner.troubles()[0].what, flush=True)
            window.close()

class Application(QApplication):
    def __init__(self, words):
        super().__init__(words)
        self.timer = QTimer(self)
        self.timer.timeout.connect(look)
        self.timer.start(50)

app.QApplication = Application
sys.exit(app.run_window(profile=sys.argv[1], database=None, demo=False))
"""

# What the receiver needs of its own is not to be had: its thread ends.
BREAK = """
from shipconsole.receiver import server

def no_desk(desk):
    raise RuntimeError("no second desk")

server.own_ctx = no_desk
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def profile_with(folder: Path, port: int) -> Path:
    (folder / "settings.toml").write_text(f"receiver = true\nreceiver_port = {port}\n")
    return folder


def test_an_open_window_answers_and_ends_in_order(tmp_path: Path) -> None:
    port = free_port()
    words = [sys.executable, "-m", "shipconsole", "--profile", str(profile_with(tmp_path, port))]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE, text=True) as window:
        try:
            until, found = time.monotonic() + 60, 0
            while not found and time.monotonic() < until:
                try:
                    found = status_of(f"http://127.0.0.1:{port}", "/webhooks/nobody/x", b"{}")
                except OSError:
                    time.sleep(0.05)
            assert found == 404
            window.send_signal(signal.SIGTERM)
            _, said = window.communicate(timeout=60)
        finally:
            window.kill()
    assert (window.returncode, "Traceback" in said) == (0, False), said


def test_a_port_that_is_taken_is_said_in_the_window(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = [sys.executable, "-c", BANNER, str(profile_with(tmp_path, port))]
        ended = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert ended.stdout.startswith(f"Webhooks can't be received at 127.0.0.1, port {port}: Address already in use.")


def test_one_that_ends_by_itself_is_said_in_the_window(tmp_path: Path) -> None:
    words = [sys.executable, "-c", BREAK + BANNER, str(profile_with(tmp_path, free_port()))]
    ended = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert ended.stdout.startswith("The webhook receiver stopped unexpectedly")
