"""A database that is gone, empty, older than it was, or of another layout is noticed, reported and left unchanged."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.store import backup, connections, engine, mark, migrations, restoring
from shipconsole.store.database import Db
from shipconsole.store.errors import StoreBehindError, StoreError, StoreLayoutError, StoreLostError, StoreUnfitError
from shipconsole.store.mark import Mark
from shipconsole.store.sqlite import SqliteStore
from tests.durability.power_cut import ROOT
from tests.support import sql

NOW_MS = 1_790_000_000_000
WRITES = 20
# Writes so many times and is killed with everything still in its log.
KILLED = """
import os, signal, sys
from pathlib import Path
from shipconsole.store import connections
from shipconsole.store.database import Store
from shipconsole.store.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
store.open()
for number in range(int(sys.argv[2])):
    store.write(connections.put, name=f"C{number}", vendor="shipup", base_url="", options={}).result()
os.kill(os.getpid(), signal.SIGKILL)
"""


def names(db: Db) -> list[str]:
    return [connection.name for connection in connections.every(db)]


def add(db: Db, name: str) -> int:
    return connections.put(db, name=name, vendor="shipup", base_url="", options={})


def writes(file: Path, count: int = WRITES, *, killed: bool = True) -> None:
    """Write to a database and end without closing it: what a kill leaves are the files as they are."""
    work = file.parent / "work"
    work.mkdir()
    for value in (file, mark.file_of(file)):
        if value.exists():
            shutil.copy(value, work)
    store = SqliteStore(work / file.name)
    store.open()
    for number in range(count):
        store.write(add, f"C{number}").result()
    if not killed:
        store.close()
    for value in work.iterdir():
        shutil.copy(value, file.parent)
    store.close()
    shutil.rmtree(work)


def opened(file: Path, do: Callable[[Db], object], *, expected: bool = False) -> object:
    """Open a database as the program does and do something in it."""
    store = SqliteStore(file, expected=expected)
    store.open()
    try:
        return store.write(do).result()
    finally:
        store.close()


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files that must be kept: not a -shm file, which SQLite creates again, and no empty -wal."""
    found = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file() and "-shm" not in file.name}
    return {name: raw for name, raw in found.items() if raw or "-wal" not in name}


def refused(file: Path, kind: type[StoreUnfitError], words: str, *, expected: bool = False) -> None:
    """Check that every way to open a database refuses it, and leaves it unchanged."""
    before = files_of(file.parent)
    store = SqliteStore(file, expected=expected)
    store.open()
    for run in (store.write, store.read):
        with pytest.raises(kind, match=words):
            run(names).result()
    store.close()
    if not expected:
        with pytest.raises(kind, match=words):
            backup.verify_database(file, limit_s=30)
    assert files_of(file.parent) == before


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shipconsole.db"


def remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)


def empty(file: Path) -> None:
    remove(file)
    file.touch()


def empty_beside_its_log(file: Path) -> None:
    os.truncate(file, 0)


@pytest.mark.parametrize("lose", [remove, empty, empty_beside_its_log])
@pytest.mark.parametrize("sign", ["mark", "backup", "settings"])
def test_a_lost_database_is_not_silently_created_anew(file: Path, lose: Callable[[Path], None], sign: str) -> None:
    writes(file)
    if sign == "backup":
        backup.make(file, now_ms=NOW_MS)
    if sign != "mark":
        mark.file_of(file).unlink()
    lose(file)
    refused(file, StoreLostError, "orders were saved in it before", expected=sign == "settings")


def test_a_log_beside_an_empty_file_is_a_sign_too(file: Path) -> None:
    writes(file)
    mark.file_of(file).unlink()
    empty_beside_its_log(file)
    refused(file, StoreLostError, "its file is empty")


@pytest.mark.parametrize("touched", [False, True])
def test_where_nothing_was_a_database_is_begun(file: Path, touched: bool) -> None:
    if touched:
        file.touch()
    (file.parent / "backups").mkdir()
    (file.parent / "backups" / "shipconsole-notes.db").touch()
    assert opened(file, names) == []


