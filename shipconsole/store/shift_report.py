"""The shift report: what shipped by packer and station, by time and by platform, and the state of the updates."""

from shipconsole.domain.shift import Shift
from shipconsole.store.database import Db

QUARTER_MS = 900_000


def shifts(db: Db, *, since_ms: int, until_ms: int) -> list[Shift]:
    """Return what shipped in a period, by packer and station in alphabetical order."""
    span = {"since_ms": since_ms, "until_ms": until_ms}
    rows = db.rows("shift_report.updates", **span)
    updates = {(operator, station): (rejected, open_) for operator, station, rejected, open_ in rows}
    shipped = db.rows("shift_report.shipped", **span)
    found = [Shift._make((*row, *updates.get((row[0], row[1]), (0, 0)))) for row in shipped]
    return sorted(found, key=lambda shift: (shift.operator.casefold(), shift.station.casefold()))


def quarters(db: Db, *, since_ms: int, until_ms: int) -> list[tuple[int, int, int]]:
    """Return packages and units by the beginning of each quarter of an hour in which something shipped."""
    rows = db.rows("shift_report.quarters", since_ms=since_ms, until_ms=until_ms)
    return sorted((quarter * QUARTER_MS, packages, units) for quarter, packages, units in rows)


def by_platform(db: Db, *, since_ms: int, until_ms: int) -> list[tuple[str, int, int]]:
    """Return packages and units by the connection that is notified of them, the most first."""
    rows = db.rows("shift_report.by_platform", since_ms=since_ms, until_ms=until_ms)
    return sorted(((name, packages, units) for name, packages, units in rows), key=lambda row: (-row[1], row[0]))


def verdicts(db: Db, *, since_ms: int, until_ms: int) -> dict[str, int]:
    """Return how often each verdict was shown."""
    return dict(db.rows("shift_report.verdicts", since_ms=since_ms, until_ms=until_ms))
