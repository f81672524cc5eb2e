"""The checkup: what is in order on this computer and what is not, in words."""

import asyncio
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from shipconsole import __version__
from shipconsole.domain.connection import ConnectionState
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.operations.maintenance import backups, updates
from shipconsole.operations.outbox import circuit_breaker
from shipconsole.station import private_file, settings
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.store import browse, engine

FIRST_SANE_YEAR = 2025
OLDEST_COPY_MS = 7 * 86_400_000
RECEIVER_WAIT_S = 1.0
EXPOSED_NAMED = 3
RECEIVER = "receiver"
"""What is found of the receiver, which a window that has one knows better."""


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    ok: bool
    words: str
    sqlite_version: str = ""


async def examine(ctx: Context, profile: Profile, chosen: Settings) -> tuple[Finding, ...]:
    """Look at the program and what it needs, at what it keeps, and at each connection."""
    found = [
        _program(),
        _python(),
        _qt(),
        _profile(profile),
        _settings(profile),
        await _store(ctx),
        _copies(ctx),
        await _keyring(ctx),
        _clock(ctx),
        await _receiver(chosen.receiver_port if chosen.receiver else 0),
        await _new_version(profile, chosen),
    ]
    try:
        known = await connections.every(ctx)
    except EnvironmentFailure as error:
        return (*found, Finding("connections", False, error.words))
    for connection in known:
        try:
            tested = await connections.test(ctx, connection)
            state = await circuit_breaker.state(ctx, connection.id)
        except EnvironmentFailure as error:
            found.append(Finding(f"connection {connection.name}", False, error.words))
            continue
        is_ok = tested.verdict == "ok" and state == ConnectionState.WORKS
        failed = "its last sync failed or is incomplete" if state == ConnectionState.SYNC_FAILED else ""
        words = " ".join(part for part in (tested.verdict, tested.words) if part)
        found.append(Finding(f"connection {connection.name}", is_ok, f"{words}; {failed}" if failed else words))
        if receive.is_unchecked(connection):
            found.append(Finding(f"webhooks of {connection.name}", False, receive.UNCHECKED))
    return tuple(found)


def _program() -> Finding:
    """Tell which program this is and where it lies; a packaged one is a folder that holds its own Python."""
    packaged = bool(getattr(sys, "frozen", False))
    folder = Path(sys.executable).resolve().parent if packaged else Path(__file__).resolve().parents[3]
    return Finding("program", True, f"Shipconsole {__version__} in {folder}" + (", packaged" if packaged else ""))


def _profile(profile: Profile) -> Finding:
    """Say where the profile is, and which of its files other users of the computer can read or write."""
    words = f"{profile.folder}, with settings.toml, logs and backups"
    try:
        exposed = [str(file.relative_to(profile.folder)) for file in private_file.open_to_others(profile.folder)]
    except OSError as error:
        return Finding("profile", False, f"{profile.folder}: {error.strerror or error}")
    if not exposed:
        return Finding("profile", True, words)
    named = ", ".join(exposed[:EXPOSED_NAMED]) + (", …" if len(exposed) > EXPOSED_NAMED else "")
    words = f"other users of this computer can open {named}; close the folder: chmod -R go= {profile.folder}"
    return Finding("profile", False, words)


def _settings(profile: Profile) -> Finding:
    """Say what in the settings file cannot be used, or was lost and is restored."""
    messages = settings.load(profile).messages
    return Finding(
        "settings", not messages, " ".join(messages) or f"{profile.folder / 'settings.toml'}, as it should be"
    )


def _python() -> Finding:
    number = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding("Python", fits, number if fits else f"{number}; 3.11 to 3.13 are needed")


def _qt() -> Finding:
    try:
        number = version("PySide6_Essentials")
    except PackageNotFoundError:
        return Finding("Qt", False, "PySide6-Essentials is not installed")
    return Finding("Qt", True, f"PySide6 {number}")


async def _store(ctx: Context) -> Finding:
    try:
        counts = await ctx.read(browse.counts)
        whole = await backups.look_over(ctx)
        # A full disk, or a file that may not be written, is found by writing.
        await ctx.write(ctx.keep_steady_time)
    except EnvironmentFailure as error:
        words = backups.with_advice(error, ctx.store.file).words
        return Finding("database", False, words, engine.version())
    looked = "whole" if whole else "too large to be looked at as a whole"
    words = f"{ctx.store.file}, {counts.all} orders, {looked}, SQLite {engine.version()}"
    return Finding("database", True, words, engine.version())


def _copies(ctx: Context) -> Finding:
    if ctx.store.copy_trouble:
        return Finding("last backup", False, ctx.store.copy_trouble)
    newest = next(iter(backups.every(ctx.store.file)), None)
    if newest is None:
        return Finding("last backup", True, "none yet; an open window makes one a day")
    recent = ctx.clock.now_ms() - newest.at_ms < OLDEST_COPY_MS
    made_at = datetime.fromtimestamp(newest.at_ms / 1_000, UTC)
    words = f"{made_at:%Y-%m-%d %H:%M} UTC, {newest.file}"
    return Finding("last backup", recent, words if recent else f"{words}; make one with shipconsole backup")


async def _keyring(ctx: Context) -> Finding:
    try:
        return Finding("keyring", True, await asyncio.wrap_future(ctx.keys.describe()))
    except EnvironmentFailure as error:
        return Finding("keyring", False, error.words)


def _clock(ctx: Context) -> Finding:
    now = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC)
    sane = now.year >= FIRST_SANE_YEAR
    return Finding("clock", sane, f"{now:%Y-%m-%d %H:%M:%S} UTC" + ("" if sane else ", which cannot be"))


async def _new_version(profile: Profile, chosen: Settings) -> Finding:
    news = await updates.look(profile, chosen)
    return Finding("new version", news.kind != "failed", " ".join(part for part in (news.words, news.page) if part))


async def _receiver(port: int) -> Finding:
    """Whether webhooks can come in at present; that nobody listens is in order while no window is open."""
    if not port:
        return Finding(RECEIVER, True, "off in the window; shipconsole serve takes webhooks in")
    try:
        async with asyncio.timeout(RECEIVER_WAIT_S):
            _, line = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return Finding(RECEIVER, True, f"nobody listens at port {port}; an open window does, and shipconsole serve")
    line.close()
    return Finding(RECEIVER, True, f"port {port} answers")