def take_log_away(file: Path) -> None:
    for end in ("-wal", "-shm"):
        file.with_name(file.name + end).unlink()


def empty_log(file: Path) -> None:
    os.truncate(file.with_name(f"{file.name}-wal"), 0)


def halve_log(file: Path) -> None:
    log = file.with_name(f"{file.name}-wal")
    os.truncate(log, log.stat().st_size // 2)


def cut_last_commit(file: Path) -> None:
    log = file.with_name(f"{file.name}-wal")
    os.truncate(log, log.stat().st_size - 1)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (take_log_away, "it is empty"),
        (empty_log, "it is empty"),
        (halve_log, "it is empty"),
        (cut_last_commit, "the latest change that was saved in it is missing"),
    ],
)
def test_commits_that_were_only_in_the_log_are_missed(file: Path, spoil: Callable[[Path], None], words: str) -> None:
    """A new database, whose log was never written into its file: it would seem to be one that is just begun."""
    writes(file)
    spoil(file)
    refused(file, StoreUnfitError, words)


@pytest.mark.parametrize("spoil", [take_log_away, empty_log, halve_log, cut_last_commit])
def test_commits_since_the_last_orderly_end_are_missed(file: Path, spoil: Callable[[Path], None]) -> None:
    writes(file, killed=False)
    writes(file, WRITES + 5)
    spoil(file)
    refused(file, StoreBehindError, "saved in it")


def test_an_older_file_in_its_place_is_noticed(file: Path) -> None:
    writes(file, killed=False)
    older = file.read_bytes()
    writes(file, WRITES + 1, killed=False)
    file.write_bytes(older)
    refused(file, StoreBehindError, "saved in it")


def test_another_database_in_its_place_is_noticed(file: Path, tmp_path: Path) -> None:
    writes(file, 3, killed=False)
    other = tmp_path / "other" / "shipconsole.db"
    other.parent.mkdir()
    writes(other, WRITES, killed=False)
    shutil.copy(other, file)
    refused(file, StoreBehindError, "not the one that was used here")


def test_a_killed_program_whose_log_is_whole_lacks_nothing(file: Path) -> None:
    writes(file)
    assert opened(file, names) == [f"C{number}" for number in range(WRITES)]


def test_a_profile_that_is_copied_whole_is_used_in_both_places(file: Path, tmp_path: Path) -> None:
    writes(file, killed=False)
    there = shutil.copytree(file.parent, tmp_path / "there", ignore=shutil.ignore_patterns("there")) / file.name
    for value in (file, there, file, there):
        opened(value, lambda db: add(db, "more"))


def test_a_database_without_its_mark_is_taken_as_it_is_and_marked(file: Path) -> None:
    writes(file, killed=False)
    mark.file_of(file).unlink()
    assert len(opened(file, names)) == WRITES  # pyright: ignore[reportArgumentType]
    assert mark.read(file) is not None


@pytest.fixture
def behind_its_backup(file: Path) -> tuple[Path, backup.Copy]:
    """An older file replaces a database whose mark is lost; a backup is newer. Also an older backup."""
    writes(file, killed=False)
    older, old = file.read_bytes(), backup.make(file, now_ms=NOW_MS)
    writes(file, WRITES + 5, killed=False)
    backup.make(file, now_ms=NOW_MS + 1_000)
    (file.parent / "backups" / f"{file.stem}-20200101T000000Z.db").write_bytes(b"no database")
    file.write_bytes(older)
    mark.file_of(file).unlink()
    return file, old


def test_an_older_file_without_its_mark_is_noticed_by_a_newer_backup(behind_its_backup: tuple[Path, object]) -> None:
    file, _ = behind_its_backup
    with pytest.raises(StoreBehindError, match="changes that were saved in it are missing"):
        backup.verify_database(file, limit_s=60)
    refused(file, StoreBehindError, "changes that were saved in it are missing")


