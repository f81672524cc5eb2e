"""Who packed how much in a span of time, and what of it was taken back, refused or is not told yet."""

from shipconsole.domain.shift import Shift
from shipconsole.store.database import Db


def shifts(db: Db, *, since_ms: int, until_ms: int) -> list[Shift]:
    """What was packed in a span of time, packer by packer and bench by bench, in their names' order."""
    span = {"since_ms": since_ms, "until_ms": until_ms}
    told = {(operator, station): tuple(counts) for operator, station, *counts in db.rows("shift_report.told", **span)}
    found = [Shift(*row, *told.get((row[0], row[1]), (0, 0))) for row in db.rows("shift_report.shipped", **span)]
    return sorted(found, key=lambda one: (one.operator.casefold(), one.station.casefold()))
