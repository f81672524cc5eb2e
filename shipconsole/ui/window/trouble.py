"""A problem as the banner shows it."""

from typing import NamedTuple


class Trouble(NamedTuple):
    """What happened, what it means, and what to do; `details` are for support.

    The newest of a `topic` replaces the others. One of an order, by its id, is shown while that order is open.
    """

    what: str
    means: str = ""
    advice: str = ""
    details: str = ""
    topic: str = ""
    order_id: int | None = None
