"""Trouble as the banner tells it."""

from typing import NamedTuple


class Trouble(NamedTuple):
    """What happened, what it means for the package, what to do; `details` are for whoever is called for help.

    Of one `topic` only the newest stands: the next scan says more about scanning than the last one. What belongs to
    an order, by its id, is shown while that one is open.
    """

    what: str
    means: str = ""
    advice: str = ""
    details: str = ""
    topic: str = ""
    order_id: int | None = None
