"""Passing on: which connection's packages are told to which others, and the packages that are proposed for it."""

import json
from collections.abc import Sequence
from typing import Literal, NamedTuple

from shipconsole.domain.message import Message, from_stored
from shipconsole.domain.remote_track import RemotePacked
from shipconsole.store.database import Db

Mode = Literal["off", "review", "auto"]
ForwardReviewState = Literal["proposed", "shipped", "refused", "declined"]


class Rule(NamedTuple):
    """What becomes of the packages of a connection: nothing, a proposal for a person, or a shipment here at once."""

    from_id: int
    to_ids: tuple[int, ...]
    mode: Mode


class ForwardReview(NamedTuple):
    """A package that a connection shipped, as it is to be told to others.

    `items` are under the connection's own ids. It is `confirmed` where the platform said so when it was asked.
    """

    id: int
    connection_id: int
    connection: str
    tracking_number: str
    order_id: int
    order_number: str
    carrier: str
    items: tuple[RemotePacked, ...]
    confirmed: bool
    state: ForwardReviewState
    message: Message
    shipment_id: int | None
    at_ms: int


def rules(db: Db) -> tuple[Rule, ...]:
    """All rules, one a connection at most."""
    return tuple(Rule(from_id, tuple(json.loads(to_ids)), mode) for from_id, to_ids, mode in db.rows("passing.rules"))


def put_rule(db: Db, rule: Rule) -> None:
    """Add a rule, or put it in the place of the one of its connection."""
    db.change("passing.put_rule", from_id=rule.from_id, to_ids=json.dumps(rule.to_ids), mode=rule.mode)
    db.note("connection", rule.from_id)


def propose(
    db: Db,
    *,
    connection_id: int,
    tracking_number: str,
    order_id: int,
    carrier: str,
    items: Sequence[RemotePacked],
    confirmed: bool,
    message: Message,
    told_at_ms: int,
    now_ms: int,
) -> None:
    """Propose a package; one that was proposed before learns what is new of it, as long as nobody decided on it.

    One that could not be passed on is proposed again where the news is of the package itself. One that was taken back
    is not: it goes on only by a person's word. `told_at_ms` is when the platform changed its order: what was older by
    then and came later changes nothing.
    """
    if db.change(
        "passing.propose",
        connection_id=connection_id,
        tracking_number=tracking_number,
        order_id=order_id,
        carrier=carrier,
        items=json.dumps([[item.remote_id, item.quantity] for item in items]),
        confirmed=int(confirmed),
        message=message,
        remote_changed_at_ms=told_at_ms,
        now_ms=now_ms,
    ):
        db.note("order", order_id)


def get(db: Db, proposal_id: int) -> ForwardReview | None:
    """One proposal."""
    row = db.row("passing.get", id=proposal_id)
    return _proposal(*row) if row else None


def every(db: Db, *, most: int) -> tuple[ForwardReview, ...]:
    """Those on which nobody decided yet, then those that were decided on; of each the newest, newest first."""
    undecided = db.rows("passing.undecided", most=most)
    decided = db.rows("passing.decided", most=most - len(undecided))
    return tuple(_proposal(*row) for row in (*undecided, *decided))


def open_of(db: Db, connection_id: int) -> tuple[ForwardReview, ...]:
    """A connection's proposals on which nobody decided yet, oldest first."""
    return tuple(_proposal(*row) for row in db.rows("passing.open_of", connection_id=connection_id))


def settled(db: Db, connection_id: int, order_id: int) -> frozenset[str]:
    """The numbers of an order's packages of which a connection need not be asked: confirmed by it, or decided on."""
    return frozenset(number for (number,) in db.rows("passing.settled", connection_id=connection_id, order_id=order_id))


def waiting(db: Db) -> int:
    """How many proposals wait for a person, those among them that could not be passed on."""
    return int(db.value("passing.waiting"))


def due(db: Db) -> tuple[int, ...]:
    """The proposals that become shipments without a person, oldest first."""
    return tuple(id_ for (id_,) in db.rows("passing.due"))


def end(db: Db, proposal: ForwardReview, state: ForwardReviewState, message: Message, *, shipment_id: int | None = None) -> bool:
    """Decide on a proposal; False where it was decided on before. One that was refused may be tried once more."""
    ended = db.change("passing.end", id=proposal.id, state=state, message=message, shipment_id=shipment_id) == 1
    if ended:
        db.note("order", proposal.order_id)
    return ended


def undo_shipment(db: Db, order_id: int, shipment_id: int, message: Message) -> None:
    """Have the proposals that became a shipment wait for a person, now that it was taken back."""
    db.change("passing.take_back", order_id=order_id, shipment_id=shipment_id, message=message)


def _proposal(*row: object) -> ForwardReview:
    columns = list(row)
    pairs: list[tuple[str, int | None]] = json.loads(str(columns[7]))
    columns[7] = tuple(RemotePacked(remote_id=remote_id, quantity=quantity) for remote_id, quantity in pairs)
    columns[8], columns[10] = bool(columns[8]), from_stored(str(columns[10]))
    return ForwardReview(*columns)  # pyright: ignore[reportArgumentType]
