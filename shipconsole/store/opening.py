"""Opening of a database on a server, whose driver is loaded only then; a file needs no more than `SqliteStore`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shipconsole.domain.message import Message
from shipconsole.store.database import Db, Store
from shipconsole.store.errors import StoreError

if TYPE_CHECKING:
    from shipconsole.store.postgresql.engine import Password


def server_store(url: str, folder: Path, *, password: "Password" = None) -> Store:
    """Return the store of a server's URL, not opened yet; raises `StoreError`."""
    try:
        from shipconsole.store.postgresql.store import PostgresqlStore
    except ImportError as error:
        raise StoreError(Message("server.no_driver", reason=str(error))) from error
    return PostgresqlStore(url, folder, password=password)


def create_or_upgrade(url: str, *, password: "Password" = None) -> list[int]:
    """Create the tables of a database on a server, or upgrade them, in one transaction.

    Returns the numbers of the steps that were missing. Raises `StoreError`, with nothing changed.
    """
    from shipconsole.store.postgresql import upgrading

    return upgrading.create_or_upgrade(url, password=password)


def accept_behind(
    url: str,
    folder: Path,
    *,
    now_ms: int,
    password: "Password" = None,
    note: Callable[[Db], object] | None = None,
) -> tuple[int, tuple[str, ...]]:
    """Use a server's database that lacks commits, as a person decided for all stations.

    Every unfinished update and automatic rule waits for a person then; returns how many updates, and the names of the
    connections with such rules. `note` writes into the same transaction. Raises `StoreError`.
    """
    from shipconsole.store.postgresql import upgrading

    return upgrading.accept_behind(url, folder, now_ms=now_ms, password=password, note=note)
