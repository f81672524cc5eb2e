"""Identity: which order a number means, which orders are linked in it, and which other order may be the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from shipconsole.domain import recipient
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.order import Order
from shipconsole.domain.outcome import Outcome
from shipconsole.store import connections, linking, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response

ID_DIGITS_MAX = 19
PLAIN_ID_MARK = "id:"
ID_MARKS = ("#", PLAIN_ID_MARK)
AT = "@"
"""Separates an order number from the connection that uses it."""
_DOCUMENTS_KEPT = 16
_LARGE = 40_000
"""Characters of a document of about a hundred items."""
_ENTRIES_READ = 20


@dataclass(frozen=True, slots=True)
class LinkedOrder:
    """One connection's version of an order that several connections have.

    `differs` says that its recipient is not that of the order here: it was changed at the connection.
    """

    connection: str
    number: str
    recipient: str
    differs: bool


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Another order with the same number that a person has neither linked nor kept separate."""

    order_id: int
    number: str
    connections: tuple[str, ...]
    recipient: str


def resolve(db: Db, text: str) -> tuple[tuple[int, ...], bool]:
    """Return the orders that a text may mean, and whether it is one order's number and another's id.

    The text is a number, an id after its mark, or a number and a connection, as in ``1001@Shop``.
    """
    numbered = orders.numbered(db, text)
    mark = next((mark for mark in ID_MARKS if text.startswith(mark)), "")
    digits = text.removeprefix(mark)
    is_id = bool(mark) and digits.isascii() and digits.isdecimal() and len(digits) < ID_DIGITS_MAX
    known = _existing(db, int(digits)) if is_id else ()
    if mark == PLAIN_ID_MARK and known:
        return known, False
    found = tuple(dict.fromkeys((*numbered, *known)))
    return found or linking.formerly_numbered(db, text) or _at_connection(db, text), bool(numbered and known)


def of_number(db: Db, text: str) -> tuple[int, ...]:
    """Return the orders with a number, or with a number at a connection; never by an id, which a file cannot know."""
    return orders.numbered(db, text) or linking.formerly_numbered(db, text) or _at_connection(db, text)


def unique_names(db: Db, order_ids: Sequence[int]) -> tuple[str, ...]:
    """Return for each order the shortest name that `resolve` finds only it by, with its recipient."""
    known = {connection.id: connection.name for connection in connections.every(db)}
    found: list[str] = []
    for order_id in order_ids:
        order = orders.get(db, order_id)
        at = (f"{order.number}{AT}{known[id_]}" for id_ in sorted(orders.linked_vendors(db, order_id)))
        name = next((text for text in at if resolve(db, text)[0] == (order_id,)), f"{PLAIN_ID_MARK}{order_id}")
        found.append(f"{name} ({order.ship_to.recipient})" if order.ship_to.recipient else name)
    return tuple(found)


def linked_orders(order: Order, known: Sequence[Connection], links: Sequence[Link]) -> tuple[LinkedOrder, ...]:
    """Return each connection's version of an order that several have."""
    by_id = {connection.id: connection for connection in known}
    if len(links) < 2:
        return ()
    found: list[LinkedOrder] = []
    for link in links:
        remote = _header(by_id[link.connection_id].vendor, link.document)
        to = remote.ship_to if remote else None
        differs = to is not None and recipient.agreement(order.ship_to, to) == "different"
        found.append(
            LinkedOrder(by_id[link.connection_id].name, link.remote_number, to.recipient if to else "", differs=differs)
        )
    return tuple(found)


def possible_duplicates(
    db: Db, order: Order, known: Sequence[Connection], links: Sequence[Link]
) -> tuple[PossibleDuplicate, ...]:
    """Return the other orders with the same number that a person has neither linked nor kept separate.

    Two orders of one connection are never the same: the connection itself has them as two.
    """
    connection_names = {connection.id: connection.name for connection in known}
    own = {link.connection_id for link in links}
    separate = linking.kept_separate(db, order.id)
    found: list[PossibleDuplicate] = []
    for other_id in orders.numbered_alike(db, order.number):
        others = orders.linked_vendors(db, other_id).keys()
        if other_id == order.id or other_id in separate or own & others:
            continue
        other = orders.get(db, other_id)
        listed = tuple(connection_names[id_] for id_ in sorted(others))
        found.append(PossibleDuplicate(other_id, other.number, listed, other.ship_to.recipient))
    return tuple(found)


def _header(vendor: str, document: str) -> RemoteOrder | None:
    """Return what a stored document says of the whole order; of a large one only the first items are read."""
    found = _read(vendor, _beginning(document) if len(document) > _LARGE else document)
    return found if isinstance(found, RemoteOrder) else None


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _beginning(document: str) -> str:
    """Return a document with the first entries of each long list."""

    def shortened(value: object) -> object:
        if isinstance(value, dict):
            return {name: shortened(inner) for name, inner in cast("dict[str, object]", value).items()}
        if isinstance(value, list):
            return [shortened(inner) for inner in cast("list[object]", value)[:_ENTRIES_READ]]
        return value

    return json.dumps(shortened(json.loads(document)))


def remote_order(connection: Connection, known: Link) -> RemoteOrder | None:
    """Return an order as its connection last sent it, under the id by which it is known here."""
    found = _read(connection.vendor, known.document)
    return found.model_copy(update={"remote_id": known.remote_id}) if isinstance(found, RemoteOrder) else None


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _read(vendor: str, document: str) -> RemoteOrder | Outcome:
    """Return what a stored document says, read once as long as it is in use."""
    orders_part = VENDORS[vendor].orders
    if orders_part.read_document is not None:
        return orders_part.read_document(document)
    return orders_part.read(Response(200, {}, document.encode()))


def _at_connection(db: Db, text: str) -> tuple[int, ...]:
    """Return the orders with a number at a connection; both may contain the separator."""
    by_name = {connection.name: connection.id for connection in connections.every(db)}
    for position in (position for position, letter in enumerate(text) if letter == AT):
        connection_id = by_name.get(text[position + 1 :].strip())
        if connection_id is not None:
            of_number = orders.numbered(db, text[:position])
            return tuple(id_ for id_ in of_number if connection_id in orders.linked_vendors(db, id_))
    return ()


def _existing(db: Db, order_id: int) -> tuple[int, ...]:
    if orders.exists(db, order_id):
        return (order_id,)
    merged = linking.became_part_of(db, order_id)
    return () if merged is None else (merged,)
