"""The shift report: what each packer packed at each station and what is still unresolved; also as CSV."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import TextIO

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.shift import Shift
from shipconsole.domain.spreadsheet import cell
from shipconsole.operations.context import Context
from shipconsole.station.private_file import whole_text
from shipconsole.store import shift_report

__all__ = ["report", "save", "start_of_today_ms", "total", "write_csv"]


async def report(ctx: Context, *, since_ms: int | None = None, until_ms: int | None = None) -> list[Shift]:
    """Return what each packer packed at each station in a span of time, by default today until now."""
    now_ms = ctx.clock.now_ms()
    return await ctx.read(
        shift_report.shifts,
        since_ms=start_of_today_ms(now_ms) if since_ms is None else since_ms,
        until_ms=now_ms if until_ms is None else until_ms,
    )


def total(shifts: Sequence[Shift]) -> Shift:
    """Return the sum of all shifts, without a packer or station."""
    counts = [sum(column) for column in zip(*(shift[2:] for shift in shifts), strict=True)]
    return Shift("", "", *counts) if counts else Shift("", "", 0, 0, 0, 0, 0, 0)


def save(shifts: Sequence[Shift], path: str) -> int:
    """Write shifts to a CSV file; return how many. Raises `EnvironmentFailure`."""
    try:
        # Spreadsheets recognize UTF-8 only by its byte order mark.
        with whole_text(path, encoding="utf-8-sig") as file:
            write_csv(shifts, file)
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path=path, reason=error.strerror or str(error))) from error
    return len(shifts)


def write_csv(shifts: Sequence[Shift], to: TextIO) -> int:
    """Write shifts as CSV with a heading, no cell of which a spreadsheet changes; return how many."""
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(Shift._fields)
    for shift in shifts:
        writer.writerow([cell(shift.operator), cell(shift.station), *shift[2:]])
    return len(shifts)


def start_of_today_ms(now_ms: int) -> int:
    """Return when the day of a moment began at the station."""
    today = datetime.fromtimestamp(now_ms / 1_000, UTC).astimezone().date()
    return round(datetime.combine(today, time()).astimezone().timestamp() * 1_000)
