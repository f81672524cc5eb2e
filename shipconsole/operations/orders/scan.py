"""Scanning: what a scan means for the open order and the known items, and what is recorded of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shipconsole.domain import barcode, code, gtin, label, recipient
from shipconsole.domain.order import Order, OrderLine
from shipconsole.domain.scan import KnownItem, KnownOrder, Reading, Scan, ScanFacts, ScanReason, interpret
from shipconsole.domain.verdict import VerdictKind
from shipconsole.operations.context import Context
from shipconsole.operations.orders import claims, labels
from shipconsole.store import connections, linking, orders, scans
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.stored_document import read_stored

_ORDERS_MOST = 20


async def scan(ctx: Context, raw: str, order_id: int | None, prefix: str = "%", *, labelled: bool = False) -> Scan:
    """Return what a scan means and why.

    `labelled` means that the package has a label, which nothing unverified replaces without a question. Without an open
    order, items and labels have the reason that no order is open.
    """
    found = await ctx.read(_scan, ctx, raw, order_id, prefix, labelled=labelled)
    if order_id is None and found.kind in ("item", "tracking"):
        return replace(found, reason=ScanReason.NO_ORDER_OPEN)
    return found


async def prepare(ctx: Context, order_id: int) -> None:
    """Index the codes of an order, so that its first scan takes no longer than the next ones.

    Then its platforms' documents are read, beside the scans: its updates are built from them.
    """
    await ctx.read(_prepare, order_id)
    await ctx.read_long(_read_documents, order_id)


async def identify(ctx: Context, raw: str, prefix: str = "%", order_id: int | None = None) -> Scan:
    """Return what a scan is: for the open order, else for any order's items."""
    return await ctx.read(_scan, ctx, raw, order_id, prefix, labelled=False)


def read_label(db: Db, ctx: Context, order_id: int, raw: str) -> Scan:
    """Return what a label's text is for an order, whatever else has been scanned; within the caller's transaction."""
    return _scan(db, ctx, raw, order_id, prefix="", labelled=False)


def _scan(db: Db, ctx: Context, raw: str, order_id: int | None, prefix: str, *, labelled: bool) -> Scan:
    order = _open_order(db, order_id)
    read = label.read(raw)
    facts = ScanFacts(
        raw=raw,
        readings=tuple(_reading(db, text, order, prefix) for text in texts(raw)),
        label=read,
        open_order_id=order.id if order else None,
        carriers_used=ctx.label_rules.carriers_used,
        labelled=labelled,
    )
    found = interpret(facts)
    if found.reason in (ScanReason.POSSIBLE_LABEL, ScanReason.UNKNOWN) and labels.fits_taught_format(
        db, ctx, read.number
    ):
        return interpret(replace(facts, fits_learned_format=True))
    if order is not None and found.order_id not in (None, order.id):
        return replace(found, is_same_recipient=_is_same_recipient(db, order, found.order_id))
    return found


def _prepare(db: Db, order_id: int) -> None:
    order = _open_order(db, order_id)
    if order is not None:
        _ = order.items_by_code


def _read_documents(db: Db, order_id: int) -> None:
    known = connections.by_id(db)
    for link in orders.links(db, order_id):
        model = VENDORS[known[link.connection_id].vendor].shipments.document
        if model is not None:
            read_stored(model, link.document)


def _is_same_recipient(db: Db, order: Order, other_id: int | None) -> bool:
    other = _open_order(db, other_id)
    return other is not None and recipient.is_same(order.ship_to, other.ship_to)


def texts(raw: str) -> tuple[str, ...]:
    """Return the readings of a code, and last the article that a GS1 text names."""
    article = code.gs1_elements(raw).get("01", "")
    return tuple(dict.fromkeys((*code.readings(raw), *([article] if article else []))))


def _reading(db: Db, text: str, order: Order | None, prefix: str) -> Reading:
    items = _items(order, text) if order else ()
    case = gtin.unit_of_case(text)
    return Reading(
        text=text,
        command=barcode.command(text, prefix) or "",
        items=items,
        units=orders.units_of_case(db, text) if case else 1,
        elsewhere=None if items else _item_elsewhere(db, text, case, order),
        orders=_orders(db, text),
    )


