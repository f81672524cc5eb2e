"""Pages of long lists, for files that hold all of them."""

from collections.abc import Sequence
from typing import NamedTuple

from shipconsole.domain.call import Call
from shipconsole.domain.received_webhook import ReceivedWebhook
from shipconsole.store import calls, webhook_events
from shipconsole.store.database import Db


class ListedItem(NamedTuple):
    """An item of an order, as a list has it."""

    order_id: int
    sku: str
    description: str
    barcode: str
    ordered: int
    shipped: int
    cancelled: int
    quantity_text: str
    weight_g: int | None


class ListedPackage(NamedTuple):
    """A package of an order, as a list has it; the status is empty while no platform reported anything."""

    order_id: int
    tracking_number: str
    carrier: str
    service: str
    weight_g: int | None
    shipped_at_ms: int
    station: str
    operator: str
    box: str
    status: str | None
    delivered: str | None


def updates(db: Db, *, after: int, state: str, most: int) -> list[Call]:
    """Return updates with an id above `after`, by id, of one state or of all."""
    return list(calls.from_rows(db.rows("exports.updates", after=after, state=state, most=most)))


def received_webhooks(db: Db, *, after: int, most: int) -> list[ReceivedWebhook]:
    """Return webhook events with an id above `after`, by id."""
    return [webhook_events.from_row(row) for row in db.rows("exports.webhook_events", after=after, most=most)]


def items(db: Db, order_ids: Sequence[int]) -> list[ListedItem]:
    """Return the items of some orders."""
    return [ListedItem(*row) for row in db.rows("exports.items", ids=list(order_ids))]


def packages(db: Db, order_ids: Sequence[int]) -> list[ListedPackage]:
    """Return the packages of some orders, those of each order in the sequence in which they shipped."""
    return [ListedPackage(*row) for row in db.rows("exports.packages", ids=list(order_ids))]
