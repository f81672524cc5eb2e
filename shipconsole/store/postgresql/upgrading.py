"""What a person does to a database on a server, while no station writes: create, upgrade, accept what is missing."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shipconsole.store import holding
from shipconsole.store.database import Db
from shipconsole.store.mark import Mark, Marker, file_of
from shipconsole.store.migrations import Migration
from shipconsole.store.postgresql import checks, engine, reasons, schema
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.checks import Place
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection
from shipconsole.store.postgresql.schema import BEGIN

ACCEPTED_GAP = 1_000_000_000
"""More commits than any station may have seen beyond those that are known to be missing."""
LONGEST_S = 3_600.0


def create_or_upgrade(url: str, *, password: str | None = None, steps: Sequence[Migration] | None = None) -> list[int]:
    """Create the tables, or upgrade them, in one transaction; returns the numbers of the steps that were missing."""
    with _connected(url, password) as connection:
        return schema.migrate(connection, parsed(url), steps)


def accept_behind(url: str, folder: Path, *, now_ms: int, password: str | None = None) -> tuple[int, tuple[str, ...]]:
    """Accept a database that lacks commits as it is, in one transaction, for all stations.

    Returns how many updates wait for a person now, and the connections whose automatic rules do.
    """
    place = Place(folder, parsed(url))
    known = checks.last_known(place)
    with _connected(url, password) as connection:
        schema.refuse_unfit(connection, place.address)
        connection.execute(BEGIN)
        db: Db = PostgresqlDb(connection)
        updates, rules = holding.hold_updates(db, now_ms)
        db.change("info.accept_behind", commits=0 if known is None else known.commits, gap=ACCEPTED_GAP)
        ((database_id, commits),) = connection.execute("SELECT database_id, commits FROM database_info").fetchall()
        connection.execute("COMMIT")
    if known is not None and known.database_id != database_id:
        # Another database took the place of the one that was here.
        file_of(place.base).unlink(missing_ok=True)
    marker = Marker(place.base)
    try:
        marker.reached(Mark(database_id, commits))
    finally:
        marker.close()
    return updates, rules


@contextmanager
def _connected(url: str, password: str | None) -> Generator[Connection]:
    address = parsed(url)
    try:
        connection = engine.connect(url, password=password, name="shipconsole command")
    except (engine.Error, OSError, ValueError) as error:
        code = engine.refusal(url, password=password) if isinstance(error, engine.Error) else ""
        raise reasons.as_failure(error, address, code) from error
    try:
        checks.prepare(connection, address)
        # An upgrade of a great database may take long.
        connection.silence_s = LONGEST_S
        yield connection
    except engine.Error as error:
        raise reasons.as_failure(error, address) from error
    finally:
        connection.close()
