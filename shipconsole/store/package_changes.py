"""Edits of packages' tracking number, carrier and service, append-only."""

import json
from collections.abc import Sequence
from typing import Any

from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.manual_change import PackageChange
from shipconsole.domain.shipment import Package
from shipconsole.store.database import Db


def add(db: Db, before: Package, after: Package, *, station: str, operator: str, reason: str, now_ms: int) -> None:
    """Add an edit, with a stored package before and after it."""
    db.change(
        "package_changes.add",
        package_id=before.id,
        at_ms=now_ms,
        station=station,
        operator=operator,
        old_number=before.tracking_number,
        number=after.tracking_number,
        old_carrier=before.carrier,
        carrier=after.carrier,
        old_service=before.service,
        service=after.service,
        reason=reason,
        old_accepted=json.dumps(before.accepted),
        accepted=json.dumps(after.accepted),
    )


def of_order(db: Db, order_id: int) -> tuple[PackageChange, ...]:
    """Return every edit of an order's packages, oldest first."""
    return tuple(sorted(_change(row) for row in db.rows("package_changes.of_order", order_id=order_id)))


def _change(row: Sequence[Any]) -> PackageChange:
    *values, old_accepted, accepted = row
    codes = (tuple(map(LabelIssueKind, json.loads(text))) for text in (old_accepted, accepted))
    return PackageChange(*values, *codes)


def replaced(db: Db, order_id: int) -> dict[str, str]:
    """Map each number that no package of an order has any more to the number that its package has now.

    The number of an undone package maps to the empty text.
    """
    numbers: dict[int, str] = {}
    present: set[str] = set()
    found: dict[str, str] = {}
    for package_id, number, is_undone in db.rows("package_changes.numbers", order_id=order_id):
        numbers[package_id] = number
        if is_undone:
            found[number] = ""
        else:
            present.add(number)
    found |= {change.old_number: numbers[change.package_id] for change in of_order(db, order_id)}
    return {old: new for old, new in found.items() if old not in present and old != new}
