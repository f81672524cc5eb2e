"""Hand-over lists and their packages."""

from collections.abc import Iterable
from typing import Any

from shipconsole.domain.handed_over import HandOver, HandOverPackage
from shipconsole.store.database import Db


def shipped_between(db: Db, since_ms: int, until_ms: int) -> list[HandOverPackage]:
    """Return the packages that shipped from a station in a span of time, without undone ones, oldest first."""
    return [_package(row) for row in db.rows("hand_overs.shipped_between", since_ms=since_ms, until_ms=until_ms)]


def handed_over_between(db: Db, since_ms: int, until_ms: int) -> list[HandOverPackage]:
    """Return the packages of the lists of a span of time, both ends included, oldest list first."""
    return [_package(row) for row in db.rows("hand_overs.handed_over_between", since_ms=since_ms, until_ms=until_ms)]


def not_scanned_between(db: Db, since_ms: int, until_ms: int) -> list[HandOverPackage]:
    """Return those of `handed_over_between` that no carrier has scanned."""
    return [_package(row) for row in db.rows("hand_overs.not_scanned_between", since_ms=since_ms, until_ms=until_ms)]


def count_not_scanned(db: Db, since_ms: int, until_ms: int) -> int:
    """Return how many packages `not_scanned_between` returns."""
    return int(db.value("hand_overs.count_not_scanned", since_ms=since_ms, until_ms=until_ms))


def add(db: Db, package_ids: Iterable[int], *, station: str, operator: str, now_ms: int) -> int:
    """Record a hand-over of the packages that are on no list yet; return how many these are."""
    hand_over_id = int(db.value("hand_overs.add", at_ms=now_ms, station=station, operator=operator))
    added = sum(
        db.change("hand_overs.add_package", package_id=package_id, hand_over_id=hand_over_id)
        for package_id in package_ids
    )
    if not added:
        db.change("hand_overs.drop", id=hand_over_id)
    return added


def of_shipment(db: Db, shipment_id: int) -> list[str]:
    """Return the numbers of a shipment's packages that were handed over."""
    return [number for (number,) in db.rows("hand_overs.of_shipment", shipment_id=shipment_id)]


def first_at_ms(db: Db) -> int | None:
    """Return when the first hand-over was recorded, None if none was."""
    return db.value("hand_overs.first_at")


def newest(db: Db, most: int) -> list[HandOver]:
    """Return the newest hand-overs, the last first."""
    return [HandOver._make(row) for row in db.rows("hand_overs.newest", most=most)]


def _package(row: tuple[Any, ...]) -> HandOverPackage:
    return HandOverPackage(*row[:-1], is_scanned=bool(row[-1]))
