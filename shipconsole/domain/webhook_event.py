"""Webhook registrations, and webhook events read from a platform's request into our terms."""

from typing import Literal

from shipconsole.domain import code
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.tracking import RANKS

ObjectKind = Literal["batch", "rate", "rates", "carrier", "report"]
"""`rate` is a single rate, `rates` are all of a shipment, under the shipment's id."""


class Webhook(Frozen):
    """A webhook registered at a platform; `id` is empty if the platform has none."""

    id: str = ""
    event: str
    url: str
    name: str = ""


class PackageEvent(Frozen):
    """A package changed.

    `order_number` is the platform's number of the order, if sent. `is_unverified` means that nothing proves the request
    is the platform's: the platform is queried.
    """

    track: RemoteTrack
    order_number: str = ""
    is_unverified: bool = False


class OrdersEvent(Frozen):
    """The platform imported orders; an order without items is sent by its id alone."""

    orders: tuple[RemoteOrder, ...]


class RefreshEvent(Frozen):
    """The platform finished refreshing a store; `source_id` is its id of the store."""

    source_id: str


class ObjectEvent(Frozen):
    """An object of the platform's own is finished; `id` is the platform's, empty if not sent."""

    kind: ObjectKind
    id: str


class OrderEvent(Frozen):
    """An order changed; `track` is the package of the event, as the event itself reports it."""

    order: RemoteOrder
    track: RemoteTrack | None = None

    def not_in(self, order: RemoteOrder) -> tuple[str, ...]:
        """Return the reported tracking numbers that the platform's own order does not have."""
        shown = {code.tracking_key(track.tracking_number) for track in order.tracks}
        reported = (*self.order.tracks, *((self.track,) if self.track else ()))
        numbers = dict.fromkeys(track.tracking_number.strip() for track in reported)
        return tuple(number for number in numbers if number and code.tracking_key(number) not in shown)

    def is_confirmed_by(self, order: RemoteOrder) -> bool:
        """Return whether the platform's own order has the event's package, at least as far along."""
        if self.track is None:
            return True
        key = code.tracking_key(self.track.tracking_number)
        shown = (track for track in order.tracks if code.tracking_key(track.tracking_number) == key)
        return any(RANKS[track.status] >= RANKS[self.track.status] for track in shown)


class UnknownEvent(Frozen):
    """A webhook event without anything that can be processed; `message` says why."""

    message: Message


EventContent = PackageEvent | OrdersEvent | RefreshEvent | ObjectEvent | OrderEvent | UnknownEvent


class ReadWebhookEvent(Frozen):
    """A webhook event as read; `dedupe_key` is the same for the same event however often it is received.

    `recurs` means that another event of the kind would look the same, so that a repeated one may be new: it is
    processed again, which does no harm. `notes` are messages about content that makes no sense.
    """

    dedupe_key: str
    content: EventContent
    recurs: bool = False
    notes: tuple[Message, ...] = ()
