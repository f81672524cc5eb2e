"""Connections: adding them, storing their keys in the keyring, and testing whether they work."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from shipconsole.domain.connection import Connection
from shipconsole.domain.message import NO_MESSAGE, Message, sentences
from shipconsole.domain.outcome import Accepted, Blocked, Refused, TryLater
from shipconsole.domain.problem import Problem, ValidationFailed
from shipconsole.operations.connections import senders
from shipconsole.operations.context import Context
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.station.logs import masked
from shipconsole.store import calls, connections
from shipconsole.store.database import Db
from shipconsole.vendors.adapter import SecretField, Vendor
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.http import NoResponse, NotSent, SendResult
from shipconsole.vendors.options import OptionField
from shipconsole.vendors.request import Request
from shipconsole.vendors.response_limits import off_loop

NAME_MAX = 60
KEY_MASK = "********"
_WITH_A_KEY = re.compile(r"[?#].*|(?<=://)[^/?#]*@", re.DOTALL)
ConnectionVerdict = Literal[
    "ok", "wrong key", "no key", "no keyring", "no network", "no answer", "refused", "try later"
]
VERDICTS: Mapping[ConnectionVerdict, str] = {
    "ok": "connections.verdict_ok",
    "wrong key": "connections.verdict_wrong_key",
    "no key": "connections.verdict_no_key",
    "no keyring": "connections.verdict_no_keyring",
    "no network": "connections.verdict_no_network",
    "no answer": "connections.verdict_no_answer",
    "refused": "connections.verdict_refused",
    "try later": "connections.verdict_try_later",
}
"""The message of a test's result."""


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """The result of a connection test: a verdict of two words, and details as a message."""

    verdict: ConnectionVerdict
    message: Message = NO_MESSAGE


@dataclass(frozen=True, slots=True)
class Kind:
    """What a connection to one platform requires, for the form that asks for it."""

    title: str
    default_url: str
    secrets: tuple[SecretField, ...]
    options: tuple[OptionField, ...]


KINDS: dict[str, Kind] = {
    vendor.name: Kind(vendor.title, vendor.default_url, vendor.secrets, vendor.options.fields())
    for vendor in VENDORS.values()
}
"""Every platform by its name on the command line."""


