"""What a person does to a database on a server, while no station writes: create, upgrade, accept what is missing."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.store import holding
from shipconsole.store.database import Db
from shipconsole.store.mark import Mark
from shipconsole.store.migrations import Migration
from shipconsole.store.postgresql import checks, engine, reasons, schema
from shipconsole.store.postgresql.address import parsed
from shipconsole.store.postgresql.db import PostgresqlDb
from shipconsole.store.postgresql.engine import Connection, Password
from shipconsole.store.postgresql.known import Place
from shipconsole.store.postgresql.schema import BEGIN

ACCEPTED_GAP = 1_000_000_000
"""More commits than any station may have seen beyond those that are known to be missing."""
LONGEST_S = 3_600.0


def create_or_upgrade(url: str, *, password: Password = None, steps: Sequence[Migration] | None = None) -> list[int]:
    """Create the tables, or upgrade them, in one transaction; returns the numbers of the steps that were missing."""
    with _connected(url, password) as connection:
        return schema.migrate(connection, parsed(url), steps)


def accept_behind(
    url: str,
    folder: Path,
    *,
    now_ms: int,
    password: Password = None,
    note: Callable[[Db], object] | None = None,
) -> tuple[int, tuple[str, ...]]:
    """Accept a database that lacks commits as it is, in one transaction, for all stations.

    `note` writes into the same transaction. Returns how many updates wait for a person now, and the connections whose
    automatic rules do.
    """
    place = Place(folder, parsed(url))
    known = place.known()
    with _connected(url, password) as connection:
        schema.refuse_unfit(connection, place.address)
        connection.execute(BEGIN)
        db: Db = PostgresqlDb(connection)
        updates, rules = holding.hold_updates(db, now_ms)
        if note is not None:
            note(db)
        ((database_id,),) = connection.execute("SELECT database_id FROM database_info").fetchall()
        db.change("info.accept_behind", commits=known.commits.get(database_id, 0), gap=ACCEPTED_GAP)
        ((commits,),) = connection.execute("SELECT commits FROM database_info").fetchall()
        connection.execute("COMMIT")
    # Another database may have taken the place of the one that was here.
    place.keep(database_id)
    marker = place.marker(database_id)
    try:
        marker.reached(Mark(database_id, commits))
    finally:
        marker.close()
    return updates, rules


def failure_of(url: str, folder: Path, *, password: Password = None) -> EnvironmentFailure | None:
    """Return why a station with this profile's folder can't use a database; None if it can."""
    place = Place(folder, parsed(url))
    try:
        token = place.token()
        known = place.known(token)
        with _connected(url, password) as connection:
            checks.refuse_unfit(connection, place.address, token, known)
    except OSError as error:
        return reasons.as_failure(error, place.address)
    except EnvironmentFailure as failure:
        return failure
    return None


@contextmanager
def connected(url: str, password: Password = None) -> Generator[Connection]:
    """Yield a connection to a server, whatever is wrong with it or with its database; raises `EnvironmentFailure`."""
    address = parsed(url)
    try:
        connection = engine.connect(url, password=password, name="shipconsole command")
    except (engine.Error, OSError, ValueError) as error:
        code = engine.refusal(error, url, password=password)
        raise reasons.as_failure(error, address, code) from error
    try:
        yield connection
    except engine.Error as error:
        raise reasons.as_failure(error, address) from error
    finally:
        connection.close()


@contextmanager
def _connected(url: str, password: Password) -> Generator[Connection]:
    with connected(url, password) as connection:
        checks.prepare(connection, parsed(url))
        # An upgrade of a great database may take long.
        connection.silence_s = LONGEST_S
        yield connection
