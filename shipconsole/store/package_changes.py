"""What was on packages' labels before they were corrected: when, at which bench, who and why; only ever added to."""

import json
from collections.abc import Sequence
from typing import Any

from shipconsole.domain.hand_change import PackageChange
from shipconsole.domain.label import LabelIssueKind
from shipconsole.domain.shipment import Package
from shipconsole.store.database import Db


def add(db: Db, before: Package, after: Package, *, station: str, operator: str, why: str, now_ms: int) -> None:
    """Write down what a stored package's label was and what it is now."""
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
        why=why,
        old_accepted=json.dumps(before.accepted),
        accepted=json.dumps(after.accepted),
    )


def of_order(db: Db, order_id: int) -> tuple[PackageChange, ...]:
    """Every correction of an order's packages, oldest first."""
    return tuple(sorted(_change(row) for row in db.rows("package_changes.of_order", order_id=order_id)))


def _change(row: Sequence[Any]) -> PackageChange:
    *values, old_accepted, accepted = row
    codes = (tuple(map(LabelIssueKind, json.loads(text))) for text in (old_accepted, accepted))
    return PackageChange(*values, *codes)


def replaced(db: Db, order_id: int) -> dict[str, str]:
    """By each number that no package of an order has any more the one that its package has now.

    The number of a package that was taken back leads to the empty text.
    """
    numbers: dict[int, str] = {}
    present: set[str] = set()
    found: dict[str, str] = {}
    for package_id, number, taken_back in db.rows("package_changes.numbers", order_id=order_id):
        numbers[package_id] = number
        if taken_back:
            found[number] = ""
        else:
            present.add(number)
    found |= {one.old_number: numbers[one.package_id] for one in of_order(db, order_id)}
    return {old: new for old, new in found.items() if old not in present and old != new}
