"""The profile's id is in its settings file and in its database: whichever is lost, the keys are found."""

import os
import tomllib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.maintenance import profile_id
from shipconsole.station import settings
from shipconsole.station.clock import SystemClock
from shipconsole.station.profile import Profile, open_profile
from shipconsole.station.settings import Settings
from shipconsole.store import connections, profiles
from shipconsole.store.database import Db, Store
from shipconsole.store.sqlite import SqliteStore
from tests.support.engines import beside, store_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@contextmanager
def started(folder: Path, database: Path | None = None) -> Generator[tuple[Profile, Store]]:
    """The program as it starts: a profile whose id is settled with its database."""
    profile = open_profile(folder, {})
    store = SqliteStore(database) if database is not None else store_in(folder)
    store.open()
    try:
        profile_id.ensure_profile_id(store, profile, SystemClock())
        yield profile, store
    finally:
        store.close()


def id_at_start(folder: Path, database: Path | None = None) -> str:
    with started(folder, database) as (profile, _):
        return profile.id


def notices_of(folder: Path) -> tuple[Message, ...]:
    return settings.load(open_profile(folder, {})).messages


def add_connection(folder: Path) -> None:
    with started(folder) as (_, store):
        store.write(connections.put, name="Shipup", vendor="shipup", base_url="", options={}).result()


def gone(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    os.truncate(file, 0)


def without_id(file: Path) -> None:
    file.write_text('theme = "dark"\n')


def id_of_another_kind(file: Path) -> None:
    file.write_text("profile_id = 5\n")


def zeros(file: Path) -> None:
    file.write_bytes(b"\0" * 200)


LOSSES = [gone, empty, without_id, id_of_another_kind, zeros]


@pytest.mark.parametrize("lose", LOSSES)
def test_what_the_settings_have_lost_the_database_knows(folder: Path, lose: Callable[[Path], None]) -> None:
    made = id_at_start(folder)
    lose(folder / "settings.toml")
    assert id_at_start(folder) == made
    (message,) = notices_of(folder)
    assert str(message).endswith(str(profile_id.RESTORED))
    assert tomllib.loads((folder / "settings.toml").read_text())["profile_id"] == made
    # Said until a person saves settings; by then it was read.
    with started(folder) as (profile, store):
        assert profile.id == made
        if store.file is not None:
            profile.note_database(store.file)
    assert notices_of(folder) == (message,)
    settings.save(open_profile(folder, {}), Settings(theme="light"))
    assert (notices_of(folder), id_at_start(folder)) == ((), made)


def test_other_settings_stay_when_only_the_id_is_lost(folder: Path) -> None:
    id_at_start(folder)
    without_id(folder / "settings.toml")
    id_at_start(folder)
    assert settings.load(open_profile(folder, {})).settings.theme == "dark"


def test_a_new_profile_has_nothing_to_say(folder: Path) -> None:
    assert len(id_at_start(folder)) == 32
    assert notices_of(folder) == ()
    assert {file.name for file in folder.glob("settings.*")} == {"settings.toml", "settings.lock"}


def test_without_an_id_anywhere_the_keys_have_to_be_entered_again(folder: Path) -> None:
    add_connection(folder)
    before = id_at_start(folder)
    with started(folder) as (_, store), beside(store) as opened:
        opened.execute("DELETE FROM profile")
    (folder / "settings.toml").unlink()
    assert id_at_start(folder) != before
    assert notices_of(folder) == (profile_id.ANEW,)


def test_the_id_of_the_settings_counts_and_the_database_follows(folder: Path) -> None:
    id_at_start(folder)
    (folder / "settings.toml").write_text(f'profile_id = "{"a" * 32}"\n')
    assert id_at_start(folder) == "a" * 32
    (folder / "settings.toml").unlink()
    assert id_at_start(folder) == "a" * 32


@pytest.mark.of_a_file("the database moves with its folder")
def test_a_folder_that_was_moved_keeps_its_id(folder: Path, tmp_path: Path) -> None:
    made = id_at_start(folder)
    moved = folder.rename(tmp_path / "moved")
    (moved / "settings.toml").unlink()
    assert id_at_start(moved) == made


@pytest.mark.of_a_file("two profiles have one file")
def test_profiles_that_share_a_database_keep_their_own_ids(folder: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared.db"
    first, second = (id_at_start(tmp_path / name, shared) for name in ("first", "second"))
    assert first != second
    for name in ("first", "second"):
        (tmp_path / name / "settings.toml").unlink()
    assert [id_at_start(tmp_path / name, shared) for name in ("first", "second")] == [first, second]
    # A third one must not write its keys over theirs.
    assert id_at_start(folder, shared) not in (first, second)


def test_programs_that_start_at_once_agree(folder: Path) -> None:
    made = id_at_start(folder)
    (folder / "settings.toml").unlink()
    with started(folder) as (first, _), started(folder) as (second, _):
        assert (first.id, second.id) == (made, made)


def test_settings_that_cannot_be_written_hide_no_keys(folder: Path) -> None:
    made = id_at_start(folder)
    (folder / "settings.toml").unlink()
    (folder / "settings.toml.new").mkdir()
    assert id_at_start(folder) == made
    (folder / "settings.toml.new").rmdir()
    assert id_at_start(folder) == made
    assert notices_of(folder) == (profile_id.RESTORED,)


@pytest.mark.of_a_file("the file's mark cannot be read")
def test_a_database_that_cannot_be_read_makes_no_new_id(folder: Path) -> None:
    made = id_at_start(folder)
    (folder / "shipconsole.db-committed").unlink()
    (folder / "shipconsole.db-committed").mkdir()
    assert id_at_start(folder) == made, "the settings have it"
    (folder / "settings.toml").unlink()
    with pytest.raises(EnvironmentFailure):
        id_at_start(folder)
    assert not (folder / "settings.toml").exists()
    (folder / "shipconsole.db-committed").rmdir()
    assert id_at_start(folder) == made


def test_an_id_that_is_known_already_is_not_written_again(folder: Path) -> None:
    id_at_start(folder)
    with started(folder) as (profile, store):
        before = store.read(commits).result()
        profile_id.ensure_profile_id(store, profile, SystemClock())
        assert store.read(commits).result() == before


def commits(db: Db) -> int:
    return int(db.connection.execute("SELECT commits FROM database_info").fetchall()[0][0])


def test_a_folder_whose_name_is_no_text_is_known_too(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"pro\xfffile")
    made = id_at_start(folder)
    (folder / "settings.toml").unlink()
    assert id_at_start(folder) == made


def test_the_database_names_each_profile_once(folder: Path) -> None:
    for _ in range(2):
        with started(folder) as (profile, store):
            known = store.read(profiles.known, settings.host_name(), str(folder)).result()
            assert known == (profile.id, profile.id, False)
