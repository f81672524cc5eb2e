"""Files of the profile: never redirected by a link, private, and reported if they are not."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shipconsole.station import logs, settings
from shipconsole.station.file_lock import FileLock
from shipconsole.station.private_file import open_to_others, own
from shipconsole.station.profile import Profile, ProfileLock, ProfileUnusableError, open_profile
from shipconsole.station.settings import Settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    opened = open_profile(tmp_path / "profile", {})
    assert opened.id
    return opened


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    file = tmp_path / "victim"
    file.write_text("theirs")
    return file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_settings_are_not_written_through_a_link(profile: Profile, victim: Path) -> None:
    (profile.folder / "settings.toml.new").symlink_to(victim)
    settings.save(profile, Settings(theme="dark"))
    assert victim.read_text() == "theirs"
    assert settings.load(profile).settings.theme == "dark"


@pytest.mark.parametrize("name", ["settings.lock", "profile.lock"])
def test_a_lock_is_not_taken_through_a_link(profile: Profile, tmp_path: Path, name: str) -> None:
    (profile.folder / name).unlink(missing_ok=True)
    (profile.folder / name).symlink_to(tmp_path / "made")
    with pytest.raises(OSError, match="symbolic link"):
        FileLock(profile.folder / name).acquire()
    assert not (tmp_path / "made").exists()


def test_the_log_is_not_written_through_a_link(profile: Profile, victim: Path) -> None:
    (profile.logs / "shipconsole.log").symlink_to(victim)
    with pytest.raises(logs.LogUnusableError):
        logs.start(profile)
    assert victim.read_text() == "theirs"


def test_a_pipe_in_place_of_a_file_is_refused(profile: Profile) -> None:
    os.mkfifo(profile.folder / "pipe")
    with pytest.raises(PermissionError):
        own(str(profile.folder / "pipe"), os.O_RDWR)


def test_files_that_were_open_to_others_are_closed_when_written(profile: Profile) -> None:
    log = profile.logs / "shipconsole.log"
    for file in (log, profile.folder / "settings.toml"):
        file.touch()
        file.chmod(0o666)
    logs.start(profile)()
    settings.save(profile, Settings(theme="dark"))
    assert (mode(log), mode(profile.folder / "settings.toml")) == (0o600, 0o600)


def test_files_open_to_others_are_named_unless_their_folder_is_closed(profile: Profile) -> None:
    (profile.backups / "copy.db").touch(0o600)
    (profile.backups / "copy.db").chmod(0o644)
    assert list(open_to_others(profile.folder)) == []
    profile.folder.chmod(0o755)
    assert list(open_to_others(profile.folder)) == []  # the folder of the copies is still closed
    profile.backups.chmod(0o755)
    (profile.folder / "settings.toml").chmod(0o606)
    named = [file.name for file in open_to_others(profile.folder)]
    assert named == ["copy.db", "settings.toml"]


def test_a_profile_that_cannot_be_locked_is_refused(profile: Profile) -> None:
    (profile.folder / "profile.lock").mkdir()
    with pytest.raises(ProfileUnusableError, match="can't be locked"):
        ProfileLock(profile).acquire()


@pytest.mark.parametrize(
    "begin", ["memory.keep_private()", 'keys.OsKeys("0" * 32)'], ids=["by itself", "before the first key"]
)
def test_a_program_that_holds_keys_writes_no_core_file_and_cannot_be_read(begin: str) -> None:
    code = (
        f"import ctypes, resource; from shipconsole.station import keys, memory; {begin};"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["(0,", "0)", "0" if sys.platform == "linux" else ran.stdout.split()[-1]]
