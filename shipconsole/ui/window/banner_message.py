"""A message of the banner; apart from it, since the banner is not loaded before the first paint."""

from typing import NamedTuple


class BannerMessage(NamedTuple):
    """What happened, what it means, and what to do; `details` are for support.

    The newest of a `topic` replaces the others. One of an order, by its id, is shown while that order is open.
    """

    what: str
    means: str = ""
    advice: str = ""
    details: str = ""
    topic: str = ""
    order_id: int | None = None
