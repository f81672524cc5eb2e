"""What can be wrong with the database, each in a sentence for the packer."""

from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure


class StoreError(EnvironmentFailure):
    """The database cannot be used: full, locked, read-only, damaged, or made by another version."""


class StoreHeldError(StoreError):
    """Another program holds the database; it will let go some time."""


class StoreUnfitError(StoreError):
    """The database must not be used as it is; a person decides what takes its place. Nothing was changed."""


class StoreDamagedError(StoreUnfitError):
    """What is in the file is not what was stored there; a backup has to take its place."""


class StoreLostError(StoreUnfitError):
    """There is no database where one was: the file is gone, or it is empty."""


class StoreBehindError(StoreUnfitError):
    """The database is sound and older than what was committed here, or it is another one."""


class StoreLayoutError(StoreUnfitError):
    """The database has other tables than this version makes."""


def unusable(file: Path, reason: Message) -> Message:
    """Say that a database cannot be used, and for what reason."""
    return Message("database.unusable", file=file.name, reason=reason)