async def connect(
    ctx: Context,
    vendor_name: str,
    name: str,
    *,
    url: str = "",
    options: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Connection:
    """Add a connection or change the one with that name; keys go to the keyring before anything is stored.

    Raises `ValidationFailed` for invalid values (unknown platform, option, or key name, no address), and
    `KeyringUnavailable` where the keys cannot be stored safely; then nothing is stored.
    """
    problems = _problems_with(vendor_name, name, url, options or {}, secrets or {})
    if problems:
        raise ValidationFailed(*problems)
    vendor = VENDORS[vendor_name]
    known = await ctx.read(connections.find, name)
    if known is not None and known.vendor != vendor_name:
        message = Message("connection.other_platform", name=known.name, platform=VENDORS[known.vendor].title)
        raise ValidationFailed(Problem(("name",), message))
    shown_name = known.name if known else name.strip()
    # A key copied from a web page often has spaces around it; a pipe may put a byte order mark first.
    typed = {field: value.strip().removeprefix("\ufeff").strip() for field, value in (secrets or {}).items()}
    base_url = url or (known.base_url if known else vendor.default_url)
    merged = {**(known.options if known else {}), **(options or {})}
    moved = known is not None and (base_url != known.base_url or _part(vendor, merged) != _part(vendor, known.options))
    kept = await _kept_keys(ctx, shown_name, vendor) if moved else {}
    keys = {**kept, **typed}
    if keys and (other := await _same_account(ctx, vendor_name, shown_name, base_url, merged, keys)):
        message = Message("connection.same_account", name=other.name)
        raise ValidationFailed(Problem(("name",), message, Message("connection.same_account_advice")))
    for field, value in typed.items():
        await asyncio.wrap_future(ctx.keys.put(shown_name, field, value))
    return await ctx.write(_connect, ctx, name=shown_name, vendor=vendor_name, base_url=base_url, options=merged)


async def _same_account(
    ctx: Context, vendor_name: str, name: str, base_url: str, options: Mapping[str, str], secrets: Mapping[str, str]
) -> Connection | None:
    """Return another connection with the same keys at the same address, unless each syncs a different part."""
    vendor = VENDORS[vendor_name]
    mine = _part(vendor, options)
    fields = [field.name for field in vendor.secrets if field.required] or [field.name for field in vendor.secrets]
    for other in await ctx.read(connections.every):
        is_there = other.vendor == vendor_name and other.base_url.rstrip("/") == base_url.rstrip("/")
        theirs = _part(vendor, other.options)
        is_apart = any(mine[option] and theirs[option] and not mine[option] & theirs[option] for option in mine)
        if other.name == name or not is_there or is_apart:
            continue
        kept = [await asyncio.wrap_future(ctx.keys.get(other.name, field)) for field in fields]
        if all(
            secret is not None and secret.reveal() == secrets.get(field)
            for secret, field in zip(kept, fields, strict=True)
        ):
            return other
    return None


def _part(vendor: Vendor, options: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the values by which each option narrows the synced orders; empty where it excludes none."""
    return {
        field.name: frozenset(filter(None, (value.strip() for value in options.get(field.name, "").split(","))))
        for field in vendor.options.fields()
        if field.narrows
    }


async def _kept_keys(ctx: Context, name: str, vendor: Vendor) -> dict[str, str]:
    found = {field.name: await asyncio.wrap_future(ctx.keys.get(name, field.name)) for field in vendor.secrets}
    return {field: secret.reveal() for field, secret in found.items() if secret is not None}


async def every(ctx: Context) -> tuple[Connection, ...]:
    """Return all connections, oldest first."""
    return await ctx.read(connections.every)


async def named(ctx: Context, names: Sequence[str]) -> tuple[Connection, ...]:
    """Return the connections with these names, or all without a name; raise `ValidationFailed` for an unknown name."""
    known = await every(ctx)
    by_name = {connection.name.casefold(): connection for connection in known}
    missing = [name for name in names if name.strip().casefold() not in by_name]
    if missing:
        listed = tuple(connection.name for connection in known)
        raise ValidationFailed(*(Problem(("connection",), _unknown(name, listed)) for name in missing))
    return tuple(by_name[name.strip().casefold()] for name in names) if names else known


def _unknown(name: str, known: tuple[str, ...]) -> Message:
    if not known:
        return Message("connection.none_yet", name=name)
    return Message("connection.unknown", name=name, known=known)


def no_response(platform: str, reason: Message) -> Message:
    """Return that a request to a platform got no response, and for what reason."""
    return Message("network.failed", platform=platform, reason=reason)


async def test(ctx: Context, connection: Connection) -> ConnectionTest:
    """Send the platform a harmless request; a connection that works again releases its waiting calls."""
    vendor = VENDORS[connection.vendor]
    try:
        sent = await send(ctx, connection, vendor.probe(connection.options))
    except ValidationFailed as refused:
        return ConnectionTest("no key", refused.message)
    except KeyringUnavailable as unavailable:
        return ConnectionTest("no keyring", unavailable.message)
    if isinstance(sent, NotSent):
        return ConnectionTest("no network", masked(no_response(vendor.title, sent.message)))
    if isinstance(sent, NoResponse):
        return ConnectionTest("no answer", masked(no_response(vendor.title, sent.message)))
    outcome = await off_loop(vendor.read_probe, sent)
    await note_outcome(ctx, connection, outcome)
    match outcome:
        case Accepted():
            await ctx.write(connections.record_response_time, connection.id, max(1, sent.elapsed_ms))
            return ConnectionTest("ok", masked(outcome.message))
        case Blocked():
            return ConnectionTest("wrong key" if sent.status in (401, 403) else "refused", masked(outcome.message))
        case TryLater():
            return ConnectionTest("try later", masked(outcome.message))
        case Refused():
            return ConnectionTest("refused", masked(sentences(*(problem.message for problem in outcome.problems))))
        case _:
            return ConnectionTest("no answer", masked(outcome.message))


async def send(ctx: Context, connection: Connection, request: Request) -> SendResult:
    """Send one request with the connection's keys; raise what `secrets_of` raises."""
    secrets = await secrets_of(ctx, connection)
    vendor = VENDORS[connection.vendor]
    return await ctx.sender.send(connection, vendor, request, vendor.headers(secrets, connection.options))


async def secrets_of(ctx: Context, connection: Connection) -> dict[str, str]:
    """Return the connection's keys from the keyring.

    Raises `ValidationFailed` where a key is missing, and `KeyringUnavailable` where the keyring cannot be read: a key
    that cannot be read is not a wrong key.
    """
    fields = VENDORS[connection.vendor].secrets
    secrets: dict[str, str] = {}
    for field in fields:
        secret = await asyncio.wrap_future(ctx.keys.get(connection.name, field.name))
        if secret is not None:
            secrets[field.name] = secret.reveal()
    missing = [field for field in fields if field.required and field.name not in secrets]
    # A platform that only sends webhooks needs no key for that; to be queried it needs one.
    if missing or not secrets:
        title = (missing or fields)[0].title
        raise ValidationFailed(
            Problem(("connection",), Message("connection.no_key", connection=connection.name, key=title))
        )
    return secrets


def masked_headers(connection: Connection) -> dict[str, str]:
    """Return the headers of every request of a connection, with its keys masked."""
    vendor = VENDORS[connection.vendor]
    return vendor.headers({field.name: KEY_MASK for field in vendor.secrets}, connection.options)


async def note_outcome(ctx: Context, connection: Connection, outcome: object) -> None:
    """Stop this station where the account or the setup is at fault, and all where none is left; start both again."""
    if isinstance(outcome, Blocked):
        await ctx.write(senders.give_up, ctx, connection, outcome.message)
    elif isinstance(outcome, Accepted | Refused) and await ctx.read(_is_stopped, ctx, connection.id):
        await ctx.write(_start_again, ctx, connection.id)


async def note_missing_key(ctx: Context, connection: Connection, message: Message) -> None:
    """Store that a key is missing here, where another station has it; a lone station learns it when it sends."""
    if await ctx.read(senders.others_left, ctx, connection.id):
        await ctx.write(senders.give_up, ctx, connection, message)


def _is_stopped(db: Db, ctx: Context, connection_id: int) -> bool:
    # Read now: while the request ran, an update with the old key may have been rejected.
    return connections.by_id(db)[connection_id].is_blocked or connection_id in senders.unable_here(db, ctx)


def _start_again(db: Db, ctx: Context, connection_id: int) -> None:
    senders.works(db, ctx, connection_id)
    if connections.by_id(db)[connection_id].is_blocked:
        unblock(db, connection_id, now_ms=ctx.clock.now_ms())


def unblock(db: Db, connection_id: int, *, now_ms: int) -> None:
    """Release the calls of a connection."""
    connections.unblock(db, connection_id)
    calls.unblock(db, connection_id, now_ms=now_ms)


def _connect(db: Db, ctx: Context, *, name: str, vendor: str, base_url: str, options: Mapping[str, str]) -> Connection:
    before = connections.find(db, name)
    connection_id = connections.put(db, name=name, vendor=vendor, base_url=base_url, options=options)
    is_changed = before is not None and (before.base_url, dict(before.options)) != (base_url, dict(options))
    senders.keys_entered(db, ctx, connection_id, for_all=is_changed)
    unblock(db, connection_id, now_ms=ctx.clock.now_ms())
    return connections.by_id(db)[connection_id]


def _problems_with(
    vendor_name: str, name: str, url: str, options: Mapping[str, str], secrets: Mapping[str, str]
) -> list[Problem]:
    vendor = VENDORS.get(vendor_name)
    if vendor is None:
        known = tuple(VENDORS)
        return [Problem(("vendor",), Message("connection.unknown_platform", platform=vendor_name, known=known))]
    problems: list[Problem] = []
    if not name.strip() or len(name) > NAME_MAX or "/" in name or not name.isprintable():
        message = Message("connection.invalid_name", most=NAME_MAX)
        problems.append(Problem(("name",), message))
    if url and (message := _why_unusable(url)):
        problems.append(Problem(("url",), message))
    problems += vendor.options.problems(vendor.title, options)
    fields = [field.name for field in vendor.secrets]
    problems += [
        Problem(
            ("secret", field),
            Message("connection.unknown_key", platform=vendor.title, field=field, names=tuple(fields)),
        )
        for field in secrets
        if field not in fields
    ]
    return problems


def _why_unusable(url: str) -> Message:
    """Return why an address cannot be a platform's, without any key that it may contain; empty where it can be."""
    shown = _WITH_A_KEY.sub("", url)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and _has_port(parts)
    except ValueError:
        return Message("connection.not_an_address", shown=shown)
    if "?" in url or "#" in url or "@" in parts.netloc:
        return Message("connection.address_too_long", shown=shown)
    if not usable or not url.isprintable() or " " in url:
        return Message("connection.not_an_address", shown=shown)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return Message("connection.not_encrypted", shown=shown)
    return NO_MESSAGE


def _has_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False
