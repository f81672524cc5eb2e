"""Intents: what a call without a shipment requests, and what follows once the platform accepted it."""

from shipconsole.domain.call import Call
from shipconsole.domain.connection import Connection
from shipconsole.domain.intent import kind_of
from shipconsole.domain.link import Link, RemoteOrder
from shipconsole.operations.context import Context
from shipconsole.operations.importing import upsert
from shipconsole.operations.importing.upsert import apply_remote
from shipconsole.operations.orders import cancel
from shipconsole.operations.shipping import correct
from shipconsole.operations.vendor_orders import create as introducing
from shipconsole.operations.vendor_orders import edit
from shipconsole.store import follow_up_jobs, orders
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.request import Request, Response


def request_for(db: Db, call: Call, connection: Connection, link: Link | None) -> Request | None:
    """Build the request of a call without a shipment from what is known now; None where there is nothing to send.

    Raises `ValidationFailed` where that makes no request that the platform documents.
    """
    match kind_of(call.intent):
        case "create":
            return None if link else introducing.request_for(orders.get(db, call.order_id), connection)
        case "cancel":
            return cancel.request_for(db, call, connection, link)
        case "void":
            return correct.request_for(db, call, connection, link)
        case _:
            return edit.request_for(orders.get(db, call.order_id), connection, link, call.intent or "{}")


def accepted(
    db: Db, _ctx: Context, call: Call, connection: Connection, request: Request, answer: Response, now_ms: int
) -> None:
    """Store what an accepted call changed at the platform, and schedule fetching the order where that is more."""
    kind = kind_of(call.intent)
    if kind == "create":
        _know(db, call, connection, request, answer, now_ms)
    if kind in ("create", "cancel", "void"):
        follow_up_jobs.put(db, connection_id=connection.id, order_id=call.order_id, kind=upsert.READ_BACK)


def _know(db: Db, call: Call, connection: Connection, request: Request, answer: Response, now_ms: int) -> None:
    """Store the platform's ids of a created order; where its response has none, the next sync finds them."""
    create = VENDORS[connection.vendor].edits.create
    found = create.read(request, answer) if create else None
    if not isinstance(found, RemoteOrder):
        return
    # A sync between the call and its response may have stored the order already.
    taken = orders.linked(db, connection.id, found.remote_id)
    known = any(link.connection_id == connection.id for link in orders.links(db, call.order_id))
    if taken is None and not known:
        apply_remote(db, connection, call.order_id, found, now_ms=now_ms, by_platform=False)
