"""What a check compares: a request without a response, and the platform's order before and after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shipconsole.domain.link import Link
from shipconsole.domain.message import Message
from shipconsole.vendors.request import Request

OrderShare = Literal["whole", "rest", "part", "other"]
"""How much of an order a request ships: all of it in one package, the last units left, fewer than that, or none."""


@dataclass(frozen=True, slots=True)
class UnconfirmedRequest:
    """A request without a response, the order's status before the first attempt, and the order as it is now.

    `others_sent` says that another shipment of the order was sent to the connection.
    """

    request: Request
    before: str
    after: Link
    part: OrderShare
    others_sent: bool
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What follows: the platform acted, it did not, or a person has to decide.

    `conclusive_at_once` says that one check is enough for "absent", because the platform showed its own state and not
    what a store last reported to it.
    """

    is_: Literal["confirmed", "absent", "person"]
    message: Message
    conclusive_at_once: bool = False
