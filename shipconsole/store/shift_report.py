"""The shift report: shipments, packages and units by packer and station, and the state of their updates."""

from shipconsole.domain.shift import Shift
from shipconsole.store.database import Db


def shifts(db: Db, *, since_ms: int, until_ms: int) -> list[Shift]:
    """Return what shipped in a period, by packer and station in alphabetical order."""
    span = {"since_ms": since_ms, "until_ms": until_ms}
    rows = db.rows("shift_report.updates", **span)
    updates = {(operator, station): (rejected, open_) for operator, station, rejected, open_ in rows}
    shipped = db.rows("shift_report.shipped", **span)
    found = [Shift._make((*row, *updates.get((row[0], row[1]), (0, 0)))) for row in shipped]
    return sorted(found, key=lambda shift: (shift.operator.casefold(), shift.station.casefold()))
