"""Health checks: what is in order on this computer and what is not."""

import asyncio
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from shipconsole import __version__
from shipconsole.domain.connection import ConnectionState
from shipconsole.domain.message import NO_MESSAGE, Message, sentences, verbatim
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.operations.maintenance import ages, backups, blanking, left_behind, retention, updates
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.station import private_file, settings
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.store import blanking as stored_blanking
from shipconsole.store import browse, engine

FIRST_SANE_YEAR = 2025
OLDEST_COPY_MS = 7 * 86_400_000
DAYS_LATE = 7
"""A program that is not open every day may remove names and addresses so much later."""
LATE_MOST = 100_000
RECEIVER_WAIT_S = 1.0
EXPOSED_NAMED = 3
RECEIVER = Message("health.receiver")
"""The title of the receiver's finding; a window with a receiver knows its state better."""


class Finding(NamedTuple):
    """The result of one check."""

    what: Message
    ok: bool
    message: Message
    sqlite_version: str = ""
    server_version: str = ""


async def run_checks(ctx: Context, profile: Profile, chosen: Settings) -> tuple[Finding, ...]:
    """Check the program and its environment, its data, and each connection."""
    found = [
        _program(),
        _python(),
        _qt(),
        _profile(profile),
        _settings(profile),
        *(await _database(ctx)),
        await _kept(ctx, chosen),
        *(await _left_behind(ctx, profile, chosen)),
        await _keyring(ctx),
        _clock(ctx),
        await _receiver(chosen.receiver_port if chosen.receiver else 0),
        await _new_version(profile, chosen),
    ]
    try:
        known = await connections.every(ctx)
    except EnvironmentFailure as error:
        return (*found, Finding(Message("health.connections"), False, error.message))
    for connection in known:
        try:
            tested = await connections.test(ctx, connection)
            state = await circuit_breaker.state(ctx, connection.id)
        except EnvironmentFailure as error:
            found.append(Finding(Message("health.connection", connection=connection.name), False, error.message))
            continue
        is_ok = tested.verdict == "ok" and state == ConnectionState.WORKS
        verdict = Message(connections.VERDICTS[tested.verdict], connection=connection.name)
        message = sentences(verdict, tested.message)
        if tested.verdict == "no key" and not chosen.sends_updates:
            # As it should be: the setting leaves the updates to other stations, which have the keys.
            is_ok, message = state == ConnectionState.WORKS, Message("health.left_to_others")
        elif tested.verdict == "no key" and ctx.store.engine == "postgresql":
            message = sentences(message, Message("health.key_or_others", connection=connection.name))
        if state == ConnectionState.SYNC_FAILED:
            message = sentences(message, Message("health.sync_failed"))
        if connection.pause:
            is_ok, message = False, sentences(message, Message("health.sending_paused"))
        found.append(Finding(Message("health.connection", connection=connection.name), is_ok, message))
        if receive.skips_verification(connection):
            found.append(Finding(Message("health.webhooks", connection=connection.name), False, receive.NOT_VERIFIED))
    return tuple(found)


def _program() -> Finding:
    """Return the program's version and folder; a packaged program contains its own Python."""
    packaged = bool(getattr(sys, "frozen", False))
    folder = Path(sys.executable).resolve().parent if packaged else Path(__file__).resolve().parents[3]
    here = "health.program_packaged" if packaged else "health.program_in"
    return Finding(Message("health.program"), True, Message(here, version=__version__, folder=str(folder)))


def _profile(profile: Profile) -> Finding:
    """Return where the profile is, and which of its files other users of the computer can open."""
    message = Message("health.profile_holds", folder=str(profile.folder))
    try:
        exposed = [str(file.relative_to(profile.folder)) for file in private_file.open_to_others(profile.folder)]
    except OSError as error:
        return Finding(
            Message("health.profile"),
            False,
            Message("health.profile_unreadable", folder=str(profile.folder), reason=error.strerror or str(error)),
        )
    if not exposed:
        return Finding(Message("health.profile"), True, message)
    shown, more = tuple(exposed[:EXPOSED_NAMED]), len(exposed) - EXPOSED_NAMED
    message = Message("health.profile_exposed", files=shown, folder=str(profile.folder))
    if more > 0:
        message = Message("health.profile_exposed_and_more", files=shown, count=more, folder=str(profile.folder))
    return Finding(Message("health.profile"), False, message)


