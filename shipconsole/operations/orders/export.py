"""Exports rows of the order list as CSV, safe for spreadsheets."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.domain.message import Message
from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.spreadsheet import cell
from shipconsole.operations.context import Context
from shipconsole.station.private_file import whole_text
from shipconsole.store import browse

COLUMNS = (
    "number",
    "recipient",
    "state",
    "ordered",
    "shipped",
    "left",
    "due",
    "first",
    "needs_attention",
    "updates_under_way",
    "station",
    "packer",
)


async def export(ctx: Context, order_ids: Sequence[int], path: str) -> int:
    """Write the rows of some orders to a CSV file, in the order of the ids; return how many.

    Raises `EnvironmentFailure` where the file cannot be written.
    """
    rows = await ctx.read(browse.rows, order_ids)
    try:
        # Spreadsheets know UTF-8 by its mark alone.
        with whole_text(path, encoding="utf-8-sig") as file:
            write_csv(rows, file)
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path=path, reason=error.strerror or str(error))) from error
    return len(rows)


def write_csv(rows: Sequence[OrderRow], file: TextIO) -> None:
    """Write rows with a heading; no cell becomes a formula or loses a zero."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        due = row.due_at_ms < NO_DUE_DATE_MS
        day = datetime.fromtimestamp(row.due_at_ms / 1_000, UTC).astimezone().date().isoformat() if due else ""
        values = (row.label, row.recipient, row.state, row.ordered, row.shipped, row.left, day, row.is_first)
        values += (row.needs_attention, row.waiting, row.claim_station, row.claim_operator)
        writer.writerow([cell(value) if isinstance(value, str) else value for value in values])
