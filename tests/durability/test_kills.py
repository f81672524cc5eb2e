"""A killed program: what was typed is there again, and the schema is either the old or the new one."""

import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import backup, drafts, migrations
from shipconsole.store.sqlite import SqliteStore
from tests.durability.power_cut import ROOT
from tests.support import sql

LOST_AT_MOST_S = 1.0
KEY_EVERY_S = 0.03

# Types into a field of an open order without a pause, digits on and on or the keys that are named, and says after each
# key what stands there, and after each commit what was kept.
TYPING = """
import asyncio, gc, itertools, os, sys, time
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from qasync import QEventLoop
from shipconsole.domain.draft import ShipmentDraft
from shipconsole.operations.context import Context
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import MemoryKeys
from shipconsole.station.settings import Settings
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore
from shipconsole.ui.kit.theme import Theme
from shipconsole.ui.window.main_window import MainWindow
from shipconsole.ui.kit.tasks import Tasks
from shipconsole.vendors.http import Sender, tls_context

class TellingStore(SqliteStore):
    def write(self, do, *args, **kwargs):
        written = super().write(do, *args, **kwargs)
        for draft in args:
            if isinstance(draft, ShipmentDraft) and draft.packages:
                text = getattr(draft.packages[0], sys.argv[5])
                written.add_done_callback(lambda _: os.write(1, f"kept {text}\\n".encode()))
        return written

async def type_on():
    store = TellingStore(Path(sys.argv[1]))
    store.open()
    window = MainWindow(store, Theme(), Settings())
    window.resize(1920, 1080)  # the packages stand beside the items
    window.show()
    window.start(Context(store, Sender(tls_context()), MemoryKeys(), SystemClock(), "Bench 1"), Tasks())
    window.open_order(int(sys.argv[2]))
    field = None
    while field is None or not field.isVisible() or not field.isEnabled():
        await asyncio.sleep(0.02)
        field = window.findChild(QLineEdit, sys.argv[4])
    for key in sys.argv[6] or itertools.cycle("0123456789"):
        QTest.keyClick(field, key)
        os.write(1, f"{time.monotonic()} {field.text()}\\n".encode())  # whole, whenever the kill comes
        await asyncio.sleep(float(sys.argv[3]))
    await asyncio.Event().wait()

gc.disable()
app = QApplication([])
loop = QEventLoop(app)
asyncio.set_event_loop(loop)
loop.run_until_complete(type_on())
"""

STARTED = (sys.executable, "-c", TYPING)


def environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}


def typed_and_killed(store: Path, after_s: float, *, is_timed: bool) -> None:
    """Type, kill the program some time after a draft was stored, and look for everything that was stored.

    Where it is timed, what was typed a second before is there as well.
    """
    words = [*STARTED, str(store), "1", str(KEY_EVERY_S), "tracking_number", "tracking_number", ""]
    typed: list[tuple[float, str]] = []
    committed = ""
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as typing:
        assert typing.stdout is not None
        killer = threading.Timer(after_s, typing.kill)
        for line in typing.stdout:
            at_s, _, text = line.rstrip("\n").partition(" ")
            if at_s != "kept":
                typed.append((float(at_s), text))
                continue
            if not committed:
                killer.start()
            committed = text
        killer.join()
    killed_at_s = typed[-1][0]
    sure = [text for at_s, text in typed if at_s <= killed_at_s - LOST_AT_MOST_S]
    kept = kept_draft(store)
    assert typed[-1][1].startswith(kept)
    assert committed
    assert kept.startswith(committed)
    assert not is_timed or kept.startswith(sure[-1] if sure else ""), f"of {typed[-1][1]} only {kept} was kept"


def kept_draft(file: Path, field: str = "tracking_number") -> str:
    store = SqliteStore(file)
    store.open()
    try:
        draft = store.read(drafts.get, 1).result()
        assert backup.verify_database(file, limit_s=10)
    finally:
        store.close()
    return getattr(draft.packages[0], field) if draft is not None else ""


def kill_while_typing(pulled: Path, folder: Path, seed: int, times: int, *, is_timed: bool = False) -> None:
    chance = random.Random(seed)
    for number in range(times):
        profile = folder / f"{seed}-{number}"
        profile.mkdir()
        shutil.copy(pulled, profile / "shipconsole.db")
        typed_and_killed(profile / "shipconsole.db", chance.uniform(0.0, 1.5), is_timed=is_timed)
        shutil.rmtree(profile)


