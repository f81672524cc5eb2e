"""Runs imports of files on a bench."""

from pathlib import Path
from typing import Any

from shipconsole.operations.context import Context
from shipconsole.operations.files import import_file
from shipconsole.operations.files.import_file import FileImport, Summary
from shipconsole.operations.files.rows import RowResult
from shipconsole.operations.orders import orders


async def imported(
    ctx: Context, path: Path, *, dry_run: bool = False, titles: dict[str, str] | None = None, **more: Any
) -> tuple[list[RowResult], Summary]:
    """Import a file; return every row's result in order, and the summary."""
    header = (await import_file.head(path)).header
    columns = await import_file.columns_of(ctx, header, titles or {}, more.pop("kind", None))
    job = FileImport(path, header, columns, more.pop("to", ()))
    found: list[RowResult] = []
    summary = await import_file.run(ctx, job, dry_run=dry_run, each=found.append, **more)
    assert len(found) == summary.rows
    return found, summary


def codes(found: list[RowResult]) -> list[str]:
    """Return of each result its status, and the ids of its message."""
    return [" ".join(part for part in (one.status, *ids(one)) if part) for one in found]


def ids(one: RowResult) -> list[str]:
    """Return the ids of a result's message; of several sentences that of each."""
    parts = one.message.arguments.get("parts", (one.message,))
    assert isinstance(parts, tuple)
    return [part.id for part in parts]  # pyright: ignore[reportAttributeAccessIssue]


def csv_of(path: Path, *rows: str, header: str = "Order,SKU,Quantity,Tracking number") -> Path:
    """Write a CSV file."""
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8", newline="")
    return path


async def shipped(ctx: Context, number: str) -> dict[str, dict[str, int]]:
    """Return an order's packages: by tracking number the units of each SKU."""
    sheet = await orders.sheet(ctx, await orders.find(ctx, number))
    skus = {line.id: line.sku for line in sheet.order.lines}
    return {
        package.tracking_number: {skus[packed.line_id]: packed.quantity for packed in package.lines}
        for shipment in sheet.shipments
        for package in shipment.packages
    }
