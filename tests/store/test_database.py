"""The database: durable, private, all or nothing, and never silent about trouble."""

import os
import stat
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from time import sleep

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import changes, connections, engine, migrations
from shipconsole.store.database import GROUP_SIZE, Db, Store, StoreError
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql

POSIX = sys.platform != "win32"


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = SqliteStore(tmp_path / "shipconsole.db")
    opened.open()
    yield opened
    opened.close()


def add(db: Db, name: str) -> int:
    return connections.put(db, name=name, vendor="shipengine", base_url="https://example.test", options={})


def add_and_fail(db: Db, name: str) -> None:
    add(db, name)
    raise ValueError(name)


def names(db: Db) -> list[str]:
    return [connection.name for connection in connections.every(db)]


def pragma(db: Db, name: str) -> object:
    return db.connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_every_safety_setting_holds_on_the_writer_and_the_reader(store: Store) -> None:
    for run in (store.write, store.read):
        found = [run(pragma, name).result() for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert found == ["wal", 2, 1]
    assert store.read(pragma, "query_only").result() == 1


@pytest.mark.parametrize(
    "folder",
    [
        "with space",
        "Lager-Süd 仓库",
        "100%25",
        "a#b&c=d",
        *(["ask?mode=ro", 'a"b', os.fsdecode(b"\xff")] if POSIX else []),
    ],
)
def test_a_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    file = tmp_path / folder / "shipconsole.db"
    for name in ("first", "later"):
        opened = SqliteStore(file)
        opened.open()
        opened.write(add, name).result()
        assert name in opened.read(names).result()
        opened.close()
    assert sorted(entry.name for entry in file.parent.iterdir()) == [file.name, f"{file.name}-committed"]


@pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")
def test_only_the_owner_may_read_the_files(store: Store) -> None:
    store.write(add, "A").result()
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in store.file.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {name.removeprefix("shipconsole.db") for name in modes} == {"", "-wal", "-shm", "-committed"}


def test_a_function_that_fails_changes_nothing_and_its_neighbours_stay(store: Store) -> None:
    held = threading.Event()
    first = store.write(lambda _: held.wait(60))
    good, bad, other = store.write(add, "A"), store.write(add_and_fail, "B"), store.write(add, "C")
    held.set()
    first.result()
    assert good.result() == 1
    with pytest.raises(ValueError, match="B"):
        bad.result()
    other.result()
    assert store.read(names).result() == ["A", "C"]


def test_the_reader_cannot_write(store: Store) -> None:
    with pytest.raises(EnvironmentFailure, match="it is read-only"):
        store.read(add, "A").result()
    store.write(add, "A").result()


def test_many_at_once_share_a_commit(store: Store) -> None:
    held = threading.Event()
    first = store.write(lambda _: held.wait(60))
    seen: list[int] = []
    store.listen(lambda: seen.append(store.read(changes.newest).result()))
    waiting = [store.write(add, f"C{number}") for number in range(GROUP_SIZE - 1)]
    held.set()
    first.result()
    for future in waiting:
        future.result()
    assert seen == [GROUP_SIZE - 1]


def test_what_was_answered_is_there_after_opening_again(tmp_path: Path) -> None:
    for name in ("A", "B"):
        store = SqliteStore(tmp_path / "shipconsole.db")
        store.open()
        store.write(add, name).result()
        store.close()
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open()
    assert store.read(names).result() == ["A", "B"]
    store.close()


def test_a_file_that_is_not_a_database_is_reported_and_left_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "shipconsole.db"
    file.write_bytes(b"not a database at all" * 100)
    store = SqliteStore(file)
    store.open()
    for run in (store.write, store.read):
        with pytest.raises(StoreError, match="damaged"):
            run(names).result()
    store.close()
    assert file.read_bytes() == b"not a database at all" * 100


def test_an_impossible_file_name_is_reported(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "no\0file.db")
    store.open()
    for run in (store.write, store.read):
        with pytest.raises(StoreError, match="can't be used: embedded null"):
            run(names).result(60)
    store.close()


def test_a_database_held_by_another_program_is_reported_after_the_wait(store: Store) -> None:
    store.write(add, "A").result()
    other = sql.connect(store.file)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=str(Message("database.in_use"))):
        store.write(add, "B").result(60)
    waiting = store.write(add, "B")
    sleep(0.1)
    assert not waiting.done() or waiting.exception() is not None, "it waits"
    other.execute("ROLLBACK")
    store.write(add, "C").result()
    assert waiting.exception() is None, "no longer than the other holds it"
    assert store.read(names).result() == ["A", "B", "C"]
    other.close()


