"""Shop ids: an item under the id that its shop gave it, which platforms that serve one shop have in common.

A platform that prints and ships by itself has its own SKUs and often lists fewer items than it ships; what it tells of
a package stands under the shop's ids all the same.
"""

from collections.abc import Sequence

from shipconsole.domain.link import Link, RemoteLine, RemoteOrder
from shipconsole.store import connections, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.exchange import Answer


def lines_by_shop_id(db: Db, order_id: int) -> dict[str, int]:
    """Our lines by the shop's ids for them; an id that two connections have for different lines is nobody's."""
    vendors = {one.id: one.vendor for one in connections.every(db)}
    found: dict[str, set[int]] = {}
    for link in orders.links(db, order_id):
        shops = _shop_ids(vendors[link.connection_id], link)
        for line in link.lines:
            if shop_id := shops.get(line.remote_id):
                found.setdefault(shop_id, set()).add(line.line_id)
    return {shop_id: line_ids.pop() for shop_id, line_ids in found.items() if len(line_ids) == 1}


def lines_by_remote_id(db: Db, order_id: int, connection_id: int) -> dict[str, int]:
    """Our lines by the ids under which a connection may tell of them: its own, else the shop's."""
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    own = {line.remote_id: line.line_id for link in links for line in link.lines}
    return {**lines_by_shop_id(db, order_id), **own}


def shares_items(db: Db, order_id: int, remote: RemoteOrder) -> bool:
    """Whether an order here has an item that a platform's order, or one of its packages, names by the shop's id."""
    told = {line.shop_id for line in remote.lines} | {item.remote_id for one in remote.tracks for item in one.items}
    return bool((told - {""}) & lines_by_shop_id(db, order_id).keys())


def match_by_shop_id(
    db: Db, order_id: int, lines: Sequence[RemoteLine], taken: Sequence[tuple[int, RemoteLine, bool]]
) -> list[tuple[int, RemoteLine, bool]]:
    """Our line for each of a platform's lines that none of ours was found for; none is given twice."""
    known = lines_by_shop_id(db, order_id)
    line_ids = {line_id for line_id, _, _ in taken}
    done = {id(line) for _, line, _ in taken}
    found: list[tuple[int, RemoteLine, bool]] = []
    for line in lines:
        line_id = known.get(line.shop_id)
        if id(line) not in done and line_id is not None and line_id not in line_ids:
            line_ids.add(line_id)
            found.append((line_id, line, False))
    return found


def _shop_ids(vendor: str, link: Link) -> dict[str, str]:
    """The shop's ids by the platform's own, as far as its document tells them."""
    order = VENDORS[vendor].read_order(Answer(200, body=link.document.encode()))
    lines = order.lines if isinstance(order, RemoteOrder) else ()
    return {line.remote_id: line.shop_id for line in lines if line.shop_id}
