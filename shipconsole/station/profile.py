"""The profile: one folder with everything of one station, and the lock that allows one window."""

import contextlib
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PureWindowsPath

from shipconsole.domain.database_address import database_address, is_server
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station import settings_file
from shipconsole.station.file_lock import FileLock

SQLITE = "sqlite:///"
_DATABASE = "shipconsole.db"
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs", "davfs", "ceph"}
    | {"fuse.sshfs", "fuse.davfs", "fuse.glusterfs", "fuse.rclone", "fuse.smbnetfs"}
)
_MOUNTS = Path("/proc/self/mounts")


class ProfileUnusableError(EnvironmentFailure):
    """The profile folder or the database's folder can't be used; `message` says why."""


class Profile:
    """One station's folder: settings, database, logs, backups."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; `open_profile` creates it."""
        self.folder = folder

    @property
    def logs(self) -> Path:
        """Return the folder of the log."""
        return self.folder / "logs"

    @property
    def backups(self) -> Path:
        """Return the folder of the backups."""
        return self.folder / "backups"

    @property
    def pictures(self) -> Path:
        """Return the folder of the items' pictures."""
        return self.folder / "pictures"

    @cached_property
    def id(self) -> str:
        """Return this profile's id for the keyring: 32 hex digits, created once and stored in the settings file.

        Use it after `operations.profile_id` has restored an id that the settings file lost from the database.
        """
        try:
            return self.stored_id or settings_file.add_missing(self.folder, settings_file.PROFILE_ID, new_id())
        except OSError as error:
            raise ProfileUnusableError(
                Message("profile.folder_not_written", folder=str(self.folder), reason=error.strerror or str(error))
            ) from error

    @property
    def stored_id(self) -> str:
        """Return the id in the settings file; empty if it has none, or can't be read."""
        stored = self._kept(settings_file.PROFILE_ID)
        return stored if isinstance(stored, str) else ""

    def take_id(self, known: str, notice: Message) -> None:
        """Use a known id, and store it in the settings file if that has none."""
        try:
            self.id = settings_file.add_missing(self.folder, settings_file.PROFILE_ID, known, notice)
        except OSError:
            # The keys are found without it; the next start tries again.
            self.id = known

    def had_database(self, file: Path) -> bool:
        """Return whether this profile once had this file as its own database."""
        return self.owns(file) and self._kept(settings_file.HAS_DATABASE) is True

    def note_database(self, file: Path) -> None:
        """Record that this file is the profile's own database."""
        if self.owns(file) and not self.had_database(file):
            # The database works without this note; other records of it exist.
            with contextlib.suppress(OSError):
                settings_file.change(self.folder, {settings_file.HAS_DATABASE: True}, is_read=False)

    def _kept(self, key: str) -> object:
        """Return a value of the settings file; None if it is missing or can't be read, which `settings` reports."""
        try:
            return settings_file.read(self.folder).get(key)
        except OSError:
            return None

    def owns(self, file: Path) -> bool:
        """Return whether a database is the one in this profile."""
        return file.absolute() == self.folder.absolute() / _DATABASE

    def database_url(self, env: Mapping[str, str], arg: str | None) -> str:
        """Return the database's URL: the argument, else SHIPCONSOLE_DATABASE, the setting, or SQLite in this folder."""
        named = arg or env.get("SHIPCONSOLE_DATABASE") or self._database_setting()
        return named or f"{SQLITE}{self.folder.absolute() / _DATABASE}"

    def _database_setting(self) -> str:
        """Return the setting as it stands in the file; an unusable one must not mean another database.

        Raises ProfileUnusableError if it is no text, contains a password, or can't be read where the profile has no
        database of its own.
        """
        try:
            named = settings_file.read(self.folder).get(settings_file.DATABASE, "")
        except OSError as error:
            if (self.folder / _DATABASE).exists():
                return ""
            raise ProfileUnusableError(Message("settings.not_read", reason=error.strerror or str(error))) from error
        if not isinstance(named, str):
            raise ProfileUnusableError(Message("profile.database_no_text", key=settings_file.DATABASE))
        if is_server(named) and database_address(named).password is not None:
            raise ProfileUnusableError(Message("profile.database_password", key=settings_file.DATABASE))
        return named


