"""One command's surroundings: its profile, its log, its desk, and how it leaves."""

import logging
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shipconsole.domain.problem import OutsideError
from shipconsole.operations import safekeeping
from shipconsole.operations.desk import Desk
from shipconsole.operations.turns import SharedTurns
from shipconsole.station import logs, settings
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import Keys, OsKeys
from shipconsole.station.profile import Profile, ProfileLock, open_profile, sqlite_file
from shipconsole.store import backup
from shipconsole.store.database import Store
from shipconsole.vendors.sender import Sender, tls_context

EXIT_DONE, EXIT_BUG, EXIT_WRONG, EXIT_REFUSED, EXIT_NOT_YET, EXIT_OUTSIDE = range(6)
LOOK_LIMIT_S = 0.25


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with; to be closed at its end."""

    profile: Profile
    settings: settings.Settings
    desk: Desk
    stop_log: Callable[[], None]

    async def close(self) -> None:
        """Close what was opened, the log last."""
        await self.desk.sender.close()
        self.desk.store.close()
        self.stop_log()


def open_session(folder: str | None, database: str | None, *, keys: Keys | None = None) -> Session:
    """Open a profile's store, keys and log; raises `OutsideError` where one cannot be used."""
    profile = open_profile(Path(folder) if folder else None, os.environ)
    file = sqlite_file(profile.database_url(os.environ, database))
    try:
        # As far as a command may be kept waiting; `doctor` looks at the whole.
        backup.look_over(file, limit_s=LOOK_LIMIT_S)
    except OutsideError as error:
        raise safekeeping.with_advice(error, file) from error
    stop_log = logs.start(profile)
    loaded = settings.load(profile)
    for message in loaded.messages:
        print(message, file=sys.stderr)
    store = Store(file)
    store.open(before_migration=backup.make_before)
    clock = SystemClock()
    desk = Desk(
        store=store,
        sender=Sender(tls_context(), SharedTurns(store, clock)),
        keys=keys or OsKeys(profile.id),
        clock=clock,
        station=loaded.settings.station_name,
        label_rules=loaded.settings.label_rules,
    )
    logging.getLogger(__name__).info("Opened %s", file.name)
    return Session(profile, loaded.settings, desk, stop_log)


@contextmanager
def store_alone(folder: str | None, database: str | None) -> Generator[Path]:
    """A profile's store as a file, not opened, while no window has it; raises `OutsideError` where one has."""
    profile = open_profile(Path(folder) if folder else None, os.environ)
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise OutsideError("Shipconsole is open on these orders. Close its window first; nothing was changed.")
    try:
        yield sqlite_file(profile.database_url(os.environ, database))
    finally:
        lock.release()
