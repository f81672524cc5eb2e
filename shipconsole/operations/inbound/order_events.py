"""Order events: what a webhook says of an order counts as far as its platform bears it out when it is asked.

Whoever knows the address can send one. So the event that comes is compared with the order as the platform has it now;
what that does not show changes no package, and the platform is asked again.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.outcome import Refused
from shipconsole.domain.problem import ValidationFailed
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.connections.ask_once import words_of
from shipconsole.operations.context import Context
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import import_orders, upsert
from shipconsole.station.keys import KeyringUnavailable
from shipconsole.store import follow_up_jobs
from shipconsole.store import orders as stored_orders
from shipconsole.store import tracks as stored_tracks
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import UnsignedWebhooks

Reason = Literal["no_key", "no_answer", "denied"]


class NotHad(NamedTuple):
    """Why an order could not be had from its platform: none to ask with, no answer, or there is none there."""

    reason: Reason
    message: Message


async def asked(ctx: Context, connection: Connection, told: RemoteOrder) -> RemoteOrder | NotHad:
    """Return the order as its platform has it, or why that cannot be had."""
    try:
        found = await import_orders.read_order(ctx, connection, told.remote_id)
    except ValidationFailed as refused:
        return NotHad("no_key", Message("webhook.order_not_requested", number=told.number, reason=refused.message))
    except KeyringUnavailable as unavailable:
        return NotHad(
            "no_answer", Message("webhook.order_not_requested", number=told.number, reason=unavailable.message)
        )
    if isinstance(found, RemoteOrder):
        return found
    reason = "denied" if isinstance(found, Refused) else "no_answer"
    return NotHad(reason, Message("webhook.order_unavailable", number=told.number, reason=words_of(found)))


def are_applied_without_key(connection: Connection) -> bool:
    """Return whether a person chose that webhooks count as they came while there is no key to ask with."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return isinstance(options, UnsignedWebhooks) and options.webhooks_without_key == "apply"


def order_of(db: Db, connection: Connection, told: RemoteOrder, *, may_join: bool, now_ms: int) -> int | None:
    """Return the order here that an unconfirmed event is about.

    One of the same number and items that the connection does not know yet is linked where it `may_join`; nothing
    that the event says of its address, its quantities or its packages is taken over.
    """
    linked = stored_orders.linked(db, connection.id, told.remote_id)
    order_id = linked[1] if linked else stored_orders.linked_by_number(db, connection.id, told.number)
    if order_id is None and may_join and (order_id := upsert.same_order(db, connection, told)):
        bare = RemoteOrder(remote_id=told.remote_id, number=told.number, lines=told.lines, document="{}")
        upsert.take_over(db, connection, order_id, bare, now_ms=now_ms)
    return order_id


def of_another_order(db: Db, told: Sequence[RemoteTrack], order_id: int | None) -> dict[str, str]:
    """Return the numbers that only packages of other orders here have, with the numbers of those orders."""
    found: dict[str, str] = {}
    for one in told:
        others = [of for of, _ in stored_tracks.orders_shipped_with(db, one.tracking_number)]
        if others and order_id not in others:
            found[one.tracking_number] = stored_orders.get(db, others[0]).number
    return found


def ask_again(db: Db, connection: Connection, order_id: int) -> str:
    """Have the platform asked for an order once more, with longer and longer pauses; return its id there."""
    follow_up_jobs.put(db, connection_id=connection.id, order_id=order_id, kind=forward.CONFIRM)
    return next(one.remote_id for one in stored_orders.links(db, order_id) if one.connection_id == connection.id)
