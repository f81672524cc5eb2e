"""Identity: which order a number means, what was joined under it, and which other order may be the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from shipconsole.domain import recipient
from shipconsole.domain.connection import Connection
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.domain.order import Order
from shipconsole.store import connections, linking, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer

ID_DIGITS_MAX = 19
PLAIN_ID_MARK = "id:"
ID_MARKS = ("#", PLAIN_ID_MARK)
AT = "@"
"""Between a number and the connection that knows the order by it."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What one connection has of an order that several know.

    `differs` says that it goes to another recipient than the order here: the connection changed it since.
    """

    connection: str
    number: str
    recipient: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MayBeSame:
    """Another order of the same number that a person has neither linked nor kept apart."""

    order_id: int
    number: str
    connections: tuple[str, ...]
    recipient: str


def named(db: Db, text: str) -> tuple[tuple[int, ...], bool]:
    """Return the orders that a text may mean, and whether it means one by number and another by id.

    It is a number, an id after its mark, or a number and a connection, as in ``1001@Shop``.
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


def names(db: Db, order_ids: Sequence[int]) -> tuple[str, ...]:
    """Return for each order the shortest name by which `named` finds it alone, with its recipient."""
    known = {one.id: one.name for one in connections.every(db)}
    found: list[str] = []
    for order_id in order_ids:
        order = orders.get(db, order_id)
        at = (f"{order.number}{AT}{known[id_]}" for id_ in sorted(orders.linked_vendors(db, order_id)))
        name = next((text for text in at if named(db, text)[0] == (order_id,)), f"{PLAIN_ID_MARK}{order_id}")
        found.append(f"{name} ({order.ship_to.recipient})" if order.ship_to.recipient else name)
    return tuple(found)


def joined(order: Order, known: Sequence[Connection], links: Sequence[Link]) -> tuple[Joined, ...]:
    """Return what each connection has of an order, where several know it."""
    by_id = {one.id: one for one in known}
    if len(links) < 2:
        return ()
    found: list[Joined] = []
    for link in links:
        remote = as_read(by_id[link.connection_id], link)
        to = remote.ship_to if remote else None
        differs = to is not None and recipient.agreement(order.ship_to, to) == "different"
        found.append(
            Joined(by_id[link.connection_id].name, link.remote_number, to.recipient if to else "", differs=differs)
        )
    return tuple(found)


def may_be_same(db: Db, order: Order, known: Sequence[Connection], links: Sequence[Link]) -> tuple[MayBeSame, ...]:
    """Return the other orders of the same number that a person has neither linked nor kept apart.

    Two that one connection knows are two: it says so itself.
    """
    connection_names = {one.id: one.name for one in known}
    mine = {link.connection_id for link in links}
    apart = linking.kept_separate(db, order.id)
    found: list[MayBeSame] = []
    for other_id in orders.numbered_alike(db, order.number):
        theirs = orders.linked_vendors(db, other_id).keys()
        if other_id == order.id or other_id in apart or mine & theirs:
            continue
        other = orders.get(db, other_id)
        listed = tuple(connection_names[id_] for id_ in sorted(theirs))
        found.append(MayBeSame(other_id, other.number, listed, other.ship_to.recipient))
    return tuple(found)


def as_read(connection: Connection, known: Link) -> RemoteOrder | None:
    """Return what a connection last said of an order, under the id by which it is known here."""
    vendor = VENDORS[connection.vendor]
    if vendor.read_document is not None:
        found = vendor.read_document(known.document)
    else:
        found = vendor.read_order(Answer(200, {}, known.document.encode()))
    return found.model_copy(update={"remote_id": known.remote_id}) if isinstance(found, RemoteOrder) else None


def _at_connection(db: Db, text: str) -> tuple[int, ...]:
    """Return the orders of a number and a connection; either may have the sign between them in it."""
    by_name = {one.name: one.id for one in connections.every(db)}
    for place in (place for place, letter in enumerate(text) if letter == AT):
        connection_id = by_name.get(text[place + 1 :].strip())
        if connection_id is not None:
            of_number = orders.numbered(db, text[:place])
            return tuple(id_ for id_ in of_number if connection_id in orders.linked_vendors(db, id_))
    return ()


def _existing(db: Db, order_id: int) -> tuple[int, ...]:
    if orders.exists(db, order_id):
        return (order_id,)
    whole = linking.became_part_of(db, order_id)
    return () if whole is None else (whole,)
