"""The ids of the profiles that use this database, by which the keyring knows their keys."""

from typing import NamedTuple

from shipconsole.store.database import Db


class Known(NamedTuple):
    """What the database knows of a profile: its id, the one that was noted last of any, and whether keys are needed."""

    profile_id: str
    last_noted: str
    has_connections: bool


def known(db: Db, computer: str, folder: str) -> Known:
    """Return what is known of the profile in a folder of a computer; ids are empty where there are none."""
    own = db.row("profiles.id_of", computer=computer, folder=folder)
    last = db.row("profiles.last_noted")
    has_connections = bool(db.value("profiles.has_connections"))
    return Known(own[0] if own else "", last[0] if last else "", has_connections)


def note(db: Db, computer: str, folder: str, profile_id: str, *, now_ms: int) -> None:
    """Keep the id of the profile in a folder of a computer."""
    db.change("profiles.note", computer=computer, folder=folder, profile_id=profile_id, now_ms=now_ms)
