"""Orders, their lines, and the links by which connections know them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from shipconsole.domain import code, countries
from shipconsole.domain.address import Address
from shipconsole.domain.case_units import CaseUnits
from shipconsole.domain.dates import NO_DUE_DATE_MS
from shipconsole.domain.link import LineLink, Link, RemoteOrder
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.order import Order, OrderLine, Resolution
from shipconsole.store import search_text
from shipconsole.store.database import Db, Row
from shipconsole.store.queries import Value

_ORDERS_KEPT = 8


def match_key(number: str) -> str:
    """Return the normal form of an order number, to find it if no number matches exactly; leading zeros count."""
    # The normal form is truncated, so longer numbers match only if they are equal.
    return code.key(number) if len(number) <= code.TEXT_MAX else number


def number_key(number: str) -> str:
    """Return an order number with padded digits, so that text order is number order; for sorting only."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12), number.strip().casefold())


def get(db: Db, order_id: int) -> Order:
    """Return an order with its lines; raises LookupError if there is none."""
    row = db.row("orders.get", id=order_id)
    if row is None:
        raise LookupError(order_id)
    return _order(tuple(row), tuple(map(tuple, db.rows("orders.lines", order_id=order_id))))


@lru_cache(maxsize=_ORDERS_KEPT)
def _order(row: Row, line_rows: tuple[Row, ...]) -> Order:
    """Return the order of some rows, the same one for the same rows: a scan reads the open order anew each time."""
    id_, number, ship_to, cancelled, ordered_at_ms, due_at_ms, note, _ = row
    return Order(
        id=id_,
        number=number,
        lines=_lines(line_rows),
        ship_to=Address.model_validate_json(ship_to),
        cancelled=bool(cancelled),
        ordered_at_ms=ordered_at_ms,
        due_at_ms=None if due_at_ms == NO_DUE_DATE_MS else due_at_ms,
        note=str(from_stored(note)),
    )


def exists(db: Db, order_id: int) -> bool:
    """Return whether there is an order with an id."""
    return db.row("orders.get", id=order_id) is not None


def primary_connection_id(db: Db, order_id: int) -> int | None:
    """Return the connection whose items and address are used, None if the order has none."""
    row = db.row("orders.get", id=order_id)
    return row[7] if row else None


def lines(db: Db, order_id: int) -> tuple[OrderLine, ...]:
    """Return the lines of an order, in order."""
    return _lines(tuple(db.rows("orders.lines", order_id=order_id)))


def _lines(rows: tuple[Row, ...]) -> tuple[OrderLine, ...]:
    names = ("id", "sku", "description", "ordered", "shipped", "cancelled", "weight_g")
    names += ("quantity_text", "resolution", "resolved_quantity", "barcode")
    return OrderLine.many(dict(zip(names, row, strict=True)) for row in rows)


def numbered(db: Db, number: str) -> tuple[int, ...]:
    """Return the ids of all orders with a number: exactly as written, otherwise in its normal form."""
    rows = db.rows("orders.numbered", number=number.strip())
    return tuple(id_ for (id_,) in rows) or numbered_alike(db, number)


def numbered_alike(db: Db, number: str) -> tuple[int, ...]:
    """Return the ids of all orders whose number has the same normal form; none for an empty number."""
    key = match_key(number)
    return tuple(id_ for (id_,) in db.rows("orders.numbered_alike", match_key=key)) if key else ()


def with_number_key(db: Db, number: str) -> str:
    """Return the number of an order that differs only by zeros before its digits; empty if there is none."""
    row = db.row("orders.with_number_key", number_key=number_key(number))
    return "" if row is None else str(row[0])


def item_elsewhere(db: Db, text: str, *, other_than: int) -> tuple[str, str] | None:
    """Return SKU and description of another order's item, found by SKU (any case) or barcode; None if there is none."""
    values = {"key": code.key(text), "order_id": other_than}
    row = db.row("orders.item_with_sku", sku=text, **values)
    row = row or db.row("orders.item_with_key", **values) or db.row("orders.item_with_barcode", **values)
    return None if row is None else (row[0], row[1])


def codes_between(db: Db, first: str, end: str, *, length: int, most: int) -> tuple[str, ...]:
    """Return the SKUs (normal form) and order numbers (either case) of a length, from `first` up to before `end`."""
    limits = {"length": length, "most": most}
    rows = db.rows("orders.skus_between", first=first, end=end, **limits)
    for low, high in {(first, end), (first.upper(), end.upper())}:
        rows += db.rows("orders.numbers_between", first=low, end=high, **limits)
    return tuple(text for (text,) in rows)


def units_of_case(db: Db, case: str) -> int:
    """Return how many units a case holds, by the 14 digits on it; 0 if unknown."""
    row = db.row("orders.units_of_case", code=case)
    return 0 if row is None else int(row[0])


def cases(db: Db) -> tuple[CaseUnits, ...]:
    """Return the cases whose number of units is stored, by their codes."""
    return tuple(
        CaseUnits(code=case, units=units, at_ms=at_ms, station=station, operator=operator)
        for case, units, at_ms, station, operator in db.rows("orders.cases")
    )


