"""Lists as CSV files, safe for spreadsheets: read page by page, so that a list of any length takes the same memory.

All is read beside the other reads, which a file with years of work must not keep waiting.
"""

import asyncio
import contextlib
import csv
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, TextIO

from shipconsole.domain.call import Call, CallState
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.domain.message import Message
from shipconsole.domain.order_row import OrderRow
from shipconsole.domain.problem import EnvironmentFailure
from shipconsole.domain.received_webhook import ReceivedWebhook
from shipconsole.domain.spreadsheet import cell
from shipconsole.operations.connections import connections
from shipconsole.operations.context import Context
from shipconsole.operations.orders import orders
from shipconsole.station.private_file import whole_text
from shipconsole.store import browse, exports
from shipconsole.store.database import Db
from shipconsole.store.exports import ListedItem, ListedPackage

OrderList = Literal["orders", "items", "tracking"]
ORDER_LISTS: tuple[OrderList, ...] = ("orders", "items", "tracking")
AT_ONCE = 500
STANDARD_OUTPUT = "-"
Report = Callable[[int], object]
Cells = Sequence[object]

_ORDERS = ("number", "connection", "state", "recipient", "ordered", "shipped", "left", "due_at", "needs_attention")
_ITEMS = ("order", "sku", "description", "barcode", "ordered", "shipped", "cancelled", "quantity", "weight_g")
_PACKAGES = (
    *("order", "tracking_number", "carrier", "service", "weight_g", "shipped_at", "station", "packer", "box"),
    *("status", "delivered"),
)
_UPDATES = (
    *("id", "order", "connection", "platform", "state", "summary", "attempts", "created_at", "changed_at"),
    *("code", "message", "problems", "platform_request_id"),
)
_EVENTS = (
    *("id", "connection", "platform", "received_at", "bytes", "verified", "state", "code", "message"),
    *("duplicates", "processed_at"),
)
_CONNECTIONS = ("name", "platform", "url", "state", "message", "synced_at", "sync_problem", "paused_at")


async def order_ids(ctx: Context, *, find: str = "", state: str | None = None) -> Sequence[int]:
    """Return the ids of the orders that `orders.list_rows` lists; `export_orders` leaves out those of other states."""
    return await ctx.read_long(orders.ids_in_state, ctx, find, state, ctx.clock.now_ms())


async def export_orders(
    ctx: Context,
    ids: Sequence[int],
    path: str,
    what: OrderList = "orders",
    *,
    state: str | None = None,
    report: Report | None = None,
) -> int:
    """Write orders, their items or their packages, in the order of the ids; return how many rows.

    Raises `EnvironmentFailure` where the file can't be written; a file that is there stays as it was then.
    """
    columns = {"orders": _ORDERS, "items": _ITEMS, "tracking": _PACKAGES}[what]
    return await _write(path, columns, _order_pages(ctx, ids, what, state), report)


async def export_updates(
    ctx: Context, path: str, *, state: CallState | None = None, report: Report | None = None
) -> int:
    """Write the outbox: every update, or those of a state; return how many."""
    return await _write(path, _UPDATES, _update_pages(ctx, state or ""), report)


async def export_webhook_events(ctx: Context, path: str, *, report: Report | None = None) -> int:
    """Write the webhook events without their contents; return how many."""
    return await _write(path, _EVENTS, _event_pages(ctx), report)


async def export_connections(ctx: Context, path: str, *, report: Report | None = None) -> int:
    """Write the connections without their keys; return how many."""
    return await _write(path, _CONNECTIONS, _connection_pages(ctx), report)


async def _write(
    path: str, columns: Sequence[str], pages: AsyncIterator[Iterable[Cells]], report: Report | None
) -> int:
    count = 0
    try:
        with _file(path) as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writerow(columns)
            async for page in pages:
                rows = [["" if value is None else cell(str(value)) for value in row] for row in page]
                await asyncio.to_thread(writer.writerows, rows)
                count += len(rows)
                if report is not None:
                    report(count)
    except OSError as error:
        raise EnvironmentFailure(Message("file.not_written", path=path, reason=error.strerror or str(error))) from error
    return count


