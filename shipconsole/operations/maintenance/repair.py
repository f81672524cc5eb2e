"""Repairs of a database that must not be used as it is, while no program has it open."""

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
    """A backup that can replace the database: its file, its time, and its number of orders."""

    file: Path
    at_ms: int
    orders: int


def is_held(failure: EnvironmentFailure) -> bool:
    """Return whether another program holds the database for now, or its server can't be reached."""
    return isinstance(failure, StoreHeldError)


def needs_repair(failure: EnvironmentFailure) -> bool:
    """Return whether a person has to choose what replaces the database."""
    return isinstance(failure, StoreUnfitError)


def kind_of(failure: EnvironmentFailure) -> Kind:
    """Return what is wrong with a database that needs repair."""
    match failure:
        case StoreBehindError():
            return "older"
        case StoreLostError():
            return "missing"
        case StoreLayoutError():
            return "other_version"
        case _:
            return "damaged"


def last_good(database: Path) -> Backup | None:
    """Return the newest sound backup beside a database; reads whole backups, so it may take long."""
    found = backup.last_good(database)
    return Backup(found[0].file, found[0].at_ms, found[1]) if found is not None else None


def restore_from(good: Backup) -> Repair:
    """Return the repair that restores a backup."""
    return lambda database, now_ms: restoring.restore(database, good.file, now_ms=now_ms)


def alternative(failure: EnvironmentFailure) -> Repair | None:
    """Return the repair without a backup: use the older database, or an empty one; None where there is none."""
    match kind_of(failure):
        case "older":
            return lambda database, now_ms: restoring.accept_older(database, now_ms=now_ms)
        case "missing" | "other_version":
            return lambda database, now_ms: restoring.start_empty(database, now_ms=now_ms)
        case "damaged":
            return None
