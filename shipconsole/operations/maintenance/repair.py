"""What can be done about a database that must not be used as it is, while nobody has it open."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import backup, restoring
from shipconsole.store.errors import (
    StoreBehindError,
    StoreHeldError,
    StoreLayoutError,
    StoreLostError,
    StoreUnfitError,
)
from shipconsole.store.restoring import Restored

Kind = Literal["damaged", "missing", "older", "other_version"]

Repair = Callable[[Path, int], Restored]
"""Repairs the database in a file at a time in milliseconds."""


class Backup(NamedTuple):
    """A backup that can take the database's place: its file, when it was made, and how many orders it has."""

    file: Path
    at_ms: int
    orders: int


def is_held(trouble: EnvironmentFailure) -> bool:
    """Return whether another program holds the database, which it will let go some time."""
    return isinstance(trouble, StoreHeldError)


def needs_repair(trouble: EnvironmentFailure) -> bool:
    """Return whether a person has to decide what takes the database's place."""
    return isinstance(trouble, StoreUnfitError)


def kind_of(trouble: EnvironmentFailure) -> Kind:
    """Return what is wrong with a database that needs repair."""
    match trouble:
        case StoreBehindError():
            return "older"
        case StoreLostError():
            return "missing"
        case StoreLayoutError():
            return "other_version"
        case _:
            return "damaged"


def last_good(database: Path) -> Backup | None:
    """Return the newest backup beside a database that is sound; reads backups whole, so it may take its time."""
    found = backup.last_good(database)
    return Backup(found[0].file, found[0].at_ms, found[1]) if found is not None else None


def restoring_from(good: Backup) -> Repair:
    """Return what puts a backup in the database's place."""
    return lambda database, now_ms: restoring.restore(database, good.file, now_ms=now_ms)


def other_way(trouble: EnvironmentFailure) -> Repair | None:
    """Return what goes on without a backup: with an older database, or with an empty one; None where nothing does."""
    match kind_of(trouble):
        case "older":
            return lambda database, now_ms: restoring.accept_older(database, now_ms=now_ms)
        case "missing" | "other_version":
            return lambda database, now_ms: restoring.start_empty(database, now_ms=now_ms)
        case "damaged":
            return None