def test_what_is_accepted_without_a_mark_is_not_behind_its_backups(
    behind_its_backup: tuple[Path, backup.Copy],
) -> None:
    file, old = behind_its_backup
    restoring.accept_older(file, now_ms=NOW_MS)
    assert len(opened(file, names)) == WRITES  # pyright: ignore[reportArgumentType]
    mark.file_of(file).unlink()
    restoring.restore(file, old.file, now_ms=NOW_MS)
    assert len(opened(file, names)) == WRITES  # pyright: ignore[reportArgumentType]
    file.unlink()
    mark.file_of(file).unlink()
    restoring.start_empty(file, now_ms=NOW_MS)
    assert opened(file, names) == []
    mark.file_of(file).unlink()
    assert opened(file, names) == []


@pytest.mark.parametrize("line", [b"", b"\0" * 63, b"x" * 63, b"ab\n", bytes(range(63))])
def test_a_mark_that_cannot_be_read_says_nothing_and_is_written_anew(file: Path, line: bytes) -> None:
    writes(file, killed=False)
    mark.file_of(file).write_bytes(line)
    assert mark.read(file) is None
    opened(file, lambda db: add(db, "more"))
    found = mark.read(file)
    assert found is not None
    assert found.commits > WRITES


def test_half_a_mark_is_none(file: Path) -> None:
    whole = mark.as_line(Mark("a" * 32, 99))
    file.touch()
    newer = mark.as_line(Mark("a" * 32, 100))
    for cut in range(1, len(whole)):
        mark.file_of(file).write_bytes(newer[:cut] + whole[cut:])
        found = mark.read(file)
        assert found is None or found.commits <= 100


def test_the_mark_follows_each_commit_and_nothing_else(file: Path) -> None:
    store = SqliteStore(file)
    store.open()
    store.read(names).result()
    seen: list[int] = []

    def look() -> None:
        found = mark.read(file)
        assert found is not None
        seen.append(found.commits)

    look()
    store.write(add, "A").result()
    look()
    store.write(names).result()
    look()
    with pytest.raises(ZeroDivisionError):
        store.write(lambda db: add(db, "B") and 1 / 0).result()
    look()
    store.write(add, "C").result()
    look()
    store.close()
    assert [number - seen[0] for number in seen] == [0, 1, 1, 1, 2]


