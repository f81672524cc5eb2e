"""The result file of an import: a row for each row of the file, as CSV that is safe for spreadsheets."""

import contextlib
import csv
from collections.abc import Callable, Generator
from pathlib import Path

from shipconsole.domain.message import Message
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.spreadsheet import cell
from shipconsole.operations.files.rows import RowResult
from shipconsole.station.private_file import whole_text

COLUMNS = ("row", "order", "sku", "quantity", "tracking_number", "status", "code", "message", "shipment")


@contextlib.contextmanager
def writer(path: str) -> Generator[Callable[[RowResult], object]]:
    """Give a function that writes a result; raises `EnvironmentFailure` where the file cannot be written."""
    try:
        with whole_text(path, encoding="utf-8-sig") as file:
            rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            rows.writerow(COLUMNS)
            yield lambda found: rows.writerow(_cells(found))
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path=path, reason=error.strerror or str(error))) from error


def beside(source: Path) -> str:
    """Return the name of a result file beside a file, which does not exist yet."""
    names = (f"{source.stem}-result{f'-{number}' if number > 1 else ''}.csv" for number in range(1, 10_000))
    return str(next(path for name in names if not (path := source.with_name(name)).exists()))


def _cells(found: RowResult) -> list[str]:
    number = str(found.number) if found.last == found.number else f"{found.number}-{found.last}"
    quantity = str(found.quantity) if found.quantity else ""
    shipment = str(found.shipment_id or "")
    texts = (
        found.order,
        found.sku,
        quantity,
        found.tracking_number,
        found.status,
        found.message.id,
        str(found.message),
    )
    return [number, *map(cell, texts), shipment]
