"""The report of a shift: who packed how much at which bench, and what of it is not well yet; also as CSV."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import TextIO

from shipconsole.domain.shift import Shift
from shipconsole.domain.spreadsheet import cell
from shipconsole.operations.context import Context
from shipconsole.store import shift_report

__all__ = ["report", "start_of_today_ms", "total", "write_csv"]


async def report(ctx: Context, *, since_ms: int | None = None, until_ms: int | None = None) -> list[Shift]:
    """What was packed in a span of time by each packer at each bench; today up to now where none is given."""
    now_ms = ctx.clock.now_ms()
    return await ctx.read(
        shift_report.shifts,
        since_ms=start_of_today_ms(now_ms) if since_ms is None else since_ms,
        until_ms=now_ms if until_ms is None else until_ms,
    )


def total(shifts: Sequence[Shift]) -> Shift:
    """All shifts as one, without a packer or bench."""
    counts = [sum(column) for column in zip(*(one[2:] for one in shifts), strict=True)]
    return Shift("", "", *counts) if counts else Shift("", "", 0, 0, 0, 0, 0, 0)


def write_csv(shifts: Sequence[Shift], to: TextIO) -> int:
    """Write shifts as CSV with a heading, no cell of which a spreadsheet changes; tell how many."""
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(Shift._fields)
    for one in shifts:
        writer.writerow([cell(one.operator), cell(one.station), *one[2:]])
    return len(shifts)


def start_of_today_ms(now_ms: int) -> int:
    """When the day of a moment began at the bench."""
    today = datetime.fromtimestamp(now_ms / 1_000, UTC).astimezone().date()
    return round(datetime.combine(today, time()).astimezone().timestamp() * 1_000)
