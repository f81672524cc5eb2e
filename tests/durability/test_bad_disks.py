"""A full, read-only or missing disk: it is reported, nothing is half written, and work goes on once it is fixed."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import backup, connections, engine, restoring
from shipconsole.store.database import Db, Store
from shipconsole.store.errors import StoreBehindError, StoreError, StoreHeldError, unusable
from shipconsole.store.sqlite import SqliteStore
from tests.durability.power_cut import ROOT
from tests.support import sql

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody touch a file that is open")
URL = "https://example.test/" + "x" * 3_000


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = SqliteStore(tmp_path / "shipconsole.db")
    opened.open()
    opened.write(add, "first").result()
    yield opened
    opened.close()


def add(db: Db, name: str) -> int:
    return connections.put(db, name=name, vendor="shipup", base_url=URL, options={})


def add_two(db: Db, name: str) -> None:
    add(db, f"{name}a")
    add(db, f"{name}b")


def names(db: Db) -> list[str]:
    return [connection.name for connection in connections.every(db)]


def most_pages(db: Db, pages: int) -> None:
    db.connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_takes_nothing_by_halves(store: Store) -> None:
    (pages,) = store.read(lambda db: db.connection.execute("PRAGMA page_count").fetchone()).result()
    store.write(most_pages, pages + 2).result()
    stored: list[str] = []
    with pytest.raises(StoreError, match=r"^Not saved\. .*the disk is full"):
        for number in range(1_000):
            store.write(add_two, f"C{number}").result()
            stored += [f"C{number}a", f"C{number}b"]
    assert set(store.read(names).result()) == {"first", *stored}
    store.write(most_pages, 1_000_000).result()
    store.write(add, "later").result()
    assert set(store.read(names).result()) == {"first", "later", *stored}


# A limit on the size of files stands for a disk that has no room left: it holds for everyone, also for root.
FILLED = """
import os, resource, sys
from pathlib import Path
from shipconsole.store import connections
from shipconsole.store.database import Store, StoreError
from shipconsole.store.sqlite import SqliteStore
def add_two(db, name):
    for end in "ab":
        connections.put(db, name=name + end, vendor="shipup", base_url="https://example.test/" + "x" * 3000, options={})
file = Path(sys.argv[1])
store = SqliteStore(file)
store.open()
store.write(add_two, "first").result()
room = file.with_name(file.name + "-wal").stat().st_size + 50_000
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
number = 0
try:
    while True:
        store.write(add_two, f"C{number}").result()
        number += 1
except StoreError as error:
    print(number, repr(error.message))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.write(add_two, "later").result()
store.close()
"""


@posix
def test_a_full_disk_is_reported_and_used_again_once_there_is_room(tmp_path: Path) -> None:
    file = tmp_path / "shipconsole.db"
    ran = ran_alone(FILLED, file)
    number, _, message = ran.partition(" ")
    assert message.startswith("Message('database.not_saved'")
    assert "Message('database.disk_" in message
    assert int(number) > 0
    with closing(sql.connect(file)) as connection:
        kept = {name for (name,) in connection.execute("SELECT name FROM connection")}
    assert kept == {
        f"{name}{end}" for name in ("first", "later", *(f"C{i}" for i in range(int(number)))) for end in "ab"
    }
    assert backup.check(file) == 0


READ_ONLY = """
import os, sys
from pathlib import Path
from shipconsole.store import connections
from shipconsole.store.database import Store, StoreError
from shipconsole.store.sqlite import SqliteStore
def names(db):
    return [connection.name for connection in connections.every(db)]
store = SqliteStore(Path(sys.argv[1]))
if os.geteuid() == 0:
    os.seteuid(65534)  # root may write everything
store.open()
for run in (store.write, store.read):
    try:
        run(names).result()
    except StoreError as error:
        print(error.message)
store.close()
"""


@posix
def test_a_read_only_database_is_reported_and_left_unchanged() -> None:
    folder = Path(tempfile.mkdtemp(prefix="shipconsole-read-only-"))  # one that others may look into
    try:
        opened = SqliteStore(folder / "shipconsole.db")
        opened.open()
        opened.write(add, "first").result()
        opened.close()
        before = opened.file.read_bytes()
        opened.file.chmod(0o444)
        folder.chmod(0o555)
        expected = unusable(opened.file, Message("database.read_only"))
        output = ran_alone(READ_ONLY, opened.file)
        assert output == f"{expected}\n" * 2
        folder.chmod(0o755)
        assert {file.name for file in folder.iterdir()} == {"shipconsole.db", "shipconsole.db-committed"}
        assert opened.file.read_bytes() == before
        opened.file.chmod(0o600)
        again = SqliteStore(opened.file)
        again.open()
        again.write(add, "later").result()
        assert set(again.read(names).result()) == {"first", "later"}
        again.close()
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def ran_alone(program: str, file: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", program, file],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@posix
def test_a_store_that_was_deleted_while_open_saves_nothing_until_it_is_back(store: Store, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    store.file.rename(elsewhere)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"^Not saved\. .*moved or replaced"):
            store.write(add, "lost").result()
    assert not store.file.exists(), "an empty database would look as if everything were lost"
    elsewhere.rename(store.file)
    store.write(add, "later").result()
    assert set(store.read(names).result()) == {"first", "later"}


class LateReader(SqliteStore):
    """A store whose reader opens the file only when it is allowed to."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.let = threading.Event()

    def open_to_read(self) -> engine.Connection:
        assert self.let.wait(60)
        return super().open_to_read()


