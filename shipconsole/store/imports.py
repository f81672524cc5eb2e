"""What was imported from files: how columns are mapped, and which rows became what."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from shipconsole.store.database import Db


class DoneRow(NamedTuple):
    """What a row became in an earlier run."""

    order_id: int
    shipment_id: int | None
    file: str
    row_number: int
    at_ms: int
    is_undone: bool
    """Whether its shipment was undone or voided since."""


def mapping(db: Db, signature: str) -> tuple[str, dict[str, str]] | None:
    """Return the kind and the titles by field that a person chose for a header; None if nobody did."""
    row = db.row("imports.mapping", signature=signature)
    return None if row is None else (row[0], json.loads(row[1]))


def keep_mapping(
    db: Db, signature: str, kind: str, titles: Mapping[str, str], *, station: str, operator: str, now_ms: int
) -> None:
    """Store how the columns of a header are mapped."""
    values = {"signature": signature, "kind": kind, "titles": json.dumps(titles)}
    db.change("imports.keep_mapping", **values, station=station, operator=operator, now_ms=now_ms)


def done(db: Db, row_key: str) -> DoneRow | None:
    """Return what a row became; None if it was not imported yet."""
    row = db.row("imports.done", row_key=row_key)
    return None if row is None else DoneRow(*row[:-1], is_undone=bool(row[-1]))


def add(
    db: Db,
    row_key: str,
    *,
    order_id: int,
    shipment_id: int | None,
    file: str,
    row_number: int,
    station: str,
    operator: str,
    now_ms: int,
) -> None:
    """Store that a row became an order or part of a shipment, in the transaction of that; never twice."""
    values = {"row_key": row_key, "order_id": order_id, "shipment_id": shipment_id, "now_ms": now_ms}
    db.change("imports.add", **values, file=file, row_number=row_number, station=station, operator=operator)
