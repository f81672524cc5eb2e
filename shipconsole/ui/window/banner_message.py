"""A message of the program, as a value that can be made before the banner is."""

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
