"""Item matching by shop id: platforms that serve one shop share the shop's ids of its items.

A platform that prints and ships itself has its own SKUs and often lists fewer items than it ships; its packages refer
to the shop's ids all the same.
"""

from collections.abc import Sequence

from shipconsole.domain.link import Link, RemoteLine, RemoteOrder
from shipconsole.store import connections, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response


def lines_by_shop_id(db: Db, order_id: int) -> dict[str, int]:
    """Return our line ids by the shop's ids; an id that means different lines at two connections is left out."""
    vendors = {connection.id: connection.vendor for connection in connections.every(db)}
    found: dict[str, set[int]] = {}
    for link in orders.links(db, order_id):
        shops = _shop_ids(vendors[link.connection_id], link)
        for line in link.lines:
            if shop_id := shops.get(line.remote_id):
                found.setdefault(shop_id, set()).add(line.line_id)
    return {shop_id: line_ids.pop() for shop_id, line_ids in found.items() if len(line_ids) == 1}


def lines_by_remote_id(db: Db, order_id: int, connection_id: int) -> dict[str, int]:
    """Return our line ids by the ids that a connection may use: its own, else the shop's."""
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    own = {line.remote_id: line.line_id for link in links for line in link.lines}
    return {**lines_by_shop_id(db, order_id), **own}


def shares_items(db: Db, order_id: int, remote: RemoteOrder) -> bool:
    """Return whether an order here has an item that a platform's order or package names by the shop's id."""
    shop_ids = {line.shop_id for line in remote.lines} | {
        item.remote_id for track in remote.tracks for item in track.items
    }
    return bool((shop_ids - {""}) & lines_by_shop_id(db, order_id).keys())


def match_by_shop_id(
    db: Db, order_id: int, lines: Sequence[RemoteLine], taken: Sequence[tuple[int, RemoteLine, bool]]
) -> list[tuple[int, RemoteLine, bool]]:
    """Match a platform's remaining lines with ours by shop id; no line is matched twice."""
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
    """Return the shop's ids by the platform's own, as far as its document has them."""
    order = VENDORS[vendor].orders.read(Response(200, body=link.document.encode()))
    lines = order.lines if isinstance(order, RemoteOrder) else ()
    return {line.remote_id: line.shop_id for line in lines if line.shop_id}
