"""What the tracking panel shows, which is bound to it."""

from shipconsole.domain.evented import Evented
from shipconsole.domain.manual_change import ManualChange
from shipconsole.domain.tracking import Track


class ShownTracking(Evented):
    """The packages of the open order, the oldest first, and what people did to it by hand.

    `troubled` are the tracking numbers of which a platform refused the update, or may not have it.
    """

    tracks: tuple[Track, ...] = ()
    troubled: frozenset[str] = frozenset()
    by_hand: tuple[ManualChange, ...] = ()