class ProfileLock:
    """The lock that gives a profile to one window or server at a time; it ends with its process."""

    def __init__(self, profile: Profile) -> None:
        """Name the profile without locking it."""
        self._lock = FileLock(profile.folder / "profile.lock")

    def acquire(self) -> bool:
        """Lock the profile and return whether that worked; False while another program has it.

        Raises ProfileUnusableError if the system allows no lock.
        """
        try:
            return self._lock.acquire()
        except OSError as error:
            raise ProfileUnusableError(
                Message("profile.not_locked", folder=str(self._lock.file), reason=error.strerror or str(error))
            ) from error

    def release(self) -> None:
        """Release the profile."""
        self._lock.release()


def new_id() -> str:
    """Return an id that no other profile has."""
    return os.urandom(16).hex()


def folder_named(folder: Path | None, env: Mapping[str, str]) -> Path:
    """Return the folder of a profile, whether it exists or not."""
    named = folder or env.get("SHIPCONSOLE_PROFILE") or _data_folder()
    return Path(named).expanduser().absolute()


def open_profile(folder: Path | None, env: Mapping[str, str]) -> Profile:
    """Open the profile in this folder, else in SHIPCONSOLE_PROFILE, else in the user's data folder.

    A new folder is created without access for other users. An existing one keeps its mode (a person may have named any
    folder), but the files in it are private. Raises ProfileUnusableError if it can't be created.
    """
    profile = Profile(folder_named(folder, env))
    try:
        if not profile.folder.exists():
            profile.folder.parent.mkdir(parents=True, exist_ok=True)
        profile.folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ProfileUnusableError(
            Message("profile.folder_not_made", folder=str(profile.folder), reason=error.strerror or str(error))
        ) from error
    for part in (profile.logs, profile.backups):
        # A missing folder is reported where it is needed; no command fails without a log.
        with contextlib.suppress(OSError):
            part.mkdir(mode=0o700, exist_ok=True)
    return profile


def sqlite_file(url: str) -> Path:
    """Return the file of an ``sqlite:///FILE`` URL.

    The path follows the third slash, so an absolute one has four. Raises ProfileUnusableError for any other kind of
    URL, and for a file on a network drive: its locks do not work there, and two stations could both write.
    """
    if not url.startswith(SQLITE):
        kind = url.partition(":")[0]
        raise ProfileUnusableError(Message("database.unknown_kind", kind=kind, supported=SQLITE))
    name = url.removeprefix(SQLITE)
    if not name or "\0" in name or Path(name).is_dir():
        raise ProfileUnusableError(Message("database.no_file", url=url, form=SQLITE))
    file = Path(name)
    refuse_network_drive(file)
    return file


def refuse_network_drive(database: Path, mounts: Path = _MOUNTS) -> None:
    r"""Raise ProfileUnusableError if an SQLite file would be on a network drive.

    Windows resolves a mapped drive letter to its ``\\server\share``. macOS does not report it, so there nothing is
    refused.
    """
    folder = str(database.resolve().parent)
    lines = mounts.read_text("utf-8", "surrogateescape") if mounts.exists() else ""
    kind = Message("database.windows_share") if is_windows_share(folder) else network_drive(folder, lines)
    if kind:
        raise ProfileUnusableError(Message("database.network_drive", folder=str(folder), kind=kind))


def network_drive(folder: str, mounts: str) -> str | None:
    """Return the type of the network file system that a folder is on, None for a local one.

    `mounts` is the text of /proc/self/mounts, with spaces as octal numbers. Of two mounts on the same point the later
    one counts.
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, type_, *_ = [*line.split(" "), "", "", ""]
        point = _unescaped(point).rstrip("/")
        if (folder == point or folder.startswith(f"{point}/")) and len(point) >= len(best):
            best, kind = point, type_
    return kind if kind in _NETWORK_TYPES else None


def is_windows_share(folder: str) -> bool:
    r"""Say whether a Windows path lies on a share, ``\\server\share`` or ``\\?\UNC\server\share``."""
    drive = PureWindowsPath(folder).drive.upper()
    return drive.startswith("\\\\?\\UNC\\") or (drive.startswith("\\\\") and not drive.startswith("\\\\?\\"))


def _data_folder() -> Path:
    import platformdirs

    return platformdirs.user_data_path("shipconsole", False)


def _unescaped(point: str) -> str:
    for number, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(number, sign)
    return point
