"""Recording tracking events: what platforms report is merged with what is stored, in whatever order it arrives."""

from dataclasses import dataclass

from shipconsole.domain.blanking import blanked_track
from shipconsole.domain.connection import Connection
from shipconsole.domain.remote_track import RemoteTrack
from shipconsole.domain.tracking import merged, without_messages
from shipconsole.store import blanking, steady_time, tracks
from shipconsole.store.database import Db
from shipconsole.vendors.catalog import VENDORS
from shipconsole.vendors.options import Tracked


@dataclass(frozen=True, slots=True)
class RecordedTrack:
    """A package as stored now; `moved` means that its tracking state changed."""

    track: RemoteTrack
    order_id: int | None
    changed: bool
    moved: bool


def check_after_ms(connection: Connection) -> int:
    """Return how long without events a package is left unchecked, or would be where checks are turned off."""
    return 1_000 * (checks_after_s(connection) or Tracked().check_after_s)


def checks_after_s(connection: Connection) -> int:
    """Return after how many seconds without tracking events a connection's packages are checked; 0 is never."""
    options = VENDORS[connection.vendor].options.read(connection.options)
    return options.check_after_s if isinstance(options, Tracked) else 0


def expect_events(db: Db, connection: Connection, call_id: int, *, now_ms: int) -> None:
    """Expect tracking events of a call's packages from now on, where the connection's platform can be queried."""
    if VENDORS[connection.vendor].tracking is None:
        return
    next_check_at_ms: int | None = None
    for package in tracks.packages_of_call(db, call_id):
        if tracks.get(db, connection.id, package.tracking_number) is None:
            if next_check_at_ms is None:
                next_check_at_ms = steady_time.shared_ms(db, wall_ms=now_ms) + check_after_ms(connection)
            track = RemoteTrack(tracking_number=package.tracking_number, carrier=package.carrier, document="{}")
            tracks.put(
                db, connection.id, track, order_id=package.order_id, now_ms=now_ms, next_check_at_ms=next_check_at_ms
            )


def record_track(
    db: Db, connection: Connection, reported: RemoteTrack, *, order_id: int | None = None, now_ms: int
) -> RecordedTrack:
    """Store what a connection reports of a package; repeated or older events only add what is missing.

    `order_id` is its order, where known; else it is found by the number. The number is stored as the package was
    shipped with it, however the connection writes it.
    """
    number = reported.tracking_number.strip()
    shipped_with = tracks.orders_shipped_with(db, number)
    if shipped_with and all(written != number for _, written in shipped_with):
        number = shipped_with[0][1]
    stored = tracks.get(db, connection.id, number)
    known = stored.track if stored else None
    order_id = order_id or (stored.order_id if stored else None) or (shipped_with[0][0] if shipped_with else None)
    if order_id is not None and blanking.is_blanked(db, order_id):
        # What was removed from a finished order does not come back with a later report.
        reported = blanked_track(reported)
    combined = merged(known or reported, reported).model_copy(update={"tracking_number": number})
    is_new = known is None or (combined != known and without_messages(combined) != without_messages(known))
    changed = is_new or stored is None or stored.order_id != order_id
    if changed:
        tracks.put(
            db,
            connection.id,
            combined,
            order_id=order_id,
            now_ms=now_ms,
            next_check_at_ms=steady_time.shared_ms(db, wall_ms=now_ms) + check_after_ms(connection),
            known=known.events if known else (),
        )
    return RecordedTrack(combined, order_id, changed, known is None or known.status != combined.status)
