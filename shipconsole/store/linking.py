"""Links made by people: two orders become one, or one becomes two, and syncs keep it so."""

from collections.abc import Mapping

from shipconsole.store import connections, orders
from shipconsole.store.database import Db


def alike(db: Db, order_id: int, *, most: int) -> tuple[int, ...]:
    """Return other orders with the same number, the same recipient or a common SKU, at most `most` of each."""
    names = ("linking.alike_by_number", "linking.alike_by_recipient", "linking.alike_by_sku")
    found = (id_ for name in names for (id_,) in db.rows(name, order_id=order_id, most=most))
    return tuple(dict.fromkeys(found))


def are_kept_separate(db: Db, order_id: int, connection_id: int) -> bool:
    """Return whether a person decided that a connection's order with this number is a different order."""
    return db.row("linking.kept_apart_from_connection", order_id=order_id, connection_id=connection_id) is not None


def kept_separate(db: Db, order_id: int) -> frozenset[int]:
    """Return the orders that a person keeps separate from this one."""
    return frozenset(id_ for (id_,) in db.rows("linking.kept_separate", order_id=order_id))


def keep_separate(db: Db, order_id: int, other_id: int) -> None:
    """Store that two orders are kept separate."""
    db.change("linking.keep_separate", order_id=order_id, other_id=other_id)
    db.change("linking.keep_separate", order_id=other_id, other_id=order_id)


def became_part_of(db: Db, order_id: int) -> int | None:
    """Return the order that another became part of, by the other's former id; None if there is none."""
    row = db.row("linking.became_part_of", order_id=order_id)
    return None if row is None else int(row[0])


def formerly_numbered(db: Db, number: str) -> tuple[int, ...]:
    """Return the orders that orders with this number became part of, whatever its case."""
    rows = db.rows("linking.formerly_numbered", match_key=orders.match_key(number))
    return tuple(id_ for (id_,) in rows)


def join(db: Db, order_id: int, other_id: int, line_of: Mapping[int, int]) -> None:
    """Make another order part of this one: its links and updates move, the rest is deleted.

    `line_of` maps each paired line of the other order to the line here. The other order must have no shipments.
    """
    line_links = db.rows("linking.line_links", order_id=other_id)
    db.change("linking.drop_line_links", order_id=other_id)
    db.change("linking.move", order_id=other_id, to_order_id=order_id)
    for link_id, line_id, remote_id, quantity, quantity_text in line_links:
        if line_id in line_of:
            db.change(
                "linking.put_manual_line_link",
                link_id=link_id,
                line_id=line_of[line_id],
                remote_id=remote_id,
                quantity=quantity,
                quantity_text=quantity_text,
            )
    for part in ("calls", "joined", "kept_separate", "open", "change"):
        db.change(f"linking.move_{part}", order_id=other_id, to_order_id=order_id)
    db.change("linking.keep_number", order_id=other_id, to_order_id=order_id)
    db.change("linking.move_tracks", order_id=other_id, to_order_id=order_id)
    db.change("linking.drop_duplicate_reviews", order_id=other_id, to_order_id=order_id)
    db.change("linking.move_reviews", order_id=other_id, to_order_id=order_id)
    for connection in connections.every(db):
        db.change("linking.drop_follow_up_jobs_of", order_id=other_id, connection_id=connection.id)
    for part in ("claim", "change", "draft", "kept_separate", "lines", "order"):
        db.change(f"linking.drop_{part}", order_id=other_id)
    db.note("order", other_id)


def split(db: Db, order_id: int, connection_id: int) -> None:
    """Remove a connection's link from an order."""
    link_id = int(db.value("linking.of_connection", order_id=order_id, connection_id=connection_id))
    db.change("linking.drop_line_links_of", link_id=link_id)
    db.change("linking.drop", id=link_id)
    db.change("linking.drop_follow_up_jobs_of", order_id=order_id, connection_id=connection_id)


def move_packages(db: Db, order_id: int, connection_id: int, to_order_id: int) -> None:
    """Move packages that a connection shipped by itself to another order, except those shipped for the first here."""
    for part in ("reviews", "tracks"):
        name = f"linking.move_{part}_of"
        db.change(name, order_id=order_id, connection_id=connection_id, to_order_id=to_order_id)


def set_primary_connection(db: Db, order_id: int, connection_id: int | None) -> None:
    """Set the connection whose items and address are used; None is our own data."""
    db.change("linking.set_primary_connection", id=order_id, connection_id=connection_id)
