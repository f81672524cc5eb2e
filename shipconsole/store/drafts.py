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


def put(db: Db, order_id: int, draft: ShipmentDraft, *, now_ms: int) -> None:
    """Store a draft; an empty one is deleted."""
    if all(package == PackageDraft() for package in draft.packages):
        drop(db, order_id)
    else:
        body = json.dumps(draft.model_dump(mode="json"))
        db.change("drafts.put", order_id=order_id, body=body, now_ms=now_ms)


def drop(db: Db, order_id: int) -> None:
    """Delete the draft of an order, if there is one."""
    db.change("drafts.drop", order_id=order_id)


def _read(body: str) -> ShipmentDraft:
    return ShipmentDraft.model_validate(json.loads(body))
