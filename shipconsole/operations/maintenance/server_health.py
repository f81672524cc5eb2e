"""Health checks of a database's server: what is in order on it, and between it and this station."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from shipconsole.domain.database_address import DatabaseAddress, database_address
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import backups
from shipconsole.store import browse
from shipconsole.store.postgresql import facts
from shipconsole.store.postgresql.facts import ServerFacts
from shipconsole.store.postgresql.store import PostgresqlStore

APART_MOST_MS = 60_000
"""Clocks that differ by less are in order; leases and due times follow the server's clock, times of events ours."""
FREE_LEAST = 10
"""Connections that should be free: three stations more."""
NAMED = 3
ASYNCHRONOUS = frozenset({"local", "off"})


class Checked(NamedTuple):
    """The result of one check of a server."""

    what: Message
    ok: bool
    message: Message
    server_version: str = ""


async def run_checks(ctx: Context) -> tuple[Checked, ...]:
    """Check the database on a server, then the server itself, over a connection of its own."""
    store = ctx.store
    assert isinstance(store, PostgresqlStore)
    address = database_address(store.url)
    try:
        found = await asyncio.to_thread(facts.facts, store.url, ctx.clock.now_ms, password=store.password)
    except EnvironmentFailure as error:
        return (Checked(Message("health.database"), False, error.message),)
    try:
        counts = await ctx.read(browse.counts)
        # A full disk, or a role that may not write, is found by writing.
        await ctx.write(ctx.keep_steady_time)
    except EnvironmentFailure as error:
        message = backups.with_advice(error, None).message
        return (Checked(Message("health.database"), False, message, found.version), *of_server(address, found))
    message = Message("health.server_usable", database=address.text, count=counts.all, version=found.version)
    return (Checked(Message("health.database"), True, message, found.version), *of_server(address, found))


def of_server(address: DatabaseAddress, found: ServerFacts) -> tuple[Checked, ...]:
    """Return what is in order with a server and what is not, in words."""
    return (
        _version(found),
        _durability(found),
        _encryption(address, found),
        _standbys(found),
        _clock(found),
        _rights(found),
        _connections(found),
        *_rare(found),
    )


def _version(found: ServerFacts) -> Checked:
    fits = found.version_number >= facts.OLDEST
    if fits:
        message = Message("health.server_version", version=found.version)
    else:
        message = Message("health.server_too_old", version=found.version, oldest=facts.OLDEST // 10_000)
    return Checked(Message("health.server"), fits, message)


def _durability(found: ServerFacts) -> Checked:
    """Return whether what was stored survives a power cut at the server."""
    wrong = [name for name, on in (("fsync", found.fsync), ("full_page_writes", found.full_page_writes)) if not on]
    if found.synchronous_commit == "off":
        # Each connection of a station sets it for itself; other programs of the server may not.
        wrong.append("synchronous_commit")
    message = Message("health.server_unsafe", settings=tuple(wrong)) if wrong else Message("health.server_durable")
    return Checked(Message("health.server_durability"), not wrong, message)


def _encryption(address: DatabaseAddress, found: ServerFacts) -> Checked:
    what = Message("health.server_encryption")
    if found.is_encrypted and address.is_verified:
        return Checked(what, True, Message("health.server_verified", version=found.tls_version))
    if address.is_local:
        return Checked(what, True, Message("health.server_local"))
    if found.is_encrypted:
        return Checked(what, False, Message("health.server_unverified", mode=address.ssl_mode))
    return Checked(what, False, Message("health.server_plain", mode=address.ssl_mode))


def _standbys(found: ServerFacts) -> Checked:
    """Return whether a standby that takes over has all that was stored."""
    what, names = Message("health.standbys"), tuple(standby.name or "?" for standby in found.standbys)
    if not found.standbys and not found.synchronous_standby_names:
        return Checked(what, True, Message("health.no_standby"))
    if not found.standbys:
        return Checked(what, False, Message("health.standby_away", names=found.synchronous_standby_names))
    is_asynchronous = (
        not found.synchronous_standby_names
        or found.synchronous_commit in ASYNCHRONOUS
        or all(standby.state == "async" for standby in found.standbys)
    )
    if is_asynchronous:
        return Checked(what, False, Message("health.standby_asynchronous", names=names))
    return Checked(what, True, Message("health.standby_synchronous", names=names))


def _clock(found: ServerFacts) -> Checked:
    what = Message("health.server_clock")
    # Half of the answer's way is not known.
    apart_ms = max(0, abs(found.apart_ms) - found.round_trip_ms // 2)
    if apart_ms <= APART_MOST_MS:
        return Checked(what, True, Message("health.server_clock_right", ms=apart_ms))
    later = "health.server_clock_later" if found.apart_ms > 0 else "health.server_clock_earlier"
    return Checked(what, False, Message(later, count=round(apart_ms / 60_000)))


def _rights(found: ServerFacts) -> Checked:
    what, rights, role = Message("health.rights"), found.rights, found.role
    if rights.missing:
        shown = rights.missing[:NAMED]
        return Checked(what, False, Message("health.rights_missing", role=role, tables=shown))
    if rights.is_superuser:
        return Checked(what, False, Message("health.rights_superuser", role=role))
    if rights.changeable:
        return Checked(what, False, Message("health.rights_owner", role=role))
    if rights.may_create_roles:
        return Checked(what, False, Message("health.rights_roles", role=role))
    return Checked(what, True, Message("health.rights_right", role=role))


def _connections(found: ServerFacts) -> Checked:
    free = found.most_connections - found.connections
    enough = free >= FREE_LEAST
    message_id = "health.server_connections" if enough else "health.server_connections_few"
    message = Message(message_id, count=max(0, free), most=found.most_connections)
    return Checked(Message("health.server_connections_title"), enough, message)


def _rare(found: ServerFacts) -> Iterator[Checked]:
    """Yield what is hardly ever wrong, where it is."""
    if found.is_pooled:
        yield Checked(Message("health.pooler"), False, Message("health.pooler_between"))
    if found.encoding != "UTF8":
        yield Checked(Message("health.encoding"), False, Message("health.encoding_wrong", encoding=found.encoding))
    if found.is_standby:
        yield Checked(Message("health.standbys"), False, Message("health.is_standby"))
