"""Claims of orders by packers at stations; every station on the database sees them."""

from shipconsole.domain.claim import Claim
from shipconsole.store.database import Db


def of_order(db: Db, order_id: int) -> Claim | None:
    """Return the claim of an order, whether or not it still counts; None if there is none."""
    row = db.row("claims.of_order", order_id=order_id)
    names = ("order_id", "station", "operator", "at_ms", "seen_at_ms")
    return None if row is None else Claim.model_validate(dict(zip(names, row, strict=True)))


def put(db: Db, order_id: int, *, station: str, operator: str, steady_ms: int, by_opening: bool) -> bool:
    """Claim an order, whoever had claimed it; False if it has nothing left to ship."""
    values = {"station": station, "operator": operator, "steady_ms": steady_ms, "by_opening": int(by_opening)}
    is_claimed = db.change("claims.put", order_id=order_id, **values) == 1
    if is_claimed:
        db.note("order", order_id)
    return is_claimed


def renew(db: Db, order_id: int, *, station: str, operator: str, steady_ms: int) -> None:
    """Store that a station works on an order that it has claimed."""
    db.change("claims.renew", order_id=order_id, station=station, operator=operator, steady_ms=steady_ms)


def keep(db: Db, order_id: int, *, station: str) -> None:
    """Have a station's claim last when the order is closed."""
    db.change("claims.keep", order_id=order_id, station=station)


def drop(db: Db, order_id: int) -> None:
    """End the claim of an order, if there is one."""
    if db.change("claims.drop", order_id=order_id):
        db.note("order", order_id)


def drop_own(db: Db, order_id: int, *, station: str) -> None:
    """End a station's claim of an order, if it has one."""
    if db.change("claims.drop_own", order_id=order_id, station=station):
        db.note("order", order_id)


def drop_opened(db: Db, order_id: int, *, station: str) -> None:
    """End a station's claim of an order that it closes, if the claim began when the order was opened."""
    if db.change("claims.drop_opened", order_id=order_id, station=station):
        db.note("order", order_id)


def rename_station(db: Db, before: str, station: str) -> None:
    """Give the claims of a station to its new name."""
    for row in db.rows("claims.of_station", station=before):
        db.note("order", row[0])
    db.change("claims.rename_station", before=before, station=station)
