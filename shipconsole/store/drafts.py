"""Drafts: what was typed for an order and not shipped yet, so that a crash loses no work."""

import json

from shipconsole.domain.draft import PackageDraft, ShipmentDraft
from shipconsole.store.database import Db


def get(db: Db, order_id: int) -> ShipmentDraft | None:
    """What was typed for an order, if anything."""
    row = db.row("drafts.get", order_id=order_id)
    return None if row is None else _read(row[0])


def every(db: Db) -> list[tuple[str, ShipmentDraft]]:
    """Return all that was typed and not shipped, by order number, what changed last first."""
    return [(number, _read(body)) for number, body in db.rows("drafts.every")]


def put(db: Db, order_id: int, draft: ShipmentDraft, *, now_ms: int) -> None:
    """Keep what was typed; an empty draft is dropped."""
    if all(package == PackageDraft() for package in draft.packages):
        drop(db, order_id)
    else:
        body = json.dumps([package.model_dump(mode="json") for package in draft.packages])
        db.change("drafts.put", order_id=order_id, body=body, now_ms=now_ms)


def drop(db: Db, order_id: int) -> None:
    """Forget what was typed for an order: it shipped, or was put aside on purpose."""
    db.change("drafts.drop", order_id=order_id)


def _read(body: str) -> ShipmentDraft:
    return ShipmentDraft.model_validate({"packages": tuple(json.loads(body))})