def _settings(profile: Profile) -> Finding:
    """Return which settings are invalid, or were lost and restored."""
    messages = settings.load(profile).messages
    return Finding(
        Message("health.settings"),
        not messages,
        sentences(*messages) or Message("health.settings_fine", file=str(profile.folder / "settings.toml")),
    )


def _python() -> Finding:
    number = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding(
        Message("health.python"),
        fits,
        verbatim(number) if fits else Message("health.python_unsupported", version=number),
    )


def _qt() -> Finding:
    try:
        number = version("PySide6_Essentials")
    except PackageNotFoundError:
        return Finding(Message("health.qt"), False, Message("health.no_qt"))
    return Finding(Message("health.qt"), True, verbatim(f"PySide6 {number}"))


async def _database(ctx: Context) -> tuple[Finding, ...]:
    """Return the findings about the database, its server, and its backups."""
    if ctx.store.file is not None:
        return await _store(ctx, ctx.store.file), _copies(ctx, ctx.store.file)
    # Nothing of a server is loaded where there is none.
    from shipconsole.operations.maintenance import server_health

    found = [
        Finding(checked.what, checked.ok, checked.message, server_version=checked.server_version)
        for checked in await server_health.run_checks(ctx)
    ]
    return (*found, Finding(Message("health.backup"), True, Message("health.server_backup")))


async def _store(ctx: Context, file: Path) -> Finding:
    try:
        counts = await ctx.read(browse.counts)
        is_complete = await backups.verify_database(ctx)
        # A full disk, or a file that may not be written, is found by writing.
        await ctx.write(ctx.keep_steady_time)
    except EnvironmentFailure as error:
        message = backups.with_advice(error, file).message
        return Finding(Message("health.database"), False, message, engine.version())
    message_id = "health.database_whole" if is_complete else "health.database_too_large"
    message = Message(message_id, file=str(file), count=counts.all, version=engine.version())
    return Finding(Message("health.database"), True, message, engine.version())


def _copies(ctx: Context, file: Path) -> Finding:
    if ctx.store.backup_failure:
        return Finding(Message("health.backup"), False, ctx.store.backup_failure)
    newest = next(iter(backups.every(file)), None)
    if newest is None:
        return Finding(Message("health.backup"), True, Message("health.no_backup"))
    recent = ctx.clock.now_ms() - newest.at_ms < OLDEST_COPY_MS
    made_at = datetime.fromtimestamp(newest.at_ms / 1_000, UTC)
    message_id = "health.backup_recent" if recent else "health.backup_old"
    message = Message(message_id, time=f"{made_at:%Y-%m-%d %H:%M} UTC", file=str(newest.file))
    return Finding(Message("health.backup"), recent, message)