def test_a_half_typed_weight_is_back_after_a_kill(pulled_store: Path, tmp_path: Path) -> None:
    """No number yet, and nothing that may ship: it is text until then."""
    file = tmp_path / "shipconsole.db"
    shutil.copy(pulled_store, file)
    words = [*STARTED, str(file), "1", str(KEY_EVERY_S), "weight", "weight_kg", "6x"]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as typing:
        assert typing.stdout is not None
        while typing.stdout.readline() not in ("kept 6x\n", ""):
            pass
        typing.kill()
    assert kept_draft(file, "weight_kg") == "6x"


def test_what_was_typed_is_back_after_a_kill(pulled_store: Path, tmp_path: Path) -> None:
    together(lambda seed: kill_while_typing(pulled_store, tmp_path, seed, 1), range(5))


@pytest.mark.heavy
def test_what_was_typed_is_back_after_each_of_100_kills(pulled_store: Path, tmp_path: Path) -> None:
    together(lambda seed: kill_while_typing(pulled_store, tmp_path, seed, 25, is_timed=True), range(100, 104))


def together(do: Callable[[int], None], seeds: Sequence[int]) -> None:
    """Run the same side by side, and fail with the first that fails."""
    failures: list[BaseException] = []

    def run(seed: int) -> None:
        try:
            do(seed)
        except BaseException as error:  # noqa: BLE001 - reported by the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


LATER = (
    "ALTER TABLE orders ADD COLUMN shelf TEXT NOT NULL DEFAULT '';"
    "\nCREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
    "\nINSERT INTO shelf (name) SELECT DISTINCT recipient FROM orders;"
    "\nUPDATE orders SET shelf = recipient;"
    "\nCREATE INDEX orders_by_shelf ON orders (shelf, id);"
)
STEP = migrations.Migration(9000, "later", LATER)
# Ends itself, as a kill would, before the statement of that number.
UPGRADE = """
import os, signal, sys
from pathlib import Path
from shipconsole.store import migrations
from shipconsole.store.engine import connect
left = int(sys.argv[2])
def count(*_):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return True
connection = connect(Path(sys.argv[1]), writing=True)
connection.set_exec_trace(count)
migrations.migrate(connection, [*migrations.known(), migrations.Migration(9000, "later", sys.argv[3])])
"""


def schema(file: Path) -> list[tuple[object, ...]]:
    with closing(sql.connect(file)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
        return [*rows, *connection.execute("SELECT number FROM migration ORDER BY number").fetchall()]


def upgraded(file: Path, before: int) -> int:
    words = [sys.executable, "-c", UPGRADE, str(file), str(before), LATER]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed by a signal there")
def test_an_upgrade_that_is_killed_at_any_statement_leaves_the_old_schema_or_the_new(
    pulled_store: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.db"
    shutil.copy(pulled_store, new)
    assert upgraded(new, 1_000) == 0
    old_schema, new_schema = schema(pulled_store), schema(new)
    assert old_schema != new_schema
    killed = 0
    for before in range(1_000):
        file = tmp_path / f"{before}.db"
        shutil.copy(pulled_store, file)
        ended_well = upgraded(file, before) == 0
        assert schema(file) == (new_schema if ended_well else old_schema)
        if ended_well:
            break
        killed += 1
        store = SqliteStore(file, [*migrations.known(), STEP])
        store.open()
        assert store.read(lambda db: db.value("backup.orders")).result() > 0
        store.close()
        assert schema(file) == new_schema, "what was killed is done at the next start"
    assert killed > len(LATER.splitlines())


def test_half_an_upgrade_would_be_seen(pulled_store: Path, tmp_path: Path) -> None:
    """The canary: the same statements without the transaction around them."""
    half = tmp_path / "half.db"
    shutil.copy(pulled_store, half)
    with closing(sql.connect(half)) as connection:
        connection.execute(next(migrations.statements(LATER + ";")))
    assert schema(half) != schema(pulled_store)


def test_an_older_program_refuses_a_newer_store_and_leaves_it_alone(pulled_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "shipconsole.db"
    shutil.copy(pulled_store, file)
    newer = SqliteStore(file, [*migrations.known(), STEP])
    newer.open()
    assert newer.read(lambda db: db.value("backup.orders")).result() > 0
    newer.close()
    before = file.read_bytes()
    older = SqliteStore(file)
    older.open()
    for run in (older.read, older.write):
        with pytest.raises(EnvironmentFailure, match="newer version of Shipconsole"):
            run(lambda db: db.value("backup.orders")).result()
    older.close()
    assert file.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["shipconsole.db", "shipconsole.db-committed"]
