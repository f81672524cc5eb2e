"""The profile: one folder with everything one station keeps, and the lock that gives it one window."""

import contextlib
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path, PureWindowsPath

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station import settings_file
from shipconsole.station.file_lock import FileLock

_SQLITE = "sqlite:///"
_DATABASE = "shipconsole.db"
_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "ncpfs", "davfs", "ceph"}
    | {"fuse.sshfs", "fuse.davfs", "fuse.glusterfs", "fuse.rclone", "fuse.smbnetfs"}
)
_MOUNTS = Path("/proc/self/mounts")


class ProfileUnusableError(EnvironmentFailure):
    """The profile folder, or the place of its database, cannot serve; the words say why."""


class Profile:
    """One station's folder: settings, database, logs, backups."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; `open_profile` makes it."""
        self.folder = folder

    @property
    def logs(self) -> Path:
        """Give the folder of the log."""
        return self.folder / "logs"

    @property
    def backups(self) -> Path:
        """Give the folder of the database's copies."""
        return self.folder / "backups"

    @cached_property
    def id(self) -> str:
        """Name this profile for the keyring: 32 hex digits, made once and kept in the settings file.

        To be used once `operations.profile_id` has looked whether the database knows one that the file has lost.
        """
        try:
            return self.kept_id or settings_file.add_missing(self.folder, settings_file.PROFILE_ID, new_id())
        except OSError as error:
            raise ProfileUnusableError(
                Message("profile.folder_not_written", folder=str(self.folder), reason=error.strerror or str(error))
            ) from error

    @property
    def kept_id(self) -> str:
        """Return the id that the settings file has; empty where it has none, or cannot be read."""
        stored = self._kept(settings_file.PROFILE_ID)
        return stored if isinstance(stored, str) else ""

    def take_id(self, known: str, notice: Message) -> None:
        """Use an id that is known from elsewhere, and put it into the settings file, where that has none."""
        try:
            self.id = settings_file.add_missing(self.folder, settings_file.PROFILE_ID, known, notice)
        except OSError:
            # The keys are found all the same; it is tried again at the next start.
            self.id = known

    def had_database(self, file: Path) -> bool:
        """Say whether this profile had its own database once, where that is this file."""
        return self.owns(file) and self._kept(settings_file.HAS_DATABASE) is True

    def note_database(self, file: Path) -> None:
        """Remember that this profile has its own database, where that is this file."""
        if self.owns(file) and not self.had_database(file):
            # The database is as good without this note; other signs of it stay.
            with contextlib.suppress(OSError):
                settings_file.change(self.folder, {settings_file.HAS_DATABASE: True}, is_read=False)

    def _kept(self, key: str) -> object:
        """Return what the settings file has under a key; None also where it cannot be read, which `settings` tells."""
        try:
            return settings_file.read(self.folder).get(key)
        except OSError:
            return None

    def owns(self, file: Path) -> bool:
        """Return whether a database is the one that lies in this profile."""
        return file.absolute() == self.folder.absolute() / _DATABASE

    def database_url(self, env: Mapping[str, str], arg: str | None) -> str:
        """Say which database to use: the argument, else SHIPCONSOLE_DATABASE, else SQLite in this folder."""
        return arg or env.get("SHIPCONSOLE_DATABASE") or f"{_SQLITE}{self.folder.absolute() / _DATABASE}"


class ProfileLock:
    """Gives a profile to one window or one server at a time; the lock dies with its process."""

    def __init__(self, profile: Profile) -> None:
        """Name the profile; nothing is taken yet."""
        self._lock = FileLock(profile.folder / "profile.lock")

    def acquire(self) -> bool:
        """Take the profile and say whether it is ours; False while another program has it.

        Raises ProfileUnusableError where the system allows no lock.
        """
        try:
            return self._lock.acquire()
        except OSError as error:
            raise ProfileUnusableError(
                Message("profile.not_locked", folder=str(self._lock.file), reason=error.strerror or str(error))
            ) from error

    def release(self) -> None:
        """Give the profile back."""
        self._lock.release()


def new_id() -> str:
    """Return an id that no other profile has."""
    return os.urandom(16).hex()


def folder_named(folder: Path | None, env: Mapping[str, str]) -> Path:
    """Return where a profile is, whether or not it is there."""
    named = folder or env.get("SHIPCONSOLE_PROFILE") or _data_folder()
    return Path(named).expanduser().absolute()


def open_profile(folder: Path | None, env: Mapping[str, str]) -> Profile:
    """Open the profile in this folder, else in SHIPCONSOLE_PROFILE, else in the user's data folder.

    A new folder is made and closed to other users. One that was there keeps its mode (it may be anything the
    person named), but what we put in it is closed. Raises ProfileUnusableError where it cannot be made.
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
        # Who needs one that is missing says so, and no command fails for want of a log.
        with contextlib.suppress(OSError):
            part.mkdir(mode=0o700, exist_ok=True)
    return profile


def sqlite_file(url: str) -> Path:
    """Give the file of an ``sqlite:///FILE`` address.

    It is what follows the third slash, so an absolute one has four. Raises ProfileUnusableError for any other
    kind of address, and for a file on a network drive: its locks do not hold there, and two stations could
    both believe that they write alone.
    """
    if not url.startswith(_SQLITE):
        kind = url.partition(":")[0]
        raise ProfileUnusableError(Message("database.unknown_kind", kind=kind, supported=_SQLITE))
    name = url.removeprefix(_SQLITE)
    if not name or "\0" in name or Path(name).is_dir():
        raise ProfileUnusableError(Message("database.no_file", url=url, form=_SQLITE))
    file = Path(name)
    refuse_network_drive(file)
    return file


def refuse_network_drive(database: Path, mounts: Path = _MOUNTS) -> None:
    """Raise ProfileUnusableError where an SQLite file would lie on a network drive.

    Windows gives a mapped drive letter its ``\\\\server\\share`` when the path is resolved. macOS has none,
    so there nothing is refused.
    """
    folder = str(database.resolve().parent)
    lines = mounts.read_text("utf-8", "surrogateescape") if mounts.exists() else ""
    kind = Message("database.windows_share") if is_windows_share(folder) else network_drive(folder, lines)
    if kind:
        raise ProfileUnusableError(Message("database.network_drive", folder=str(folder), kind=kind))


def network_drive(folder: str, mounts: str) -> str | None:
    """Give the file system type of the mount a place lies on if that is a network one.

    `mounts` is the text of /proc/self/mounts; blanks in it are written as octal numbers. Of two mounts on the
    same point the later one counts.
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
