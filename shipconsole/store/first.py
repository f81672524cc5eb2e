"""Orders to pack first: a person's decisions, and what the rules of a station are applied to."""

from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.address import Address
from shipconsole.domain.first_rule import OrderFacts
from shipconsole.domain.message import from_stored
from shipconsole.store.database import Db

ALL_IDS = 2**62


class Applied(NamedTuple):
    """The rules that a station applied, and the newest order to which it did so since they changed.

    `ALL_IDS` means that it did so to all orders: what comes later is applied as it comes.
    """

    rules: str = ""
    to_id: int = ALL_IDS


def decide(db: Db, order_id: int, *, is_first: bool) -> bool:
    """Store a person's decision; False if that was decided before, or nothing is left to ship."""
    changed = db.change("first.decide", id=order_id, is_first=int(is_first)) == 1
    if changed:
        db.note("order", order_id)
    return changed


def apply(db: Db, order_id: int, rule: str) -> None:
    """Store the rule that an order meets, empty for none; a person's decision stays."""
    if db.change("first.apply", id=order_id, rule=rule):
        db.note("order", order_id)
    else:
        db.change("first.applied", id=order_id)


def with_rules_due(db: Db, most: int) -> list[int]:
    """Return orders that changed since the rules were applied."""
    return [id_ for (id_,) in db.rows("first.with_rules_due", most=most)]


def to_ship_after(db: Db, order_id: int, most: int) -> list[int]:
    """Return orders to ship with greater ids than one, by id."""
    return [id_ for (id_,) in db.rows("first.to_ship_after", after=order_id, most=most)]


def due_before(db: Db, before_ms: int, most: int) -> list[int]:
    """Return orders to ship that are due before a time and not packed first yet."""
    return [id_ for (id_,) in db.rows("first.due_before", before_ms=before_ms, most=most)]


def facts(db: Db, order_ids: Sequence[int]) -> list[OrderFacts]:
    """Return what the rules are applied to."""
    return [
        OrderFacts(
            id=id_,
            service=service,
            country=Address.model_validate_json(ship_to).country,
            due_at_ms=due_at_ms,
            note=str(from_stored(note)),
            store=store,
            left=left,
        )
        for id_, service, ship_to, due_at_ms, note, left, store in db.rows("first.facts", ids=list(order_ids))
    ]


def applied(db: Db, station: str) -> Applied:
    """Return what a station applied."""
    row = db.row("first.station", station=station)
    return Applied() if row is None else Applied(*row)


def put_applied(db: Db, station: str, applied: Applied) -> None:
    """Store what a station applied."""
    db.change("first.put_station", station=station, rules=applied.rules, applied_to_id=applied.to_id)
