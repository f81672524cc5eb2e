"""The ids of the profiles that use this database, under which the keyring holds their API keys."""

from typing import NamedTuple

from shipconsole.store.database import Db


class KnownProfile(NamedTuple):
    """The stored id of a profile, the id stored last by any profile, and whether there are connections."""

    profile_id: str
    last_noted: str
    has_connections: bool


def known(db: Db, computer: str, folder: str) -> KnownProfile:
    """Return what is stored about the profile in a folder of a computer; missing ids are empty."""
    own = db.row("profiles.id_of", computer=computer, folder=folder)
    last = db.row("profiles.last_noted")
    has_connections = bool(db.value("profiles.has_connections"))
    return KnownProfile(own[0] if own else "", last[0] if last else "", has_connections)


def note(db: Db, computer: str, folder: str, profile_id: str, *, now_ms: int) -> None:
    """Store the id of the profile in a folder of a computer."""
    db.change("profiles.note", computer=computer, folder=folder, profile_id=profile_id, now_ms=now_ms)
