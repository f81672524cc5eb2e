"""Echoes: what a platform made of what it was told, as seen when the order was read back."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shipconsole.domain.field import FieldPath
from shipconsole.store.database import Db


class FieldDrift(NamedTuple):
    """One field that is not as it was sent, or, where `sent` is None, that changed without having been sent.

    All values are the texts by which a form shows them.
    """

    path: FieldPath
    sent: str | None
    before: str
    now: str


class Awaited(NamedTuple):
    """A call that a platform took and whose echo was not seen yet: its id, and its request as stored."""

    call_id: int
    request: str


def awaited(db: Db, *, connection_id: int, order_id: int, as_of: int) -> tuple[Awaited, ...]:
    """The calls about an order that a connection took and that were not compared yet, oldest first.

    Those of which something was learned after the attempt `as_of` are left out.
    """
    rows = db.rows("platform_drift.not_compared", connection_id=connection_id, order_id=order_id, as_of=as_of)
    return tuple(Awaited(*row) for row in rows)


def put(db: Db, call_id: int, changes: Sequence[FieldDrift], *, at_ms: int) -> None:
    """Keep what was seen of one call."""
    kept = json.dumps([[list(path), *texts] for path, *texts in changes], ensure_ascii=False)
    db.change("platform_drift.put", call_id=call_id, changes=kept, at_ms=at_ms)
    if changes:
        db.note("call", call_id)


def of_order(db: Db, order_id: int) -> Mapping[int, tuple[str, tuple[FieldDrift, ...]]]:
    """Return what was seen of the calls of an order, by call, each with the platform that it went to."""
    return {
        call_id: (vendor, tuple(FieldDrift(tuple(path), *texts) for path, *texts in json.loads(kept)))
        for call_id, vendor, kept in db.rows("platform_drift.of_order", order_id=order_id)
    }
