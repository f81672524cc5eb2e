"""Links that people decide on: two orders become one, or one becomes two, and pulls leave it at that."""

from collections.abc import Mapping

from shipconsole.store import connections, orders
from shipconsole.store.database import Db


def alike(db: Db, order_id: int, *, most: int) -> tuple[int, ...]:
    """Other orders with the same number, the same recipient, or a SKU in common, at most so many of each."""
    names = ("linking.alike_by_number", "linking.alike_by_recipient", "linking.alike_by_sku")
    found = (id_ for name in names for (id_,) in db.rows(name, order_id=order_id, most=most))
    return tuple(dict.fromkeys(found))


def are_kept_separate(db: Db, order_id: int, connection_id: int) -> bool:
    """Whether a person said that a connection's order of this number is another one."""
    return db.row("linking.kept_apart_from_connection", order_id=order_id, connection_id=connection_id) is not None


def kept_separate(db: Db, order_id: int) -> frozenset[int]:
    """The orders of which a person said that they are others than this one."""
    return frozenset(id_ for (id_,) in db.rows("linking.kept_separate", order_id=order_id))


def keep_separate(db: Db, order_id: int, other_id: int) -> None:
    """Keep that two orders are two."""
    for one, other in ((order_id, other_id), (other_id, order_id)):
        db.change("linking.keep_separate", order_id=one, other_id=other)


def became_part_of(db: Db, order_id: int) -> int | None:
    """The order that another became part of, by the other's former id."""
    row = db.row("linking.became_part_of", order_id=order_id)
    return None if row is None else int(row[0])


def formerly_numbered(db: Db, number: str) -> tuple[int, ...]:
    """The orders that ones of this number became part of; upper and lower case are the same."""
    rows = db.rows("linking.formerly_numbered", match_key=orders.match_key(number))
    return tuple(id_ for (id_,) in rows)


def join(db: Db, order_id: int, other_id: int, line_of: Mapping[int, int]) -> None:
    """Make another order part of one: its links and calls move, the lines become those of `line_of`, the rest goes.

    `line_of` gives our line for each of the other's that is one with it. The other must have no shipments.
    """
    known = db.rows("linking.line_links", order_id=other_id)
    db.change("linking.drop_line_links", order_id=other_id)
    db.change("linking.move", order_id=other_id, to_order_id=order_id)
    for link_id, line_id, remote_id, quantity, quantity_text in known:
        if line_id in line_of:
            db.change(
                "linking.put_line_link_by_hand",
                link_id=link_id,
                line_id=line_of[line_id],
                remote_id=remote_id,
                quantity=quantity,
                quantity_text=quantity_text,
            )
    for part in ("calls", "joined", "kept_separate", "open"):
        db.change(f"linking.move_{part}", order_id=other_id, to_order_id=order_id)
    db.change("linking.keep_number", order_id=other_id, to_order_id=order_id)
    db.change("linking.move_tracks", order_id=other_id, to_order_id=order_id)
    db.change("linking.drop_twin_proposals", order_id=other_id, to_order_id=order_id)
    db.change("linking.move_proposals", order_id=other_id, to_order_id=order_id)
    for connection in connections.every(db):
        db.change("linking.drop_follow_up_jobs_of", order_id=other_id, connection_id=connection.id)
    for part in ("draft", "kept_separate", "lines", "order"):
        db.change(f"linking.drop_{part}", order_id=other_id)
    db.note("order", other_id)


def split(db: Db, order_id: int, connection_id: int) -> None:
    """Take a connection's link off an order."""
    link_id = int(db.value("linking.of_connection", order_id=order_id, connection_id=connection_id))
    db.change("linking.drop_line_links_of", link_id=link_id)
    db.change("linking.drop", id=link_id)
    db.change("linking.drop_follow_up_jobs_of", order_id=order_id, connection_id=connection_id)


def move_packages(db: Db, order_id: int, connection_id: int, to_order_id: int) -> None:
    """Make the packages that a connection shipped by itself another order's, but those that left for the first."""
    for part in ("proposals", "tracks"):
        name = f"linking.move_{part}_of"
        db.change(name, order_id=order_id, connection_id=connection_id, to_order_id=to_order_id)


def set_primary_connection(db: Db, order_id: int, connection_id: int | None) -> None:
    """Say whose word on lines and address counts from now on; None is our own."""
    db.change("linking.set_primary_connection", id=order_id, connection_id=connection_id)
