"""A window whose database is damaged or locked asks or waits, and continues without a restart."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.messages import text
from shipconsole.station.profile import open_profile
from shipconsole.station.settings import Settings
from shipconsole.store import backup
from shipconsole.store.sqlite import SqliteStore
from tests.durability.power_cut import ROOT
from tests.support import sql
from tests.support.many_orders import store_with_orders

# Prints what the banner and the dialog show, presses the named button ("patient": some time after everything that loads
# after the first paint is there), and closes the window once the expected orders or message are shown.
WALK = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from shipconsole import app
from shipconsole.ui.window.main_window import MainWindow

printed = []
loaded = []

def report(line):
    if line not in printed:
        printed.append(line)
        print(line, flush=True)

def check():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog) and window.isVisible() and window.objectName() == "damaged_database_dialog":
            report("asks")
            loaded.append("shipconsole.vendors.http" in sys.modules)
            if sys.argv[5] and sum(loaded) < 20:
                continue
            window.findChild(QPushButton, sys.argv[2]).click()
        elif isinstance(window, MainWindow) and window.isVisible():
            for trouble in window.banner.messages():
                report(f"banner: {trouble.what} {trouble.means}")
            shown = window.order_list.table.model().rowCount()
            if shown:
                report(f"orders: {shown}")
                if hasattr(window, "editor") and not window.banner.messages() and shown == int(sys.argv[3]):
                    window.close()
            if hasattr(window, "editor") and sys.argv[4] and any(line.startswith(sys.argv[4]) for line in printed):
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


def run_window(
    profile: Path,
    button: str,
    orders_shown: int,
    on_line: Callable[[str], None] = lambda _: None,
    closes_at: str = "",
    *,
    patient: bool = False,
) -> tuple[int, list[str]]:
    """Open the window on a profile and return its exit code and what it showed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", WALK, str(profile), button, str(orders_shown), closes_at, "patient" * patient]
    seen: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as window:
        limit = threading.Timer(90, window.kill)
        limit.start()
        assert window.stdout is not None
        for line in window.stdout:
            seen.append(line.strip())
            on_line(line.strip())
        code = window.wait()
        limit.cancel()
    return code, seen


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Return a profile with 30 orders and a backup from when it had 20."""
    store = store_with_orders(tmp_path, 20)
    store.close()
    backup.make(store.file, now_ms=1_790_000_000_000)
    store_with_orders(tmp_path, 10, 20_001).close()
    assert open_profile(tmp_path, {}).id
    return tmp_path


def damage(file: Path) -> None:
    with closing(sql.connect(file)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'packages_by_tracking_number'"
        ).fetchone()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * 4096)
        opened.write(b"\xa5" * 4096)


def count_orders(file: Path) -> int:
    return backup.check(file)


def test_an_unusable_database_is_replaced_by_its_backup_and_the_window_opens_again(profile: Path) -> None:
    file = profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    code, seen = run_window(profile, "restore_backup", 18, closes_at=f"banner: {text('damaged_database.restored')}")
    assert seen[-1].startswith("orders: ")
    assert "asks" in seen
    assert code == 0
    assert count_orders(file) == 20
    assert len(list(profile.glob("shipconsole.db.damaged-*"))) == 1


def test_the_user_can_take_any_time_to_choose(profile: Path) -> None:
    file = profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    code, seen = run_window(
        profile, "restore_backup", 18, closes_at=f"banner: {text('damaged_database.restored')}", patient=True
    )
    assert (code, "asks" in seen) == (0, True)
    assert count_orders(file) == 20


def test_a_profile_id_that_the_settings_lost_is_restored_and_reported(profile: Path) -> None:
    run_window(profile, "", 27)
    profile_id = open_profile(profile, {}).id
    (profile / "settings.toml").unlink()
    code, seen = run_window(profile, "", -1, closes_at=f"banner: {text('profile.id_restored')}")
    assert (code, open_profile(profile, {}).id) == (0, profile_id)
    assert any(text("profile.id_restored") in line for line in seen)
    # The message was shown once and is removed when the window closes.
    assert run_window(profile, "", 27) == (0, ["orders: 27"])


def test_an_invalid_setting_is_reported_in_the_window(profile: Path) -> None:
    run_window(profile, "", 27)
    with (profile / "settings.toml").open("a") as file:
        file.write('theme = "purple"\n')
    message = f"banner: {text('settings.unusable_value', key='theme', value=Settings().theme)}"
    code, seen = run_window(profile, "", -1, closes_at=message)
    assert code == 0
    assert any(line.startswith(message) for line in seen)


def test_without_a_restore_the_file_stays_as_it_was(profile: Path) -> None:
    file = profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    before = file.read_bytes()
    code, seen = run_window(profile, "leave_database", -1)
    assert "asks" in seen
    assert code == 5
    assert file.read_bytes() == before


def test_damage_found_by_the_check_is_asked_about_while_the_window_works(profile: Path) -> None:
    file = profile / "shipconsole.db"
    damage(file)
    code, seen = run_window(profile, "restore_backup", 18, closes_at=f"banner: {text('damaged_database.restored')}")
    assert "asks" in seen
    assert code == 0
    assert count_orders(file) == 20


def test_the_window_waits_for_a_locked_database(profile: Path) -> None:
    file = profile / "shipconsole.db"
    with closing(sql.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")

        def unlock(line: str) -> None:
            if line.startswith("banner"):
                other.execute("ROLLBACK")

        code, seen = run_window(profile, "restore_backup", 27, unlock)
    unusable = text("database.unusable", file=file.name, reason=Message("database.in_use"))
    assert seen[0] == f"banner: {unusable} {text('damaged_database.waiting')}"
    assert seen[-1].startswith("orders: ")
    assert code == 0


def delete_database(profile: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (profile / f"shipconsole.db{end}").unlink(missing_ok=True)


def test_a_missing_database_is_replaced_by_its_backup_which_is_reported(profile: Path) -> None:
    delete_database(profile)
    code, seen = run_window(profile, "restore_backup", 18, closes_at=f"banner: {text('damaged_database.restored')}")
    assert code == 0
    assert any(line.startswith(f"banner: {text('damaged_database.restored')}") for line in seen)
    assert count_orders(profile / "shipconsole.db") == 20


def test_an_empty_database_is_created_only_by_its_button(profile: Path) -> None:
    delete_database(profile)
    code, _ = run_window(profile, "leave_database", -1)
    assert code == 5
    assert not (profile / "shipconsole.db").exists()
    code, seen = run_window(profile, "other_choice", -1, closes_at=f"banner: {text('damaged_database.started_empty')}")
    assert code == 0
    assert any(line.startswith(f"banner: {text('damaged_database.started_empty')}") for line in seen)
    assert count_orders(profile / "shipconsole.db") == 0


def test_an_older_database_is_used_only_by_its_button_and_its_rules_are_set_to_review(profile: Path) -> None:
    file = profile / "shipconsole.db"
    with closing(sql.connect(file)) as connection:
        connection.execute("INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (1, '[2]', 'auto')")
    older = file.read_bytes()
    store = SqliteStore(file)
    store.open()
    store.write(lambda db: db.note("order", 1)).result()
    store.close()
    file.write_bytes(older)
    code, seen = run_window(profile, "other_choice", 27, closes_at=f"banner: {text('damaged_database.older_used')}")
    assert code == 0
    review = text("damaged_database.review", connections=("ShipEngine",))
    assert any(review in line for line in seen)


def test_the_window_completes_a_restore_whose_program_was_killed(profile: Path) -> None:
    (copy,) = (profile / "backups").iterdir()
    shutil.copy(copy, profile / "shipconsole.db-restoring-20260921T141320Z")
    code, seen = run_window(profile, "restore_backup", 18, closes_at=f"banner: {text('restore.resumed')}")
    assert code == 0
    assert "asks" not in seen
    assert count_orders(profile / "shipconsole.db") == 20