@contextlib.contextmanager
def _file(path: str) -> Generator[TextIO]:
    if path == STANDARD_OUTPUT:
        yield sys.stdout
        return
    # Spreadsheets know UTF-8 by its mark alone.
    with whole_text(path, encoding="utf-8-sig") as file:
        yield file


async def _order_pages(
    ctx: Context, ids: Sequence[int], what: OrderList, state: str | None
) -> AsyncIterator[Iterable[Cells]]:
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        yield await ctx.read_long(_order_page, ctx, part, what, state, ctx.clock.now_ms())


def _order_page(
    db: Db, ctx: Context, ids: Sequence[int], what: OrderList, state: str | None, now_ms: int
) -> list[Cells]:
    rows = orders.rows_in_state(db, ctx, ids, state, now_ms) if state else browse.rows(db, ids)
    if what == "orders" or not rows:
        return [_order_cells(row) for row in rows]
    numbers = {row.id: row.number for row in rows}
    positions = {id_: position for position, id_ in enumerate(numbers)}
    if what == "items":
        items = sorted(exports.items(db, list(numbers)), key=lambda item: positions[item.order_id])
        return [_item_cells(numbers[item.order_id], item) for item in items]
    packages = sorted(exports.packages(db, list(numbers)), key=lambda package: positions[package.order_id])
    return [_package_cells(numbers[package.order_id], package) for package in packages]


async def _update_pages(ctx: Context, state: str) -> AsyncIterator[Iterable[Cells]]:
    after = 0
    while page := await ctx.read_long(exports.updates, after=after, state=state, most=AT_ONCE):
        after = page[-1].id
        yield [_update_cells(call) for call in page]


async def _event_pages(ctx: Context) -> AsyncIterator[Iterable[Cells]]:
    after = 0
    while page := await ctx.read_long(exports.received_webhooks, after=after, most=AT_ONCE):
        after = page[-1].id
        yield [_event_cells(event) for event in page]


async def _connection_pages(ctx: Context) -> AsyncIterator[Iterable[Cells]]:
    yield [
        (
            connection.name,
            connection.vendor,
            connection.base_url,
            "blocked" if connection.is_blocked else "ok",
            connection.blocked_message,
            _at(connection.synced_at_ms),
            connection.sync_problem,
            _at(connection.pause.at_ms) if connection.pause else "",
        )
        for connection in await connections.every(ctx)
    ]


def _order_cells(row: OrderRow) -> Cells:
    due = _at(row.due_at_ms) if row.due_at_ms < NO_DUE_DATE_MS else ""
    counts = (row.ordered, row.shipped, row.left)
    return (row.number, row.known_to, row.state, row.recipient, *counts, due, row.needs_attention)


def _item_cells(number: str, item: ListedItem) -> Cells:
    counts = (item.ordered, item.shipped, item.cancelled, item.quantity_text or item.ordered, item.weight_g)
    return (number, item.sku, item.description, item.barcode, *counts)


def _package_cells(number: str, package: ListedPackage) -> Cells:
    label = (package.tracking_number, package.carrier, package.service, package.weight_g)
    where = (_at(package.shipped_at_ms), package.station, package.operator, package.box)
    return (number, *label, *where, package.status, package.delivered)


def _update_cells(call: Call) -> Cells:
    times = (_at(call.created_at_ms), _at(call.changed_at_ms))
    problems = "; ".join(str(problem.sentence) for problem in call.problems)
    start = (call.id, call.order_number, call.connection, call.vendor, call.state, call.summary, call.attempts)
    return (*start, *times, call.message.id, call.message, problems, call.vendor_request_id)


def _event_cells(event: ReceivedWebhook) -> Cells:
    verified = "" if event.verified is None else str(event.verified).lower()
    start = (event.id, event.connection, event.vendor, _at(event.received_at_ms), event.size_bytes, verified)
    end = (event.message.id, event.message, event.duplicates, _at(event.processed_at_ms))
    return (*start, event.state, *end)


def _at(at_ms: int | None) -> str:
    """Return a time as ISO 8601 text in UTC, which no spreadsheet changes."""
    if not at_ms:
        return ""
    return datetime.fromtimestamp(at_ms / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
