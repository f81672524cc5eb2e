"""Drafts: shipments being typed, stored so that a crash loses no work."""

import json

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.store.database import Db


def get(db: Db, order_id: int) -> ShipmentDraft | None:
    """Return the draft of an order, None if there is none."""
    row = db.row("drafts.get", order_id=order_id)
    return None if row is None else _read(row[0])


def every(db: Db) -> list[tuple[str, ShipmentDraft]]:
    """Return all drafts with their order numbers, the last changed first."""
    return [(number, _read(body)) for number, body in db.rows("drafts.every")]


def exists(db: Db, order_id: int) -> bool:
    """Return whether an order has a draft."""
    return db.row("drafts.exists", order_id=order_id) is not None


def station_of(db: Db, order_id: int) -> str:
    """Return the station at which the draft of an order was typed last; empty if there is none."""
    row = db.row("drafts.station", order_id=order_id)
    return "" if row is None else str(row[0])


def mark(db: Db, order_id: int) -> str:
    """Return what is another text after each time that the draft is saved; empty if there is none."""
    row = db.row("drafts.saved", order_id=order_id)
    return "" if row is None else f"{row[1]} {row[0]}"


def put(db: Db, order_id: int, draft: ShipmentDraft, *, now_ms: int, station: str = "") -> None:
    """Store a draft as typed at a station; an empty one is deleted."""
    was_there = exists(db, order_id)
    if all(package == PackageDraft() for package in draft.packages):
        drop(db, order_id)
    else:
        body = json.dumps(draft.model_dump(mode="json"))
        db.change("drafts.put", order_id=order_id, body=body, now_ms=now_ms, station=station)
        if not was_there:
            db.note("order", order_id)


def drop(db: Db, order_id: int) -> None:
    """Delete the draft of an order, if there is one."""
    if db.change("drafts.drop", order_id=order_id):
        db.note("order", order_id)


def rename_station(db: Db, before: str, station: str) -> None:
    """Give the drafts of a station to its new name."""
    db.change("drafts.rename_station", before=before, station=station)


def _read(body: str) -> ShipmentDraft:
    return ShipmentDraft.model_validate(json.loads(body))
