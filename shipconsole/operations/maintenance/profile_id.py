"""The profile id is kept in the database too: without it the keyring finds no key, and settings can get lost."""

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
    """Store the profile's id in both its settings file and its database, from whichever has it.

    Where the settings file has lost it, a notice is added there. Blocks. Raises `EnvironmentFailure` where the only id
    is in a database that cannot be read, and `StoreUnfitError` where that database must not be used.
    """
    location = host_name(), _as_text(profile.folder)
    in_settings = profile.stored_id
    try:
        known = store.read(profiles.known, *location).result()
    except EnvironmentFailure as error:
        if in_settings and not isinstance(error, StoreUnfitError):
            return
        raise
    if not in_settings:
        # Another profile's id fits where only the folder's name, or the computer's, has changed.
        found = known.profile_id or (known.last_noted if store.file is not None and profile.owns(store.file) else "")
        if found:
            profile.take_id(found, RESTORED)
        elif known.has_connections:
            profile.take_id(new_id(), ANEW)
    if known.profile_id != profile.id:
        # A full disk keeps nobody from working; it is noted at the next start.
        with contextlib.suppress(EnvironmentFailure):
            store.write(profiles.note, *location, profile.id, now_ms=clock.now_ms()).result()


def _as_text(folder: Path) -> str:
    """Return a folder's name as text, also where it contains bytes that are no text."""
    return str(folder).encode("utf-8", "backslashreplace").decode()