def test_several_writers_at_once_leave_the_mark_at_the_last_commit(file: Path) -> None:
    writes(file, 1, killed=False)
    words = [sys.executable, "-c", KILLED, str(file), "60"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    running = [subprocess.Popen(words, cwd=ROOT, env=environment) for _ in range(3)]
    try:
        while any(entry.poll() is None for entry in running):
            known = mark.read(file)
            with closing(sql.connect(file)) as connection:
                ((commits,),) = connection.execute("SELECT commits FROM database_info").fetchall()
            assert known is None or known.commits <= commits, "it is never ahead"
    finally:
        for item in running:
            item.wait()
    opened(file, lambda db: add(db, "more"))
    with closing(sql.connect(file)) as connection:
        ((commits,),) = connection.execute("SELECT commits FROM database_info").fetchall()
    found = mark.read(file)
    assert found is not None
    assert found.commits == commits


def test_a_mark_that_was_removed_while_open_is_made_again(file: Path) -> None:
    store = SqliteStore(file)
    store.open()
    store.write(add, "A").result()
    mark.file_of(file).unlink()
    store.write(add, "B").result()
    assert mark.read(file) is not None
    store.close()


def test_a_mark_that_cannot_be_written_is_reported_before_anything_is_saved(file: Path) -> None:
    writes(file, killed=False)
    mark.file_of(file).unlink()
    mark.file_of(file).mkdir()
    store = SqliteStore(file)
    store.open()
    with pytest.raises(StoreError, match=r"shipconsole\.db-committed beside it can't be written"):
        store.write(add, "A").result()
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_the_mark_is_written_through_no_link(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("another's")
    writes(file, 1, killed=False)
    mark.file_of(file).unlink()
    mark.file_of(file).symlink_to(other)
    store = SqliteStore(file)
    store.open()
    with pytest.raises(StoreError):
        store.write(add, "A").result()
    store.close()
    assert other.read_text() == "another's"


RENAMED = "ALTER TABLE orders RENAME COLUMN recipient TO receiver"


@pytest.mark.parametrize(
    "statement",
    [
        RENAMED,
        "ALTER TABLE orders ADD COLUMN shelf TEXT",
        "DROP INDEX forward_reviews_by_order",
        "DROP TRIGGER packages_are_never_deleted",
        "CREATE TABLE another (id INTEGER)",
        "DROP TABLE database_info",
        "ALTER TABLE database_info RENAME COLUMN fingerprint TO print",
        "DELETE FROM database_info",
        "DELETE FROM migration",
        "UPDATE migration SET fingerprint = 'another'",
        "ALTER TABLE migration DROP COLUMN fingerprint",
    ],
)
def test_other_tables_than_this_version_makes_are_refused(file: Path, statement: str) -> None:
    writes(file, 1, killed=False)
    made = backup.make(file, now_ms=NOW_MS)
    for value in (file, made.file):
        with closing(sql.connect(value)) as connection:
            connection.execute(statement)
    refused(file, StoreLayoutError, "its tables are not those of this version")
    with pytest.raises(StoreLayoutError):
        backup.check(made.file)
    assert backup.last_good(file) is None
    with pytest.raises(StoreLayoutError):
        restoring.restore(file, made.file, now_ms=NOW_MS)


def test_a_database_of_another_first_step_is_refused(file: Path) -> None:
    """The database has a fingerprint, from a program with another first migration."""
    first, *rest = migrations.known()
    other = first._replace(text=first.text.replace("recipient", "receiver"))
    store = SqliteStore(file, [other, *rest])
    store.open()
    store.write(add, "A").result()
    store.close()
    refused(file, StoreLayoutError, "its tables are not those of this version")


def test_comments_and_blanks_of_a_step_do_not_count(file: Path) -> None:
    first, *rest = migrations.known()
    assert first._replace(text=f"-- Another comment.\n\n{first.text}").fingerprint == first.fingerprint
    assert first._replace(text=first.text + "\nCREATE TABLE b (c);").fingerprint != first.fingerprint
    assert rest == []


def test_what_sqlite_adds_by_itself_is_no_other_layout(file: Path) -> None:
    writes(file, killed=False)
    with closing(sql.connect(file)) as connection:
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
    assert len(opened(file, names)) == WRITES  # pyright: ignore[reportArgumentType]


def test_an_older_database_is_used_once_somebody_says_so(file: Path) -> None:
    writes(file, killed=False)
    with closing(engine.connect(file, writing=True)) as connection:
        connection.execute(
            "INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (1, '[2]', 'auto'), (2, '[]', 'off')"
        )
    writes(file, WRITES + 5)
    halve_log(file)
    done = restoring.accept_older(file, now_ms=NOW_MS)
    assert done.rules == ("C0",)
    kept = opened(file, names)
    assert set(kept) > {f"C{number}" for number in range(WRITES - 1)}  # pyright: ignore[reportArgumentType]
    with closing(sql.connect(file)) as connection:
        modes = connection.execute("SELECT mode FROM forwarding_rule ORDER BY from_id").fetchall()
        assert modes == [("review",), ("off",)]
    assert opened(file, names) == kept


def test_a_database_that_lost_its_log_alone_can_be_accepted_too(file: Path) -> None:
    writes(file, killed=False)
    writes(file, WRITES + 5)
    file.with_name(f"{file.name}-wal").unlink()
    with pytest.raises(StoreUnfitError, match="-wal"):
        opened(file, names)
    restoring.accept_older(file, now_ms=NOW_MS)
    assert len(opened(file, names)) >= WRITES  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("lose", [remove, empty, empty_beside_its_log, halve_log])
def test_an_empty_database_is_begun_once_somebody_says_so(file: Path, lose: Callable[[Path], None]) -> None:
    writes(file)
    before = mark.read(file)
    lose(file)
    restoring.start_empty(file, now_ms=NOW_MS)
    assert opened(file, names) == []
    after = mark.read(file)
    assert before is not None
    assert after is not None
    assert after.database_id == before.database_id
    assert after.commits > before.commits, "what was there before would be older"