def _items(order: Order, text: str) -> tuple[KnownItem, ...]:
    """Return the lines of an order that a text names, by the first rule that finds any."""
    known = order.items_by_code
    key, case = code.key(text), gtin.unit_of_case(text)
    found = known.exact.get(text) or known.keys.get(key) or ()
    reason = ScanReason.ITEM_SKU
    if any(key == code.key(line.barcode) for line in found) and all(key != code.key(line.sku) for line in found):
        reason = ScanReason.ITEM_GTIN
    if not found:
        found = _in_sequence(order, (known.articles.get(article, ()) for article in gtin.articles(text)))
        reason = ScanReason.ITEM_GTIN
    if not found and case:
        found = known.articles.get(case, ())
        reason = ScanReason.ITEM_CASE
    # A line's SKU may be the found lines' article number in another form.
    articles = gtin.articles(found[0].sku) if found else ()
    same = _in_sequence(order, (known.sku_articles.get(article, ()) for article in articles))
    found_ids = {line.id for line in found}
    others = (line for line in same if line.id not in found_ids)
    return tuple(KnownItem(line.sku, line.description, line.id, reason) for line in (*found, *others))


def _in_sequence(order: Order, groups: Iterable[Sequence[OrderLine]]) -> tuple[OrderLine, ...]:
    """Return the lines of some groups, each once, in the order's sequence."""
    lines = {line.id: line for group in groups for line in group}
    return tuple(sorted(lines.values(), key=lambda line: order.position_of(line.id)))


def _item_elsewhere(db: Db, text: str, case: str | None, order: Order | None) -> KnownItem | None:
    other_than = order.id if order else 0
    forms = [(form, ScanReason.ITEM_GTIN) for article in gtin.articles(text) for form in gtin.forms(article)]
    forms += [(form, ScanReason.ITEM_CASE) for form in (gtin.forms(case) if case else ())]
    for form, reason in ((text, ScanReason.ITEM_SKU), *forms):
        found = orders.item_elsewhere(db, form, other_than=other_than)
        if found is not None:
            return KnownItem(*found, reason=reason)
    return None


def _orders(db: Db, text: str) -> tuple[KnownOrder, ...]:
    ids = orders.numbered(db, text) or linking.formerly_numbered(db, text)
    return tuple(KnownOrder(id_, orders.get(db, id_).number) for id_ in ids[:_ORDERS_MOST])


def _open_order(db: Db, order_id: int | None) -> Order | None:
    try:
        return None if order_id is None else orders.get(db, order_id)
    except LookupError:
        return None


async def record_scan(
    ctx: Context, order_id: int | None, scan: Scan | None, verdict: VerdictKind, answer: str = ""
) -> None:
    """Record a scan with its verdict in the audit log, or a person's `answer` to a verdict."""
    await ctx.write(
        scans.add,
        order_id,
        station=ctx.station,
        operator=ctx.operator,
        raw=scan.raw if scan else "",
        kind=scan.kind if scan else "",
        reason=scan.reason if scan else "",
        number=scan.number if scan else "",
        verdict=verdict,
        answer=answer,
        now_ms=ctx.clock.now_ms(),
    )


async def chosen_carrier(ctx: Context, order_id: int, carriers: Sequence[str]) -> str:
    """Return which of several carriers was chosen for orders of the same connection, else an empty text."""
    return await ctx.read(scans.chosen_carrier, order_id, carriers)


async def choose_carrier(ctx: Context, order_id: int, carriers: Sequence[str], carrier: str) -> None:
    """Remember which of several carriers the labels of a connection's orders are from."""
    await ctx.write(scans.choose_carrier, order_id, carriers, carrier)


async def last_open_order(ctx: Context) -> int | None:
    """Return the order that was open here when the window was killed."""
    return await ctx.read(scans.open_order, ctx.station)


async def save_open_order(ctx: Context, order_id: int | None) -> None:
    """Remember which order is open here, or that none is; it is claimed while it is open."""
    await claims.order_opened(ctx, order_id)


async def last_focus(ctx: Context) -> str:
    """Return the field that had the keyboard focus when the window was killed, as `save_focus` got it."""
    return await ctx.read(scans.focus, ctx.station)


async def save_focus(ctx: Context, focus: str) -> None:
    """Remember which field of the open order has the keyboard focus; empty for the scan field."""
    await ctx.write(scans.keep_focus, ctx.station, focus)
