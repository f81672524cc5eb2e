"""backup, restore and database: a backup while others work, and what replaces a damaged database."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from shipconsole.station.profile import Profile, ProfileLock
from shipconsole.store import engine
from shipconsole.store.sqlite import SqliteStore
from tests.cli.program import Program
from tests.support import sql
from tests.support.many_orders import store_with_orders


@pytest.fixture
def small(program: Program, tmp_path: Path) -> Program:
    """The program on a profile with ten orders."""
    profile = tmp_path / "profile"
    profile.mkdir()
    store_with_orders(profile, 10).close()
    return program.on(profile)


def test_a_damaged_database_is_reported_with_the_command_that_restores_its_backup(small: Program) -> None:
    made = small.json("backup")
    assert made["bytes"] == Path(made["file"]).stat().st_size
    file = small.profile / "shipconsole.db"
    os.truncate(file, 3 * 4096)
    spoiled = file.read_bytes()
    for words in (["orders"], ["orders", "--json"], ["ship", "10001", "--all-left", "--tracking", "1"]):
        ended = small.run(*words)
        assert ended.code == 5
        assert f"shipconsole restore {made['file']}" in ended.err
        assert ended.out == ""
    assert file.read_bytes() == spoiled
    ended = small.done("restore", made["file"])
    assert "10 orders" in ended.err
    assert len(small.json("orders")) == 10
    (aside,) = small.profile.glob("shipconsole.db.damaged-*")
    assert aside.read_bytes() == spoiled


def test_bytes_at_random_in_a_page_are_noticed(small: Program) -> None:
    file = small.profile / "shipconsole.db"
    with file.open("r+b") as opened:
        opened.seek(5 * 4096)
        opened.write(os.urandom(4096))
    ended = small.run("orders")
    assert ended.code == 5
    assert "damaged" in ended.err
    assert "shipconsole restore FILE" in ended.err


def test_a_copy_to_a_file_of_ones_own(small: Program, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    assert small.done("backup", "--to", str(target)).out.strip() == str(target)
    ended = small.run("backup", "--to", str(target))
    assert ended.code == 2
    assert "already exists" in ended.err


def test_a_file_that_is_no_copy_changes_nothing(small: Program, tmp_path: Path) -> None:
    before = (small.profile / "shipconsole.db").read_bytes()
    for file in (tmp_path / "none.db", Path(__file__)):
        assert small.run("restore", str(file)).code == 5
    assert (small.profile / "shipconsole.db").read_bytes() == before


def test_no_backup_is_restored_while_a_window_is_open(small: Program) -> None:
    made = small.json("backup")
    lock = ProfileLock(Profile(small.profile))
    assert lock.acquire()
    try:
        ended = small.run("restore", made["file"])
    finally:
        lock.release()
    assert ended.code == 5
    assert "Close its window first" in ended.err


def test_the_doctor_tells_of_the_last_copy(small: Program) -> None:
    made = small.json("backup")
    found = {entry["what"]: entry for entry in small.run("doctor", "--json").json}
    assert found["latest backup"]["ok"]
    assert made["file"] in found["latest backup"]["message"]


def test_the_doctor_names_the_version_of_sqlite(small: Program) -> None:
    found = {entry["what"]: entry for entry in small.run("doctor", "--json").json}
    assert found["database"]["sqlite_version"] == engine.version()
    assert f"SQLite {engine.version()}" in small.run("doctor").out
    assert [what for what, entry in found.items() if "sqlite_version" in entry] == ["database"]


def lose(profile: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (profile / f"shipconsole.db{end}").unlink(missing_ok=True)


def test_a_database_that_is_gone_is_refused_until_somebody_decides(small: Program) -> None:
    made = small.json("backup")
    lose(small.profile)
    for words in (["orders"], ["ship", "10001", "--all-left", "--tracking", "1"], ["doctor"]):
        ended = small.run(*words)
        assert ended.code == 5
        assert "its file is missing" in ended.err
        assert f"shipconsole restore {made['file']}" in ended.err
        assert "shipconsole database --new" in ended.err
    assert not (small.profile / "shipconsole.db").exists()
    begun = small.done("database", "--new", "--json")
    assert begun.json == {"orders": 0, "updates_to_check": 0, "rules_set_to_review": [], "kept_as": None}
    assert small.json("orders") == []
    assert small.run("database", "--new").code == 2, "what can be used is not replaced"


def test_settings_remember_that_there_was_a_database(small: Program) -> None:
    small.json("orders")
    lose(small.profile)
    (small.profile / "shipconsole.db-committed").unlink()
    ended = small.run("orders")
    assert ended.code == 5
    assert "its file is missing" in ended.err
    assert "There is no backup in" in ended.err
    elsewhere = small.profile.parent / "elsewhere.db"
    assert small.done("--database", f"sqlite:///{elsewhere}", "orders", "--json").json == []
    assert elsewhere.exists(), "another file is another matter"


def test_a_database_that_is_older_than_it_was_is_refused_until_somebody_decides(small: Program) -> None:
    small.json("orders")
    file = small.profile / "shipconsole.db"
    with closing(sql.connect(file)) as connection:
        connection.execute("INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (1, '[2]', 'auto')")
    older = file.read_bytes()
    store = SqliteStore(file)
    store.open()
    store.write(lambda db: db.note("order", 1)).result()
    store.close()
    file.write_bytes(older)
    ended = small.run("orders")
    assert ended.code == 5
    assert "saved in it" in ended.err
    assert "shipconsole database --accept-older" in ended.err
    accepted = small.done("database", "--accept-older", "--json")
    assert accepted.json["rules_set_to_review"] == ["ShipEngine"]
    assert "Packages of ShipEngine are no longer forwarded automatically" in accepted.err
    assert len(small.json("orders")) == 10
    assert small.run("database", "--accept-older").code == 2


def test_a_database_with_other_tables_is_refused(small: Program) -> None:
    file = small.profile / "shipconsole.db"
    with closing(sql.connect(file)) as connection:
        connection.execute("ALTER TABLE orders RENAME COLUMN recipient TO receiver")
    before = file.read_bytes()
    for words in (["orders"], ["doctor"], ["sync"]):
        ended = small.run(*words)
        assert ended.code == 5
        assert "its tables are not those of this version" in ended.err
    assert file.read_bytes() == before
    done = small.done("database", "--new", "--json")
    assert Path(done.json["kept_as"]).read_bytes() == before


def test_a_restore_says_which_rules_are_set_to_review(small: Program) -> None:
    with closing(sql.connect(small.profile / "shipconsole.db")) as connection:
        connection.execute("INSERT INTO forwarding_rule (from_id, to_ids, mode) VALUES (1, '[2]', 'auto')")
    made = small.json("backup")
    ended = small.done("restore", made["file"], "--json")
    assert ended.json["orders"] == 10
    assert ended.json["rules_set_to_review"] == ["ShipEngine"]
    assert ended.json["kept_as"] is not None
    assert "Packages of ShipEngine are no longer forwarded automatically" in ended.err


def test_a_command_finishes_a_restore_whose_program_was_killed(small: Program) -> None:
    made = small.json("backup")
    with closing(sql.connect(small.profile / "shipconsole.db")) as connection:
        connection.execute("UPDATE orders SET recipient = 'Since the backup'")
    restored = small.profile / "shipconsole.db-restoring-20260921T141320Z"
    restored.write_bytes(Path(made["file"]).read_bytes())
    part = small.profile / ".shipconsole.db-1-1.part"
    part.touch()
    lock = ProfileLock(Profile(small.profile))
    assert lock.acquire()
    ended = small.run("orders")
    lock.release()
    assert ended.code == 5
    assert "A backup is being restored" in ended.err
    assert restored.exists()
    ended = small.done("orders")
    assert "An interrupted restore was completed" in ended.err
    assert "Since the backup" not in ended.out
    assert not restored.exists()
    assert not part.exists()
    assert list(small.profile.glob("shipconsole.db.damaged-*"))
