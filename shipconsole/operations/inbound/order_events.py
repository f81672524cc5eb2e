"""Order events: an event about an order counts as far as its platform confirms it when queried.

Whoever knows the webhook URL can send one. So each event is compared with the order as the platform has it now; what
that does not confirm changes no package, and the platform is queried again.
"""

from collections.abc import Sequence

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.operations.forwarding import forward
from shipconsole.operations.importing import upsert
from shipconsole.store import follow_up_jobs
from shipconsole.store import orders as stored_orders
from shipconsole.store import tracks as stored_tracks
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import UnsignedWebhooks


def accepts_unconfirmed(connection: Connection) -> bool:
    """Return whether events count unconfirmed while there is no key to query the platform with."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return isinstance(options, UnsignedWebhooks) and options.webhooks_without_key == "apply"


def find_order(db: Db, connection: Connection, announced: RemoteOrder, *, may_join: bool, now_ms: int) -> int | None:
    """Return the order here that an unconfirmed event is about.

    With `may_join`, one with the same number and items that the connection does not have yet is linked; no address,
    quantity, or package of the event is stored.
    """
    linked = stored_orders.linked(db, connection.id, announced.remote_id)
    order_id = linked[1] if linked else stored_orders.linked_by_number(db, connection.id, announced.number)
    if order_id is None and may_join and (order_id := upsert.matching_order(db, connection, announced)):
        bare = RemoteOrder(remote_id=announced.remote_id, number=announced.number, lines=announced.lines, document="{}")
        upsert.apply_remote(db, connection, order_id, bare, now_ms=now_ms)
    return order_id


def packages_of_other_orders(db: Db, tracks: Sequence[RemoteTrack], order_id: int | None) -> dict[str, str]:
    """Return the numbers that only packages of other orders here have, with those orders' numbers."""
    found: dict[str, str] = {}
    for track in tracks:
        others = [of for of, _ in stored_tracks.orders_shipped_with(db, track.tracking_number)]
        if others and order_id not in others:
            found[track.tracking_number] = stored_orders.get(db, others[0]).number
    return found


def schedule_recheck(db: Db, connection: Connection, order_id: int) -> str:
    """Schedule fetching an order again, with growing pauses; return its id at the platform."""
    follow_up_jobs.put(db, connection_id=connection.id, order_id=order_id, kind=forward.CONFIRM)
    return next(link.remote_id for link in stored_orders.links(db, order_id) if link.connection_id == connection.id)
