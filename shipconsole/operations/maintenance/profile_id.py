"""Keeps the profile's id in the database too: without it the keyring finds no key, and a settings file may get lost."""

import contextlib
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.station.clock import Clock
from shipconsole.station.profile import Profile, new_id
from shipconsole.station.settings import host_name
from shipconsole.store import profiles
from shipconsole.store.database import Store
from shipconsole.store.errors import StoreUnfitError

RESTORED = Message("profile.id_restored")
ANEW = Message("profile.id_lost")


def ensure_profile_id(store: Store, profile: Profile, clock: Clock) -> None:
    """Have the profile's id in its settings file and in its database, from whichever still has it.

    Where the settings file has lost it, that is said there as a notice. Blocks. Raises `EnvironmentFailure` where no id
    is left but in a database that cannot be read, and `StoreUnfitError` where that must not be used at all.
    """
    place = host_name(), _as_text(profile.folder)
    kept = profile.kept_id
    try:
        known = store.read(profiles.known, *place).result()
    except EnvironmentFailure as error:
        if kept and not isinstance(error, StoreUnfitError):
            return
        raise
    if not kept:
        # Another profile's id fits where only the folder's name, or the computer's, has changed.
        found = known.profile_id or (known.last_noted if profile.owns(store.file) else "")
        if found:
            profile.take_id(found, RESTORED)
        elif known.has_connections:
            profile.take_id(new_id(), ANEW)
    if known.profile_id != profile.id:
        # A full disk keeps nobody from working; it is noted at the next start.
        with contextlib.suppress(EnvironmentFailure):
            store.write(profiles.note, *place, profile.id, now_ms=clock.now_ms()).result()


def _as_text(folder: Path) -> str:
    """Return a folder's name as text, also where it holds bytes that are none."""
    return str(folder).encode("utf-8", "backslashreplace").decode()
