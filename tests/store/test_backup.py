"""Backups: complete, private, few enough, and restored without losing what they replace."""

import os
import shutil
import stat
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.domain.message import from_stored
from shipconsole.store import backup, connections, holding, migrations, restoring
from shipconsole.store.database import Db, Store
from shipconsole.store.errors import StoreDamagedError, StoreError
from shipconsole.store.sqlite import SqliteStore
from tests.support import sql

NOW_MS = 1_790_000_000_000
DAY_MS = backup.DAY_MS
PAGE = 4096
ORDER = (
    """INSERT INTO orders (id, number, match_key, number_key, state, changed_at_ms) VALUES (?, ?, ?2, ?, 'open', 0)"""
)


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = SqliteStore(tmp_path / "profile" / "shipconsole.db")
    opened.open()
    fill(opened.file, 50) if opened.read(names).result() == [] else None
    yield opened
    opened.close()


def fill(file: Path, count: int) -> None:
    with closing(sql.connect(file)) as connection, connection:
        connection.executemany(ORDER, [(number, str(number), str(number)) for number in range(1, count + 1)])


def names(db: Db) -> list[str]:
    return [connection.name for connection in connections.every(db)]


def add(db: Db, name: str) -> int:
    return connections.put(db, name=name, vendor="shipengine", base_url="https://example.test", options={})


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sql.connect(file)) as connection:
        return connection.execute(query).fetchall()


def test_a_copy_holds_what_the_store_holds_and_is_one_private_file(store: Store) -> None:
    store.write(add, "A").result()
    made = backup.make(store.file, now_ms=NOW_MS)
    assert backup.check(made.file) == 50
    assert rows(made.file, "SELECT name FROM connection") == [("A",)]
    assert [file.name for file in made.file.parent.iterdir()] == [made.file.name]
    if sys.platform != "win32":
        assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700


