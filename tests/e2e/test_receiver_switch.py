"""The receiver of an open window, switched on and off by a person: at once, and for the next start as well."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shipconsole.messages import text
from tests.durability.power_cut import ROOT

# Switches the receiver on, says what the window then says, switches it off where it is told to, and closes.
SWITCH = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shipconsole import app
from shipconsole.ui.window.main_window import MainWindow

off_again = sys.argv[2] == "off"
asked = []

def look():
    for window in QApplication.topLevelWidgets():
        if not isinstance(window, MainWindow) or window.ctx is None or not hasattr(window, "scans"):
            continue
        state = window.receiver
        if not asked:
            asked.append(True)
            state.switch_requested.emit(True)
        elif len(asked) == 1 and state.severity in ("good", "bad"):
            asked.append(True)
            print(state.message, flush=True)
            if off_again:
                state.switch_requested.emit(False)
        elif len(asked) == 2 and (not off_again or not state.is_on):
            asked.append(True)
            print(state.message, flush=True)
            # What is chosen is written to the file a moment later.
            QTimer.singleShot(300, window.close)

class Application(QApplication):
    def __init__(self, words):
        super().__init__(words)
        self.timer = QTimer(self)
        self.timer.timeout.connect(look)
        self.timer.start(30)

app.QApplication = Application
sys.exit(app.run_window(profile=sys.argv[1], database=None, demo=False))
"""


def switched(folder: Path, port: int, then: str) -> tuple[list[str], str]:
    """What the window said, and what its settings are afterwards."""
    settings = folder / "settings.toml"
    settings.write_text(f"receiver_port = {port}\n")
    words = [sys.executable, "-c", SWITCH, str(folder), then]
    done = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=40)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout.splitlines(), settings.read_text()


@pytest.mark.parametrize("then", ["on", "off"])
def test_a_person_switches_it_and_the_settings_keep_that(tmp_path: Path, then: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said, settings = switched(tmp_path, port, then)
    addresses = (f"127.0.0.1:{port}", f"[::1]:{port}")
    listening = [text("webhook_events.listening", addresses=addresses[:number]) for number in (1, 2)]
    assert said[0] in listening
    assert said[1] == (said[0] if then == "on" else text("webhook_events.receiver_off"))
    assert f"receiver = {str(then == 'on').lower()}" in settings


def test_where_it_cannot_listen_it_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said, _ = switched(tmp_path, taken.getsockname()[1], "on")
    assert said[0] == text("webhook_events.cannot_listen")
