"""The profile folder, its id, its lock, and where its database may be."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.profile import (
    Profile,
    ProfileLock,
    ProfileUnusableError,
    is_windows_share,
    network_drive,
    open_profile,
    refuse_network_drive,
    sqlite_file,
)

HOLD = """
import sys
from pathlib import Path
from shipconsole.station.profile import Profile, ProfileLock
print(ProfileLock(Profile(Path(sys.argv[1]))).acquire() and "held", flush=True)
sys.stdin.read()
"""
SHOW_ID = """
import sys
from pathlib import Path
from shipconsole.station.profile import open_profile
sys.stdin.readline()
print(open_profile(Path(sys.argv[1]), {}).id)
"""
MOUNTS = r"""/dev/vda / ext4 rw 0 0
server:/export /mnt/nas nfs4 rw 0 0
//server/share /mnt/packing\040bench cifs rw 0 0
me@server: /mnt/remote fuse.sshfs rw 0 0
/dev/vdb /mnt/nas/local ext4 rw 0 0
server:/old /mnt/replaced nfs rw 0 0
/dev/vdc /mnt/replaced xfs rw 0 0
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def start(code: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_new_profile_is_closed_to_others(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        profile = open_profile(tmp_path / "far" / "below", {})
        assert profile.id
    finally:
        os.umask(before)
    assert [mode(part) for part in (profile.folder, profile.logs, profile.backups)] == [0o700] * 3
    assert mode(profile.folder / "settings.toml") == 0o600


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    profile = open_profile(tmp_path, {})
    assert (mode(tmp_path), mode(profile.logs)) == (0o755, 0o700)


def test_the_argument_goes_before_the_environment_and_that_before_the_default(tmp_path: Path) -> None:
    env = {"SHIPCONSOLE_PROFILE": str(tmp_path / "named")}
    assert open_profile(tmp_path / "given", env).folder == tmp_path / "given"
    assert open_profile(None, env).folder == tmp_path / "named"


def test_the_default_is_the_users_data_folder(tmp_path: Path) -> None:
    code = "from shipconsole.station.profile import open_profile; print(open_profile(None, {}).folder)"
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    chosen = Path(ran.stdout.strip())
    assert (chosen.name, chosen.is_relative_to(tmp_path)) == ("shipconsole", True)


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProfileUnusableError) as refused:
        open_profile(tmp_path / "file" / "profile", {})
    assert str(refused.value.message).startswith(
        f"The profile folder can't be created: {tmp_path / 'file' / 'profile'} ("
    )


def test_the_id_is_created_once_even_by_several_programs(tmp_path: Path) -> None:
    racers = [start(SHOW_ID, tmp_path) for _ in range(4)]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    ids = {racer.communicate(timeout=60)[0].strip() for racer in racers}
    assert len(ids) == 1
    assert ids == {open_profile(tmp_path, {}).id}
    assert len(ids.pop()) == 32


def test_one_process_has_the_profile_and_its_end_frees_it(tmp_path: Path) -> None:
    holder = start(HOLD, tmp_path)
    assert holder.stdout is not None
    assert holder.stdin is not None
    with holder.stdout, holder.stdin:
        assert holder.stdout.readline() == "held\n"
        lock = ProfileLock(Profile(tmp_path))
        assert not lock.acquire()
        holder.kill()
        holder.wait(60)
        assert lock.acquire()
        lock.release()


def test_a_second_holder_in_one_process_is_refused_until_release(tmp_path: Path) -> None:
    first, second = ProfileLock(Profile(tmp_path)), ProfileLock(Profile(tmp_path))
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_the_database_is_the_argument_the_environment_or_a_file_here(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    env = {"SHIPCONSOLE_DATABASE": "postgresql://bench@localhost/ship"}
    assert profile.database_url(env, "sqlite:////var/lib/ship.db") == "sqlite:////var/lib/ship.db"
    assert profile.database_url(env, None) == "postgresql://bench@localhost/ship"
    assert profile.database_url({}, None) == f"sqlite:///{tmp_path}/shipconsole.db"


def test_the_setting_names_the_database_of_all_programs(tmp_path: Path) -> None:
    profile, settings = Profile(tmp_path), tmp_path / "settings.toml"
    settings.write_text('database = "postgresql://bench@db.example.org/ship"\n')
    assert profile.database_url({}, None) == "postgresql://bench@db.example.org/ship"
    assert profile.database_url({"SHIPCONSOLE_DATABASE": "sqlite:///a.db"}, None) == "sqlite:///a.db"
    assert profile.database_url({}, "sqlite:///b.db") == "sqlite:///b.db"


@pytest.mark.parametrize(
    "line", ["database = 5", 'database = "postgresql://bench:s3cret@db/ship"', 'database = "postgresql://bench@db:x/"']
)
def test_an_unusable_setting_is_never_another_database(tmp_path: Path, line: str) -> None:
    (tmp_path / "settings.toml").write_text(f"{line}\n")
    with pytest.raises(EnvironmentFailure) as refused:
        Profile(tmp_path).database_url({}, None)
    assert "s3cret" not in str(refused.value)


def test_a_broken_settings_file_does_not_lose_the_database(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('database = "postgresql://bench@db/ship"\nstation_name = "Bench\n')
    assert Profile(tmp_path).database_url({}, None) == "postgresql://bench@db/ship"
    assert 'database = "postgresql://bench@db/ship"' in (tmp_path / "settings.toml").read_text()


def test_the_file_of_an_address_is_what_follows_the_third_slash(tmp_path: Path) -> None:
    assert sqlite_file(f"sqlite:///{tmp_path}/ship.db") == tmp_path / "ship.db"
    assert sqlite_file("sqlite:///ship.db") == Path("ship.db")


@pytest.mark.parametrize("name", ["", "/", ".", "a\0b"])
def test_an_address_without_a_file_is_refused(name: str) -> None:
    with pytest.raises(ProfileUnusableError, match="names no file"):
        sqlite_file(f"sqlite:///{name}")


@pytest.mark.parametrize("url", ["mysql://bench@localhost/ship", "postgresql://x", "ship.db", "sqlite:ship.db"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ProfileUnusableError) as refused:
        sqlite_file(url)
    assert f"“{url.partition(':')[0]}”" in str(refused.value.message)
    assert "sqlite:///FILE" in str(refused.value.message)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/bench/profile", None),
        ("/mnt/nas/profile", "nfs4"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nasty", None),
        ("/mnt/packing bench/profile", "cifs"),
        ("/mnt/remote/profile", "fuse.sshfs"),
        ("/mnt/nas/local/profile", None),
        ("/mnt/replaced/profile", None),
    ],
)
def test_a_network_drive_is_recognized_by_its_mount(folder: str, kind: str | None) -> None:
    assert network_drive(folder, MOUNTS) == kind


@pytest.mark.parametrize(
    ("folder", "share"),
    [
        (r"\\server\share\profile", True),
        (r"\\?\UNC\server\share\profile", True),
        (r"\\?\C:\Data\bench", False),
        (r"C:\Data\bench", False),
    ],
)
def test_a_windows_share_is_recognized_by_its_path(folder: str, share: bool) -> None:
    assert is_windows_share(folder) is share


def test_a_database_behind_a_link_to_a_network_drive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nas").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nas")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/export {tmp_path / 'nas'} nfs rw 0 0\n")
    refuse_network_drive(tmp_path / "shipconsole.db", mounts)
    with pytest.raises(ProfileUnusableError) as refused:
        refuse_network_drive(tmp_path / "link" / "shipconsole.db", mounts)
    assert "on a network drive (nfs)" in str(refused.value.message)
    assert "PostgreSQL" in str(refused.value.message)
