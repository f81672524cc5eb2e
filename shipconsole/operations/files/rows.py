"""What becomes of a file's rows, and the keys by which a row is imported only once."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from shipconsole.domain import code
from shipconsole.domain.import_columns import ImportField
from shipconsole.domain.import_row import ImportRow
from shipconsole.domain.label import number_key
from shipconsole.domain.message import NO_MESSAGE, Message, from_stored, sentences
from shipconsole.operations.context import Context
from shipconsole.store import imports
from shipconsole.store.database import Db

RowStatus = Literal["ready", "shipped", "created", "done_before", "refused", "stopped"]
STATUSES: tuple[RowStatus, ...] = ("shipped", "created", "ready", "done_before", "refused", "stopped")
STATUS_TITLES: Mapping[RowStatus, str] = {
    "shipped": "import_status.shipped",
    "created": "import_status.created",
    "ready": "import_status.ready",
    "done_before": "import_status.done_before",
    "refused": "import_status.refused",
    "stopped": "import_status.stopped",
}
"""Message ids."""
MOST_ROWS_TOGETHER = 5_000
"""Rows of one order, or with one tracking number."""


class RowResult(NamedTuple):
    """What became of a row; the message is the reason where it was refused."""

    number: int
    last: int
    order: str
    sku: str
    quantity: int
    tracking_number: str
    status: RowStatus
    message: Message = NO_MESSAGE
    order_id: int | None = None
    shipment_id: int | None = None
    call_ids: tuple[int, ...] = ()


class RowsRefused(Exception):
    """Nothing of a package or an order is stored; carries the result of each of its rows."""

    def __init__(self, results: Sequence[RowResult]) -> None:
        """Keep the results."""
        super().__init__()
        self.results = tuple(results)


def result(row: ImportRow, status: RowStatus, message: Message = NO_MESSAGE, **more: Any) -> RowResult:
    """Return the result of a row."""
    return RowResult(
        row.number,
        row.last,
        order=row.value(ImportField.ORDER),
        sku=row.value(ImportField.SKU),
        quantity=row.quantity,
        tracking_number=row.value(ImportField.TRACKING),
        status=status,
        message=message,
        **more,
    )


def refuse(rows: Iterable[ImportRow], message: Message) -> list[RowResult]:
    """Return the results of rows that are refused for the same reason."""
    return [result(row, "refused", message) for row in rows]


def as_record(row: ImportRow) -> list[Any]:
    """Return a row without a problem as JSON, for a spool."""
    return [row.number, row.last, dict(row.values), row.quantity, row.has_number]


def row_from(record: Sequence[Any]) -> ImportRow:
    """Return the row of a record."""
    number, last, values, quantity, has_number = record
    return ImportRow(number, last, values, quantity, has_number=has_number)


def result_record(found: RowResult) -> list[Any]:
    """Return a result as JSON, for a spool."""
    return [*found[:7], found.message.stored(), found.order_id, found.shipment_id, list(found.call_ids)]


def result_from(record: Sequence[Any]) -> RowResult:
    """Return the result of a record."""
    number, last, order, sku, quantity, tracking_number, status, message, order_id, shipment_id, call_ids = record
    return RowResult(
        number,
        last,
        order,
        sku,
        quantity,
        tracking_number,
        status,
        from_stored(message),
        order_id,
        shipment_id,
        tuple(call_ids),
    )


def shipment_key(row: ImportRow, order_id: int) -> str:
    """Return the identity of a shipment's row: the same units of the same item in the same package of an order."""
    parts = (order_id, code.key(row.value(ImportField.SKU)), row.quantity, number_key(row.value(ImportField.TRACKING)))
    return _key("shipment", *parts)


def order_key(row: ImportRow, match_key: str) -> str:
    """Return the identity of an order's row: the same units of the same item of an order with this number."""
    item = (code.key(row.value(ImportField.SKU)), row.value(ImportField.DESCRIPTION))
    return _key("order", match_key, *item, row.quantity)


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def without_duplicates(rows: Sequence[ImportRow], keys: Mapping[int, str]) -> tuple[list[ImportRow], list[RowResult]]:
    """Return the rows without those that are in the file a second time, and the results of the latter."""
    first: dict[str, ImportRow] = {}
    kept: list[ImportRow] = []
    refused: list[RowResult] = []
    for row in rows:
        earlier = first.setdefault(keys[row.number], row)
        if earlier is row:
            kept.append(row)
        else:
            refused.append(result(row, "refused", Message("import_file.duplicate", number=earlier.number)))
    return kept, refused


def conflicting(rows: Sequence[ImportRow], fields: Iterable[ImportField]) -> ImportField | None:
    """Return the first field of which the rows have different values."""
    return next((field for field in fields if len({row.value(field) for row in rows} - {""}) > 1), None)


def first_value(rows: Sequence[ImportRow], field: ImportField) -> str:
    """Return a field's value in the first row that has one."""
    return next((value for row in rows if (value := row.value(field))), "")


def connection_names(rows: Sequence[ImportRow], default: Sequence[str]) -> list[str]:
    """Return the connections that the rows name, several separated by semicolons; else the default."""
    names = first_value(rows, ImportField.CONNECTION)
    return [name.strip() for name in names.replace("|", ";").split(";") if name.strip()] or list(default)


def done_before(row: ImportRow, done: imports.DoneRow) -> RowResult:
    """Return the result of a row that an earlier run imported."""
    undone = Message("import_file.undone_since") if done.is_undone else NO_MESSAGE
    message = sentences(Message("import_file.done_before", file=done.file, number=done.row_number), undone)
    return result(row, "done_before", message, order_id=done.order_id, shipment_id=done.shipment_id)


def keep(
    db: Db,
    ctx: Context,
    rows: Iterable[ImportRow],
    keys: Mapping[int, str],
    file: str,
    order_id: int,
    shipment_id: int | None = None,
) -> None:
    """Store that rows were imported, in the transaction of what they became."""
    for row in rows:
        imports.add(
            db,
            keys[row.number],
            order_id=order_id,
            shipment_id=shipment_id,
            file=file,
            row_number=row.number,
            station=ctx.station,
            operator=ctx.operator,
            now_ms=ctx.clock.now_ms(),
        )
