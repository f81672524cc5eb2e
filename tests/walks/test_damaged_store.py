"""A window on a store that is damaged or held: it asks, or it waits, and goes on without being started again."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.store import backup
from tests.durability.power_cut import ROOT
from tests.kit import sql
from tests.kit.many_orders import store_with_orders

# Says what the banner and the dialog say as they come, presses what it is told to, and closes once orders are seen.
WALK = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from shipconsole import app
from shipconsole.ui.main_window import MainWindow

said = []

def say(what):
    if what not in said:
        said.append(what)
        print(what, flush=True)

def look():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible() and window.objectName() == "damaged_store_dialog":
            say("asks")
            window.findChild(QPushButton, sys.argv[2]).click()
        elif isinstance(window, MainWindow) and window.isVisible():
            for trouble in window.banner.troubles():
                say(f"banner: {trouble.what} {trouble.means}")
            shown = window.order_list._model.rowCount()
            if shown:
                say(f"orders: {shown}")
                if window._desk is not None and not window.banner.troubles() and shown == int(sys.argv[3]):
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


def walked(
    profile: Path, button: str, until: int, hear: Callable[[str], None] = lambda _: None
) -> tuple[int, list[str]]:
    """Open the window on a profile and tell its exit code and what was seen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-c", WALK, str(profile), button, str(until)]
    seen: list[str] = []
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as window:
        limit = threading.Timer(15, window.kill)
        limit.start()
        assert window.stdout is not None
        for line in window.stdout:
            seen.append(line.strip())
            hear(line.strip())
        code = window.wait()
        limit.cancel()
    return code, seen


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile with 30 orders, and a copy that was made when there were 20."""
    store = store_with_orders(tmp_path, 20)
    store.close()
    backup.make(store.file, now_ms=1_790_000_000_000)
    store_with_orders(tmp_path, 10, 20_001).close()
    return tmp_path


def spoil(file: Path) -> None:
    with closing(sql.connect(file)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'packages_by_tracking_number'"
        ).fetchone()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * 4096)
        opened.write(b"\xa5" * 4096)


def orders(file: Path) -> int:
    return backup.check(file)


def test_a_store_that_cannot_be_opened_is_replaced_by_its_copy_and_the_window_comes_again(profile: Path) -> None:
    file = profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    code, seen = walked(profile, "put_back", 18)
    assert seen[-1].startswith("orders: ")
    assert "asks" in seen
    assert code == 0
    assert orders(file) == 20
    assert len(list(profile.glob("shipconsole.db.damaged-*"))) == 1


def test_who_does_not_want_the_copy_has_the_file_as_it_was(profile: Path) -> None:
    file = profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    before = file.read_bytes()
    code, seen = walked(profile, "leave_damaged", -1)
    assert seen[-1] == "asks" or "asks" in seen
    assert code == 5
    assert file.read_bytes() == before


def test_damage_that_only_a_look_finds_is_asked_about_while_the_window_works(profile: Path) -> None:
    file = profile / "shipconsole.db"
    spoil(file)
    code, seen = walked(profile, "put_back", 18)
    assert "asks" in seen
    assert code == 0
    assert orders(file) == 20


def test_a_store_that_is_held_is_waited_for_in_the_window(profile: Path) -> None:
    file = profile / "shipconsole.db"
    with closing(sql.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")

        def hear(line: str) -> None:
            if line.startswith("banner"):
                other.execute("ROLLBACK")

        code, seen = walked(profile, "put_back", 27, hear)
    assert seen[0].startswith(
        "banner: The store shipconsole.db cannot be used: another program holds it. It is tried again"
    )
    assert seen[-1].startswith("orders: ")
    assert code == 0
