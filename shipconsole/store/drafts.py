"""Drafts: what was typed for an order and not shipped yet, so that a crash loses no work."""

import json
from dataclasses import asdict

from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.shipment import PackageDraft, ShipmentDraft
from shipconsole.store.database import Db


def get(db: Db, order_id: int) -> ShipmentDraft | None:
    """What was typed for an order, if anything."""
    row = db.row("drafts.get", order_id=order_id)
    if row is None:
        return None
    return _read(row[0])


def every(db: Db) -> list[tuple[str, ShipmentDraft]]:
    """Return all that was typed and not shipped, by order number, what changed last first."""
    return [(number, _read(body)) for number, body in db.rows("drafts.every")]


def put(db: Db, order_id: int, draft: ShipmentDraft, *, now_ms: int) -> None:
    """Keep what was typed; an empty draft is dropped."""
    if all(package == PackageDraft() for package in draft.packages):
        drop(db, order_id)
    else:
        body = json.dumps([asdict(package) for package in draft.packages])
        db.change("drafts.put", order_id=order_id, body=body, now_ms=now_ms)


def drop(db: Db, order_id: int) -> None:
    """Forget what was typed for an order: it shipped, or was put aside on purpose."""
    db.change("drafts.drop", order_id=order_id)


def _read(body: str) -> ShipmentDraft:
    packages = [
        PackageDraft(
            tracking_number=kept["tracking_number"],
            carrier=kept["carrier"],
            service=kept["service"],
            weight_kg=kept["weight_kg"],
            quantities={int(line_id): pieces for line_id, pieces in kept["quantities"].items()},
            raw_scan=kept["raw_scan"],
            accepted=tuple(map(LabelIssueKind, kept.get("accepted", ()))),
            kept_reason=kept.get("kept_reason", ""),
            unverified=kept.get("unverified", False),
        )
        for kept in json.loads(body)
    ]
    return ShipmentDraft(tuple(packages))
