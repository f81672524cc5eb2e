"""Checks of a server before it is used, and after each time it was away. Nothing is written that was not there."""

from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.message import Message
from shipconsole.store import moves
from shipconsole.store.errors import StoreAwayError, StoreError, StoreMovedError, StoreServerBehindError
from shipconsole.store.mark import Mark
from shipconsole.store.migrations import Migration
from shipconsole.store.postgresql import schema
from shipconsole.store.postgresql.address import Address
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.postgresql.known import Known

OLDEST_SERVER = 130000
IDLE_IN_TRANSACTION_S = 2
LOCK_WAIT_S = 20
# No statement here is so long that compiling it is worth the 100 ms; what an index finds of a million orders is kept
# order by order, or all orders of a page would be compared again.
# A station that freezes in the middle of a group must not keep all others waiting: the server ends its transaction.
_SETTINGS = f"""
SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_S}s';
SET lock_timeout = '{LOCK_WAIT_S}s';
SET statement_timeout = 0;
SET default_transaction_isolation = 'read committed';
SET standard_conforming_strings = on;
SET jit = off;
SET work_mem = '32MB'
"""
_SERVER = """
SELECT pg_is_in_recovery(), current_setting('server_encoding'), current_setting('synchronous_commit'),
    (SELECT system_identifier::TEXT FROM pg_control_system()),
    CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END
"""


class Lineage(NamedTuple):
    """Which cluster a server runs, and which line of its history: another one after a fail-over or a restore."""

    system: str
    timeline: str


def prepare(connection: Connection, address: Address) -> Lineage:
    """Set and check what every connection needs; raises `StoreError` for a server that cannot be used."""
    if connection.server_version < OLDEST_SERVER:
        found, oldest = connection.server_version // 10_000, OLDEST_SERVER // 10_000
        raise StoreError(Message("server.too_old", database=address.label, found=str(found), oldest=str(oldest)))
    connection.execute(_SETTINGS)
    refuse_pooler(connection, address)
    ((is_standby, encoding, synchronous, system, timeline),) = connection.execute(_SERVER).fetchall()
    if is_standby:
        reason = Message("server.standby")
        raise StoreAwayError(
            Message("server.away", host=address.host, port=address.port, database=address.name, reason=reason)
        )
    if encoding != "UTF8":
        raise StoreError(Message("server.not_unicode", database=address.label, found=str(encoding)))
    if synchronous not in ("on", "remote_apply"):
        connection.execute("SET synchronous_commit = on")
    return Lineage(system, timeline)


def refuse_pooler(connection: Connection, address: Address) -> None:
    """Raise `StoreError` where another program hands the transactions of a connection to several processes."""
    pids = {connection.backend_pid}
    for _ in range(3):
        pids |= {pid for (pid,) in connection.execute("SELECT pg_backend_pid()").fetchall()}
    if len(pids) > 1:
        raise StoreError(Message("server.pooler", database=address.label))


def refuse_unfit(
    connection: Connection, address: Address, token: str, known: Known, steps: Sequence[Migration] | None = None
) -> tuple[Mark, str, int]:
    """Raise `StoreError` unless the database is the one of before with all its commits, and has this program's tables.

    `known` is what was read before the connection was made. Returns how far the database is, the fingerprint of its
    schema, and the last commit of this program's own. A database that lacks commits is marked, so that no other station
    writes either.

    It lacks some where it has fewer of the program's own than were stored, or fewer of all than the program saw. What
    was seen counts only as far as it was safe by then (`listening`): others see a commit before it is on disk, and a
    server that crashes may lose it then. No one was told that it was stored, so that is not a loss.
    """
    refuse_arriving(connection, address)
    schema.refuse_unfit(connection, address, steps)
    database_id, commits, fingerprint, own, lost = PostgresqlDb(connection).rows("info.reached", token=token)[0]
    if known.here not in ("", database_id):
        reason = Message("database.other")
        raise StoreServerBehindError(Message("server.unusable", database=address.label, reason=reason))
    seen = known.commits.get(database_id, 0)
    if own < known.own.get(database_id, 0) or commits < seen:
        lost = max(lost, seen - commits, 1)
        PostgresqlDb(connection).change("info.note_behind", lost_commits=lost)
    if lost:
        raise behind(address, lost)
    return Mark(database_id, commits), fingerprint, own


def refuse_arriving(connection: Connection, address: Address) -> None:
    """Raise `StoreMovedError` for a database that is still being filled from a station's file."""
    if schema.is_blank(connection) or connection.execute("SELECT to_regclass('move')::text").fetchall() == [(None,)]:
        return
    move = moves.of(PostgresqlDb(connection))
    if move is not None and move.state == "arriving":
        raise StoreMovedError(Message("database.arriving", database=address.label, other=move.other))


def behind(address: Address, lost: int) -> StoreServerBehindError:
    """Return the failure that a database lacks commits."""
    reason = Message("database.change_missing", count=lost)
    return StoreServerBehindError(Message("server.behind", database=address.label, reason=reason))
