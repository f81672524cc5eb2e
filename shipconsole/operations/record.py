"""The record: who did what when, and what each vendor was told and answered, as rows and as CSV."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TextIO

from shipconsole.operations.desk import Desk
from shipconsole.station.logs import mask
from shipconsole.store import record
from shipconsole.store.record import Event

__all__ = ["COLUMNS", "Event", "cell", "events", "write_csv"]

ALL_TIME_MS = 253_402_300_799_000
COLUMNS = ("at", *(name for name in Event._fields if name != "at_ms"))
# Also in their wide forms, which a spreadsheet reads alike.
_BEGINS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


async def events(
    desk: Desk, *, since_ms: int = 0, until_ms: int = ALL_TIME_MS, order_id: int | None = None
) -> list[Event]:
    """What happened in a span of time, of one order or of all, oldest first; keys are masked."""
    found = await desk.read(record.events, since_ms=since_ms, until_ms=until_ms, order_id=order_id or 0)
    return [one._replace(words=mask(one.words), request=mask(one.request), answer=mask(one.answer)) for one in found]


def write_csv(rows: Iterable[Event], to: TextIO, *, for_machines: bool = False) -> int:
    """Write events as CSV with a heading, every cell quoted; tell how many.

    A spreadsheet takes some texts for formulas, and a buyer's name may be one: such cells get an apostrophe in
    front, unless the file is for machines alone.
    """
    writer = csv.writer(to, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        at = datetime.fromtimestamp(row.at_ms / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        texts = ("" if value is None else str(value) for value in row[1:])
        writer.writerow([at, *(texts if for_machines else map(cell, texts))])
        count += 1
    return count


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000")[:1] in _BEGINS_FORMULA and text.strip() else text
