"""The schema on a server: created and upgraded in one transaction, by an explicit command only."""

import os
from collections.abc import Sequence

from shipconsole.domain.message import Message
from shipconsole.store import migrations
from shipconsole.store.errors import StoreError, StoreLayoutError, StoreOlderError
from shipconsole.store.migrations import Migration, hashed
from shipconsole.store.postgresql.address import Address
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.queries import query

LOCK = 0x5348_4950
"""The advisory lock of everything that writes: "SHIP"."""
BEGIN = f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({LOCK})"
"""How everything that writes begins: one after another, as in a file."""
BEGIN_GROUP = f"""BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off;
SELECT pg_advisory_xact_lock({LOCK}); SELECT pg_current_xact_id()::TEXT"""
"""How a group of writes begins: its commit releases the lock before it is on disk, which `SYNC` waits for.

With the id of the transaction, by which its end can be looked up.
"""
SYNC = "SELECT pg_logical_emit_message(TRUE, 'shipconsole', '')"
"""Wait until every commit so far is on disk, and on the standbys that the server waits for.

A server's log is one sequence: who waits for its own last entry waits for all before it. So stations that wait at
the same time share one sync, and a commit that others saw before it was on disk is there before anything they wrote
later.
"""
# Only what every version of the server shows alike: a definition's text may be written anew by a newer one. Objects of
# extensions and the index of the search, which a person may add later, do not count.
_LAYOUT = """
SELECT 'column', pg_class.relname || '.' || pg_attribute.attname,
    format_type(pg_attribute.atttypid, pg_attribute.atttypmod) || ' ' || pg_attribute.attnotnull::text
FROM pg_attribute JOIN pg_class ON pg_class.oid = pg_attribute.attrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace AND pg_class.relkind IN ('r', 'v')
    AND pg_attribute.attnum > 0 AND NOT pg_attribute.attisdropped
UNION ALL SELECT 'index', relname, '' FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i' AND relname <> 'orders_by_search_text'
UNION ALL SELECT 'constraint', conname, contype::text FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'
UNION ALL SELECT 'trigger', tgname, tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace AND NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE pg_depend.objid = pg_proc.oid AND pg_depend.deptype = 'e')
"""


def is_blank(connection: Connection) -> bool:
    """Return whether no migration was ever applied to a database."""
    ((found,),) = connection.execute("SELECT to_regclass('migration')::text").fetchall()
    return found is None


def refuse_unfit(connection: Connection, address: Address, steps: Sequence[Migration] | None = None) -> None:
    """Raise `StoreError` unless a database has just the tables of this program, with what to do."""
    steps = migrations.known("postgresql") if steps is None else steps
    if is_blank(connection):
        raise StoreOlderError(Message("server.blank", database=address.label))
    applied = connection.execute("SELECT number, fingerprint FROM migration").fetchall()
    done: dict[int, str] = dict(applied)
    known = {step.number: step.fingerprint for step in steps}
    if set(done) - set(known):
        raise StoreError(Message("server.newer", database=address.label))
    if set(known) - set(done):
        raise StoreOlderError(Message("server.older", database=address.label))
    left = connection.execute("SELECT fingerprint FROM database_info").fetchall()
    if done != known or left != [(layout(connection),)]:
        raise StoreLayoutError(
            Message("server.unusable", database=address.label, reason=Message("database.other_tables"))
        )


def migrate(connection: Connection, address: Address, steps: Sequence[Migration] | None = None) -> list[int]:
    """Apply all missing steps in one transaction and return their numbers; raises `StoreError` for a newer database."""
    steps = migrations.known("postgresql") if steps is None else steps
    connection.execute(BEGIN)
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
            " applied_at_ms BIGINT NOT NULL, fingerprint TEXT NOT NULL)"
        )
        done = {int(number) for (number,) in connection.execute("SELECT number FROM migration").fetchall()}
        if done - {step.number for step in steps}:
            raise StoreError(Message("server.newer", database=address.label))
        missing = [step for step in steps if step.number not in done]
        for step in missing:
            connection.execute(step.text)
            connection.execute(
                "INSERT INTO migration VALUES (?, ?, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT, ?)",
                (step.number, step.name, step.fingerprint),
            )
        if missing:
            connection.execute(
                "INSERT INTO database_info (id, database_id, fingerprint) VALUES (1, ?, '') ON CONFLICT DO NOTHING",
                (os.urandom(16).hex(),),
            )
            connection.execute("UPDATE database_info SET fingerprint = ?", (layout(connection),))
        # Also without a missing step: a table that an administrator replaced has lost its rights.
        connection.execute(query("rights.grant", "postgresql").text)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [step.number for step in missing]


def layout(connection: Connection) -> str:
    """Return a hash of the schema: its columns, indexes, constraints, triggers and functions."""
    return hashed(repr(sorted(connection.execute(_LAYOUT).fetchall())))
