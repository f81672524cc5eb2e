"""Tracks: what vendors tell of parcels is kept and put together with what was known, in whatever order it comes."""

from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.tracking import merged
from shipconsole.store import tracks
from shipconsole.store.database import Db


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A parcel as it is known now; `moved` says that its state is another one than before."""

    track: RemoteTrack
    order_id: int | None
    changed: bool
    moved: bool


def take_in(db: Db, connection: Connection, news: RemoteTrack, *, order_id: int | None = None, now_ms: int) -> TakenIn:
    """Keep what a connection tells of a parcel; the same again, or older, changes no more than it adds.

    `order_id` is the order it belongs to, where that is known; else it is found by the number.
    """
    number = news.tracking_number.strip()
    stored = tracks.get(db, connection.id, number)
    known = stored.track if stored else None
    whole = merged(known or news, news).model_copy(update={"tracking_number": number})
    order_id = order_id or (stored.order_id if stored else None) or tracks.order_with(db, number)
    changed = whole != known or stored is None or stored.order_id != order_id
    if changed:
        tracks.put(db, connection.id, whole, order_id=order_id, now_ms=now_ms)
    return TakenIn(whole, order_id, changed, known is None or known.status != whole.status)
