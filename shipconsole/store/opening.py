"""Opening: the store of a URL, in a file or on a server, whose driver is loaded only then."""

from collections.abc import Callable
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.store.database import Report, Store
from shipconsole.store.errors import StoreError
from shipconsole.store.postgresql.address import is_address, parsed
from shipconsole.store.sqlite import SqliteStore


def is_on_server(url: str) -> bool:
    """Return whether a database's URL is that of a server."""
    return is_address(url)


def open_store(
    url: str,
    *,
    file: Path | None,
    folder: Path,
    expected: bool = False,
    password: str | None = None,
    report: Report | None = None,
    before_migration: Callable[[Path, int], object] | None = None,
) -> Store:
    """Open the database in `file`, or where that is None the one on the server at `url`; see `Store.open`.

    `folder` is the profile's. Raises `StoreError` for a URL that names no database, and where the driver is missing.
    """
    store = server_store(url, folder, password=password) if file is None else SqliteStore(file, expected=expected)
    store.open(report, before_migration)
    return store


def server_store(url: str, folder: Path, *, password: str | None = None) -> Store:
    """Return the store of a server's URL, not opened yet; raises `StoreError`."""
    try:
        place = parsed(url)
    except ValueError as error:
        raise StoreError(Message("server.bad_address", form="postgresql://USER@HOST:PORT/NAME")) from error
    if not place.name:
        raise StoreError(Message("server.bad_address", form="postgresql://USER@HOST:PORT/NAME"))
    try:
        from shipconsole.store.postgresql.store import PostgresqlStore
    except ImportError as error:
        raise StoreError(Message("server.no_driver", reason=str(error))) from error
    return PostgresqlStore(url, folder, password=password)


def create_or_upgrade(url: str, *, password: str | None = None) -> list[int]:
    """Create the tables of a database on a server, or upgrade them, in one transaction.

    Returns the numbers of the steps that were missing. Raises `StoreError`, with nothing changed.
    """
    from shipconsole.store.postgresql import upgrading

    return upgrading.create_or_upgrade(url, password=password)


def accept_behind(url: str, folder: Path, *, now_ms: int, password: str | None = None) -> tuple[int, tuple[str, ...]]:
    """Use a server's database that lacks commits, as a person decided for all stations.

    Every unfinished update and automatic rule waits for a person then; returns how many updates, and the names of the
    connections with such rules. Raises `StoreError`.
    """
    from shipconsole.store.postgresql import upgrading

    return upgrading.accept_behind(url, folder, now_ms=now_ms, password=password)
