"""Failures of the database, each with a message for the packer."""

from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure


class StoreError(EnvironmentFailure):
    """The database cannot be used: full, locked, read-only, damaged, or made by another version."""


class StoreHeldError(StoreError):
    """Another program holds the database for now."""


class StoreMovedError(StoreError):
    """The database was moved to a server, or is being moved; nothing is packed on it. Nothing was changed."""


class StoreAwayError(StoreHeldError):
    """The database's server cannot be reached for now; nothing was stored."""

    is_reported = True


class StoreBusyError(StoreHeldError):
    """Other stations kept the database's server busy for too long; nothing was stored."""


class StoreUnsureError(StoreError):
    """The connection ended while the server stored something; whether it did is not known."""


class StoreOlderError(StoreError):
    """The database on a server lacks tables of this version; an explicit command creates or upgrades it."""


class StoreUnfitError(StoreError):
    """The database must not be used as it is; a person decides what replaces it. Nothing was changed."""


class StoreDamagedError(StoreUnfitError):
    """The file does not hold what was stored there; a backup has to replace it."""


class StoreLostError(StoreUnfitError):
    """The file of a database that existed before is missing or empty."""


class StoreBehindError(StoreUnfitError):
    """The database is intact and lacks commits that were made here, or it is another one."""


class StoreServerBehindError(StoreBehindError):
    """The database on a server lacks commits or is another one; the store waits until a person has decided."""

    is_reported = True


class StoreLayoutError(StoreUnfitError):
    """The database has other tables than this version makes."""


def unusable(file: Path, reason: Message) -> Message:
    """Return the message that a database cannot be used, with the reason."""
    return Message("database.unusable", file=file.name, reason=reason)
