"""Platform drift: how a platform's order differs from what an update sent, seen when the order was read again."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain.field import FieldPath
from shipconsole.store.database import Db


class FieldDrift(NamedTuple):
    """A field that differs from what was sent or, if `sent` is None, that changed without being sent.

    All values are texts as a form shows them.
    """

    path: FieldPath
    sent: str | None
    before: str
    now: str


class NotCompared(NamedTuple):
    """A confirmed update that was not compared yet, with its request as stored."""

    call_id: int
    request: str


def not_compared(db: Db, *, connection_id: int, order_id: int, as_of: int) -> tuple[NotCompared, ...]:
    """Return a connection's confirmed updates of an order that were not compared yet, oldest first.

    Updates with an attempt after `as_of` are left out.
    """
    rows = db.rows("platform_drift.not_compared", connection_id=connection_id, order_id=order_id, as_of=as_of)
    return tuple(NotCompared(*row) for row in rows)


def put(db: Db, call_id: int, changes: Sequence[FieldDrift], *, at_ms: int) -> None:
    """Store how the platform's order differs after one update."""
    stored = json.dumps([[list(path), *texts] for path, *texts in changes], ensure_ascii=False)
    db.change("platform_drift.put", call_id=call_id, changes=stored, at_ms=at_ms)
    if changes:
        db.note("call", call_id)


def of_order(db: Db, order_id: int) -> Mapping[int, tuple[str, tuple[FieldDrift, ...]]]:
    """Return the drift of an order by update, each with the platform."""
    return {
        call_id: (vendor, tuple(FieldDrift(tuple(path), *texts) for path, *texts in json.loads(stored)))
        for call_id, vendor, stored in db.rows("platform_drift.of_order", order_id=order_id)
    }
