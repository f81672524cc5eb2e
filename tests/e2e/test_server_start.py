"""A window whose database is on a server: it is painted at once, whatever the server does, and says what is wrong."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from shipconsole.store.opening import create_or_upgrade
from shipconsole.store.postgresql import engine
from tests.durability.power_cut import ROOT

# Prints when it is painted, and what the banner and the list show; closes then, or as soon as it is painted.
WALK = """
import sys
from PySide6.QtCore import QEvent, QTimer
from shipconsole import app

class Watched(app.MainWindow):
    was_painted = False

    def event(self, event):
        if event.type() == QEvent.Type.Paint and not self.was_painted:
            self.was_painted = True
            QTimer.singleShot(0, self.begin)
        return super().event(event)

    def begin(self):
        rows = self.order_list.table.model().rowCount()
        print("painted", rows, flush=True)
        if sys.argv[2] == "close":
            self.close()
            return
        self.timer = QTimer(self)
        self.timer.timeout.connect(self.check)
        self.timer.start(20)

    def check(self):
        for message in self.banner.messages():
            print(f"banner: {message.what} {message.means}", flush=True)
            self.timer.stop()
            self.close()
            return
        if sys.argv[2] == "work" and hasattr(self, "editor"):
            self.timer.stop()
            self.close()

app.MainWindow = Watched
if sys.argv[2] == "work":
    # The page is waited for, however slow this computer is.
    app.FIRST_PAGE_MAX_MS = 30_000
sys.exit(app.run_window(profile=sys.argv[1], database=None, demo=False))
"""


def walked(profile: Path, address: str, how: str) -> list[str]:
    """Open the window until it has painted (`close`), has a banner (`banner`), or works (`work`); return its lines."""
    ran = subprocess.run(
        [sys.executable, "-c", WALK, str(profile), how],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "SHIPCONSOLE_DATABASE": address},
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    )
    return ran.stdout.splitlines()


@pytest.fixture
def silent_port() -> Generator[int]:
    """A port that lets everyone connect, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_server_that_is_away_is_said_after_the_first_paint_and_the_window_closes(tmp_path: Path) -> None:
    painted, banner = walked(tmp_path, "postgresql://bench@127.0.0.1:1/ship?sslmode=disable", "banner")
    assert painted == "painted 0"
    assert "Can't reach the database server 127.0.0.1" in banner


def test_a_server_that_never_answers_keeps_neither_the_first_paint_nor_the_end_waiting(
    tmp_path: Path, silent_port: int
) -> None:
    address = f"postgresql://bench@127.0.0.1:{silent_port}/ship?sslmode=disable"
    assert walked(tmp_path, address, "close") == ["painted 0"]
    painted, banner = walked(tmp_path, address, "banner")
    assert painted == "painted 0"
    assert "Can't reach the database server" in banner


def test_the_first_page_of_a_server_is_in_the_first_paint(tmp_path: Path, postgresql_database: str) -> None:
    create_or_upgrade(postgresql_database)
    connection = engine.connect(postgresql_database)
    connection.execute(
        "INSERT INTO orders (number, match_key, number_key, state, changed_at_ms, left_units)"
        " VALUES ('1', '1', '1', 'open', 0, 1), ('2', '2', '2', 'open', 0, 1)"
    )
    connection.close()
    assert walked(tmp_path, postgresql_database, "work") == ["painted 2"]
