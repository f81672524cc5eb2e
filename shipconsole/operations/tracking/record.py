"""Tracks: what platforms tell of packages is kept and put together with what was known, in whatever order it comes."""

from dataclasses import dataclass

from shipconsole.domain.connection import Connection
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.tracking import merged, without_words
from shipconsole.store import tracks
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import Tracked


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A package as it is known now; `moved` says that its state is another one than before."""

    track: RemoteTrack
    order_id: int | None
    changed: bool
    moved: bool


def ask_after_ms(connection: Connection) -> int:
    """After how long without news a package is asked about, or would be where that is switched off."""
    return 1_000 * (checks_after_s(connection) or Tracked().check_after_s)


def checks_after_s(connection: Connection) -> int:
    """Return after how many seconds without tracking events a connection's packages are checked; 0 is never."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return options.check_after_s if isinstance(options, Tracked) else 0


def expect(db: Db, connection: Connection, call_id: int, *, now_ms: int) -> None:
    """From now on news of a call's packages are to be heard, where the connection's platform can be asked for them."""
    if VENDORS[connection.vendor].tracking is None:
        return
    for parcel in tracks.packages_of_call(db, call_id):
        if tracks.get(db, connection.id, parcel.tracking_number) is None:
            track = RemoteTrack(tracking_number=parcel.tracking_number, carrier=parcel.carrier, document="{}")
            next_check_at_ms = now_ms + ask_after_ms(connection)
            tracks.put(
                db, connection.id, track, order_id=parcel.order_id, now_ms=now_ms, next_check_at_ms=next_check_at_ms
            )


def take_in(db: Db, connection: Connection, news: RemoteTrack, *, order_id: int | None = None, now_ms: int) -> TakenIn:
    """Keep what a connection tells of a package; the same again, or older, changes no more than it adds.

    `order_id` is the order it belongs to, where that is known; else it is found by the number. A number that a package
    left with is kept as it is written there, however the connection writes it.
    """
    number = news.tracking_number.strip()
    left = tracks.orders_shipped_with(db, number)
    if left and all(written != number for _, written in left):
        number = left[0][1]
    stored = tracks.get(db, connection.id, number)
    known = stored.track if stored else None
    whole = merged(known or news, news).model_copy(update={"tracking_number": number})
    order_id = order_id or (stored.order_id if stored else None) or (left[0][0] if left else None)
    is_news = known is None or (whole != known and without_words(whole) != without_words(known))
    changed = is_news or stored is None or stored.order_id != order_id
    if changed:
        tracks.put(
            db,
            connection.id,
            whole,
            order_id=order_id,
            now_ms=now_ms,
            next_check_at_ms=now_ms + ask_after_ms(connection),
            known=known.events if known else (),
        )
    return TakenIn(whole, order_id, changed, known is None or known.status != whole.status)