@posix
def test_a_reader_that_finds_no_store_makes_none_and_reads_once_it_is_back(tmp_path: Path) -> None:
    store = LateReader(tmp_path / "shipconsole.db")
    store.open()
    store.write(add, "first").result()
    elsewhere = store.file.rename(tmp_path / "elsewhere.db")
    store.let.set()
    with pytest.raises(StoreError, match="it can't be opened"):
        store.read(names).result()
    assert not store.file.exists(), "an empty database would look as if everything were lost"
    elsewhere.rename(store.file)
    store.write(add, "later").result()
    assert set(store.read(names).result()) == {"first", "later"}
    store.close()


def exchanged(store: Store, copy: Path) -> None:
    """Replace an open file by another, as a person with a file manager would."""
    for end in ("", "-wal", "-shm"):
        file = store.file.with_name(store.file.name + end)
        file.rename(file.with_name(f"old{end}"))
    shutil.copy(copy, store.file)


@posix
def test_a_file_that_lacks_nothing_in_the_place_of_an_open_one_is_gone_on_with(store: Store) -> None:
    store.write(add, "before the copy").result()
    exchanged(store, backup.make(store.file, now_ms=1_790_000_000_000).file)
    with pytest.raises(StoreError, match=r"^Not saved\."):
        store.write(add, "lost").result()
    store.write(add, "later").result()
    assert set(store.read(names).result()) == {"first", "before the copy", "later"}


@posix
def test_an_older_file_that_replaces_an_open_database_is_refused(tmp_path: Path) -> None:
    reported: list[EnvironmentFailure | None] = []
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open(reported.append)
    store.write(add, "first").result()
    made = backup.make(store.file, now_ms=1_790_000_000_000)
    store.write(add, "after the copy").result()
    exchanged(store, made.file)
    with pytest.raises(StoreError, match=r"^Not saved\.|the latest change that was saved in it"):
        store.write(add, "lost").result()  # the store's own round may have noticed the exchange before
    with pytest.raises(StoreBehindError, match="the latest change that was saved in it"):
        store.write(add, "later").result()
    assert [type(entry) for entry in reported] == [StoreBehindError]
    store.close()
    assert backup.check(store.file) == 0


def test_nothing_is_restored_while_the_database_is_open(store: Store) -> None:
    made = backup.make(store.file, now_ms=1_790_000_000_000)
    for act in (
        lambda: restoring.restore(store.file, made.file, now_ms=1_790_000_000_000),
        lambda: restoring.start_empty(store.file, now_ms=1_790_000_000_000),
        lambda: restoring.accept_older(store.file, now_ms=1_790_000_000_000),
    ):
        with pytest.raises(StoreHeldError, match="another program is using it"):
            act()
    store.write(add, "later").result()
    assert set(store.read(names).result()) == {"first", "later"}
    assert not [file.name for file in store.file.parent.iterdir() if "part" in file.name or "restor" in file.name]


def test_a_store_that_is_held_at_the_start_is_waited_for(tmp_path: Path) -> None:
    """Wait longer than SQLite itself does; reads and writes made meanwhile are done without a retry."""
    first = SqliteStore(tmp_path / "shipconsole.db")
    first.open()
    first.write(add, "first").result()
    first.close()
    reported: list[EnvironmentFailure | None] = []
    heard = threading.Event()

    def report(trouble: EnvironmentFailure | None) -> None:
        reported.append(trouble)
        heard.set()

    with closing(sql.connect(first.file)) as other:
        other.execute("BEGIN IMMEDIATE")
        store = SqliteStore(first.file)
        store.open(report)
        reading, writing = store.read(names), store.write(add, "later")
        assert heard.wait(60)
        assert not reading.done()
        assert not writing.done()
        other.execute("ROLLBACK")
    writing.result(60)
    assert "first" in reading.result(60)
    assert [trouble and str(trouble.message) for trouble in reported] == [
        "The database shipconsole.db can't be used: another program is using it.",
        None,
    ]
    store.close()


@pytest.mark.heavy
def test_whoever_waits_for_a_store_can_be_closed(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "shipconsole.db")
    first.open()
    first.write(add, "first").result()
    first.close()
    heard = threading.Event()
    with closing(sql.connect(first.file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = SqliteStore(first.file)
        store.open(lambda _: heard.set())
        reading = store.read(names)
        assert heard.wait(60)
        store.close()
        with pytest.raises(EnvironmentFailure, match="another program is using it"):
            reading.result(1)