async def _kept(ctx: Context, chosen: Settings) -> Finding:
    """Return whether names and addresses are removed in time; that this was turned off is never silent."""
    what, days = Message("health.kept"), chosen.personal_days
    try:
        if ctx.store.file is None and (found := await _kept_for_all(ctx, chosen)) is not None:
            return found
        if not days:
            was_on = await blanking.was_ever_on(ctx)
            return Finding(what, not was_on, Message("health.kept_turned_off" if was_on else "health.kept_off"))
        if ctx.store.file is not None and (ahead := await ages.days_ahead(ctx)) >= ages.TOLD_DAYS:
            return Finding(what, False, Message("health.kept_clock", count=ahead))
        late = await blanking.late(ctx, days + DAYS_LATE, LATE_MOST)
        events = await blanking.late_events(ctx, days + DAYS_LATE, LATE_MOST)
        unfinished = await blanking.unfinished(ctx, days + DAYS_LATE, LATE_MOST)
    except EnvironmentFailure as error:
        return Finding(what, False, error.message)
    too_late = [
        *([Message("health.kept_late", count=late, days=days)] if late else []),
        *([Message("health.kept_events_late", count=events, days=days)] if events else []),
    ]
    if too_late:
        return Finding(what, False, sentences(*too_late))
    on = Message("health.kept_on", days=days)
    # Not late: a person has to end them, and what is left of an order needs its address.
    kept = Message("health.kept_unfinished", count=unfinished, days=days) if unfinished else NO_MESSAGE
    return Finding(what, True, sentences(on, kept))


async def _kept_for_all(ctx: Context, chosen: Settings) -> Finding | None:
    """Return which other station removes the old data of a shared database; None where this one is to do so."""
    what = Message("health.kept")
    known, now_ms = await ctx.read(stored_blanking.cleaner), await ctx.read(ctx.age_ms)
    is_other = known is not None and known.station_id != ctx.station_id
    if known is not None and is_other and known.at_ms > now_ms - retention.GONE_DAYS * ages.DAY_MS:
        if chosen.removes_old_data:
            return Finding(what, False, Message("health.kept_by_other", station=known.name))
        time = f"{datetime.fromtimestamp(known.at_ms / 1_000, UTC):%Y-%m-%d %H:%M} UTC"
        return Finding(what, True, Message("health.kept_by", station=known.name, time=time))
    return None if chosen.removes_old_data else Finding(what, False, Message("health.kept_by_nobody"))


async def _left_behind(ctx: Context, profile: Profile, chosen: Settings) -> tuple[Finding, ...]:
    """Return which files of a moved database are still here, and when they go; nothing where there are none."""
    what = Message("health.left_behind_title")
    try:
        found = await left_behind.find(ctx, profile.folder)
    except EnvironmentFailure as error:
        return (Finding(what, False, error.message),)
    if found is None:
        return ()
    files = tuple(str(file.relative_to(profile.folder)) for file in found.files)
    if not chosen.personal_days or not found.is_there:
        return (Finding(what, False, Message("health.left_behind_stays", files=files)),)
    until_ms = found.left_at_ms + chosen.personal_days * ages.DAY_MS
    day = f"{datetime.fromtimestamp(until_ms / 1_000, UTC):%Y-%m-%d}"
    return (Finding(what, True, Message("health.left_behind_until", files=files, day=day)),)


async def _keyring(ctx: Context) -> Finding:
    try:
        return Finding(Message("health.keyring"), True, await asyncio.wrap_future(ctx.keys.describe()))
    except EnvironmentFailure as error:
        return Finding(Message("health.keyring"), False, error.message)


def _clock(ctx: Context) -> Finding:
    now = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC)
    sane = now.year >= FIRST_SANE_YEAR
    return Finding(
        Message("health.clock"),
        sane,
        Message("health.time" if sane else "health.wrong_time", time=f"{now:%Y-%m-%d %H:%M:%S} UTC"),
    )


async def _new_version(profile: Profile, chosen: Settings) -> Finding:
    new_version = await updates.check(profile, chosen)
    return Finding(
        Message("health.new_version"),
        new_version.kind != "failed",
        sentences(new_version.message, verbatim(new_version.page)),
    )


async def _receiver(port: int) -> Finding:
    """Check whether webhooks can be received now; a closed port is in order while no window is open."""
    if not port:
        return Finding(RECEIVER, True, Message("health.receiver_off"))
    try:
        async with asyncio.timeout(RECEIVER_WAIT_S):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return Finding(RECEIVER, True, Message("health.receiver_away", port=str(port)))
    writer.close()
    return Finding(RECEIVER, True, Message("health.receiver_on", port=str(port)))
