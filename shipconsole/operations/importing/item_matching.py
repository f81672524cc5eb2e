"""Item matching by the store's item ids, which platforms that serve one store share.

A platform that prints and ships itself has its own SKUs and often lists fewer items than it ships; its packages refer
to the store's ids all the same.
"""

from collections.abc import Sequence

from shipconsole.domain.link import Link, RemoteLine, RemoteOrder
from shipconsole.store import connections, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Response


def lines_by_store_item_id(db: Db, order_id: int) -> dict[str, int]:
    """Return our line ids by the store's ids; an id that means different lines at two connections is left out."""
    vendors = {connection.id: connection.vendor for connection in connections.every(db)}
    found: dict[str, set[int]] = {}
    for link in orders.links(db, order_id):
        store_item_ids = _store_item_ids(vendors[link.connection_id], link)
        for line in link.lines:
            if store_item_id := store_item_ids.get(line.remote_id):
                found.setdefault(store_item_id, set()).add(line.line_id)
    return {store_item_id: line_ids.pop() for store_item_id, line_ids in found.items() if len(line_ids) == 1}


def lines_by_remote_id(db: Db, order_id: int, connection_id: int) -> dict[str, int]:
    """Return our line ids by the ids that a connection may use: its own, else the store's."""
    links = (link for link in orders.links(db, order_id) if link.connection_id == connection_id)
    own = {line.remote_id: line.line_id for link in links for line in link.lines}
    return {**lines_by_store_item_id(db, order_id), **own}


def shares_items(db: Db, order_id: int, remote: RemoteOrder) -> bool:
    """Return whether an order here has an item that a platform's order or package names by the store's id."""
    store_item_ids = {line.store_item_id for line in remote.lines} | {
        item.remote_id for track in remote.tracks for item in track.items
    }
    return bool((store_item_ids - {""}) & lines_by_store_item_id(db, order_id).keys())


def match_by_store_item_id(
    db: Db, order_id: int, lines: Sequence[RemoteLine], taken: Sequence[tuple[int, RemoteLine, bool]]
) -> list[tuple[int, RemoteLine, bool]]:
    """Match a platform's remaining lines with ours by the store's item id; no line is matched twice."""
    known = lines_by_store_item_id(db, order_id)
    line_ids = {line_id for line_id, _, _ in taken}
    done = {id(line) for _, line, _ in taken}
    found: list[tuple[int, RemoteLine, bool]] = []
    for line in lines:
        line_id = known.get(line.store_item_id)
        if id(line) not in done and line_id is not None and line_id not in line_ids:
            line_ids.add(line_id)
            found.append((line_id, line, False))
    return found


def _store_item_ids(vendor: str, link: Link) -> dict[str, str]:
    """Return the store's ids by the platform's own, as far as its document has them."""
    order = VENDORS[vendor].orders.read(Response(200, body=link.document.encode()))
    lines = order.lines if isinstance(order, RemoteOrder) else ()
    return {line.remote_id: line.store_item_id for line in lines if line.store_item_id}
