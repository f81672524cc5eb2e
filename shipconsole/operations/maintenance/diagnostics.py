"""Diagnostics: one text that says how the program fares here, for whoever is asked for help; keys in it are masked.

It can be read before it is given away. No order is in it; the log may name numbers of orders.
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
    """Give where diagnostics are put where nobody names a file: beside the log, under the present time."""
    now = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC)
    return profile.logs / f"shipconsole-diagnostics-{now:%Y%m%dT%H%M%SZ}.txt"


async def save(ctx: Context, profile: Profile, chosen: Settings, to: Path) -> None:
    """Write diagnostics to a file that its owner alone can read; raises `EnvironmentFailure` where that fails."""
    text = await build(ctx, profile, chosen)
    try:
        await asyncio.to_thread(_write, to, text)
    except OSError as error:
        raise EnvironmentFailure(
            Message("file.not_written", path=str(to), reason=error.strerror or str(error))
        ) from error


async def build(ctx: Context, profile: Profile, chosen: Settings) -> str:
    """Put diagnostics together, every key masked: those in the keyring by their value, others by their form."""
    try:
        known = await connections.every(ctx)
    except EnvironmentFailure:
        known = ()
    keyring_words = await _hide_keys(ctx, known)
    found = await health.run_checks(ctx, profile, chosen)
    parts = (
        ("Check", [f"{'ok   ' if one.ok else 'CHECK'}  {one.what}: {one.message}" for one in found]),
        ("Computer", [*_computer()]),
        ("Updates in the outbox", await _calls(ctx)),
        ("Connections", [_connection(one) for one in known]),
        ("Settings", _settings(profile)),
        ("Log", await asyncio.to_thread(_log_lines, profile)),
    )
    now = datetime.fromtimestamp(ctx.clock.now_ms() / 1_000, UTC)
    head = f"Shipconsole diagnostics, {now:%Y-%m-%d %H:%M:%S} UTC. Keys are masked; no order is in it."
    whole = [f"{head} {keyring_words}".strip()]
    # Masked first: a key is known by all of its characters. No text from outside makes lines of its own.
    whole += [
        "\n".join((f"== {title} ==", *(plain(mask(line)) for line in lines or ["none"]))) for title, lines in parts
    ]
    return "\n\n".join(whole) + "\n"


async def _hide_keys(ctx: Context, known: Sequence[Connection]) -> Message:
    """Have every key that is in the keyring masked from now on; words where that cannot be done."""
    for connection in known:
        for name in (*(field.name for field in VENDORS[connection.vendor].secrets), receive.TOKEN):
            try:
                # A secret that was read is masked wherever it turns up.
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
    said = f"{connection.name} ({connection.vendor}) at {connection.base_url}"
    return "; ".join(part for part in (said, options, str(connection.blocked_message)) if part)


def _settings(profile: Profile) -> list[str]:
    try:
        table = settings_file.read(profile.folder)
    except OSError as error:
        return [f"could not be read: {error.strerror or error}"]
    return tomlkit.dumps({name: value for name, value in table.items() if name not in LEFT_OUT}).splitlines()


def _log_lines(profile: Profile) -> list[str]:
    """The end of the log, across the files that it was turned over into, oldest first."""
    left, pieces = LOG_MOST_BYTES, list[bytes]()
    for file in (profile.logs / f"shipconsole.log{ending}" for ending in ("", ".1", ".2", ".3", ".4")):
        try:
            held = _end_of(file, left)
        except OSError:
            continue
        left -= len(held)
        pieces.append(held)
    lines = b"".join(reversed(pieces)).decode("utf-8", "backslashreplace").splitlines()
    # Of the first one the beginning may be missing, and with it what would tell that a key stands in it.
    return lines if left else lines[1:]


def _end_of(file: Path, most_bytes: int) -> bytes:
    """The end of a file of the log; a link or a device in its place may have none, and is not read."""
    if not stat.S_ISREG(file.lstat().st_mode):
        return b""
    with file.open("rb") as opened:
        opened.seek(max(0, opened.seek(0, os.SEEK_END) - most_bytes))
        return opened.read(most_bytes)


def _write(to: Path, text: str) -> None:
    with whole_text(to, newline="\n") as file:
        file.write(text)
