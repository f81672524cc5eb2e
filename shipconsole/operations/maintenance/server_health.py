"""Health checks of a database's server: what is in order on it, and between it and this station."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from shipconsole.domain.database_address import DatabaseAddress
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.operations.context import Context
from shipconsole.operations.maintenance import backups
from shipconsole.store import browse, server
from shipconsole.store.server import ServerFacts

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
    from shipconsole.store.postgresql.store import PostgresqlStore

    assert isinstance(ctx.store, PostgresqlStore)
    address = ctx.store.address
    try:
        facts = await asyncio.to_thread(server.facts, ctx.store.parameters, ctx.clock.now_ms)
    except EnvironmentFailure as error:
        return (Checked(Message("health.database"), False, error.message),)
    try:
        counts = await ctx.read(browse.counts)
        # A full disk, or a role that may not write, is found by writing.
        await ctx.write(ctx.keep_steady_time)
    except EnvironmentFailure as error:
        message = backups.with_advice(error, None).message
        return (Checked(Message("health.database"), False, message, facts.version), *of_server(address, facts))
    message = Message("health.server_usable", database=address.text, count=counts.all, version=facts.version)
    return (Checked(Message("health.database"), True, message, facts.version), *of_server(address, facts))


def of_server(address: DatabaseAddress, facts: ServerFacts) -> tuple[Checked, ...]:
    """Return what is in order with a server and what is not, in words."""
    return (
        _version(facts),
        _durability(facts),
        _encryption(address, facts),
        _standbys(facts),
        _clock(facts),
        _rights(facts),
        _connections(facts),
        *_rare(facts),
    )


def _version(facts: ServerFacts) -> Checked:
    fits = facts.version_number >= server.OLDEST
    message = Message(
        "health.server_version" if fits else "health.server_too_old",
        version=facts.version,
        oldest=server.OLDEST // 10_000,
    )
    return Checked(Message("health.server"), fits, message)


def _durability(facts: ServerFacts) -> Checked:
    """Return whether what was stored survives a power cut at the server."""
    wrong = [name for name, on in (("fsync", facts.fsync), ("full_page_writes", facts.full_page_writes)) if not on]
    if facts.synchronous_commit == "off":
        # Each connection of a station sets it for itself; other programs of the server may not.
        wrong.append("synchronous_commit")
    message = Message("health.server_unsafe", settings=tuple(wrong)) if wrong else Message("health.server_durable")
    return Checked(Message("health.server_durability"), not wrong, message)


def _encryption(address: DatabaseAddress, facts: ServerFacts) -> Checked:
    what = Message("health.server_encryption")
    if facts.is_encrypted and address.is_verified:
        return Checked(what, True, Message("health.server_verified", version=facts.tls_version))
    if address.is_local:
        return Checked(what, True, Message("health.server_local"))
    if facts.is_encrypted:
        return Checked(what, False, Message("health.server_unverified", mode=address.ssl_mode))
    return Checked(what, False, Message("health.server_plain", mode=address.ssl_mode))


def _standbys(facts: ServerFacts) -> Checked:
    """Return whether a standby that takes over has all that was stored."""
    what, names = Message("health.standbys"), tuple(standby.name or "?" for standby in facts.standbys)
    if not facts.standbys and not facts.synchronous_standby_names:
        return Checked(what, True, Message("health.no_standby"))
    if not facts.standbys:
        return Checked(what, False, Message("health.standby_away", names=facts.synchronous_standby_names))
    is_asynchronous = (
        not facts.synchronous_standby_names
        or facts.synchronous_commit in ASYNCHRONOUS
        or all(standby.state == "async" for standby in facts.standbys)
    )
    if is_asynchronous:
        return Checked(what, False, Message("health.standby_asynchronous", names=names))
    return Checked(what, True, Message("health.standby_synchronous", names=names))


def _clock(facts: ServerFacts) -> Checked:
    what = Message("health.server_clock")
    # Half of the answer's way is not known.
    apart_ms = max(0, abs(facts.apart_ms) - facts.round_trip_ms // 2)
    if apart_ms <= APART_MOST_MS:
        return Checked(what, True, Message("health.server_clock_right", ms=apart_ms))
    later = "health.server_clock_later" if facts.apart_ms > 0 else "health.server_clock_earlier"
    return Checked(what, False, Message(later, count=round(apart_ms / 60_000)))


def _rights(facts: ServerFacts) -> Checked:
    what, rights, role = Message("health.rights"), facts.rights, facts.role
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


def _connections(facts: ServerFacts) -> Checked:
    free = facts.most_connections - facts.connections
    enough = free >= FREE_LEAST
    message_id = "health.server_connections" if enough else "health.server_connections_few"
    message = Message(message_id, count=max(0, free), most=facts.most_connections)
    return Checked(Message("health.server_connections_title"), enough, message)


def _rare(facts: ServerFacts) -> Iterator[Checked]:
    """Yield what is hardly ever wrong, where it is."""
    if facts.is_pooled:
        yield Checked(Message("health.pooler"), False, Message("health.pooler_between"))
    if facts.encoding != "UTF8":
        yield Checked(Message("health.encoding"), False, Message("health.encoding_wrong", encoding=facts.encoding))
    if facts.is_standby:
        yield Checked(Message("health.standbys"), False, Message("health.is_standby"))
