"""A window on a store that is damaged or held: it asks, or it waits, and goes on without being started again."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.messages import text
from shipconsole.station.profile import open_profile
from shipconsole.store import backup
from shipconsole.store.database import Store
from tests.durability.power_cut import ROOT
from tests.support import sql
from tests.support.many_orders import store_with_orders

# Says what the banner and the dialog say as they come, presses what it is told to (in its own time: when all that loads
# after the first paint is there), and closes once orders are seen.
WALK = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from shipconsole import app
from shipconsole.ui.window.main_window import MainWindow

said = []
waited = []

def say(what):
    if what not in said:
        said.append(what)
        print(what, flush=True)

def look():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible() and window.objectName() == "damaged_store_dialog":
            say("asks")
            waited.append("shipconsole.vendors.http" in sys.modules)
            if sys.argv[5] and sum(waited) < 20:
                continue
            window.findChild(QPushButton, sys.argv[2]).click()
        elif isinstance(window, MainWindow) and window.isVisible():
            for trouble in window.banner.troubles():
                say(f"banner: {trouble.what} {trouble.means}")
            shown = window.order_list._model.rowCount()
            if shown:
                say(f"orders: {shown}")
                if window._ctx is not None and not window.banner.troubles() and shown == int(sys.argv[3]):
                    window.close()
            if window._ctx is not None and sys.argv[4] and any(one.startswith(sys.argv[4]) for one in said):
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
    profile: Path,
    button: str,
    until: int,
    hear: Callable[[str], None] = lambda _: None,
    closes_at: str = "",
    *,
    patient: bool = False,
) -> tuple[int, list[str]]:
    """Open the window on a profile and tell its exit code and what was seen."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-c", WALK, str(profile), button, str(until), closes_at, "patient" * patient]
    seen: list[str] = []
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as window:
        limit = threading.Timer(90, window.kill)
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
    assert open_profile(tmp_path, {}).id
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
    code, seen = walked(profile, "put_back", 18, closes_at=f"banner: {text('damaged_database.restored')}")
    assert seen[-1].startswith("orders: ")
    assert "asks" in seen
    assert code == 0
    assert orders(file) == 20
    assert len(list(profile.glob("shipconsole.db.damaged-*"))) == 1


def test_a_person_has_all_the_time_to_choose(profile: Path) -> None:
    file = profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    code, seen = walked(profile, "put_back", 18, closes_at=f"banner: {text('damaged_database.restored')}", patient=True)
    assert (code, "asks" in seen) == (0, True)
    assert orders(file) == 20


def test_an_id_that_the_settings_have_lost_is_restored_and_said(profile: Path) -> None:
    walked(profile, "", 27)
    kept = open_profile(profile, {}).id
    (profile / "settings.toml").unlink()
    code, seen = walked(profile, "", -1, closes_at="banner: settings.toml had no profile ID.")
    assert (code, open_profile(profile, {}).id) == (0, kept)
    assert any("It was restored from the database" in one for one in seen)
    # The packer has read it: what the window kept when it closed took the notice away.
    assert walked(profile, "", 27) == (0, ["orders: 27"])


def test_a_setting_that_cannot_be_used_is_said_in_the_window(profile: Path) -> None:
    walked(profile, "", 27)
    with (profile / "settings.toml").open("a") as file:
        file.write('theme = "purple"\n')
    code, seen = walked(profile, "", -1, closes_at="banner: The setting theme cannot be used")
    assert code == 0
    assert any(one.startswith("banner: The setting theme cannot be used") for one in seen)


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
    code, seen = walked(profile, "put_back", 18, closes_at=f"banner: {text('damaged_database.restored')}")
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
        "banner: The database shipconsole.db can't be used: another program is using it. It is tried again"
    )
    assert seen[-1].startswith("orders: ")
    assert code == 0


def lose(profile: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (profile / f"shipconsole.db{end}").unlink(missing_ok=True)


def test_a_database_that_is_gone_is_replaced_by_its_copy_which_is_said(profile: Path) -> None:
    lose(profile)
    code, seen = walked(profile, "put_back", 18, closes_at=f"banner: {text('damaged_database.restored')}")
    assert code == 0
    assert any(one.startswith(f"banner: {text('damaged_database.restored')}") for one in seen)
    assert orders(profile / "shipconsole.db") == 20


def test_an_empty_database_is_begun_only_by_its_button(profile: Path) -> None:
    lose(profile)
    code, _ = walked(profile, "leave_damaged", -1)
    assert code == 5
    assert not (profile / "shipconsole.db").exists()
    code, seen = walked(profile, "other_choice", -1, closes_at=f"banner: {text('damaged_database.started_empty')}")
    assert code == 0
    assert any(one.startswith(f"banner: {text('damaged_database.started_empty')}") for one in seen)
    assert orders(profile / "shipconsole.db") == 0


def test_an_older_database_is_used_only_by_its_button_and_its_rules_are_set_to_review(profile: Path) -> None:
    file = profile / "shipconsole.db"
    with closing(sql.connect(file)) as connection:
        connection.execute("INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (1, '[2]', 'auto')")
    older = file.read_bytes()
    store = Store(file)
    store.open()
    store.write(lambda db: db.note("order", 1)).result()
    store.close()
    file.write_bytes(older)
    code, seen = walked(profile, "other_choice", 27, closes_at=f"banner: {text('damaged_database.older_used')}")
    assert code == 0
    review = text("damaged_database.review", connections=("ShipEngine",))
    assert any(review in one for one in seen)


def test_the_window_finishes_a_restore_whose_program_was_killed(profile: Path) -> None:
    (copy,) = (profile / "backups").iterdir()
    shutil.copy(copy, profile / "shipconsole.db-restoring-20260921T141320Z")
    code, seen = walked(profile, "put_back", 18, closes_at="banner: A restore that was interrupted is finished now.")
    assert code == 0
    assert "asks" not in seen
    assert orders(profile / "shipconsole.db") == 20
