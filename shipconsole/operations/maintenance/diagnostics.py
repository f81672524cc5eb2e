"""Diagnostics: a text about the program and its environment to send with a question; keys are masked.

It can be read before it is sent. It contains no orders; the log may contain order numbers.
"""

import asyncio
import locale
import os
import platform
import stat
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import tomlkit

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message
from shipconsole.domain.plain_text import plain
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations import worker
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.inbound import receive
from shipconsole.operations.maintenance import health
from shipconsole.station import settings_file
from shipconsole.station.logs import mask
from shipconsole.station.private_file import whole_text
from shipconsole.station.profile import Profile
from shipconsole.station.settings import Settings
from shipconsole.vendors.catalog import VENDORS

LOG_MOST_BYTES = 500_000
LEFT_OUT = ("window_state",)
BY_FORM_ALONE = Message("diagnostics.keyring_unavailable")


def default_file(ctx: Context, profile: Profile) -> Path:
    """Return the default file for diagnostics: beside the log, named by the time."""
    now = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC)
    return profile.logs / f"shipconsole-diagnostics-{now:%Y%m%dT%H%M%SZ}.txt"


async def save(ctx: Context, profile: Profile, chosen: Settings, to: Path) -> None:
    """Write diagnostics to a file that only its owner can read; raise `EnvironmentFailure` on failure."""
    text = await build(ctx, profile, chosen)
    try:
        await asyncio.to_thread(_write, to, text)
    except OSError as error:
        raise EnvironmentFailure(
            Message("file.not_written", path=str(to), reason=error.strerror or str(error))
        ) from error


async def build(ctx: Context, profile: Profile, chosen: Settings) -> str:
    """Build the diagnostics, every key masked: keys in the keyring by value, others by pattern."""
    try:
        known = await connections.every(ctx)
    except EnvironmentFailure:
        known = ()
    keyring_message = await _hide_keys(ctx, known)
    found = await health.run_checks(ctx, profile, chosen)
    parts = (
        ("Check", [f"{'ok   ' if finding.ok else 'CHECK'}  {finding.what}: {finding.message}" for finding in found]),
        ("Computer", [*_computer()]),
        ("Updates in the outbox", await _calls(ctx)),
        ("Connections", [_connection(connection) for connection in known]),
        ("Settings", _settings(profile)),
        ("Log", await asyncio.to_thread(_log_lines, profile)),
    )
    now = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC)
    head = f"Shipconsole diagnostics, {now:%Y-%m-%d %H:%M:%S} UTC. Keys are masked; no order is in it."
    sections = [f"{head} {keyring_message}".strip()]
    # Masked first, since a key is recognized by all of its characters. No outside text may add lines.
    sections += [
        "\n".join((f"== {title} ==", *(plain(mask(line)) for line in lines or ["none"]))) for title, lines in parts
    ]
    return "\n\n".join(sections) + "\n"


async def _hide_keys(ctx: Context, known: Sequence[Connection]) -> Message:
    """Mask every key in the keyring from now on; return a message where that is impossible."""
    for connection in known:
        for name in (*(field.name for field in VENDORS[connection.vendor].secrets), receive.TOKEN):
            try:
                # A secret that was read is masked wherever it appears.
                await asyncio.wrap_future(ctx.keys.get(connection.name, name))
            except EnvironmentFailure:
                return BY_FORM_ALONE
    return NO_MESSAGE


def _computer() -> Iterator[str]:
    yield f"system: {platform.platform()}, {platform.machine()}"
    yield f"Python: {platform.python_implementation()} {sys.version}"
    yield f"processors: {os.cpu_count()}"
    yield f"texts: {locale.getpreferredencoding(False)}, files {sys.getfilesystemencoding()}"
    yield f"time zone: {datetime.now(UTC).astimezone():%z}"


async def _calls(ctx: Context) -> list[str]:
    try:
        counts = await worker.counts(ctx)
    except EnvironmentFailure as error:
        return [str(error.message)]
    return [f"{state}: {count}" for state, count in sorted(counts.items())]


def _connection(connection: Connection) -> str:
    options = ", ".join(f"{name}={value}" for name, value in sorted(connection.options.items()))
    summary = f"{connection.name} ({connection.vendor}) at {connection.base_url}"
    return "; ".join(part for part in (summary, options, str(connection.blocked_message)) if part)


def _settings(profile: Profile) -> list[str]:
    try:
        table = settings_file.read(profile.folder)
    except OSError as error:
        return [f"could not be read: {error.strerror or error}"]
    return tomlkit.dumps({name: value for name, value in table.items() if name not in LEFT_OUT}).splitlines()


def _log_lines(profile: Profile) -> list[str]:
    """Return the end of the log across its rotated files, oldest line first."""
    left, chunks = LOG_MOST_BYTES, list[bytes]()
    for file in (profile.logs / f"shipconsole.log{ending}" for ending in ("", ".1", ".2", ".3", ".4")):
        try:
            chunk = _end_of(file, left)
        except OSError:
            continue
        left -= len(chunk)
        chunks.append(chunk)
    lines = b"".join(reversed(chunks)).decode("utf-8", "backslashreplace").splitlines()
    # The first line may lack its beginning, and with it what would reveal that it contains a key.
    return lines if left else lines[1:]


def _end_of(file: Path, most_bytes: int) -> bytes:
    """Return the end of a log file; links and devices are not read."""
    if not stat.S_ISREG(file.lstat().st_mode):
        return b""
    with file.open("rb") as opened:
        opened.seek(max(0, opened.seek(0, os.SEEK_END) - most_bytes))
        return opened.read(most_bytes)


def _write(to: Path, text: str) -> None:
    with whole_text(to, newline="\n") as file:
        file.write(text)