def test_a_copy_needs_no_quiet_moment(store: Store) -> None:
    """A writer that never pauses neither waits for the backup nor is in it by half."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            store.write(add, f"C{written[0]}").result()
            written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = backup.make(store.file, now_ms=NOW_MS)
    finally:
        stop.set()
        writer.join()
    kept = [name for (name,) in rows(made.file, "SELECT name FROM connection ORDER BY id")]
    assert kept == [f"C{number}" for number in range(len(kept))]
    assert written[0] > 0


def test_copies_of_seven_days_are_kept_and_one_before_each_migration(store: Store) -> None:
    backup.make(store.file, now_ms=NOW_MS - 30 * DAY_MS, before=2)
    backup.make(store.file, now_ms=NOW_MS - 20 * DAY_MS, before=2)
    backup.make(store.file, now_ms=NOW_MS - 20 * DAY_MS, before=3)
    for day in range(10):
        backup.make(store.file, now_ms=NOW_MS + day * DAY_MS)
    kept = backup.every(store.file)
    assert [copy.at_ms for copy in kept if not copy.before] == [NOW_MS + day * DAY_MS for day in range(9, 2, -1)]
    assert {(copy.before, copy.at_ms) for copy in kept if copy.before} == {
        (2, NOW_MS - 20 * DAY_MS),
        (3, NOW_MS - 20 * DAY_MS),
    }


def test_copies_on_demand_leave_those_of_the_days_before(store: Store) -> None:
    for day in range(backup.KEPT_DAILY):
        backup.make(store.file, now_ms=NOW_MS + day * DAY_MS)
    last_ms = NOW_MS + 6 * DAY_MS
    for minute in range(1, 12):
        backup.make(store.file, now_ms=last_ms + minute * 60_000)
    kept = [copy.at_ms for copy in backup.every(store.file)]
    assert kept[: backup.KEPT_DAILY] == [last_ms + minute * 60_000 for minute in range(11, 4, -1)]
    assert kept[backup.KEPT_DAILY :] == [NOW_MS + day * DAY_MS for day in range(5, -1, -1)]


def test_a_file_whose_name_holds_no_time_is_none_of_them(store: Store) -> None:
    made = backup.make(store.file, now_ms=NOW_MS)
    named = made.file.with_name("shipconsole-20261399T000000Z.db")
    named.touch()
    assert backup.every(store.file) == (made,)
    assert backup.make(store.file, now_ms=NOW_MS + DAY_MS).at_ms == NOW_MS + DAY_MS
    assert named.exists()


def test_one_a_day_is_due(store: Store) -> None:
    assert backup.is_due(store.file, NOW_MS)
    backup.make(store.file, now_ms=NOW_MS, before=2)
    assert backup.is_due(store.file, NOW_MS), "one before a migration is none of the daily ones"
    backup.make(store.file, now_ms=NOW_MS)
    assert not backup.is_due(store.file, NOW_MS + 1_000)
    assert backup.is_due(store.file, NOW_MS + DAY_MS)


@pytest.mark.parametrize("ahead_ms", [3_600_000, DAY_MS, 20_000 * DAY_MS])
def test_a_copy_made_under_a_clock_that_was_ahead_is_not_the_newest_for_ever(store: Store, ahead_ms: int) -> None:
    backup.make(store.file, now_ms=NOW_MS - DAY_MS)
    backup.make(store.file, now_ms=NOW_MS + ahead_ms)
    assert backup.is_due(store.file, NOW_MS)
    made = backup.make(store.file, now_ms=NOW_MS)
    assert backup.every(store.file, NOW_MS)[0].at_ms == made.at_ms == NOW_MS
    for day in range(1, backup.KEPT_DAILY + 1):
        later_ms = NOW_MS + day * DAY_MS - 1
        assert backup.is_due(store.file, later_ms)
        backup.make(store.file, now_ms=later_ms)
        assert backup.every(store.file, later_ms)[0].at_ms // 1_000 == later_ms // 1_000
    assert len(backup.every(store.file, later_ms)) == backup.KEPT_DAILY
    assert max(copy.at_ms for copy in backup.every(store.file)) <= later_ms + DAY_MS


def test_what_a_crash_left_of_a_copy_is_swept_away_after_a_day(store: Store) -> None:
    folder = backup.folder_of(store.file)
    folder.mkdir()
    old, new = (folder / f".shipconsole-{name}.db-1-1.part" for name in ("old", "new"))
    for part in (old, new):
        part.touch()
    os.utime(old, (0, 0))
    backup.make(store.file, now_ms=NOW_MS)
    assert not old.exists()
    assert new.exists()


def test_a_copy_that_is_stopped_leaves_nothing(store: Store) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoreError, match="closing"):
        backup.make(store.file, now_ms=NOW_MS, stop=stop)
    assert list(backup.folder_of(store.file).iterdir()) == []


def test_a_folder_that_cannot_hold_a_backup_is_reported(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No backup could be made in"):
        backup.make_at(store.file, tmp_path / "not" / "there" / "copy.db")
    backup.folder_of(store.file).write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="No backup could be made in"):
        backup.make(store.file, now_ms=NOW_MS)
    assert store.write(add, "A").result() == 1, "and packing goes on"


def spoil_page(file: Path) -> None:
    """Random bytes in the page that holds orders."""
    (root,) = rows(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'orders_by_number'")[0]
    assert isinstance(root, int)
    with file.open("r+b") as opened:
        opened.seek((root - 1) * PAGE)
        opened.write(bytes((number * 197 + 13) % 256 for number in range(PAGE)))


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size // PAGE // 2 * PAGE)


def overwrite(file: Path) -> None:
    file.write_bytes(b"not a database at all" * 1_000)


DAMAGES = (spoil_page, cut_off, overwrite)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_in_a_store_and_no_copy_is_made_of_it(store: Store, damage: Callable[[Path], None]) -> None:
    store.close()
    damage(store.file)
    with pytest.raises(StoreDamagedError, match="damaged"):
        backup.verify_database(store.file, limit_s=30)
    with pytest.raises(StoreError):
        backup.make(store.file, now_ms=NOW_MS)
    assert backup.every(store.file) == ()


def leave_open(store: Store, folder: Path) -> Path:
    """What a crash leaves of a store in use: the files as they were when the power of the program ended."""
    store.write(add, "saved last").result()
    folder.mkdir()
    for end in ("", "-wal", "-shm"):
        shutil.copy(store.file.with_name(store.file.name + end), folder)
    return folder / store.file.name


def test_a_log_that_was_taken_away_after_a_crash_is_noticed(store: Store, tmp_path: Path) -> None:
    whole = leave_open(store, tmp_path / "whole")
    opened = SqliteStore(whole)
    opened.open()
    assert opened.read(names).result() == ["saved last"]
    opened.close()
    robbed = tmp_path / "robbed" / "shipconsole.db"
    robbed.parent.mkdir()
    for end in ("", "-shm"):
        shutil.copy(store.file.with_name(store.file.name + end), robbed.parent)
    before = robbed.read_bytes()
    with pytest.raises(StoreDamagedError, match="-wal"):
        backup.verify_database(robbed, limit_s=30)
    opened = SqliteStore(robbed)
    opened.open()
    for run in (opened.write, opened.read):
        with pytest.raises(StoreDamagedError, match="-wal"):
            run(names).result()
    opened.close()
    assert robbed.read_bytes() == before
    assert not robbed.with_name("shipconsole.db-wal").exists()


def test_a_look_ends_when_its_time_is_over(store: Store) -> None:
    with closing(sql.connect(store.file)) as connection, connection:
        changes = [(number,) for number in range(100_000)]
        connection.executemany("INSERT INTO change (kind, ref_id, at_ms) VALUES ('order', ?, 0)", changes)
    assert backup.verify_database(store.file, limit_s=30)
    assert not backup.verify_database(store.file, limit_s=0)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_copy_takes_the_place_of_a_damaged_store_which_is_kept(store: Store, damage: Callable[[Path], None]) -> None:
    store.write(add, "A").result()
    made = backup.make(store.file, now_ms=NOW_MS)
    store.write(add, "B").result()
    store.close()
    damage(store.file)
    spoiled = store.file.read_bytes()
    aside = restoring.restore(store.file, made.file, now_ms=NOW_MS).aside
    assert aside is not None
    assert aside.name.startswith("shipconsole.db.damaged-")
    assert aside.read_bytes() == spoiled
    again = SqliteStore(store.file)
    again.open()
    assert again.read(names).result() == ["A"]
    again.close()
    assert made.file.exists()


def test_what_is_set_aside_takes_its_log_with_it(store: Store, tmp_path: Path) -> None:
    made = backup.make(store.file, now_ms=NOW_MS)
    crashed = leave_open(store, tmp_path / "crashed")
    restoring.restore(crashed, made.file, now_ms=NOW_MS)
    aside = restoring.restore(crashed, made.file, now_ms=NOW_MS).aside
    kept = sorted(file.name for file in crashed.parent.iterdir())
    stamp = aside.name.rpartition("-")[0] if aside is not None else ""
    assert kept == ["shipconsole.db", stamp, f"{stamp}-2", f"{stamp}-shm", f"{stamp}-wal"]
    assert rows(crashed.parent / stamp, "SELECT name FROM connection") == [("saved last",)]


def test_a_copy_that_is_no_good_changes_nothing(store: Store, tmp_path: Path) -> None:
    store.close()
    before = store.file.read_bytes()
    bad = tmp_path / "bad.db"
    bad.write_bytes(b"SQLite format 3\0" + bytes(5_000))
    other = tmp_path / "other.db"
    with closing(sql.connect(other)) as connection:
        connection.execute("CREATE TABLE a (b)")
    for copy in (bad, other, tmp_path / "none.db"):
        with pytest.raises(StoreError):
            restoring.restore(store.file, copy, now_ms=NOW_MS)
    assert store.file.read_bytes() == before
    assert sorted(file.name for file in store.file.parent.iterdir()) == ["shipconsole.db", "shipconsole.db-committed"]


def test_calls_that_had_not_ended_in_the_copy_wait_for_a_person(store: Store) -> None:
    states = ("pending", "sending", "retry_wait", "blocked", "confirmed")
    with closing(sql.connect(store.file)) as connection, connection:
        connection.execute("INSERT INTO connection (id, name, vendor, base_url) VALUES (1, 'A', 'shipup', '')")
        for number, state in enumerate(states, 1):
            connection.execute(
                "INSERT INTO call (key, order_id, intent, connection_id, state, created_at_ms, changed_at_ms,"
                " due_at_ms, attempts, request, position) VALUES (?, ?, '{}', 1, ?, 0, 0, 0, 1, '{}', ?)",
                (f"key {number}", number, state, number),
            )
    made = backup.make(store.file, now_ms=NOW_MS)
    store.close()
    restoring.restore(store.file, made.file, now_ms=NOW_MS)
    found = rows(store.file, "SELECT state, message FROM call ORDER BY id")
    assert [state for state, _ in found] == ["dead", "needs_attention", "dead", "dead", "confirmed"]
    assert {from_stored(message) for _, message in found[:4]} == {holding.UNDECIDED}
    assert rows(store.file, "SELECT call_id FROM attempt ORDER BY id") == [(1,), (2,), (3,), (4,)]
    assert rows(store.file, "SELECT id FROM orders WHERE needs_attention = 1 ORDER BY id") == [(1,), (2,), (3,), (4,)]


LATER = migrations.Migration(9000, "later", "CREATE TABLE later (id INTEGER);")


def test_before_the_schema_changes_a_copy_is_made(store: Store) -> None:
    store.write(add, "A").result()
    store.close()
    for steps in (migrations.known(), [*migrations.known(), LATER]):
        assert backup.every(store.file) == ()
        again = SqliteStore(store.file, steps)
        again.open(before_migration=backup.make_before)
        assert again.read(names).result() == ["A"]
        again.close()
    (copy,) = backup.every(store.file)
    assert copy.before == LATER.number
    assert (LATER.number,) not in rows(copy.file, "SELECT number FROM migration")
    assert (LATER.number,) in rows(store.file, "SELECT number FROM migration")


def test_without_a_backup_the_schema_is_migrated_and_the_failure_reported(store: Store) -> None:
    store.close()
    backup.folder_of(store.file).write_text("a file where the folder should be")
    again = SqliteStore(store.file, [*migrations.known(), LATER])
    again.open(before_migration=backup.make_before)
    assert again.write(add, "A").result() == 1
    assert "No backup could be made" in str(again.backup_failure)
    again.close()


def test_backups_older_than_some_days_go_only_beside_a_newer_one_that_can_be_restored(store: Store) -> None:
    file = store.file
    assert file is not None
    store.write(lambda db: db.note("order", 1)).result()
    before_ms = NOW_MS - 180 * DAY_MS
    old = [backup.make(file, now_ms=NOW_MS - 200 * DAY_MS, before=before) for before in (0, 2)]
    aside = file.with_name(f"{file.name}.damaged-20260101T000000Z")
    aside.write_bytes(b"set aside")
    os.utime(aside, (0, 0))
    # An old one is better than none, and than one that cannot be restored.
    assert backup.drop_older(file, before_ms, NOW_MS) == 0
    newer = backup.make(file, now_ms=NOW_MS - DAY_MS)
    content = newer.file.read_bytes()
    newer.file.write_bytes(b"damaged")
    assert backup.drop_older(file, before_ms, NOW_MS) == 0
    assert {copy.file for copy in backup.every(file, NOW_MS)} == {newer.file, *(copy.file for copy in old)}
    newer.file.write_bytes(content)
    assert backup.drop_older(file, before_ms, NOW_MS) == 3
    assert [copy.file for copy in backup.every(file, NOW_MS)] == [newer.file]
    assert not aside.exists()
