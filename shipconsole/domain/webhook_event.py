"""Deliveries: what a platform's webhook says, read into our words."""

from typing import Literal

from shipconsole.domain import code
from shipconsole.domain.frozen import Frozen
from shipconsole.domain.link import RemoteOrder
from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.tracking import RANKS

ThingKind = Literal["batch", "rate", "rates", "carrier", "report"]
"""`rate` is a single one, `rates` are all of a shipment, under the shipment's id."""


class PackageNews(Frozen):
    """Something happened to a package.

    `order_number` is what the platform calls its order, where that is told. `is_hint` says that nothing shows it to be
    the platform's: the platform is asked.
    """

    track: RemoteTrack
    order_number: str = ""
    is_hint: bool = False


class OrdersNews(Frozen):
    """Orders came in at the platform; one without lines is told by its id alone."""

    orders: tuple[RemoteOrder, ...]


class RefreshNews(Frozen):
    """The platform has read a shop to the end; `source_id` is its id for it."""

    source_id: str


class ThingNews(Frozen):
    """Something of the platform's own came to its end; `id` is the platform's, empty where it was not told."""

    kind: ThingKind
    id: str


class OrderNews(Frozen):
    """Something happened to one order; `track` is the package that it is about, as the event itself tells of it."""

    order: RemoteOrder
    track: RemoteTrack | None = None

    def not_in(self, order: RemoteOrder) -> tuple[str, ...]:
        """Return the numbers that were told of and that the platform's own order does not have."""
        shown = {code.tracking_key(track.tracking_number) for track in order.tracks}
        reported = (*self.order.tracks, *((self.track,) if self.track else ()))
        numbers = dict.fromkeys(track.tracking_number.strip() for track in reported)
        return tuple(number for number in numbers if number and code.tracking_key(number) not in shown)

    def is_borne_out_by(self, order: RemoteOrder) -> bool:
        """Return whether the platform's own order has the event's package, at least as far on its way."""
        if self.track is None:
            return True
        key = code.tracking_key(self.track.tracking_number)
        shown = (track for track in order.tracks if code.tracking_key(track.tracking_number) == key)
        return any(RANKS[track.status] >= RANKS[self.track.status] for track in shown)


class NothingKnown(Frozen):
    """A webhook that says nothing that we could act on; `words` tell why."""

    message: Message


News = PackageNews | OrdersNews | RefreshNews | ThingNews | OrderNews | NothingKnown


class Delivered(Frozen):
    """A webhook as read; `dedupe_key` is the same for the same event however often it comes.

    `recurs` says that another event of the kind would read just the same, so that one which comes again may be new:
    it is worked off again, which does no harm. `notes` tell in words what in it makes no sense.
    """

    dedupe_key: str
    news: News
    recurs: bool = False
    notes: tuple[Message, ...] = ()
