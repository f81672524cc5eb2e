"""Leases: work on a connection that one station does for all, until a time unless it is renewed."""

from typing import NamedTuple

from shipconsole.store.database import Db


class Lease(NamedTuple):
    """Which station does a work, and until when (steady time)."""

    station_id: str
    until_ms: int


def get(db: Db, task: str, connection_id: int) -> Lease | None:
    """Return the lease of a work, also one that is over; None if there was none."""
    row = db.row("leases.get", task=task, connection_id=connection_id)
    return None if row is None else Lease(*row)


def take(
    db: Db, task: str, connection_id: int, *, station_id: str, steady_ms: int, until_ms: int, latest_ms: int
) -> bool:
    """Take or renew the lease of a work; False while another station has it.

    One until after `latest_ms` is left from before the clock was set back.
    """
    values = {"task": task, "connection_id": connection_id, "station_id": station_id}
    return db.change("leases.take", steady_ms=steady_ms, until_ms=until_ms, latest_ms=latest_ms, **values) == 1


def release(db: Db, task: str, connection_id: int, *, station_id: str) -> None:
    """End a station's lease, if it has it."""
    db.change("leases.release", task=task, connection_id=connection_id, station_id=station_id)


def release_connection(db: Db, connection_id: int, *, station_id: str) -> None:
    """End a station's leases of a connection."""
    db.change("leases.release_connection", connection_id=connection_id, station_id=station_id)


def release_all(db: Db, station_id: str) -> None:
    """End all leases of a station."""
    db.change("leases.release_all", station_id=station_id)
