"""Forwarding: rules that say which connections are notified of another's packages, and packages under review."""

import json
from collections.abc import Sequence

from shipconsole.domain.forwarding import ForwardReview, ForwardReviewState, Rule
from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.store.database import Db


def rules(db: Db) -> tuple[Rule, ...]:
    """Return all rules, at most one for each connection."""
    return tuple(
        Rule(from_id, tuple(json.loads(to_ids)), mode) for from_id, to_ids, mode in db.rows("forwarding.rules")
    )


def put_rule(db: Db, rule: Rule) -> None:
    """Store a rule, in place of the connection's previous one."""
    db.change("forwarding.put_rule", from_id=rule.from_id, to_ids=json.dumps(rule.to_ids), mode=rule.mode)
    db.note("connection", rule.from_id)


def put_review(
    db: Db,
    *,
    connection_id: int,
    tracking_number: str,
    order_id: int,
    carrier: str,
    items: Sequence[RemotePacked],
    confirmed: bool,
    message: Message,
    remote_changed_at_ms: int,
    now_ms: int,
) -> None:
    """Add a package for review, or update its open review.

    A refused review opens again if the package is reported differently, unless its shipment was undone: then only a
    person forwards it. A report older than the stored one, by `remote_changed_at_ms`, changes nothing.
    """
    if db.change(
        "forwarding.put_review",
        connection_id=connection_id,
        tracking_number=tracking_number,
        order_id=order_id,
        carrier=carrier,
        items=json.dumps([[item.remote_id, item.quantity] for item in items]),
        confirmed=int(confirmed),
        message=message,
        remote_changed_at_ms=remote_changed_at_ms,
        now_ms=now_ms,
    ):
        db.note("order", order_id)


def get(db: Db, review_id: int) -> ForwardReview | None:
    """Return a review by its id, None if there is none."""
    row = db.row("forwarding.get", id=review_id)
    return _review(*row) if row else None


def every(db: Db, *, most: int) -> tuple[ForwardReview, ...]:
    """Return the open reviews, then the decided ones, each newest first."""
    undecided = db.rows("forwarding.undecided", most=most)
    decided = db.rows("forwarding.decided", most=most - len(undecided))
    return tuple(_review(*row) for row in (*undecided, *decided))


def open_of(db: Db, connection_id: int) -> tuple[ForwardReview, ...]:
    """Return a connection's open reviews, oldest first."""
    return tuple(_review(*row) for row in db.rows("forwarding.open_of", connection_id=connection_id))


def settled(db: Db, connection_id: int, order_id: int) -> frozenset[str]:
    """Return the tracking numbers that a connection need not be queried about: confirmed by it, or decided on."""
    return frozenset(
        number for (number,) in db.rows("forwarding.settled", connection_id=connection_id, order_id=order_id)
    )


def waiting(db: Db) -> int:
    """Return how many reviews wait for a person, including those that could not be forwarded."""
    return int(db.value("forwarding.waiting"))


def due(db: Db) -> tuple[int, ...]:
    """Return the reviews to forward automatically, oldest first."""
    return tuple(id_ for (id_,) in db.rows("forwarding.due"))


def end(
    db: Db, review: ForwardReview, state: ForwardReviewState, message: Message, *, shipment_id: int | None = None
) -> bool:
    """Decide a review; False if it was decided before. A refused review can be decided again."""
    ended = db.change("forwarding.end", id=review.id, state=state, message=message, shipment_id=shipment_id) == 1
    if ended:
        db.note("order", review.order_id)
    return ended


def undo_shipment(db: Db, order_id: int, shipment_id: int, message: Message) -> None:
    """Have the reviews that became a shipment wait for a person again, because it was undone."""
    db.change("forwarding.undo_shipment", order_id=order_id, shipment_id=shipment_id, message=message)


def _review(*row: object) -> ForwardReview:
    columns = list(row)
    pairs: list[tuple[str, int | None]] = json.loads(str(columns[7]))
    columns[7] = tuple(RemotePacked(remote_id=remote_id, quantity=quantity) for remote_id, quantity in pairs)
    columns[8], columns[10] = bool(columns[8]), from_stored(str(columns[10]))
    return ForwardReview(*columns)  # pyright: ignore[reportArgumentType]
