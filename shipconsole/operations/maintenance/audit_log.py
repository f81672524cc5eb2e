"""The record: who did what when, and what each platform was told and answered, as rows and as CSV."""

import asyncio
import csv
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

__all__ = ["ALL_TIME_MS", "COLUMNS", "events", "export", "find", "request_of", "rows", "write_csv"]

ALL_TIME_MS = 253_402_300_799_000
AT_ONCE = 100
COLUMNS = ("at", *(name for name in AuditEvent.model_fields if name not in ("entry", "at_ms")))


async def find(
    ctx: Context, *, since_ms: int = 0, until_ms: int = ALL_TIME_MS, order_id: int | None = None, find: str = ""
) -> "array[int]":
    """The entries of a span of time, of one order or of all, in whose words a text occurs; newest first."""
    span = {"since_ms": since_ms, "until_ms": until_ms, "order_id": order_id or 0}
    return await ctx.read(audit_log.found, **span, find=find.strip())


async def rows(ctx: Context, entries: Sequence[int]) -> list[AuditEvent]:
    """What some entries say, in the order in which they are given; keys are masked."""
    return [_masked(one) for one in await ctx.read(audit_log.rows, entries)]


async def events(
    ctx: Context, *, since_ms: int = 0, until_ms: int = ALL_TIME_MS, order_id: int | None = None
) -> list[AuditEvent]:
    """What happened in a span of time, of one order or of all, oldest first; keys are masked."""
    entries = await find(ctx, since_ms=since_ms, until_ms=until_ms, order_id=order_id)
    return await rows(ctx, entries[::-1])


async def request_of(ctx: Context, call_id: int) -> str:
    """What was sent of a call, with its body spelled out and keys masked; empty where nothing was."""
    call = await ctx.read(calls.get, call_id)
    return mask(spelled_out(call.request)) if call is not None and call.request else ""


async def export(
    ctx: Context,
    entries: Sequence[int],
    path: str,
    *,
    for_machines: bool = False,
    at_once: int = AT_ONCE,
    told: Callable[[int], None] | None = None,
) -> int:
    """Write entries to a CSV file, unit by unit beside everything else; tell how many.

    `told` hears after each unit how many are written. Raises `EnvironmentFailure` where the file cannot be written.
    """
    # Spreadsheets know UTF-8 by its mark alone.
    encoding = "utf-8" if for_machines else "utf-8-sig"
    count = 0
    try:
        with whole_text(path, encoding=encoding) as file:
            for start in range(0, max(1, len(entries)), at_once):
                piece = await ctx.read(audit_log.rows, entries[start : start + at_once])
                count += await asyncio.to_thread(
                    write_csv, map(_masked, piece), file, for_machines=for_machines, heading=start == 0
                )
                if told is not None:
                    told(count)
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path=path, reason=error.strerror or str(error))) from error
    return count


def write_csv(rows: Iterable[AuditEvent], to: TextIO, *, for_machines: bool = False, heading: bool = True) -> int:
    """Write events as CSV with a heading, every cell quoted; tell how many.

    What a spreadsheet would change (a formula, a long number, leading zeros, what looks like a date) gets an
    apostrophe in front, unless the file is for machines alone.
    """
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if heading:
        writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        at = datetime.fromtimestamp(row.at_ms / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        values = (getattr(row, name) for name in COLUMNS[1:])
        texts = ("" if value is None else str(value) for value in values)
        writer.writerow([at, *(texts if for_machines else map(cell, texts))])
        count += 1
    return count


def _masked(event: AuditEvent) -> AuditEvent:
    masks = {"message": masked(event.message), "request": mask(event.request), "answer": mask(event.answer)}
    return event.model_copy(update=masks)