def drop_case(db: Db, case: str) -> None:
    """Forget how many units a case holds."""
    db.change("orders.drop_case", code=case)


def put_units_of_case(db: Db, case: str, units: int, *, station: str, operator: str, now_ms: int) -> None:
    """Store how many units a case holds."""
    db.change("orders.put_units_of_case", code=case, units=units, station=station, operator=operator, now_ms=now_ms)


def add(db: Db, *, number: str, primary_connection_id: int | None, now_ms: int) -> int:
    """Add an order without lines; return its id."""
    return int(
        db.value(
            "orders.add",
            number=number,
            match_key=match_key(number),
            number_key=number_key(number),
            primary_connection_id=primary_connection_id,
            now_ms=now_ms,
        )
    )


def describe(db: Db, order_id: int, remote: RemoteOrder) -> None:
    """Store a platform's order-level values."""
    db.change(
        "orders.describe",
        id=order_id,
        ship_to=remote.ship_to.model_dump_json(exclude_defaults=True),
        recipient=remote.ship_to.recipient,
        cancelled=int(remote.cancelled),
        note=remote.note,
        ordered_at_ms=remote.ordered_at_ms,
        due_at_ms=NO_DUE_DATE_MS if remote.due_at_ms is None else remote.due_at_ms,
        service=remote.service,
    )


def describe_manual_order(db: Db, order_id: int, *, ship_to: Address, note: Message, ordered_at_ms: int) -> None:
    """Store the order-level values of a manually created order."""
    db.change(
        "orders.describe",
        id=order_id,
        ship_to=ship_to.model_dump_json(exclude_defaults=True),
        recipient=ship_to.recipient,
        cancelled=0,
        note=note,
        ordered_at_ms=ordered_at_ms,
        due_at_ms=NO_DUE_DATE_MS,
        service="",
    )


def add_note(db: Db, order_id: int, note: Message) -> None:
    """Store delivery instructions if the order has none yet."""
    db.change("orders.add_note", id=order_id, note=note)


def add_line(
    db: Db,
    order_id: int,
    *,
    sku: str,
    description: str,
    ordered: int,
    cancelled: int,
    weight_g: int | None,
    quantity_text: str = "",
) -> int:
    """Append a line; return its id. `quantity_text` is a quantity that is not whole units, as JSON text."""
    return int(
        db.value(
            "orders.add_line",
            order_id=order_id,
            sku=sku,
            sku_key=code.key(sku),
            description=description,
            ordered=ordered,
            cancelled=cancelled,
            weight_g=weight_g,
            quantity_text=quantity_text,
        )
    )


def resolve_line(db: Db, order_id: int, line: OrderLine, resolution: Resolution) -> bool:
    """Store the resolution of a line that is not counted in units; False, and no change, if it is counted."""
    quantity = line.quantity_json if resolution else ""
    values = {"id": line.id, "order_id": order_id, "resolution": resolution, "resolved_quantity": quantity}
    return db.change("orders.resolve_line", **values) == 1


def cancellations(db: Db, order_id: int) -> dict[int, tuple[int, int]]:
    """Return for each line how many units are cancelled by the primary connection, and how many here."""
    return {
        line_id: (by_platform, here)
        for line_id, by_platform, here in db.rows("orders.cancellations", order_id=order_id)
    }


def cancel_units(db: Db, order_id: int, line_id: int, units: int) -> bool:
    """Cancel units of a line; False, and no change, if fewer are left."""
    return db.change("orders.cancel_units", id=line_id, order_id=order_id, units=units) == 1


def restore_units(db: Db, order_id: int, line_id: int, units: int) -> bool:
    """Restore units that were cancelled here; False, and no change, if fewer were."""
    return db.change("orders.restore_units", id=line_id, order_id=order_id, units=units) == 1


def claim_units(db: Db, order_id: int, units_of: Mapping[int, int]) -> bool:
    """Claim units by line for a shipment; False if fewer are left of any line, which alone stays as it was."""
    return len(db.change_all("orders.claim_units", _units(order_id, units_of))) == len(units_of)


def release_units(db: Db, order_id: int, units_of: Mapping[int, int]) -> bool:
    """Release units by line of an undone shipment; False if fewer had shipped of any line, which stays as it was."""
    return len(db.change_all("orders.release_units", _units(order_id, units_of))) == len(units_of)


def _units(order_id: int, units_of: Mapping[int, int]) -> Iterator[dict[str, Value]]:
    return ({"id": line_id, "order_id": order_id, "units": units} for line_id, units in units_of.items())


def refresh_totals(db: Db, order_id: int, *, now_ms: int) -> None:
    """Recompute an order's counts, state and search text from its lines, and note the change."""
    order = get(db, order_id)
    _store_totals(db, "orders.refresh_totals", order, search_text_of(db, order), now_ms)


