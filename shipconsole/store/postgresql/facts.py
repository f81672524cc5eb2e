"""What a PostgreSQL server says of itself: its version, its settings, its standbys, who is connected, and our rights.

Each function uses a connection of its own for a moment, so that it works where the store can't be opened.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from shipconsole.store.postgresql import engine
from shipconsole.store.postgresql.checks import OLDEST_SERVER
from shipconsole.store.postgresql.engine import Connection, Password
from shipconsole.store.postgresql.upgrading import connected
from shipconsole.store.queries import query

OLDEST = OLDEST_SERVER
"""The oldest version that is supported, as the server writes it."""
ADDED_ONLY = frozenset({"attempt", "manual_change", "package_change", "packed", "data_removal"})
"""The tables whose rows a station may add, and not change: only names and texts in them, while they are removed."""
NEVER_CHANGED = frozenset({"packed", "data_removal"})
"""Those of them that have no such text."""
READ_ONLY = frozenset({"migration"})


class Standby(NamedTuple):
    """A server that follows: its name, and how (`sync`, `quorum`, `potential`, `async`; empty if that is not shown)."""

    name: str
    state: str


class Station(NamedTuple):
    """A program that is connected to the database: the name it gave, its role, its number of connections."""

    name: str
    role: str
    connections: int


class Rights(NamedTuple):
    """The rights of the role that asked: tables without a needed one, and what is more than a station needs."""

    missing: tuple[str, ...]
    is_superuser: bool
    may_create_roles: bool
    changeable: tuple[str, ...]
    """The tables that are append-only and may be changed by this role all the same, or that it owns."""


class ServerFacts(NamedTuple):
    """What a server says of itself and of the connection to it; times in milliseconds."""

    version: str
    version_number: int
    fsync: bool
    full_page_writes: bool
    synchronous_commit: str
    synchronous_standby_names: str
    encoding: str
    is_standby: bool
    database: str
    role: str
    is_pooled: bool
    """Whether something between hands the statements of one connection to several processes of the server."""
    is_encrypted: bool
    tls_version: str
    apart_ms: int
    """How much later the server's clock is than this computer's."""
    round_trip_ms: int
    standbys: tuple[Standby, ...]
    connections: int
    most_connections: int
    stations: tuple[Station, ...]
    rights: Rights
    migrations: tuple[int, ...] | None
    """The steps of the schema that were applied; None if the database has no tables of ours."""
    size_bytes: int


def facts(url: str, now_ms: Callable[[], int], *, password: Password = None) -> ServerFacts:
    """Return what a server says; blocks, and raises `EnvironmentFailure`. `now_ms` is this computer's clock."""
    with connected(url, password) as connection:
        ((version, number, fsync, pages, commit, names, encoding, most, is_standby, database, role),) = _rows(
            connection, "settings"
        )
        apart_ms, round_trip_ms = _apart(connection, now_ms)
        ((is_encrypted, tls),) = _rows(connection, "encryption") or [(False, "")]
        ((has_migrations,),) = _rows(connection, "has_migrations")
        return ServerFacts(
            version=version.partition(" ")[0],
            version_number=number,
            fsync=fsync == "on",
            full_page_writes=pages == "on",
            synchronous_commit=commit,
            synchronous_standby_names=names,
            encoding=encoding,
            is_standby=bool(is_standby),
            database=database,
            role=role,
            is_pooled=any(_rows(connection, "process")[0][0] != connection.backend_pid for _ in range(3)),
            is_encrypted=bool(is_encrypted),
            tls_version=tls,
            apart_ms=apart_ms,
            round_trip_ms=round_trip_ms,
            standbys=tuple(Standby(*row) for row in _rows(connection, "standbys")),
            connections=_rows(connection, "connections")[0][0],
            most_connections=most,
            stations=tuple(Station(*row) for row in _rows(connection, "stations")),
            rights=_rights(connection),
            migrations=_migrations(connection) if has_migrations else None,
            size_bytes=_rows(connection, "size")[0][0],
        )


def _rows(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    return connection.execute(query(f"server.{name}", "postgresql").text).fetchall()


def _apart(connection: Connection, now_ms: Callable[[], int]) -> tuple[int, int]:
    """Return how far apart the clocks are, and how long the answer took: the shortest of three."""
    measured: list[tuple[int, int]] = []
    for _ in range(3):
        before_ms = now_ms()
        ((server_ms,),) = _rows(connection, "clock")
        after_ms = now_ms()
        measured.append((after_ms - before_ms, server_ms - (before_ms + after_ms) // 2))
    round_trip_ms, apart_ms = min(measured)
    return apart_ms, round_trip_ms


def _rights(connection: Connection) -> Rights:
    ((is_superuser, may_create_roles),) = _rows(connection, "role")
    missing: list[str] = []
    changeable: list[str] = []
    for name, may_select, may_insert, may_update, may_delete, is_owner, may_update_all in _rows(
        connection, "table_rights"
    ):
        is_fixed = name in READ_ONLY
        needed = may_select and (is_fixed or name == "database_info" or (may_insert and may_delete))
        if not needed or not (may_update or is_fixed or name in NEVER_CHANGED):
            missing.append(name)
        if is_owner or (name in ADDED_ONLY and may_update_all):
            changeable.append(name)
    return Rights(tuple(missing), bool(is_superuser), bool(may_create_roles), tuple(changeable))


def _migrations(connection: Connection) -> tuple[int, ...] | None:
    try:
        return tuple(number for (number,) in _rows(connection, "migrations"))
    except engine.Error:
        # A role without rights, which `rights` says.
        return ()
