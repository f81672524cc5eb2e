"""The audit log: who did what and when, with requests and responses, as rows and as CSV."""

import asyncio
import csv
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TextIO

from shipconsole.domain.audit_event import AuditEvent
from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.spreadsheet import cell
from shipconsole.operations.context import Context
from shipconsole.operations.outbox.request_codec import spelled_out
from shipconsole.station.logs import mask, masked
from shipconsole.station.private_file import whole_text
from shipconsole.store import audit_log, calls
from shipconsole.store.database import Db

__all__ = ["ALL_TIME_MS", "COLUMNS", "events", "export", "find", "request_of", "rows", "write_csv"]

ALL_TIME_MS = 253_402_300_799_000
AT_ONCE = 100
DAY_MS = 86_400_000
PART_S = 0.1
"""A part of a search covers twice the span of the part before if that took less than this, at least a day."""
COLUMNS = ("at", *(name for name in AuditEvent.model_fields if name not in ("entry", "at_ms")))


async def find(
    ctx: Context,
    *,
    since_ms: int = 0,
    until_ms: int = ALL_TIME_MS,
    order_id: int | None = None,
    find: str = "",
    report: "Callable[[array[int]], object] | None" = None,
) -> "array[int]":
    """Return the ids of entries in a span of time, of one order or all, that contain a text; newest first.

    Years are searched in parts, back from today, so that other long reads are not kept waiting. `report` is called with
    the ids that each part found.
    """
    found: array[int] = array("q")
    part_ms, last_ms = DAY_MS, until_ms
    # An order has few entries; all of them are found at once by its id.
    if not order_id:
        since_ms = max(since_ms, await ctx.read(audit_log.first_at))
    first_ms = since_ms if order_id else max(since_ms, min(until_ms, ctx.clock.now_ms()) - part_ms)
    while last_ms >= since_ms:
        span = {"since_ms": first_ms, "until_ms": last_ms, "order_id": order_id or 0}
        part, took_s = await ctx.read_long(_timed, **span, find=find.strip())
        found += part
        if part and report is not None:
            report(part)
        if took_s < PART_S:
            part_ms *= 2
        elif took_s > 4 * PART_S:
            part_ms = max(DAY_MS, part_ms // 2)
        last_ms = first_ms - 1
        first_ms = max(since_ms, first_ms - part_ms)
    return found


async def rows(ctx: Context, entries: Sequence[int]) -> list[AuditEvent]:
    """Return some entries in the given order; keys are masked."""
    return [_masked(event) for event in await ctx.read(audit_log.rows, entries)]


async def events(
    ctx: Context, *, since_ms: int = 0, until_ms: int = ALL_TIME_MS, order_id: int | None = None
) -> list[AuditEvent]:
    """Return the events in a span of time, of one order or all, oldest first; keys are masked."""
    entries = await find(ctx, since_ms=since_ms, until_ms=until_ms, order_id=order_id)
    return await rows(ctx, entries[::-1])


async def request_of(ctx: Context, call_id: int) -> str:
    """Return the request of a call with its body formatted and keys masked; empty where none was sent."""
    call = await ctx.read(calls.get, call_id)
    return mask(spelled_out(call.request)) if call is not None and call.request else ""


async def export(
    ctx: Context,
    entries: Sequence[int],
    path: str,
    *,
    raw: bool = False,
    at_once: int = AT_ONCE,
    report: Callable[[int], None] | None = None,
) -> int:
    """Write entries to a CSV file in portions beside other work; return how many.

    `report` is called after each portion with the number written. Raises `EnvironmentFailure` where the file cannot be
    written.
    """
    # Spreadsheets know UTF-8 by its mark alone.
    encoding = "utf-8" if raw else "utf-8-sig"
    count = 0
    try:
        with whole_text(path, encoding=encoding) as file:
            for start in range(0, max(1, len(entries)), at_once):
                portion = await ctx.read_long(audit_log.rows, entries[start : start + at_once])
                count += await asyncio.to_thread(write_csv, map(_masked, portion), file, raw=raw, heading=start == 0)
                if report is not None:
                    report(count)
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path=path, reason=error.strerror or str(error))) from error
    return count


def write_csv(rows: Iterable[AuditEvent], to: TextIO, *, raw: bool = False, heading: bool = True) -> int:
    """Write events as CSV with a heading, every cell quoted; return how many.

    Cells that a spreadsheet would change (formulas, long numbers, leading zeros, likely dates) get an apostrophe in
    front, unless `raw`.
    """
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if heading:
        writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        at = datetime.fromtimestamp(row.at_ms / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values = (getattr(row, name) for name in COLUMNS[1:])
        texts = ("" if value is None else str(value) for value in values)
        writer.writerow([at, *(texts if raw else map(cell, texts))])
        count += 1
    return count


def _timed(db: Db, *, since_ms: int, until_ms: int, order_id: int, find: str) -> "tuple[array[int], float]":
    """Return what a part of a search found, and the seconds that it took without those that it waited."""
    began_s = time.monotonic()
    found = audit_log.found(db, since_ms=since_ms, until_ms=until_ms, order_id=order_id, find=find)
    return found, time.monotonic() - began_s


def _masked(event: AuditEvent) -> AuditEvent:
    masks = {"message": masked(event.message), "request": mask(event.request), "answer": mask(event.answer)}
    return event.model_copy(update=masks)
