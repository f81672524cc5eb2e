"""What can be wrong with the database, each in a sentence for the packer."""

from pathlib import Path

from shipconsole.domain.problem import OutsideError


class StoreError(OutsideError):
    """The database cannot be used: full, locked, read-only, damaged, or made by another version."""


class StoreHeldError(StoreError):
    """Another program holds the database; it will let go some time."""


class StoreDamagedError(StoreError):
    """What is in the file is not what was stored there; a backup has to take its place."""


def unusable(file: Path, reason: str) -> str:
    """Say that a database cannot be used, and for what reason."""
    return f"The store {file.name} cannot be used: {reason}."
