"""Manual changes of orders, append-only."""

from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.message import Message, from_stored
from shipconsole.store.database import Db


def add(
    db: Db,
    order_id: int,
    *,
    station: str,
    operator: str,
    what: Message,
    reason: str,
    now_ms: int,
    joined_order_id: int | None = None,
) -> None:
    """Add a manual change; `joined_order_id` is the order that became part of this one through it, if any."""
    db.change(
        "manual_changes.add",
        order_id=order_id,
        at_ms=now_ms,
        station=station,
        operator=operator,
        what=what,
        reason=reason,
        joined_order_id=joined_order_id,
    )


def of_order(db: Db, order_id: int) -> tuple[ManualChange, ...]:
    """Return the manual changes of an order and of those that became part of it, oldest first."""
    found: dict[int, ManualChange] = {}
    waiting = [order_id]
    while waiting:
        for id_, joined_order_id, *values, what, reason in db.rows("manual_changes.of_order", order_id=waiting.pop()):
            of_order_id, at_ms, station, operator = values
            found[id_] = ManualChange(
                order_id=of_order_id,
                at_ms=at_ms,
                station=station,
                operator=operator,
                what=from_stored(what),
                reason=reason,
            )
            waiting += [joined_order_id] if joined_order_id else []
    return tuple(change for _, change in sorted(found.items()))
