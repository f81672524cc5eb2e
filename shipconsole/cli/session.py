"""The session of a command: its profile, settings, log and context, and the exit codes."""

import contextlib
import logging
import os
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import backups, opening, profile_id, station_name
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.station import logs, settings
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import Keys, OsKeys
from shipconsole.station.profile import Profile, ProfileLock, open_profile
from shipconsole.store import backup
from shipconsole.vendors.http import Sender, tls_context

EXIT_DONE, EXIT_BUG, EXIT_WRONG, EXIT_REFUSED, EXIT_NOT_YET, EXIT_OUTSIDE = range(6)
CHECK_LIMIT_S = 0.25


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with; it must be closed at the end."""

    profile: Profile
    settings: settings.Settings
    ctx: Context
    stop_log: Callable[[], None]

    async def close(self) -> None:
        """Close everything that was opened, the log last."""
        await self.ctx.sender.close()
        if self.ctx.store.is_open and self.ctx.store.file is not None:
            self.profile.note_database(self.ctx.store.file)
        self.ctx.store.close()
        self.stop_log()


def open_session(folder: str | None, database: str | None, *, keys: Keys | None = None) -> Session:
    """Open a profile's database, keyring and log; raises `EnvironmentFailure` if one cannot be used."""
    profile = open_profile(Path(folder) if folder else None, os.environ)
    where = opening.where_is(profile, os.environ, database)
    file = where if isinstance(where, Path) else None
    if file is not None:
        _finish_restore(profile, file)
    try:
        if file is not None:
            # As far as a command can be kept waiting; `doctor` verifies the whole database.
            backup.verify_database(file, limit_s=CHECK_LIMIT_S)
        return _opened(profile, where, keys)
    except EnvironmentFailure as error:
        raise backups.with_advice(error, file) from error


def _opened(profile: Profile, where: opening.Where, keys: Keys | None) -> Session:
    clock = SystemClock()
    store = opening.make_store(profile, where, keys or stored_keys(profile))
    with contextlib.ExitStack() as cleanup:
        stop_log = _log(profile)
        cleanup.callback(stop_log)
        store.open(before_migration=backup.make_before)
        cleanup.callback(store.close)
        profile_id.ensure_profile_id(store, profile, clock)
        loaded = settings.load(profile)
        for message in loaded.messages:
            print(message, file=sys.stderr)
        ctx = Context(
            store=store,
            sender=Sender(tls_context(), SharedRateLimit(store, clock)),
            keys=keys or keys_of(profile),
            clock=clock,
            station=loaded.settings.station_name,
            label_rules=loaded.settings.label_rules,
            claim_stale_s=loaded.settings.claim_minutes * 60,
            first_rules=loaded.settings.first_rules,
            profile_id=profile.id,
            host=settings.host_name(),
            sends=loaded.settings.sends_updates,
        )
        cleanup.pop_all()
    name_station(ctx, profile)
    if loaded.settings.removes_old_data and store.file is None:
        from shipconsole.operations.maintenance import retention

        with contextlib.suppress(EnvironmentFailure, TimeoutError):
            retention.announce(ctx)
    # On a full disk, commands that only read still work.
    with contextlib.suppress(EnvironmentFailure):
        ctx.begin()
    logging.getLogger(__name__).info("Opened %s", store.label)
    return Session(profile, loaded.settings, ctx, stop_log)


def name_station(ctx: Context, profile: Profile, *, is_running: bool = False) -> None:
    """Go by a name that no other station on the database has, and say so where it is a new one."""
    # On a full disk, or while a server takes no changes, commands that only read still work.
    with contextlib.suppress(EnvironmentFailure):
        if message := station_name.settle(ctx, profile, is_running=is_running):
            print(message, file=sys.stderr)


def keys_of(profile: Profile) -> Keys:
    """Return the keyring under a profile's id, which is created where there is none."""
    return OsKeys(profile.id)


def stored_keys(profile: Profile) -> Keys | None:
    """Return the keyring under a profile's id; None for a profile without one, which gets it from its database."""
    return OsKeys(profile.stored_id) if profile.stored_id else None


def _log(profile: Profile) -> Callable[[], None]:
    """Start the log; if it cannot be written, say so and run the command without it."""
    try:
        return logs.start(profile)
    except EnvironmentFailure as error:
        print(error.message, file=sys.stderr)
        return lambda: None


def _finish_restore(profile: Profile, file: Path) -> None:
    """Finish an interrupted restore; raises `EnvironmentFailure` while one is running."""
    if not backups.is_restore_unfinished(file):
        return
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("cli.restore_running"))
    try:
        if message := backups.finish_restore(file):
            print(message, file=sys.stderr)
    finally:
        lock.release()


@contextlib.contextmanager
def database_file(folder: str | None, database: str | None) -> Generator[Path]:
    """Yield a profile's database file, closed, while no window can open it.

    Raises `EnvironmentFailure` if one has, and `ValidationFailed` for a database on a server.
    """
    profile = open_profile(Path(folder) if folder else None, os.environ)
    file = opening.file_only(opening.where_is(profile, os.environ, database))
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("cli.window_open"))
    try:
        yield file
    finally:
        lock.release()