def test_a_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open()
    store.write(add, "A").result()
    store.close()
    with sql.connect(store.file) as later:
        later.execute("INSERT INTO migration VALUES (9999, 'later', 0, '')")
    later.close()
    old = SqliteStore(store.file)
    old.open()
    with pytest.raises(EnvironmentFailure, match="newer version of Shipconsole"):
        old.read(names).result()
    old.close()


def test_after_closing_every_call_is_answered(store: Store) -> None:
    store.write(add, "A").result()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write(add, "B").result()


def test_a_migration_that_fails_half_way_is_rolled_back(tmp_path: Path) -> None:
    connection = sql.connect(tmp_path / "half.db")
    whole = [step.text for step in migrations.known()]
    assert migrations.migrate(connection) == list(range(1, len(whole) + 1))
    assert migrations.migrate(connection) == []
    connection.close()


def test_a_trigger_stays_one_statement() -> None:
    script = (
        "CREATE TABLE a (b);\n-- a; comment\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n SELECT 1;\n SELECT 2;\nEND;\n"
    )
    assert len(list(migrations.statements(script))) == 2


def test_the_feed_tells_each_thing_once_and_owns_up_to_gaps(store: Store) -> None:
    start = store.read(changes.newest).result()
    for name in ("A", "A", "B"):
        store.write(add, name).result()
    news = store.read(changes.since, start).result()
    assert len(set(news.changes)) == len(news.changes) == 2
    assert store.read(changes.since, news.cursor).result().changes == ()
    for number in range(changes.MOST + 1):
        store.write(add, f"N{number}")
    store.write(add, "last").result()
    assert store.read(changes.since, news.cursor).result().too_many


def test_a_new_store_is_opened_by_several_at_once(tmp_path: Path) -> None:
    """Going over to the log needs the file alone for a moment, and SQLite does not wait for that by itself."""
    troubles: list[BaseException] = []

    def open_and_close(file: Path, begin: threading.Barrier) -> None:
        begin.wait()
        try:
            engine.connect(file, writing=True).close()
        except BaseException as error:  # noqa: BLE001 - whatever it was, it is what the test is about
            troubles.append(error)

    for number in range(40):
        begin = threading.Barrier(4)
        threads = [threading.Thread(target=open_and_close, args=(tmp_path / f"{number}.db", begin)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert troubles == []


def count_endlessly(db: Db) -> int:
    endless = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) SELECT COUNT(*) FROM number"
    return db.connection.execute(endless).fetchone()[0]


def wait_for(db: Db, event: threading.Event) -> list[str]:
    assert event.wait(60)
    return names(db)


def test_no_read_waits_for_a_long_one(store: Store) -> None:
    go_on = threading.Event()
    long = store.read_long(wait_for, go_on)
    store.write(add, "ShipEngine").result()
    assert store.read(names).result() == ["ShipEngine"]
    go_on.set()
    assert long.result() in ([], ["ShipEngine"])
    assert store.read_long(pragma, "query_only").result() == 1


def test_a_long_read_is_interrupted_before_it_begins_and_while_it_runs(store: Store) -> None:
    running, waiting, last = store.read_long(count_endlessly), store.read_long(names), store.read_long(names)
    waiting.interrupt()
    assert store.read(names).result() == []
    assert not running.done()
    running.interrupt()
    for interrupted in (running, waiting):
        with pytest.raises(StoreError) as stopped:
            interrupted.result(60)
        reason = stopped.value.message.arguments.get("reason", stopped.value.message)
        assert reason == Message("database.interrupted")
    assert last.result(60) == []


def test_closing_ends_a_long_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "shipconsole.db")
    store.open()
    running = store.read_long(count_endlessly)
    store.read(names).result()
    store.close()
    with pytest.raises(EnvironmentFailure):
        running.result(60)
    with pytest.raises(EnvironmentFailure):
        store.read_long(names).result(60)