def search_text_of(db: Db, order: Order) -> str:
    """Return the text by which an order is found: its numbers, its recipient, its items and tracking numbers."""
    to = order.ship_to
    texts = [to.name, to.company, to.town, to.postal_code, to.email]
    texts += [to.country, countries.code_of(to.country), countries.name_of(to.country)]
    texts += [line.sku for line in order.lines]
    # A linked connection may have another number for the order, and a merged order had one before.
    numbers = [order.number]
    for name in ("orders.remote_numbers", "orders.joined_numbers"):
        numbers += [number for (number,) in db.rows(name, order_id=order.id)]
    texts += [tracking for (tracking,) in db.rows("orders.tracking_numbers", order_id=order.id)]
    return search_text.of(numbers, texts)


def note_shipped(db: Db, order: Order, tracking_numbers: Iterable[str], *, now_ms: int) -> None:
    """Store the counts and state of an order as it is after a shipment, and have it found by these numbers too.

    Does for a shipment what `refresh_totals` does: the texts of a large order's items need not be written anew.
    """
    _store_totals(db, "orders.note_shipped", order, "\n" + search_text.of((), tracking_numbers), now_ms)


def _store_totals(db: Db, name: str, order: Order, text: str, now_ms: int) -> None:
    counts = {**order.count._asdict(), "unresolved": order.unresolved}
    db.change(name, id=order.id, state=order.state, **counts, search_text=text, now_ms=now_ms)
    db.note("order", order.id)


def refresh_attention_count(db: Db, order_id: int) -> None:
    """Recount the updates of an order that need attention."""
    db.change("orders.refresh_attention_count", id=order_id)
    db.note("order", order_id)


def links(db: Db, order_id: int) -> tuple[Link, ...]:
    """Return the order's links: the order as each connection has it."""
    lines_of: dict[int, list[Row]] = {}
    for link_id, *line in db.rows("orders.line_links", order_id=order_id):
        lines_of.setdefault(link_id, []).append(tuple(line))
    found = db.rows("orders.links", order_id=order_id)
    return tuple(_link(tuple(row), tuple(lines_of.get(row[0], ()))) for row in found)


@lru_cache(maxsize=4 * _ORDERS_KEPT)
def _link(row: Row, line_rows: tuple[Row, ...]) -> Link:
    """Return the link of some rows, the same one for the same rows, as `_order` does."""
    _, *values, cancelled, shipped_elsewhere, document, seen_at_ms, as_of = row
    connection_id, remote_id, remote_number, source_id, source_name, status = values
    return Link(
        connection_id=connection_id,
        remote_id=remote_id,
        remote_number=remote_number,
        source_id=source_id,
        source_name=source_name,
        status=status,
        cancelled=bool(cancelled),
        shipped_elsewhere=bool(shipped_elsewhere),
        lines=LineLink.many(
            {
                "line_id": line_id,
                "remote_id": line_remote_id,
                "quantity": quantity,
                "quantity_text": quantity_text,
                "is_manual": bool(is_manual),
            }
            for line_id, line_remote_id, quantity, quantity_text, is_manual in line_rows
        ),
        document=document,
        seen_at_ms=seen_at_ms,
        as_of=as_of,
    )


def linked(db: Db, connection_id: int, remote_id: str) -> tuple[int, int, str, int] | None:
    """Return link id, order id, document and `as_of` of a connection's order, None if it is not stored."""
    row = db.row("orders.linked", connection_id=connection_id, remote_id=remote_id)
    return None if row is None else (row[0], row[1], row[2], row[3])


def linked_by_number(db: Db, connection_id: int, number: str) -> int | None:
    """Return the order that a connection has under a number, exact or in normal form; None if several match."""
    rows = db.rows("orders.linked_by_number", connection_id=connection_id, match_key=match_key(number))
    found = [id_ for id_, remote_number in rows if remote_number == number] or [id_ for id_, _ in rows]
    return int(found[0]) if len(found) == 1 else None


def linked_vendors(db: Db, order_id: int) -> dict[int, str]:
    """Return the connections that have an order, each with its platform."""
    return dict(db.rows("orders.linked_vendors", order_id=order_id))


def put_link(db: Db, order_id: int, connection_id: int, remote: RemoteOrder, *, now_ms: int, as_of: int = 0) -> int:
    """Store the link of a connection to the order; return the link's id."""
    return int(
        db.value(
            "orders.put_link",
            order_id=order_id,
            connection_id=connection_id,
            remote_id=remote.remote_id,
            remote_number=remote.number,
            match_key=match_key(remote.number),
            source_id=remote.source_id,
            source_name=remote.source_name,
            status=remote.status,
            cancelled=int(remote.cancelled),
            shipped_elsewhere=int(remote.shipped_elsewhere),
            document=remote.document,
            now_ms=now_ms,
            as_of=as_of,
        )
    )


def drop_line_links(db: Db, link_id: int) -> None:
    """Delete the line links of a link, before they are stored again."""
    db.change("orders.drop_line_links", link_id=link_id)


def seen(db: Db, link_id: int, *, now_ms: int, as_of: int = 0) -> None:
    """Store that the platform returned the stored document again."""
    db.change("orders.seen", id=link_id, now_ms=now_ms, as_of=as_of)
