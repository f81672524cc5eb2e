"""How platforms changed orders whose updates or draft were waiting, until a person has seen it."""

import json
from typing import NamedTuple

from shipconsole.domain.verdict import OrderChange
from shipconsole.store.database import Db


class UnseenChange(NamedTuple):
    """What a connection changed in an order and no person has seen; `is_cancelled` if the order was cancelled."""

    at_ms: int
    connection: str
    is_cancelled: bool
    changes: tuple[OrderChange, ...]


def of_order(db: Db, order_id: int) -> UnseenChange | None:
    """Return the change of an order that no person has seen, None if there is none."""
    row = db.row("order_changes.of_order", order_id=order_id)
    if row is None:
        return None
    at_ms, connection, is_cancelled, changes = row
    return UnseenChange(
        at_ms, connection, bool(is_cancelled), tuple(OrderChange(*part) for part in json.loads(changes))
    )


def put(db: Db, order_id: int, change: UnseenChange) -> None:
    """Store a change; together with an earlier one that no person has seen, it is the difference from the beginning.

    Its time is later than that of the earlier one, which tells the two apart.
    """
    earlier = of_order(db, order_id)
    at_ms = max(change.at_ms, earlier.at_ms + 1) if earlier else change.at_ms
    before = {part.sku: part.before for part in earlier.changes} if earlier else {}
    after = {part.sku: part for part in (*(earlier.changes if earlier else ()), *change.changes)}
    merged = [(sku, before.get(sku, part.before), part.after) for sku, part in after.items()]
    # What was changed back is no change any more; the address, which has no SKU, may differ all the same.
    kept = [part for part in merged if not part[0] or part[1] != part[2]]
    is_cancelled = change.is_cancelled or (earlier is not None and earlier.is_cancelled)
    values = {"connection": change.connection, "cancelled": int(is_cancelled), "changes": json.dumps(kept)}
    db.change("order_changes.put", order_id=order_id, now_ms=at_ms, **values)
    db.note("order", order_id)


def drop(db: Db, order_id: int) -> bool:
    """Store that a person has seen the change; False if there was none."""
    is_dropped = db.change("order_changes.drop", order_id=order_id) == 1
    if is_dropped:
        db.note("order", order_id)
    return is_dropped
