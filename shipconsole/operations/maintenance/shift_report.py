"""The shift report: what each packer packed at each station and when, what scans caught, what is still unresolved."""

import asyncio
import csv
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TextIO

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.shift import Amount, Hour, Shift, ShiftReport
from shipconsole.domain.spreadsheet import cell
from shipconsole.domain.verdict import RULES, VerdictKind, VerdictSeverity
from shipconsole.operations.context import Context
from shipconsole.station.private_file import whole_text
from shipconsole.store import shift_report
from shipconsole.store.database import Db

__all__ = ["by_packer", "full_report", "report", "save_csv", "save_csv_now", "start_of_today_ms", "total", "write_csv"]

DAY_MS = 86_400_000
HOURS_MOST = 48
"""A longer span is counted by day."""
STEPS_MOST = 400
ERRORS = frozenset(
    kind
    for kind, rule in RULES.items()
    if rule.severity is VerdictSeverity.LOCKED and kind not in (VerdictKind.ORDER_CANCELLED, VerdictKind.ORDER_CHANGED)
)
"""The verdicts that are errors of a scan."""


async def report(ctx: Context, *, since_ms: int | None = None, until_ms: int | None = None) -> list[Shift]:
    """Return what each packer packed at each station in a span of time, by default today until now."""
    since_ms, until_ms = _span(ctx, since_ms, until_ms)
    return await ctx.read_long(shift_report.shifts, since_ms=since_ms, until_ms=until_ms)


async def full_report(ctx: Context, *, since_ms: int | None = None, until_ms: int | None = None) -> ShiftReport:
    """Return the report with its charts' figures, by default of today until now."""
    since_ms, until_ms = _span(ctx, since_ms, until_ms)
    return await ctx.read_long(_full_report, since_ms, until_ms, ctx.clock.now_ms())


def total(shifts: Sequence[Shift]) -> Shift:
    """Return the sum of all shifts, without a packer or station."""
    counts = [sum(column) for column in zip(*(shift[2:] for shift in shifts), strict=True)]
    return Shift("", "", *counts) if counts else Shift("", "", 0, 0, 0, 0, 0, 0)


def by_packer(shifts: Sequence[Shift]) -> tuple[Amount, ...]:
    """Return packages and units of each packer at all stations, the most packages first; the unknown one last."""
    sums: dict[str, Amount] = {}
    for shift in shifts:
        before = sums.get(shift.operator, Amount(shift.operator, 0, 0))
        sums[shift.operator] = Amount(shift.operator, before.packages + shift.packages, before.units + shift.units)
    return tuple(sorted(sums.values(), key=lambda amount: (not amount.name, -amount.packages, amount.name.casefold())))


def write_csv(shifts: Sequence[Shift], to: TextIO) -> int:
    """Write shifts as CSV with a heading, no cell of which a spreadsheet changes; return how many."""
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(Shift._fields)
    for shift in shifts:
        writer.writerow([cell(shift.operator), cell(shift.station), *shift[2:]])
    return len(shifts)


async def save_csv(shifts: Sequence[Shift], path: str) -> None:
    """Write shifts into a file for spreadsheets; raise `EnvironmentFailure` where it can't be written."""
    await asyncio.to_thread(save_csv_now, shifts, path)


def save_csv_now(shifts: Sequence[Shift], path: str) -> None:
    """Do what `save_csv` does, on this thread."""
    try:
        # Spreadsheets recognize UTF-8 only by its byte order mark.
        with whole_text(path, encoding="utf-8-sig") as file:
            write_csv(shifts, file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EnvironmentFailure(Message("file.not_written", path=str(path), reason=reason)) from error


def start_of_today_ms(now_ms: int) -> int:
    """Return when the day of a moment began at the station."""
    today = _local(now_ms).date()
    return round(datetime.combine(today, time()).astimezone().timestamp() * 1_000)


def _span(ctx: Context, since_ms: int | None, until_ms: int | None) -> tuple[int, int]:
    now_ms = ctx.clock.now_ms()
    return start_of_today_ms(now_ms) if since_ms is None else since_ms, now_ms if until_ms is None else until_ms


def _full_report(db: Db, since_ms: int, until_ms: int, now_ms: int) -> ShiftReport:
    span = {"since_ms": since_ms, "until_ms": until_ms}
    quarters = shift_report.quarters(db, **span)
    is_by_day = bool(quarters) and quarters[-1][0] - quarters[0][0] >= HOURS_MOST * 3_600_000
    verdicts = shift_report.verdicts(db, **span)
    errors = [(kind, count) for kind, count in verdicts.items() if kind in ERRORS]
    return ShiftReport(
        since_ms,
        until_ms,
        tuple(shift_report.shifts(db, **span)),
        _steps(quarters, now_ms, is_by_day=is_by_day),
        tuple(Amount._make(row) for row in shift_report.by_platform(db, **span)),
        tuple(sorted(errors, key=lambda error: (-error[1], error[0]))),
        is_by_day,
    )


def _steps(quarters: Sequence[tuple[int, int, int]], now_ms: int, *, is_by_day: bool) -> tuple[Hour, ...]:
    """Return every hour, or day, between the first and the last with a package, by the station's clock."""
    found: dict[int, tuple[int, int]] = {}
    for at_ms, packages, units in quarters:
        begins_at_ms = _step_of(at_ms, is_by_day=is_by_day)
        before = found.get(begins_at_ms, (0, 0))
        found[begins_at_ms] = before[0] + packages, before[1] + units
    steps: list[Hour] = []
    at_ms, last_ms = min(found, default=1), max(found, default=0)
    running_ms = _step_of(now_ms, is_by_day=is_by_day)
    while at_ms <= last_ms and len(steps) < STEPS_MOST:
        steps.append(Hour(at_ms, *found.get(at_ms, (0, 0)), is_running=at_ms == running_ms))
        at_ms = _step_after(at_ms, is_by_day=is_by_day)
    return tuple(steps)


def _step_of(at_ms: int, *, is_by_day: bool) -> int:
    """Return when the hour or day of a moment began; a zone may be half an hour off."""
    if is_by_day:
        return start_of_today_ms(at_ms)
    moment = _local(at_ms)
    return at_ms - (moment.minute * 60 + moment.second) * 1_000 - at_ms % 1_000


def _step_after(at_ms: int, *, is_by_day: bool) -> int:
    """Return the next hour or day; a day may have 23 or 25 hours."""
    if not is_by_day:
        return at_ms + 3_600_000
    tomorrow = _local(at_ms).date() + timedelta(days=1)
    return round(datetime.combine(tomorrow, time()).astimezone().timestamp() * 1_000)


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).astimezone()
