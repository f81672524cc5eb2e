"""Scanning: what a scan means at the bench, given the order that is open."""

from dataclasses import dataclass
from typing import Literal

from shipconsole.domain import barcode, carrier
from shipconsole.domain.order import Order
from shipconsole.operations.desk import Desk
from shipconsole.store import orders
from shipconsole.store.database import Db

LABEL_LENGTH_MIN = 8


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned. `text` is the order number, SKU, cleaned tracking number or command; `raw` is kept as it came.

    `line_ids` are the open order's lines of the SKU; `order_id` is set for an order.
    """

    kind: Literal["order", "item", "tracking", "command", "unknown"]
    raw: str
    text: str
    order_id: int | None = None
    line_ids: tuple[int, ...] = ()
    words: str = ""


async def scan(desk: Desk, raw: str, order_id: int | None, prefix: str = "%") -> Scan:
    """Tell what a scan is: a command, an item of the open order, an order, a shipping label, or none of these."""
    return await desk.read(_scan, raw, order_id, prefix)


def _scan(db: Db, raw: str, order_id: int | None, prefix: str) -> Scan:
    text = barcode.clean(raw)
    command = barcode.command(text, prefix)
    if command is not None:
        return Scan("command", raw, command)
    order = _open_order(db, order_id)
    lines = order.lines_of(text) if order else ()
    if lines:
        return Scan("item", raw, lines[0].sku, line_ids=tuple(line.id for line in lines))
    found = orders.numbered(db, text) if text else ()
    if len(found) > 1:
        words = f"{len(found)} orders have the number {text}. Choose one in the list."
        return Scan("unknown", raw, text, words=words)
    if found:
        return Scan("order", raw, text, order_id=found[0])
    identified = carrier.identify(text)
    looks_like_label = len(identified.number) >= LABEL_LENGTH_MIN and any(map(str.isdigit, identified.number))
    if identified.carriers or (order is not None and looks_like_label):
        if order is None:
            words = "That is a shipping label. Open the order it belongs to first."
            return Scan("unknown", raw, identified.number, words=words)
        return Scan("tracking", raw, identified.number)
    where = f"an item of order {order.number}, " if order else ""
    return Scan("unknown", raw, text, words=f"“{text}” is not {where}an order or a shipping label that is known here.")


def _open_order(db: Db, order_id: int | None) -> Order | None:
    try:
        return None if order_id is None else orders.get(db, order_id)
    except LookupError:
        return None
