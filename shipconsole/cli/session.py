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
from shipconsole.operations.maintenance import backups, profile_id
from shipconsole.operations.rate_limit import SharedRateLimit
from shipconsole.station import logs, settings
from shipconsole.station.clock import SystemClock
from shipconsole.station.keys import Keys, OsKeys
from shipconsole.station.profile import Profile, ProfileLock, open_profile, sqlite_file
from shipconsole.store import backup
from shipconsole.store.opening import is_on_server, open_store
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
    url = profile.database_url(os.environ, database)
    if is_on_server(url):
        return _opened(profile, url, None, keys)
    file = sqlite_file(url)
    _finish_restore(profile, file)
    try:
        # As far as a command can be kept waiting; `doctor` verifies the whole database.
        backup.verify_database(file, limit_s=CHECK_LIMIT_S)
        return _opened(profile, url, file, keys)
    except EnvironmentFailure as error:
        raise backups.with_advice(error, file) from error


def _opened(profile: Profile, url: str, file: Path | None, keys: Keys | None) -> Session:
    clock = SystemClock()
    with contextlib.ExitStack() as cleanup:
        stop_log = _log(profile)
        cleanup.callback(stop_log)
        store = open_store(
            url,
            file=file,
            folder=profile.folder,
            expected=file is not None and profile.had_database(file),
            before_migration=backup.make_before,
        )
        cleanup.callback(store.close)
        profile_id.ensure_profile_id(store, profile, clock)
        loaded = settings.load(profile)
        for message in loaded.messages:
            print(message, file=sys.stderr)
        ctx = Context(
            store=store,
            sender=Sender(tls_context(), SharedRateLimit(store, clock)),
            keys=keys or OsKeys(profile.id),
            clock=clock,
            station=loaded.settings.station_name,
            label_rules=loaded.settings.label_rules,
            claim_stale_s=loaded.settings.claim_minutes * 60,
            first_rules=loaded.settings.first_rules,
        )
        cleanup.pop_all()
    # On a full disk, commands that only read still work.
    with contextlib.suppress(EnvironmentFailure):
        ctx.begin()
    logging.getLogger(__name__).info("Opened %s", store.label)
    return Session(profile, loaded.settings, ctx, stop_log)


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
    """Yield a profile's database file, closed, while no window can open it; raises `EnvironmentFailure` if one has."""
    profile = open_profile(Path(folder) if folder else None, os.environ)
    lock = ProfileLock(profile)
    if not lock.acquire():
        raise EnvironmentFailure(Message("cli.window_open"))
    try:
        url = profile.database_url(os.environ, database)
        if is_on_server(url):
            raise EnvironmentFailure(Message("cli.not_on_server"))
        yield sqlite_file(url)
    finally:
        lock.release()
