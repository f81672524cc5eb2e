"""Messages about webhook events and the orders and packages that they report."""

from collections.abc import Sequence

from shipconsole.domain.connection import Connection
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import NO_MESSAGE, Message, verbatim
from shipconsole.domain.remote_track import RemoteTrack

LISTED = 10


def of_order(order: RemoteOrder, track: RemoteTrack | None, *, not_confirmed: bool = False) -> Message:
    """Return what an event reports of an order, and of its package where there is one."""
    if track is None:
        about = {"number": order.number}
        status = verbatim(order.status.replace("_", " ")) or Message("webhook.changed")
        return Message("webhook.order_not_confirmed" if not_confirmed else "webhook.order", **about, status=status)
    about = {"number": order.number, "package": track.tracking_number}
    known = "webhook.order_package_not_confirmed" if not_confirmed else "webhook.order_package"
    return Message(known, **about, status=track.message)


def of_package(track: RemoteTrack, message_id: str) -> Message:
    """Return what an event reports of a package."""
    return Message(message_id, number=track.tracking_number, status=track.message)


def of_numbers(numbers: Sequence[str], complete: str, with_more: str) -> Message:
    """Return a message that names orders, or a few of them and a count; empty where there are none."""
    if not numbers:
        return NO_MESSAGE
    shown, more = tuple(numbers[:LISTED]), len(numbers) - LISTED
    if more > 0:
        return Message(with_more, count=more, numbers=shown)
    return Message(complete, count=len(numbers), numbers=shown)


def ambiguous(order: RemoteOrder, connection: Connection) -> Message:
    """Return that an order is not treated as the one here with its number."""
    return Message("webhook.ambiguous", number=order.number, connection=connection.name)


def belongs_elsewhere(tracking_number: str, order_number: str) -> Message:
    """Return that a tracking number is on a package of another order."""
    return Message("webhook.other_order", number=tracking_number, other=order_number)
