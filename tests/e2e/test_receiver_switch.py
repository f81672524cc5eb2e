"""A user switches the receiver of an open window on and off, for now and for the next start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shipconsole.messages import text
from tests.durability.power_cut import ROOT

# Switches the receiver on, prints what the window shows, switches it off again on request, and closes the window.
SWITCH = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shipconsole import app
from shipconsole.ui.window.main_window import MainWindow

off_again = sys.argv[2] == "off"
steps = []

def check():
    for window in QApplication.topLevelWidgets():
        if not isinstance(window, MainWindow) or not hasattr(window, "editor"):
            continue
        state = window.receiver
        if not steps:
            steps.append(True)
            state.switch_requested.emit(True)
        elif len(steps) == 1 and state.severity in ("good", "bad"):
            steps.append(True)
            print(state.message, flush=True)
            if off_again:
                state.switch_requested.emit(False)
        elif len(steps) == 2 and (not off_again or not state.is_on):
            steps.append(True)
            print(state.message, flush=True)
            # The choice is saved a moment later.
            QTimer.singleShot(300, window.close)

class Application(QApplication):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.timer = QTimer(self)
        self.timer.timeout.connect(check)
        self.timer.start(30)

app.QApplication = Application
sys.exit(app.run_window(profile=sys.argv[1], database=None, demo=False))
"""


def switch(folder: Path, port: int, then: str) -> tuple[list[str], str]:
    """Return what the window showed, and its settings file afterwards."""
    settings = folder / "settings.toml"
    settings.write_text(f"receiver_port = {port}\n")
    command = [sys.executable, "-c", SWITCH, str(folder), then]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=40)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout.splitlines(), settings.read_text()


@pytest.mark.parametrize("then", ["on", "off"])
def test_the_switch_is_saved_in_the_settings(tmp_path: Path, then: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    shown, settings = switch(tmp_path, port, then)
    addresses = (f"127.0.0.1:{port}", f"[::1]:{port}")
    listening = [text("webhook_events.listening", addresses=addresses[:number]) for number in (1, 2)]
    assert shown[0] in listening
    assert shown[1] == (shown[0] if then == "on" else text("webhook_events.receiver_off"))
    assert f"receiver = {str(then == 'on').lower()}" in settings


def test_a_receiver_that_cannot_listen_reports_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        shown, _ = switch(tmp_path, taken.getsockname()[1], "on")
    assert shown[0] == text("webhook_events.cannot_listen")
