"""Forwarding: which connection's packages other connections are notified of, and the packages under review."""

from typing import Literal, NamedTuple

from shipconsole.domain.message import Message
from shipconsole.domain.remote_track import RemotePacked

Mode = Literal["off", "review", "auto"]


ForwardReviewState = Literal["proposed", "shipped", "refused", "declined"]


class Rule(NamedTuple):
    """What happens to a connection's packages: `off`, `review` by a person, or a shipment at once (`auto`)."""

    from_id: int
    to_ids: tuple[int, ...]
    mode: Mode


class ForwardReview(NamedTuple):
    """A package that a connection shipped, to be forwarded to others.

    `items` have the connection's own ids. It is `confirmed` if the platform confirmed it when queried.
    """

    id: int
    connection_id: int
    connection: str
    tracking_number: str
    order_id: int
    order_number: str
    carrier: str
    items: tuple[RemotePacked, ...]
    confirmed: bool
    state: ForwardReviewState
    message: Message
    shipment_id: int | None
    at_ms: int
