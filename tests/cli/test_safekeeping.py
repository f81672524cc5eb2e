"""backup and restore: a copy while others work, and a damaged store's place taken by it."""

import os
from pathlib import Path

import pytest

from shipconsole.station.profile import Profile, ProfileLock
from shipconsole.store import engine
from tests.cli.program import Program
from tests.kit.many_orders import store_with_orders


@pytest.fixture
def small(program: Program, tmp_path: Path) -> Program:
    """The program on a profile with ten orders."""
    profile = tmp_path / "profile"
    profile.mkdir()
    store_with_orders(profile, 10).close()
    return program.on(profile)


def test_a_damaged_store_is_told_with_the_command_that_puts_its_copy_back(small: Program) -> None:
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
    assert "is there already" in ended.err


def test_a_file_that_is_no_copy_changes_nothing(small: Program, tmp_path: Path) -> None:
    before = (small.profile / "shipconsole.db").read_bytes()
    for file in (tmp_path / "none.db", Path(__file__)):
        assert small.run("restore", str(file)).code == 5
    assert (small.profile / "shipconsole.db").read_bytes() == before


def test_nothing_is_put_back_below_an_open_window(small: Program) -> None:
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
    found = {one["what"]: one for one in small.run("doctor", "--json").json}
    assert found["last backup"]["ok"]
    assert made["file"] in found["last backup"]["words"]


def test_the_doctor_names_the_version_of_sqlite(small: Program) -> None:
    found = {one["what"]: one for one in small.run("doctor", "--json").json}
    assert found["database"]["sqlite_version"] == engine.version()
    assert f"SQLite {engine.version()}" in small.run("doctor").out
    assert [what for what, one in found.items() if "sqlite_version" in one] == ["database"]
