"""Scanning: what a scan means at the bench, given the order that is open."""

from dataclasses import dataclass
from typing import Literal

from shipconsole.domain import barcode, carrier
from shipconsole.domain.order import Order
from shipconsole.operations.desk import Desk
from shipconsole.store import linking, orders
from shipconsole.store.database import Db

LABEL_LENGTH_MIN = 8


@dataclass(frozen=True, slots=True)
class Scan:
    """What was scanned.

    `text` is the order number, SKU, cleaned tracking number or command; `raw` is kept as it came. `order_id` is
    set for an order, `line_ids` are the open order's lines of a SKU, the rest tells of a tracking number.
    `words` say why it is unknown.
    """

    kind: Literal["order", "item", "tracking", "command", "unknown"]
    raw: str
    text: str
    order_id: int | None = None
    line_ids: tuple[int, ...] = ()
    carriers: tuple[str, ...] = ()
    check_digit: Literal["right", "wrong", "none"] = "none"
    postal_code: str = ""
    words: str = ""


async def scan(desk: Desk, raw: str, order_id: int | None, prefix: str = "%", *, labelled: bool = False) -> Scan:
    """Tell what a scan is: a command, an item of the open order, an order, a shipping label, or none of these.

    `labelled` says that the parcel has a tracking number: then only a number in a carrier's format takes its
    place, since a code that nobody knows is more likely a wrong item than another label.
    """
    return await desk.read(_scan, raw, order_id, prefix, labelled=labelled)


async def identify(desk: Desk, raw: str, prefix: str = "%") -> Scan:
    """Tell what a scan is when no order is open: an item is then a SKU of any order."""
    return await desk.read(_identify, raw, prefix)


def _identify(db: Db, raw: str, prefix: str) -> Scan:
    found = _scan(db, raw, None, prefix, labelled=False)
    if found.kind != "unknown":
        return found
    if orders.has_sku(db, found.text):
        return Scan("item", raw, found.text)
    known = carrier.identify(found.text)
    return _label(raw, known) if known.carriers else found


def _scan(db: Db, raw: str, order_id: int | None, prefix: str, *, labelled: bool) -> Scan:
    text = barcode.clean(raw)
    command = barcode.command(text, prefix)
    if command is not None:
        return Scan("command", raw, command)
    order = _open_order(db, order_id)
    lines = order.lines_of(text) if order else ()
    if lines:
        return Scan("item", raw, lines[0].sku, line_ids=tuple(line.id for line in lines))
    found = (orders.numbered(db, text) or linking.formerly_numbered(db, text)) if text else ()
    if len(found) > 1:
        words = f"{len(found)} orders have the number {text}. Choose one in the list."
        return Scan("unknown", raw, text, words=words)
    if found:
        return Scan("order", raw, text, order_id=found[0])
    known = carrier.identify(text)
    if order is None:
        if known.carriers:
            words = "That is a shipping label. Open the order it belongs to first."
        else:
            words = f"“{text}” is not an order or a shipping label that is known here."
        return Scan("unknown", raw, text, words=words)
    # Most carriers' numbers are in no public format, so a first label may be any code that is no article's.
    looks_like_label = len(known.number) >= LABEL_LENGTH_MIN and any(map(str.isdigit, known.number))
    is_free = not labelled and not known.is_second_barcode and not barcode.is_article_number(text)
    # A shape alone is no ground to take the place of a label.
    if known.certain or known.check_digit != "none" or (looks_like_label and is_free):
        return _label(raw, known)
    words = f"“{text}” is not an item of order {order.number}, an order or a shipping label that is known here."
    return Scan("unknown", raw, text, words=words)


def _label(raw: str, known: carrier.Identified) -> Scan:
    return Scan(
        "tracking",
        raw,
        known.number,
        carriers=tuple(known.carriers),
        check_digit=known.check_digit,
        postal_code=known.postal_code,
    )


def _open_order(db: Db, order_id: int | None) -> Order | None:
    try:
        return None if order_id is None else orders.get(db, order_id)
    except LookupError:
        return None
